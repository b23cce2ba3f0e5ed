"""Labels of marks hide neither curves nor each other nor the legend, where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from smcogui.ui.widgets.label_places import LabelBox, LabelPlace, place_labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rectangle = tuple[float, float, float, float]

SIZE = (500.0, 330.0)
# High plateau, a knee, a drop, as curves have it.
KNEE = (np.array([500.0, 260.0, 240.0, 240.0, 0.0]), np.array([20.0, 60.0, 120.0, 300.0, 305.0]))
LEGEND = (270.0, 210.0, 220.0, 80.0)


def _rectangle(box: LabelBox, place: LabelPlace) -> Rectangle:
    left = box.x - box.width if place.is_left else box.x
    return left, place.y - box.height / 2, box.width, box.height


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return all(one[k] < other[k] + other[k + 2] and other[k] < one[k] + one[k + 2] for k in (0, 1))


def _points(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    parts = [
        np.linspace([a, b], [c, d], 400)
        for a, b, c, d in zip(x[:-1], y[:-1], x[1:], y[1:], strict=True)
    ]
    return np.concatenate(parts)


@pytest.mark.parametrize("marks", [(240.0, 250.0), (240.0, 250.0, 180.0, 60.0, 440.0, 235.0)])
def test_labels_hide_nothing_where_there_is_room(marks: tuple[float, ...]) -> None:
    boxes = [LabelBox(x=x, width=150.0, height=22.0) for x in marks]
    places = place_labels(SIZE, boxes, [KNEE], LEGEND)
    found = [_rectangle(box, place) for box, place in zip(boxes, places, strict=True)]
    for number, each in enumerate(found):
        assert each[0] >= 0
        assert each[0] + each[2] <= SIZE[0]
        assert 0 <= each[1] <= SIZE[1] - each[3]
        assert not _overlap(each, LEGEND)
        assert not any(_overlap(each, other) for other in found[:number])
        # The line that the label stands at may be the curve's own drop.
        left, top, width, height = each
        x, y = _points(*KNEE).T
        inside = (x > left + 7) & (x < left + width - 7) & (y > top) & (y < top + height)
        assert not inside.any()


def test_label_stays_until_a_curve_comes() -> None:
    before = LabelPlace(200.0, is_left=False)
    box = LabelBox(x=100.0, width=80.0, height=22.0, before=before)
    assert place_labels(SIZE, [box], []) == [before]
    through = (np.array([0.0, 500.0]), np.array([200.0, 200.0]))
    (moved,) = place_labels(SIZE, [box], [through])
    assert abs(moved.y - 200) > 11


@pytest.mark.parametrize("size", [(20.0, 10.0), (500.0, 330.0)])
def test_labels_larger_than_the_plot_and_far_curves_are_borne(size: tuple[float, float]) -> None:
    far = (np.array([-1e9, 1e9]), np.array([-1e9, 1e9]))
    boxes = [LabelBox(x=x, width=900.0, height=22.0) for x in (0.0, 10.0, size[0])]
    nothing = (np.array([]), np.array([]))
    assert len(place_labels(size, boxes, [far, nothing], LEGEND)) == 3

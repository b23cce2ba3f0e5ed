"""Where labels of vertical marks stand in a plot, so that they hide neither curves nor names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Points = tuple[NDArray[np.float64], NDArray[np.float64]]
    Rectangle = tuple[float, float, float, float]
    Edges = tuple[NDArray[np.int_], NDArray[np.int_]]

_CELL: Final = 6.0
"""Edge in pixels of the squares of which it is known what lies there."""
_STEP: Final = 4.0
_MOST_SAMPLES: Final = 20_000
_MARGIN: Final = 4.0
_CURVE, _NAMES, _LABEL, _MARK, _CUT = 1.0, 3.0, 30.0, 0.05, 100.0
"""What a square costs that holds a curve, the legend, another label or mark; a pixel outside."""


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """Height of a label's middle below the upper edge in pixels, and on which side it stands."""

    y: float
    is_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelBox:
    """A label: where its mark is, how large it is, in pixels, and where it stood before."""

    x: float
    width: float
    height: float
    before: LabelPlace | None = None


def place_labels(
    size: tuple[float, float],
    boxes: Sequence[LabelBox],
    curves: Sequence[Points],
    names: Rectangle | None = None,
) -> list[LabelPlace]:
    """Return a place for every label, each beside its mark.

    A label stays where it is as long as no other place is better.

    Parameters
    ----------
    size : (float, float)
        Width and height of the plot in pixels.
    boxes : sequence of LabelBox
    curves : sequence of (x, y)
        Points of every line in pixels from the upper left corner, shape (n,) each.
    names : (x, y, width, height), optional
        Of the legend.
    """
    width, height = size
    costs = np.zeros((max(1, int(height // _CELL)), max(1, int(width // _CELL))))
    for x, y in curves:
        _mark_line(costs, x, y)
    if names is not None:
        _add(costs, names, _NAMES)
    for box in boxes:
        costs[:, min(max(int(box.x // _CELL), 0), costs.shape[1] - 1)] += _MARK
    tries = [_candidates(size, box) for box in boxes]
    free = [
        sum(cost < _CURVE for cost in _costs(costs, box, places, width))
        for box, places in zip(boxes, tries, strict=True)
    ]
    found: dict[int, LabelPlace] = {}
    # Those that have the least choice come first.
    for number in sorted(range(len(boxes)), key=free.__getitem__):
        box, places = boxes[number], tries[number]
        found[number] = places[int(np.argmin(_costs(costs, box, places, width)))]
        _add(costs, _rectangle(box, found[number]), _LABEL)
    return [found[number] for number in range(len(boxes))]


def _candidates(size: tuple[float, float], box: LabelBox) -> list[LabelPlace]:
    """Return the places to try; of equal ones the first is taken."""
    width, height = size
    first = box.height / 2 + _MARGIN
    heights = np.arange(first, max(height - first, first + 1), box.height / 4)
    sides = (True, False) if box.x > width / 2 else (False, True)
    fresh = [LabelPlace(float(y), is_left) for y in heights for is_left in sides]
    return fresh if box.before is None else [box.before, *fresh]


def _costs(
    costs: NDArray[np.float64], box: LabelBox, places: Sequence[LabelPlace], width: float
) -> NDArray[np.float64]:
    """Return what each place costs, shape (n,)."""
    # Sums from the upper left corner, so that a rectangle is four of them.
    sums = np.pad(costs.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    rectangles = np.array([_rectangle(box, place) for place in places])
    (top, bottom), (left, right) = _squares(costs, rectangles)
    x = rectangles[:, 0]
    outside = np.maximum(0, -x) + np.maximum(0, x + box.width - width)
    inside = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    # Sums leave traces behind the last digits, which must not decide.
    return np.asarray((inside + _CUT * outside).round(6))


def _rectangle(box: LabelBox, place: LabelPlace) -> Rectangle:
    # Its own mark does not count.
    left = box.x - box.width - _CELL if place.is_left else box.x + _CELL
    return left, place.y - box.height / 2, box.width, box.height


def _add(costs: NDArray[np.float64], rectangle: Rectangle, cost: float) -> None:
    ((top,), (bottom,)), ((left,), (right,)) = _squares(costs, np.array([rectangle]))
    costs[top:bottom, left:right] += cost


def _squares(costs: NDArray[np.float64], rectangles: NDArray[np.float64]) -> tuple[Edges, Edges]:
    """Return first and end of the rows, then of the columns, of rectangles, shape (n, 4)."""
    rows, columns = costs.shape
    x, y, width, height = rectangles.T
    vertical = (y // _CELL).astype(int), ((y + height) // _CELL).astype(int) + 1
    across = (x // _CELL).astype(int), ((x + width) // _CELL).astype(int) + 1
    return (
        (vertical[0].clip(0, rows), vertical[1].clip(0, rows)),
        (across[0].clip(0, columns), across[1].clip(0, columns)),
    )


def _mark_line(costs: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    """Note the squares through which a line goes."""
    rows, columns = costs.shape
    # What lies far outside, as after zooming, must not take all samples.
    x = np.clip(x, -_CELL * columns, 2 * _CELL * columns)
    y = np.clip(y, -_CELL * rows, 2 * _CELL * rows)
    if not x.size:
        return
    along = np.concatenate(([0.0], np.hypot(np.diff(x), np.diff(y)).cumsum()))
    samples = np.linspace(0, along[-1], min(int(along[-1] / _STEP) + 2, _MOST_SAMPLES))
    column = (np.interp(samples, along, x) // _CELL).astype(int)
    row = (np.interp(samples, along, y) // _CELL).astype(int)
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    costs[row[inside], column[inside]] = _CURVE

"""Curves stand out from the plot's ground and from each other, in both themes, for any eye."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from colour_vision import DEFICIENCIES, lab
from contrast_checks import contrast
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from smcogui.ui.application import make_application
from smcogui.ui.field_unit import FieldUnitSwitch
from smcogui.ui.theme import DARK, LIGHT, Theme, apply_theme
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.plot_colours import ON_DARK, ON_LIGHT
from smcogui.ui.widgets.plot_curve import PlotCurve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

_LEAST_CONTRAST = 3.0
_LEAST_DISTANCE = 18.0


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Iterator[Theme]:
    """Return a theme in force."""
    app = make_application()
    apply_theme(app, request.param)
    yield request.param
    apply_theme(app, LIGHT)


@pytest.mark.parametrize("deficiency", list(DEFICIENCIES))
@pytest.mark.parametrize("colours", [ON_LIGHT, ON_DARK], ids=["light", "dark"])
def test_colours_differ_for_every_kind_of_sight(colours: tuple[str, ...], deficiency: str) -> None:
    for one, other in itertools.combinations(colours, 2):
        first, second = (lab(QColor(each).getRgb()[:3], deficiency) for each in (one, other))
        assert np.linalg.norm(first - second) > _LEAST_DISTANCE, (one, other)


def test_drawn_curves_stand_out_from_their_ground(qtbot: QtBot, theme: Theme) -> None:
    plot = CurvePlot(FieldUnitSwitch(), "Nothing yet.")
    plot._units.setParent(plot)
    qtbot.addWidget(plot)
    plot.resize(700, 500)
    curves = [
        PlotCurve(
            mu0_H_T=[1.0, -4.0],
            M_over_Ms=[0.9 - 0.2 * number] * 2,
            colour=number,
        )
        for number in range(len(ON_LIGHT))
    ]
    plot.show_curves(curves)
    plot.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    canvas = plot.canvas
    assert canvas is not None
    canvas.showGrid(x=False, y=False)
    qtbot.wait(50)
    image = canvas.viewport().grab().toImage()
    ground = QColor(theme.base)
    x = image.width() // 2
    for number, curve in enumerate(curves):
        place = QPointF(-1.5, float(curve.M_over_Ms[0]))
        top = canvas.getPlotItem().vb.mapViewToScene(place)
        y = round(top.y())
        drawn = [image.pixelColor(x, y + dy) for dy in range(-3, 4)]
        best = max(contrast(pixel, ground) for pixel in drawn)
        assert best >= _LEAST_CONTRAST, (number, best)

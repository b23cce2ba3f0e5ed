"""Curves on screen: what they are called, how they are told apart, what can be read off them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from smcogui.curves.origin import Origin
from smcogui.ui.field_unit import FieldUnitSwitch
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.plot_curve import PlotCurve

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    """Return a shown plot without curves."""
    plot = CurvePlot(FieldUnitSwitch(), "Nothing yet.")
    qtbot.addWidget(plot)
    plot.resize(600, 400)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def _curve(origin: Origin = Origin.SIMULATED, label: str = "base") -> PlotCurve:
    return PlotCurve(
        mu0_H_T=[1.0, 0.0, -2.0, -4.0], M_over_Ms=[1.0, 0.98, 0.5, -0.5], label=label, origin=origin
    )


@pytest.mark.parametrize("origin", list(Origin))
def test_legend_names_the_origin(origin: Origin) -> None:
    assert _curve(origin).legend == f"base, {origin.value}"
    assert _curve(origin, label="").legend == ""


def test_origins_have_line_styles_of_their_own(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve(origin) for origin in Origin])
    qtbot.waitUntil(lambda: len(plot._lines) == len(Origin))
    styles = [Qt.PenStyle(line.opts["pen"].style()) for line in plot._lines]
    assert len(set(styles)) == len(Origin)
    assert [bool(line.opts["symbol"]) for line in plot._lines] == [
        origin is Origin.MEASURED for origin in Origin
    ]

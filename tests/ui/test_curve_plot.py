"""Curves on screen: what they are called, how they are told apart, what can be read off them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent, QPainter, QPalette, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from smcogui.curves.origin import Origin
from smcogui.ui.field_unit import FieldUnitSwitch
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.plot_canvas import TOP
from smcogui.ui.widgets.plot_curve import FieldMarker, PlotBand, PlotCurve

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.widgets.plot_canvas import PlotCanvas


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    """Return a shown plot without curves."""
    plot = CurvePlot(FieldUnitSwitch(), "Nothing yet.")
    plot._units.setParent(plot)
    qtbot.addWidget(plot)
    plot.resize(600, 400)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def _curve(origin: Origin = Origin.SIMULATED, label: str = "base", shift: float = 0.0) -> PlotCurve:
    return PlotCurve(
        mu0_H_T=[1.0, 0.0, -2.0, -2.0, -4.0],
        M_over_Ms=[1.0, 0.98 + shift, 0.98 + shift, 0.5 + shift, -0.5],
        is_step=np.array([True, True, False, True, True]),
        label=label,
        origin=origin,
    )


def _canvas(plot: CurvePlot, qtbot: QtBot) -> PlotCanvas:
    """Return the axes once everything that was asked for is drawn."""
    qtbot.waitUntil(lambda: plot.canvas is not None and not plot._frame.isActive())
    assert plot.canvas is not None
    return plot.canvas


def _drag(canvas: PlotCanvas, place: QPoint) -> None:
    """Move the pointer with the left button held, which QTest.mouseMove does not say."""
    where, left = QPointF(place), Qt.MouseButton.LeftButton
    there = QPointF(canvas.viewport().mapToGlobal(place))
    none, kind = Qt.MouseButton.NoButton, QEvent.Type.MouseMove
    event = QMouseEvent(kind, where, there, none, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas.viewport(), event)


@pytest.mark.parametrize("origin", list(Origin))
def test_legend_names_the_origin(origin: Origin) -> None:
    assert _curve(origin).legend == f"base, {origin.value}"
    assert _curve(origin, label="").legend == ""


def test_origins_have_line_styles_of_their_own(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve(origin) for origin in Origin])
    items = dict(zip(Origin, _canvas(plot, qtbot).lines.items, strict=True))
    assert type(items.pop(Origin.MEASURED)).__name__ == "ScatterPlotItem"
    styles = {Qt.PenStyle(item.opts["pen"].style()) for item in items.values()}
    assert len(styles) == len(Origin) - 1


def test_growing_curves_keep_their_items(plot: CurvePlot, qtbot: QtBot) -> None:
    still = _curve(label="still")
    plot.show_curves([still, _curve(shift=-0.1)])
    canvas = _canvas(plot, qtbot)
    before = list(canvas.lines.items)
    plot.show_curves([still, _curve(shift=-0.2), _curve(label="third")])
    _canvas(plot, qtbot)
    assert canvas.lines.items[:2] == before
    assert len(canvas.lines.items) == 3
    assert canvas.lines.items[1].getData()[1][1] == pytest.approx(0.78)
    plot.show_curves([still])
    _canvas(plot, qtbot)
    assert canvas.lines.items == before[:1]


def test_what_comes_within_a_frame_is_drawn_once(
    plot: CurvePlot, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot.show_curves([_curve()])
    canvas = _canvas(plot, qtbot)
    drawn: list[int] = []
    show = canvas.show_things
    monkeypatch.setattr(canvas, "show_things", lambda *args: (drawn.append(1), show(*args)))
    for number in range(20):
        plot.show_curves([_curve(shift=-0.01 * number)])
    _canvas(plot, qtbot)
    assert drawn == [1]
    assert canvas.lines.items[0].getData()[1][1] == pytest.approx(0.98 - 0.19)


def test_only_few_curves_are_thick(plot: CurvePlot, qtbot: QtBot) -> None:
    curves = [_curve(label=f"run {number}") for number in range(20)]
    plot.show_curves(curves)
    canvas = _canvas(plot, qtbot)
    assert {item.opts["pen"].width() for item in canvas.lines.items} == {1}
    plot.go_to("run 7, simulated", 1)
    assert [item.opts["pen"].width() for item in canvas.lines.items].index(2) == 7
    plot.show_curves(curves[:3])
    _canvas(plot, qtbot)
    assert {item.opts["pen"].width() for item in canvas.lines.items} == {2}


def test_crosshair_sits_on_stored_steps_only(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve()])
    _canvas(plot, qtbot)
    # The upper end of the drop is drawn, but no state was stored there.
    plot.point_at(-2.0, 0.98)
    assert plot.point is not None
    assert (plot.point.mu0_H_T, plot.point.M_over_Ms) in {(0.0, 0.98), (-2.0, 0.5)}
    plot.point_at(-1.9, 0.45)
    assert plot.readout == "μ₀H −2.00 T,  M·h/Ms 0.500:  base, simulated"


def test_crosshair_follows_the_pointer(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve()])
    canvas = _canvas(plot, qtbot)
    place = canvas.mapFromScene(canvas.getPlotItem().vb.mapViewToScene(QPointF(-3.9, -0.4)))
    QTest.mouseMove(canvas.viewport(), QPoint(place.x() - 20, place.y()))
    QTest.mouseMove(canvas.viewport(), place)
    qtbot.waitUntil(lambda: plot.point is not None)
    assert plot.point is not None
    assert plot.point.mu0_H_T == -4.0


def test_crosshair_moves_along_and_between_curves(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve(), _curve(label="other", shift=-0.1)])
    _canvas(plot, qtbot)
    plot.step_along(1)
    assert plot.point is not None
    assert (plot.point.curve, plot.point.mu0_H_T) == ("other, simulated", -4.0)
    plot.step_along(1)
    assert plot.point.mu0_H_T == -2.0
    plot.change_curve(-1)
    assert (plot.point.curve, plot.point.M_over_Ms) == ("base, simulated", 0.5)
    plot.step_along(-5)
    assert plot.point.mu0_H_T == -4.0


def test_crosshair_keeps_its_step_while_the_curve_grows(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve()])
    _canvas(plot, qtbot)
    plot.go_to("base, simulated", 2)
    longer = PlotCurve(
        mu0_H_T=[1.0, 0, -2, -4, -5], M_over_Ms=[1, 0.9, 0.4, -0.5, -1], label="base"
    )
    plot.show_curves([longer])
    _canvas(plot, qtbot)
    assert plot.point is not None
    assert (plot.point.mu0_H_T, plot.point.M_over_Ms) == (-2.0, 0.4)
    plot.show_curves([_curve(label="another")])
    _canvas(plot, qtbot)
    assert plot.point is None
    assert plot.readout == ""


def test_curves_of_one_name_are_told_apart(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve(), _curve(shift=-0.3)])
    _canvas(plot, qtbot)
    plot.point_at(0.0, 0.68)
    assert plot.point is not None
    assert plot.point.curve == "base, simulated (2)"


def test_copied_point_and_curve_have_header_and_units(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve()])
    _canvas(plot, qtbot)
    plot._units.choose("kOe")
    plot.go_to("base, simulated", 2)
    said: list[str] = []
    plot.said.connect(said.append)
    clipboard = QGuiApplication.clipboard()
    plot.copy_point()
    assert clipboard.text() == "H (kOe)\tM·h/Ms\tcurve\n-20\t0.5\tbase, simulated\n"
    plot.copy_curve()
    lines = clipboard.text().splitlines()
    assert lines[0] == "H (kOe)\tM·h/Ms (base, simulated)"
    assert lines[1:] == ["10\t1", "0\t0.98", "-20\t0.5", "-40\t-0.5"]
    assert said == [
        "Copied H −20.0 kOe,  M·h/Ms 0.500:  base, simulated.",
        "Copied 4 points of base, simulated.",
    ]


def test_views_are_gone_back_and_forward_to(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve()])
    canvas = _canvas(plot, qtbot)
    whole = canvas.view
    assert (whole.bottom, whole.top) == (-TOP, TOP)
    assert whole.left_T < -4.0 < 1.0 < whole.right_T
    plot.go_to("base, simulated", 2)
    plot.zoom_by(1)
    plot.zoom_by(1)
    near = canvas.view
    assert near.right_T - near.left_T == pytest.approx(0.49 * (whole.right_T - whole.left_T))
    # The units of the view are those of the data, whatever is shown.
    plot._units.choose("kA/m")
    assert canvas.view.left_T == pytest.approx(near.left_T)
    plot.zoom_back()
    plot.zoom_back()
    assert canvas.view.left_T == pytest.approx(whole.left_T)
    assert not plot.zoom.can_go_back
    plot.zoom_forward()
    plot.zoom_forward()
    assert canvas.view.top == pytest.approx(near.top)
    plot.show_everything()
    assert canvas.view.left_T == pytest.approx(whole.left_T)
    plot.zoom_back()
    assert canvas.view.top == pytest.approx(near.top)


def test_drag_zooms_into_a_rectangle_and_a_double_click_out(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve()])
    canvas = _canvas(plot, qtbot)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(canvas.viewport(), left, pos=QPoint(200, 100))
    for x in (240, 280, 320):
        _drag(canvas, QPoint(x, 200))
    QTest.mouseRelease(canvas.viewport(), left, pos=QPoint(320, 200))
    qtbot.waitUntil(lambda: plot.zoom.can_go_back)
    assert canvas.view.top - canvas.view.bottom < 1.0
    QTest.mouseDClick(canvas.viewport(), left, pos=QPoint(250, 150))
    qtbot.waitUntil(lambda: plot.zoom.current is None)
    assert canvas.view.top == pytest.approx(TOP)


def test_zoomed_view_stays_while_curves_grow(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve()])
    canvas = _canvas(plot, qtbot)
    plot.zoom_by(2)
    near = canvas.view
    plot.show_curves([PlotCurve(mu0_H_T=[1.0, -9.0], M_over_Ms=[1.0, -1.0], label="base")])
    _canvas(plot, qtbot)
    assert canvas.view == near


def test_marks_outside_of_the_view_are_named_below(plot: CurvePlot, qtbot: QtBot) -> None:
    far = FieldMarker(mu0_H_T=-45.1, name="H_ani 1:5", origin=Origin.ANALYTIC, colour=1)
    near = FieldMarker(mu0_H_T=-2.0, name="Hc", origin=Origin.SIMULATED, colour=1)
    plot.show_curves([_curve()], [near, far])
    _canvas(plot, qtbot)
    assert plot._beyond.text() == "Beyond the view: H_ani 1:5 45.10 T, analytic"
    plot.show_curves([_curve()], [near])
    _canvas(plot, qtbot)
    assert plot._beyond.isHidden()


def test_lowest_plot_keeps_the_numbers_at_both_ends(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.resize(plot.minimumSize())
    plot.show_curves([_curve()])
    canvas = _canvas(plot, qtbot)
    qtbot.waitUntil(lambda: plot.height() == plot.minimumHeight())
    canvas.grab()
    axis = canvas.getAxis("left")
    _, _, texts = axis.generateDrawSpecs(QPainter(QPixmap(1, 1)))
    shown = {text for _, _, text in texts}
    assert {"1.0", "-1.0"} <= shown or {"1", "-1"} <= shown


def test_labels_of_marks_have_their_colour_and_keep_off_the_legend(
    plot: CurvePlot, qtbot: QtBot
) -> None:
    marks = [
        FieldMarker(mu0_H_T=-3 + k / 10, name=f"mark {k}", origin=Origin.ANALYTIC, colour=k)
        for k in range(5)
    ]
    plot.show_curves([_curve(), _curve(label="other", shift=-0.1)], marks)
    canvas = _canvas(plot, qtbot)
    qtbot.waitUntil(lambda: not canvas._placing.isActive())
    legend = canvas._legend.sceneBoundingRect()
    labels = [item.label for item in canvas.marks.items]
    for item in canvas.marks.items:
        assert item.label.border.color() == item.pen.color()
        assert not item.label.sceneBoundingRect().intersects(legend)
    for number, label in enumerate(labels):
        rectangle = label.sceneBoundingRect()
        assert not any(rectangle.intersects(each.sceneBoundingRect()) for each in labels[:number])


def test_band_is_filled_between_its_edges(plot: CurvePlot, qtbot: QtBot) -> None:
    fields = np.array([1.0, 0.0, -4.0])
    band = PlotBand(mu0_H_T=fields, low=fields * 0 - 0.5, high=fields * 0 + 0.5, label="Spread")
    plot.show_curves([_curve()], bands=[band])
    canvas = _canvas(plot, qtbot)
    image = canvas.grab().toImage()
    inside = canvas.mapFromScene(canvas.getPlotItem().vb.mapViewToScene(QPointF(-1.03, 0.21)))
    outside = canvas.mapFromScene(canvas.getPlotItem().vb.mapViewToScene(QPointF(-1.03, -0.81)))
    assert image.pixelColor(inside) != image.pixelColor(outside)
    names = [label.text for _, label in canvas._legend.items]
    assert names == ["base, simulated", "Spread, simulated"]


def test_names_in_the_legend_follow_the_palette(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve()])
    canvas = _canvas(plot, qtbot)
    for ink in (QColor("#f0f0f0"), QColor("#101010")):
        palette = canvas.palette()
        palette.setColor(QPalette.ColorRole.Text, ink)
        canvas.setPalette(palette)
        plot.refresh_colours()
        ((_, label),) = canvas._legend.items
        assert ink.name() in label.item.toHtml()


def test_empty_plot_says_what_will_appear(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.show_curves([_curve()])
    canvas = _canvas(plot, qtbot)
    plot.step_along(1)
    plot.zoom_by(1)
    plot.show_curves([])
    assert not canvas.isVisible()
    assert plot._empty.isVisible()
    assert plot.point is None
    assert not plot.zoom.can_go_back
    assert plot.focusPolicy() == Qt.FocusPolicy.NoFocus

"""M–H curves on screen with crosshair and zoom; pyqtgraph is loaded when the first is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from smcogui.ui.widgets.elided_label import ElidedLabel
from smcogui.ui.widgets.empty_label import EmptyLabel
from smcogui.ui.widgets.plot_points import PlotPoints, unique_titles
from smcogui.ui.widgets.plot_text import curve_table, marker_list, point_table, point_text
from smcogui.ui.widgets.zoom_history import PlotView, ZoomHistory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent, QShowEvent

    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.widgets.plot_canvas import PlotCanvas
    from smcogui.ui.widgets.plot_curve import FieldMarker, PlotBand, PlotCurve
    from smcogui.ui.widgets.plot_points import PlotPoint

FRAME_MS: Final = 33
"""Whatever comes within this time is drawn once."""
_SETTLED_MS: Final = 400
_ZOOM_STEP: Final = 0.7


class CurvePlot(QFrame):
    """Axes with curves, bands and markers; empty, it says what will appear.

    The crosshair sits on the stored field step that is nearest to the pointer, or is moved along a
    curve and from curve to curve; below the axes stands what it reads.

    Signals
    -------
    crosshair_moved : Signal(object)
        The :class:`~smcogui.ui.widgets.plot_points.PlotPoint` it sits on now, or None.
    changed : Signal()
        What can be done with the plot may have changed: curves, crosshair, views.
    said : Signal(str)
        A sentence about what was just done.
    """

    crosshair_moved = Signal(object)
    changed = Signal()
    said = Signal(str)

    def __init__(
        self, units: FieldUnitSwitch, empty_text: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("M–H curves")
        self._units = units
        self._curves: tuple[PlotCurve, ...] = ()
        self._markers: tuple[FieldMarker, ...] = ()
        self._bands: tuple[PlotBand, ...] = ()
        self._canvas: PlotCanvas | None = None
        self._points: PlotPoints | None = None
        self._point: PlotPoint | None = None
        self._zoom = ZoomHistory()
        self._empty = EmptyLabel(empty_text)
        self._readout = _line_label()
        self._beyond = _line_label()
        self._frame = _timer(self, FRAME_MS, self._draw)
        self._settled = _timer(self, _SETTLED_MS, self._note_view)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(6, 6, 6, 4)
        self._layout.setSpacing(1)
        self._layout.addWidget(self._empty)
        self._layout.addWidget(self._beyond)
        self._layout.addWidget(self._readout)
        self.setMinimumSize(260, 200)
        units.changed.connect(self._unit_changed)

    # ------------------------------------------------------------------ what is shown
    @property
    def curves(self) -> tuple[PlotCurve, ...]:
        """The curves shown."""
        return self._curves

    @property
    def markers(self) -> tuple[FieldMarker, ...]:
        """The markers shown."""
        return self._markers

    @property
    def bands(self) -> tuple[PlotBand, ...]:
        """The bands shown."""
        return self._bands

    @property
    def canvas(self) -> PlotCanvas | None:
        """The axes; None until something was drawn."""
        return self._canvas

    def show_curves(
        self,
        curves: Sequence[PlotCurve],
        markers: Sequence[FieldMarker] = (),
        bands: Sequence[PlotBand] = (),
    ) -> None:
        """Replace all that is shown; what comes within a frame is drawn once.

        A curve that is the same object as before is not drawn anew. Without curves the plot is
        empty and forgets crosshair and views.
        """
        self._curves, self._markers, self._bands = tuple(curves), tuple(markers), tuple(bands)
        self._points = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._curves else Qt.FocusPolicy.NoFocus)
        if not self._curves:
            self._frame.stop()
            self._zoom = ZoomHistory()
            self.hide_crosshair()
            self._show_empty(True)
            self.changed.emit()
        elif not self._frame.isActive():
            self._frame.start()

    def explain_empty(self, text: str) -> None:
        """Say what stands in the place of curves while there are none."""
        self._empty.setText(text)

    def refresh_colours(self) -> None:
        """Draw again in the palette's colours."""
        if self._canvas is not None:
            self._canvas.paint()
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that the plot is in sight."""
        super().showEvent(event)
        self.changed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that the plot is out of sight."""
        super().hideEvent(event)
        self.changed.emit()

    # ------------------------------------------------------------------ crosshair
    @property
    def point(self) -> PlotPoint | None:
        """The stored field step that the crosshair sits on."""
        return self._point

    @property
    def readout(self) -> str:
        """What the crosshair reads; empty without it."""
        return self._readout.text().strip()

    def point_at(self, mu0_H_T: float, M_over_Ms: float) -> None:
        """Put the crosshair onto the stored step that is nearest on the screen to a place."""
        if self._canvas is not None and self._curves:
            self._move_to(self._stored.nearest(mu0_H_T, M_over_Ms, *self._canvas.reach))

    def go_to(self, curve: str, step: int) -> bool:
        """Put the crosshair onto a stored step of a curve, named by its title, if it is shown."""
        point = self._stored.at(curve, step)
        if point is not None:
            self._move_to(point)
        return point is not None

    def go_to_field(self, mu0_H_T: float) -> None:
        """Put the crosshair onto the step nearest to a field, on its curve or the foremost one."""
        found = self._point and self._stored.at_field(self._point.curve, mu0_H_T)
        foremost = self._stored.first()
        if found is None and foremost is not None:
            found = self._stored.at_field(foremost.curve, mu0_H_T)
        self._move_to(found)

    def step_along(self, steps: int) -> None:
        """Move the crosshair along its curve, to the right, or to the left where negative."""
        self._move_to(
            self._stored.first() if self._point is None else self._stored.beside(self._point, steps)
        )

    def change_curve(self, curves: int) -> None:
        """Move the crosshair to another curve at about the same field."""
        self._move_to(
            self._stored.first()
            if self._point is None
            else self._stored.on_other_curve(self._point, curves)
        )

    def hide_crosshair(self) -> None:
        """Take the crosshair away."""
        self._move_to(None)

    # ------------------------------------------------------------------ copying
    def copy_point(self) -> None:
        """Copy what the crosshair reads, with header and units, tab-separated."""
        if self._point is not None:
            QGuiApplication.clipboard().setText(point_table(self._point, self._units.unit))
            self.said.emit(f"Copied {point_text(self._point, self._units.unit)}.")

    def copy_curve(self) -> None:
        """Copy every stored step of the crosshair's curve, with header and units."""
        number = self._active
        if number is not None and self._point is not None:
            table = curve_table(self._curves[number], self._point.curve, self._units.unit)
            QGuiApplication.clipboard().setText(table)
            self.said.emit(f"Copied {len(table.splitlines()) - 1} points of {self._point.curve}.")

    # ------------------------------------------------------------------ views
    @property
    def zoom(self) -> ZoomHistory:
        """The views that were looked at."""
        return self._zoom

    def zoom_by(self, steps: int) -> None:
        """Zoom in, or out where negative, around the crosshair or the middle of the view."""
        if self._canvas is None or not self._curves:
            return
        view, factor = self._canvas.view, _ZOOM_STEP**steps
        H, M = (view.left_T + view.right_T) / 2, (view.bottom + view.top) / 2
        if self._point is not None:
            H, M = self._point.mu0_H_T, self._point.M_over_Ms
        self._canvas.show_view(
            PlotView(
                left_T=H + factor * (view.left_T - H),
                right_T=H + factor * (view.right_T - H),
                bottom=M + factor * (view.bottom - M),
                top=M + factor * (view.top - M),
            )
        )
        self._note_view()

    def zoom_back(self) -> None:
        """Return to the view before."""
        self._note_unsettled()
        self._zoom.back()
        self._show_view()

    def zoom_forward(self) -> None:
        """Go to the view that was left by going back."""
        self._note_unsettled()
        self._zoom.forward()
        self._show_view()

    def show_everything(self) -> None:
        """Show all curves."""
        self._note_unsettled()
        self._zoom.visit(None)
        self._show_view()

    # ------------------------------------------------------------------ inside
    @property
    def _stored(self) -> PlotPoints:
        if self._points is None:
            self._points = PlotPoints(self._curves)
        return self._points

    @property
    def _active(self) -> int | None:
        """Number of the crosshair's curve."""
        titles = unique_titles(self._curves)
        known = self._point is not None and self._point.curve in titles
        return titles.index(self._point.curve) if known and self._point else None

    def _move_to(self, point: PlotPoint | None) -> None:
        if point == self._point:
            return
        changes_curve = (point and point.curve) != (self._point and self._point.curve)
        self._point = point
        if self._canvas is not None:
            if changes_curve and self._curves:
                self._draw()
            self._canvas.show_crosshair(point)
        self._show_readout()
        self.crosshair_moved.emit(point)
        self.changed.emit()

    def _find_point_again(self) -> None:
        """Let the crosshair sit on the same step of what its curve is now."""
        if self._point is None:
            return
        before = self._point
        self._point = self._stored.at(before.curve, before.step)
        self._show_readout()
        if self._point != before:
            self.crosshair_moved.emit(self._point)

    def _show_readout(self) -> None:
        unit, point = self._units.unit, self._point
        self._readout.show_text(" " if point is None else point_text(point, unit))

    def _show_empty(self, on: bool) -> None:
        self._empty.setVisible(on)
        for widget in (self._canvas, self._readout):
            if widget is not None:
                widget.setVisible(not on)
        if on:
            self._beyond.hide()

    def _build(self) -> PlotCanvas:
        from smcogui.ui.widgets.plot_canvas import PlotCanvas

        canvas = PlotCanvas(self._units.unit)
        canvas.pointed.connect(self.point_at)
        canvas.view_changed.connect(self._settled.start)
        canvas.everything_wanted.connect(self.show_everything)
        self._layout.insertWidget(1, canvas, 1)
        canvas.paint()
        return canvas

    def _draw(self) -> None:
        if not self._curves:
            return
        if self._canvas is None:
            self._canvas = self._build()
        self._show_empty(False)
        self._find_point_again()
        self._canvas.show_things(self._curves, self._bands, self._markers, self._active)
        self._canvas.show_crosshair(self._point)
        if self._zoom.current is None and not self._settled.isActive():
            self._show_view()
        self._show_beyond()
        self.changed.emit()

    def _show_view(self) -> None:
        if self._canvas is None:
            return
        view = self._zoom.current or self._canvas.everything(self._curves)
        if view is not None:
            self._canvas.show_view(view)
        self._show_beyond()
        self.changed.emit()

    def _show_beyond(self) -> None:
        """Name the marks that lie outside of the view, so that none is missed."""
        if self._canvas is None:
            return
        view = self._canvas.view
        hidden = [m for m in self._markers if not view.left_T <= m.mu0_H_T <= view.right_T]
        text = f"Beyond the view: {marker_list(hidden, self._units.unit)}" if hidden else ""
        self._beyond.show_text(text)
        self._beyond.setVisible(bool(text) and bool(self._curves))

    def _note_view(self) -> None:
        self._settled.stop()
        if self._canvas is not None:
            self._zoom.visit(self._canvas.view)
            self._show_beyond()
            self.changed.emit()

    def _note_unsettled(self) -> None:
        if self._settled.isActive():
            self._note_view()

    def _unit_changed(self) -> None:
        if self._canvas is not None:
            self._canvas.set_unit(self._units.unit)
            self._draw()
            self._show_view()
            self._show_readout()


def _line_label() -> ElidedLabel:
    label = ElidedLabel()
    label.show_text(" ")
    label.setProperty("role", "muted")
    label.hide()
    return label


def _timer(plot: CurvePlot, interval_ms: int, call: object) -> QTimer:
    timer = QTimer(plot)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(call)
    return timer

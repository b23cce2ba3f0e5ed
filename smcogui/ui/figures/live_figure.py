"""Draws the figure of a view again whenever its designs, its options or its place change."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from smcogui.analysis.figure_spec import DPI, SIZES_MM, FigureSpec
from smcogui.app.figure_request import FigureRequest, SourceRequest
from smcogui.ui.figures.drawn_figure import DrawnFigure
from smcogui.ui.figures.figure_process import STOPPED
from smcogui.ui.theme import DARK, applied_theme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from smcogui.rendering.messages import Message
    from smcogui.ui.figures.figure_process import FigureProcess
    from smcogui.ui.figures.figure_view import FigureView

_WAIT_MS: Final = 150
_PIXELS_PER_INCH: Final = 96
_MM_PER_INCH: Final = 25.4
_MOST_PIXELS: Final = 3200
_PATIENCE_S: Final = 2.0
"""What is under way for longer is ended where something else is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How a figure fills its place: size on paper and dots per inch."""

    spec: FigureSpec
    dpi: int


class LiveFigure(QObject):
    """The figure of a view.

    Parameters
    ----------
    topic : str
        Under which it asks the process.
    view : FigureView
    process : FigureProcess
    about : callable
        Returns what designs are shown, in words.
    """

    def __init__(
        self, topic: str, view: FigureView, process: FigureProcess, about: Callable[[], str]
    ) -> None:
        super().__init__(view)
        self._topic, self._view, self._process, self._about = topic, view, process, about
        self._source: SourceRequest | None = None
        self._kind: dict[str, Any] = {}
        self._chosen: dict[str, dict[str, str]] = {}
        self._began = 0.0
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MS)
        self._wait.timeout.connect(self._ask)
        view.canvas.room_changed.connect(self.redraw)
        view.options_changed.connect(self._options_changed)
        view.stop_wanted.connect(lambda: process.stop(topic))

    @property
    def name(self) -> str:
        """Name of the figure; empty before one is chosen."""
        return str(self._kind.get("name", ""))

    @property
    def request(self) -> FigureRequest | None:
        """The figure in its own size; None where there is none."""
        if self._source is None or not self.name:
            return None
        return FigureRequest(
            source=self._source, name=self.name, options=self._chosen.get(self.name, {})
        )

    @property
    def is_busy(self) -> bool:
        """Whether another picture is on its way."""
        return self._wait.isActive() or self._process.is_busy(self._topic)

    def show_kind(self, kind: Mapping[str, Any]) -> None:
        """Show another figure, or what has become of this one."""
        if kind["name"] != self.name:
            self._view.show_options([], {})
            self._view.canvas.show_words("")
        self._kind = dict(kind)
        self._view.show_kind(kind)
        self.redraw()

    def show_source(self, source: SourceRequest | None) -> None:
        """Show the figure of other designs."""
        self._source = source
        self.redraw()

    def redraw(self) -> None:
        """Draw again a moment later, unless something else is wanted before."""
        if self._source is None or not self._kind:
            return
        if not self._kind["possible"]:
            self._wait.stop()
            self._process.drop(self._topic)
            reason = self._kind["reason"]
            self._view.show_refusal(f"This figure cannot be drawn of these designs: {reason}.")
            return
        self._wait.start()

    def forget(self) -> None:
        """Show nothing, as in another project."""
        self._wait.stop()
        self._process.drop(self._topic)
        self._source, self._kind = None, {}
        self._view.show_refusal("")

    def _options_changed(self) -> None:
        if self.name:
            self._chosen[self.name] = self._view.form.chosen()
            self.redraw()

    def _ask(self) -> None:
        request = self.request
        if request is None or not self._view.isVisible():
            return
        if self._process.is_at_work(self._topic) and time.monotonic() - self._began > _PATIENCE_S:
            self._process.drop(self._topic)
        drawing = self.drawing()
        app = QApplication.instance()
        is_dark = isinstance(app, QApplication) and applied_theme(app) is DARK
        if not self._process.is_busy(self._topic):
            self._began = time.monotonic()
        self._view.show_busy()
        self._process.ask(
            self._topic,
            {
                "do": "figure",
                "figure": request.resized(drawing.spec).facts(),
                "dpi": drawing.dpi,
                "is_dark": is_dark,
            },
            lambda message: self._show(request, message),
            self._refuse,
        )

    def drawing(self) -> Drawing:
        """Return the size in which letters are readable and the figure fills its place."""
        canvas = self._view.canvas
        room, zoom = canvas.room(), canvas.zoom * canvas.devicePixelRatio()
        least = float(self._kind["least_width_mm"])
        width = room.width() / _PIXELS_PER_INCH * _MM_PER_INCH
        # What has many panels is drawn smaller, and nothing larger than figures can be.
        shrink = min(max(1.0, least / width), SIZES_MM[1] / width)
        width *= shrink
        height = width * room.height() / max(room.width(), 1)
        fine = room.width() * zoom / (width / _MM_PER_INCH)
        most = _MOST_PIXELS / (width / _MM_PER_INCH)
        return Drawing(
            spec=FigureSpec(
                width_mm=width, height_mm=min(max(height, SIZES_MM[0]), SIZES_MM[1]), dpi=DPI[0]
            ),
            dpi=round(min(max(fine, DPI[0]), most, DPI[1])),
        )

    def _show(self, request: FigureRequest, message: Message) -> None:
        seconds = time.monotonic() - self._began
        self._began = time.monotonic()
        about = f"{self._about()} · drawn in {seconds:.1f} s"
        self._view.show_figure(DrawnFigure.of(message), request.options, about)

    def _refuse(self, reason: str) -> None:
        words = "Drawing was stopped; change an option or choose a figure to draw again."
        self._view.show_refusal(words if reason == STOPPED else f"{reason[0].upper()}{reason[1:]}.")

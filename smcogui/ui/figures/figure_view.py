"""A figure with what is chosen of it above and where its numbers come from below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from smcogui.ui.figures.figure_canvas import FigureCanvas
from smcogui.ui.figures.option_form import OptionForm
from smcogui.ui.icons import icon
from smcogui.ui.widgets.elided_button import ElidedButton
from smcogui.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from smcogui.ui.figures.drawn_figure import DrawnFigure

_PATIENCE_MS: Final = 1000
"""After which drawing can be stopped."""


class FigureView(QWidget):
    """Header, options, canvas and footer.

    Signals
    -------
    choose_wanted, stop_wanted : Signal()
        Another figure is to be chosen; what is being drawn is to be stopped.
    options_changed : Signal()
        Something else is chosen of the figure.
    """

    choose_wanted = Signal()
    stop_wanted = Signal()
    options_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.choose = ElidedButton()
        self.choose.setAccessibleName(f"{name}: choose another")
        self.options_button = _tool("tune-variant", "Options of the figure", name)
        self.options_button.setCheckable(True)
        self.zoom_out = _tool("magnify-minus-outline", "Smaller (-)", name)
        self.zoom_all = _tool("fit-to-page-outline", "Whole figure (0)", name)
        self.zoom_in = _tool("magnify-plus-outline", "Larger (+); or turn the wheel", name)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Stop drawing; what was computed of this figure so far is lost.")
        self.stop.hide()
        self.form = OptionForm()
        self.form.hide()
        self.canvas = FigureCanvas()
        self.canvas.setAccessibleName(f"{name}: picture")
        self.footer = ElidedLabel()
        self.footer.setProperty("role", "muted")
        self._about = ""
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self.stop.show)
        self._lay_out()
        self._connect()

    def show_kind(self, kind: Mapping[str, Any]) -> None:
        """Name the figure and say where its marks come from."""
        paper = f"{kind['paper']}: " if kind["paper"] else ""
        title = str(kind["title"])
        self.choose.setText(f"{paper}{title[0].upper()}{title[1:]}")
        self.choose.setToolTip(f"{self.choose.text()}\nChoose another figure.")
        self._about = " and ".join(kind["origins"]).capitalize()
        self.footer.show_text(self._about)

    def show_busy(self) -> None:
        """Say that a figure is being drawn; the one before stays meanwhile."""
        if not self._patience.isActive() and self.stop.isHidden():
            self._patience.start()
        if self.canvas.figure is None:
            self.canvas.show_words("Drawing the figure…")
        self.footer.show_text(f"{self._about} · drawing…")

    def show_figure(self, figure: DrawnFigure, chosen: Mapping[str, str], about: str) -> None:
        """Show a figure, what is chosen of it, and what it was drawn of."""
        self._end_waiting()
        self.canvas.show_figure(figure)
        self.show_options(figure.options, chosen)
        self.footer.show_text(f"{self._about} · {about}")

    def show_options(self, declared: list[dict[str, Any]], chosen: Mapping[str, str]) -> None:
        """Offer what can be chosen of the figure."""
        self.form.show_options(declared, chosen)
        self.options_button.setEnabled(bool(declared))
        if not declared:
            self.options_button.setChecked(False)

    def show_refusal(self, words: str) -> None:
        """Say why there is no figure."""
        self._end_waiting()
        self.canvas.show_words(words)
        self.footer.show_text(self._about)

    def _end_waiting(self) -> None:
        self._patience.stop()
        self.stop.hide()

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(4)
        header.addWidget(self.choose, 1)
        header.addWidget(self.stop)
        for button in (self.options_button, self.zoom_out, self.zoom_all, self.zoom_in):
            header.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(header)
        layout.addWidget(self.form)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.footer)

    def _connect(self) -> None:
        self.choose.clicked.connect(lambda: self.choose_wanted.emit())
        self.stop.clicked.connect(lambda: self.stop_wanted.emit())
        self.options_button.toggled.connect(self.form.setVisible)
        self.zoom_out.clicked.connect(lambda: self.canvas.zoom_by(-1))
        self.zoom_in.clicked.connect(lambda: self.canvas.zoom_by(1))
        self.zoom_all.clicked.connect(lambda: self.canvas.show_all())
        self.form.changed.connect(self.options_changed)

    def refresh_colours(self) -> None:
        """Take the icons in the colours of the palette."""
        for button in (self.options_button, self.zoom_out, self.zoom_all, self.zoom_in):
            button.setIcon(icon(str(button.property("iconName"))))

    def describe_by(self, describe: Callable[[str], str]) -> None:
        """Say in tool tips of marks what this says of a design."""
        self.canvas.describe = describe


def _tool(name: str, tip: str, view: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setProperty("iconName", name)
    button.setToolTip(tip)
    button.setAccessibleName(f"{view}: {tip.partition(' (')[0]}")
    button.setProperty("panel", True)
    return button

"""A figure of a dataset as a file: size, title and format, with the figure as it will be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from smcogui.analysis.figure_spec import RASTER_SUFFIXES
from smcogui.errors import InputError
from smcogui.ui.analysis_tab.export_dialog import FIGURE_FORMATS, ExportDialog
from smcogui.ui.analysis_tab.paper_form import PaperForm
from smcogui.ui.figures.drawn_figure import DrawnFigure
from smcogui.ui.widgets.vertical_scroll import vertical_scroll

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent

    from smcogui.app.figure_request import FigureRequest
    from smcogui.rendering.messages import Message
    from smcogui.ui.dialog_memory import DialogMemory
    from smcogui.ui.figures.figure_process import FigureProcess
    from smcogui.ui.run_bridge import RunBridge

_FORM_WIDTHS: Final = (320, 370)
_SIZE: Final = QSize(1080, 620)
_TOPIC: Final = "figure export"
_WAIT_MS: Final = 250
_PREVIEW_DPI: Final = 130
_MARGIN: Final = 12
_WHAT: Final = {"paragraph": "the methods paragraph", "bibtex": "the citations as BibTeX"}


class FigureExportDialog(ExportDialog):
    """Size, title, file and a picture on paper.

    Signals
    -------
    command_wanted : Signal(str)
        The line of a shell that makes the same file, to be copied.
    text_copied : Signal(str, str)
        A text to be copied, and what it is.
    """

    command_wanted = Signal(str)
    text_copied = Signal(str, str)

    def __init__(
        self,
        process: FigureProcess,
        bridge: RunBridge,
        memory: DialogMemory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("figure of designs", bridge, memory, FIGURE_FORMATS, parent)
        self.setWindowTitle("Export figure of designs")
        self._process = process
        self._asked: FigureRequest | None = None
        self._request: FigureRequest | None = None
        self._kind: dict[str, Any] = {}
        self._refusal = ""
        self.form = PaperForm(has_unit=False)
        self.form.lay_out()
        self.paper = PaperPicture()
        self.command = QPushButton("Copy as co&mmand")
        self.command.setToolTip("Copy a line for a shell that makes the same file.")
        self.command.setAutoDefault(False)
        self.size_text = QLabel()
        self.size_text.setProperty("role", "muted")
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MS)
        self._wait.timeout.connect(self._draw)
        self._lay_out()
        self.form.changed.connect(self.redraw)
        self.target.format_changed.connect(
            lambda suffix: self.form.set_raster(suffix in RASTER_SUFFIXES)
        )
        self.export_wanted.connect(lambda _path: self.keep(**self.form.to_keep()))
        self.copy_wanted.connect(self._copy_methods)
        self.command.clicked.connect(self._copy_command)

    @property
    def request(self) -> FigureRequest | None:
        """The figure in the chosen size; None where it is not possible."""
        return self._request

    def open_for(self, request: FigureRequest, kind: Mapping[str, Any]) -> None:
        """Show the dialog for a figure."""
        self._asked, self._kind = request, dict(kind)
        self.form.blockSignals(True)
        self.form.restore(self.recall())
        self.form.title.clear()
        if (self.form.width_row.length() or 0) < kind["least_width_mm"]:
            self.form.width_row.set_length(kind["width_mm"])
        self.form.blockSignals(False)
        title = str(kind["title"])
        self.show_subject(f"{title[0].upper()}{title[1:]}.", [], request.name)
        self.form.set_raster(self.target.suffix in RASTER_SUFFIXES)
        self.paper.show_words("Drawing the figure…")
        self.redraw()
        self.open()

    def problem(self) -> str:
        """Return why the figure cannot be written."""
        return self._refusal

    def redraw(self) -> None:
        """Draw what is chosen, or say why it cannot be."""
        self._request, self._refusal = None, ""
        try:
            spec = self.form.spec()
        except InputError as error:
            self._refuse(str(error))
            return
        if self._asked is not None:
            self._request = self._asked.resized(spec)
            self._wait.start()
        self.refresh()

    def reject(self) -> None:
        """Close; the preview is not wanted any more."""
        self._wait.stop()
        self._process.drop(_TOPIC)
        super().reject()

    def _draw(self) -> None:
        if self._request is None:
            return
        facts = {
            "do": "figure",
            "figure": self._request.facts(),
            "dpi": _PREVIEW_DPI,
            "is_dark": False,
        }
        self._process.ask(_TOPIC, facts, self._show, self._refuse)

    def _show(self, message: Message) -> None:
        self.paper.show_picture(DrawnFigure.of(message).picture)
        if self._request is not None and self._request.spec is not None:
            width, height = self._request.spec.width_mm, float(message.facts["height_mm"])
            self.size_text.setText(
                f"{width:g} × {height:.0f} mm. Beside it the designs that it shows, as a table "
                "(.data.csv)."
            )
        self.refresh()

    def _refuse(self, reason: str) -> None:
        self._refusal = f"{reason[:1].upper()}{reason[1:]}"
        self.paper.show_words("Nothing to show.")
        self.size_text.clear()
        self.refresh()

    def _copy_methods(self, part: str) -> None:
        if self._request is not None:
            facts = {"do": "methods", "figure": self._request.facts()}
            self._process.ask(
                "figure methods",
                facts,
                lambda message: self._copied(part, str(message.facts[part])),
                self.show_error,
            )

    def _copied(self, part: str, text: str) -> None:
        self.text_copied.emit(text, _WHAT[part])
        self.show_copied(_WHAT[part])

    def _copy_command(self) -> None:
        target = self.target.target
        if self._request is not None and target is not None:
            self.command_wanted.emit(self._request.command(str(target.path)))
            self.show_copied("the command that draws this figure")

    def _lay_out(self) -> None:
        column = vertical_scroll(self.form)
        column.setMinimumWidth(_FORM_WIDTHS[0])
        column.setMaximumWidth(_FORM_WIDTHS[1])
        below = QHBoxLayout()
        below.addWidget(self.size_text, 1)
        below.addWidget(self.command)
        right = QVBoxLayout()
        right.addWidget(self.paper, 1)
        right.addLayout(below)
        row = QHBoxLayout()
        row.addWidget(column, 1)
        row.addLayout(right, 2)
        middle = QVBoxLayout()
        middle.addLayout(row)
        self.finish_layout(middle, _SIZE)


class PaperPicture(QFrame):
    """A picture in its own proportions, or words in its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("Preview of the figure")
        self.setMinimumSize(240, 140)
        self._picture, self._words = QPixmap(), ""

    @property
    def picture(self) -> QPixmap:
        """What is shown; a null picture where there is none."""
        return self._picture

    def show_picture(self, picture: QPixmap) -> None:
        """Show a picture."""
        self._picture = picture
        self.update()

    def show_words(self, words: str) -> None:
        """Show words."""
        self._picture, self._words = QPixmap(), words
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture in the middle, as large as it fits."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        if self._picture.isNull():
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._words)
            return
        size = self._picture.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(room.topLeft(), size)
        place.moveCenter(room.center())
        painter.drawPixmap(place, self._picture)

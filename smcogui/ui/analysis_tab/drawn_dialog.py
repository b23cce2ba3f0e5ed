"""An export dialog of a figure: what is chosen beside a picture of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from smcogui.analysis.figure_spec import RASTER_SUFFIXES
from smcogui.errors import InputError
from smcogui.ui.analysis_tab.export_dialog import FIGURE_FORMATS, ExportDialog
from smcogui.ui.analysis_tab.figure_preview import FigurePreview
from smcogui.ui.widgets.vertical_scroll import vertical_scroll

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.analysis.figure_spec import FigureSpec
    from smcogui.ui.analysis_tab.paper_form import PaperForm
    from smcogui.ui.dialog_memory import DialogMemory
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge

_FORM_WIDTHS: Final = (340, 390)

Draw = tuple["Callable[[int], bytes]", "FigureSpec"]
"""What draws a PNG of so many dots per inch in a worker thread, and how it is drawn."""


class DrawnDialog(ExportDialog):
    """Size, file and more, with the figure as it will be.

    Parameters
    ----------
    name : str
        Under which its choices are remembered.
    form : PaperForm
        Laid out.
    """

    def __init__(
        self,
        name: str,
        form: PaperForm,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        memory: DialogMemory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, bridge, memory, FIGURE_FORMATS, parent)
        self._units, self._paper = units, form
        self._spec: FigureSpec | None = None
        self._refusal = self._undrawn = ""
        self.preview = FigurePreview(bridge)
        self.size_text = QLabel()
        self.size_text.setProperty("role", "muted")
        self._lay_out()
        form.changed.connect(self.redraw)
        self.preview.drawn.connect(partial(self._drawn, ""))
        self.preview.refused.connect(self._drawn)
        self.target.format_changed.connect(
            lambda suffix: form.set_raster(suffix in RASTER_SUFFIXES)
        )
        self.export_wanted.connect(lambda _path: self.keep(**form.to_keep()))

    def drawing(self) -> Draw:
        """Return what draws what is chosen; raises InputError where it cannot be drawn."""
        raise NotImplementedError

    def problem(self) -> str:
        """Return why the figure cannot be drawn."""
        return self._refusal or self._undrawn

    def begin_form(self) -> None:
        """Choose what was chosen the last time, in the field unit in use."""
        form = self._paper
        form.blockSignals(True)
        form.restore(self.recall())
        form.unit.set_value(self._units.unit.name)
        form.title.clear()
        form.blockSignals(False)
        self.preview.show_none()

    def redraw(self) -> None:
        """Draw what is chosen, or say why it cannot be."""
        self._undrawn = ""
        try:
            draw, spec = self.drawing()
        except InputError as error:
            self._spec, self._refusal = None, str(error)
            self.preview.show_none()
            self.size_text.clear()
        else:
            self._spec, self._refusal = spec, ""
            self.preview.show_figure(draw, spec.width_mm, spec.height)
        self.refresh()

    def _drawn(self, refusal: str) -> None:
        self._undrawn = refusal
        picture = self.preview.picture
        if self._spec is not None and not picture.isNull():
            width = self._spec.width_mm
            self.size_text.setText(_size_text(width, width * picture.height() / picture.width()))
        self.refresh()

    def _lay_out(self) -> None:
        column = vertical_scroll(self._paper)
        column.setMinimumWidth(_FORM_WIDTHS[0])
        column.setMaximumWidth(_FORM_WIDTHS[1])
        right = QVBoxLayout()
        right.addWidget(self.preview, 1)
        right.addWidget(self.size_text)
        row = QHBoxLayout()
        row.addWidget(column, 1)
        row.addLayout(right, 2)
        middle = QVBoxLayout()
        middle.addLayout(row)
        self.finish_layout(middle, QSize(1080, 620))


def _size_text(width_mm: float, height_mm: float) -> str:
    return f"{width_mm:g} × {height_mm:.0f} mm. In PDF and SVG text stays text and can be edited."

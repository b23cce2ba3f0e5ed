"""Ctrl+E: the curves of runs as a figure, chosen beside a picture of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from smcogui.errors import InputError
from smcogui.ui.analysis_tab.export_dialog import ExportDialog
from smcogui.ui.analysis_tab.figure_form import FigureChoice, FigureForm
from smcogui.ui.analysis_tab.figure_preview import FigurePreview
from smcogui.ui.widgets.vertical_scroll import vertical_scroll

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.session import RunRecord, Session
    from smcogui.ui.dialog_memory import DialogMemory
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge

_FORMATS: Final = {".pdf": "PDF", ".svg": "SVG", ".png": "PNG"}
_NAME: Final = "figure"
_FORM_WIDTHS: Final = (340, 390)


class FigureDialog(ExportDialog):
    """Quantity, what is drawn, size and file, with the figure as it will be."""

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        memory: DialogMemory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_NAME, bridge, memory, _FORMATS, parent)
        self.setWindowTitle("Export figure")
        self._session, self._bridge, self._units, self._memory = session, bridge, units, memory
        self._choice: FigureChoice | None = None
        self._refusal = self._undrawn = ""
        self.form = FigureForm()
        self.preview = FigurePreview(bridge)
        self.size_text = QLabel()
        self.size_text.setProperty("role", "muted")
        self._lay_out()
        self.form.changed.connect(self._chosen)
        self.preview.drawn.connect(partial(self._drawn, ""))
        self.preview.refused.connect(self._drawn)
        self.target.format_changed.connect(lambda suffix: self.form.set_raster(suffix == ".png"))
        self.export_wanted.connect(lambda _path: self.keep(**self.form.to_keep()))

    @property
    def choice(self) -> FigureChoice | None:
        """What is chosen; None while it cannot be drawn."""
        return self._choice

    def open_for(self, runs: Sequence[RunRecord], measured: Sequence[str]) -> None:
        """Show the dialog for runs, and for measured curves that are on show."""
        self.form.blockSignals(True)
        self.form.restore(self._memory.recall(_NAME))
        self.form.unit.set_value(self._units.unit.name)
        self.form.title.clear()
        self.form.blockSignals(False)
        self.preview.show_none()
        self.show_runs(runs, runs[0].name if len(runs) == 1 else "curves")
        self.form.set_raster(self.target.suffix == ".png")
        self._bridge.ask(
            "measured names",
            lambda: [each.name for each in self._session.measured.records()],
            lambda names: self.form.offer_measured(names, measured),
            lambda error: self.banner.show_message("warning", str(error)),
        )
        self.form.offer_measured(measured, measured)
        self.open()
        self.form.quantity.setFocus()

    def problem(self) -> str:
        """Return why the figure cannot be drawn."""
        return self._refusal or self._undrawn

    def _chosen(self) -> None:
        """Draw what is chosen, or say why it cannot be."""
        self._undrawn = ""
        try:
            choice = self.form.choice()
        except InputError as error:
            self._choice, self._refusal = None, str(error)
            self.preview.show_none()
            self.size_text.clear()
        else:
            self._choice, self._refusal = choice, ""
            run_ids = tuple(self.run_ids)
            self.preview.show_figure(
                lambda dpi: self._session.preview_figure(
                    run_ids,
                    choice.spec,
                    measured=choice.measured,
                    analytic=choice.analytic,
                    dpi=dpi,
                ),
                choice.spec.width_mm,
                choice.spec.height,
            )
        self.refresh()

    def _drawn(self, refusal: str) -> None:
        self._undrawn = refusal
        picture = self.preview.picture
        if self._choice is not None and not picture.isNull():
            width = self._choice.spec.width_mm
            self.size_text.setText(_size_text(width, width * picture.height() / picture.width()))
        self.refresh()

    def _lay_out(self) -> None:
        column = vertical_scroll(self.form)
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

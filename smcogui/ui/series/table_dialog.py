"""A series as a table: the file and its format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from smcogui.ui.analysis_tab.export_dialog import ExportDialog
from smcogui.ui.series.figure_dialog import about_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.data.series import Series
    from smcogui.ui.dialog_memory import DialogMemory
    from smcogui.ui.run_bridge import RunBridge

_FORMATS: Final = {".csv": "CSV", ".xlsx": "XLSX", ".parquet": "Parquet", ".tex": "LaTeX"}


class SeriesTableDialog(ExportDialog):
    """One row per value, with the fields in the unit in use."""

    def __init__(
        self, bridge: RunBridge, memory: DialogMemory, parent: QWidget | None = None
    ) -> None:
        super().__init__("series table", bridge, memory, _FORMATS, parent)
        self.setWindowTitle("Export series table")
        self.series_name = ""
        self.export_wanted.connect(lambda _path: self.keep())
        self.finish_layout(QVBoxLayout(), QSize(680, 170))

    def open_for(self, series: Series, run_ids: Sequence[str]) -> None:
        """Show the dialog for a series and its runs that are done."""
        self.series_name = series.name
        self.show_subject(about_series(series, run_ids), run_ids, series.name)
        self.open()
        self.target.line.setFocus()

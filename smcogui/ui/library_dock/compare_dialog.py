"""Two to six runs side by side: their mean curves, every choice and every quantity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.run_labels import exchange_rule_warning, run_labels
from smcogui.ui.analysis_tab.overlay import read_mean_curves
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.item_table import style_table

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.app.comparison import ComparedRow
    from smcogui.app.session import Session
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.widgets.banner import BannerLevel
    from smcogui.ui.widgets.plot_curve import PlotCurve

_HEADS = ("", "Section", "Quantity", "Unit")
_FILES = "CSV (*.csv);;Spreadsheet (*.xlsx)"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """What a worker thread read; ``warning`` where the runs are not comparable as they stand."""

    labels: list[str]
    rows: list[ComparedRow]
    curves: list[PlotCurve]
    warning: str


class CompareDialog(QDialog):
    """Stays open beside the window; follows the unit switch.

    Parameters
    ----------
    run_ids : list of str
        Two to six runs of the project.
    """

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        files: FileDialogs,
        run_ids: list[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._units, self._ids = session, bridge, units, run_ids
        self._files = files
        self._rows: list[ComparedRow] = []
        self._is_over = False
        self.finished.connect(self._end)
        self._topic = f"compare {'+'.join(run_ids)}"
        self.setWindowTitle(f"Compare {len(run_ids)} runs")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1040, 680)
        self.banner = Banner()
        self.plot = CurvePlot(units, "Reading the curves…")
        self.table = QTableWidget(0, len(_HEADS) + len(run_ids))
        self.table.setAccessibleName("Runs side by side")
        style_table(self.table)
        self.table.setSortingEnabled(False)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.only_differences = QCheckBox("Only &differences")
        self.only_differences.toggled.connect(lambda _on: self._fill())
        self._export = QPushButton("&Export…")
        self._export.clicked.connect(self._ask_path)
        close = QPushButton("&Close")
        close.clicked.connect(self.close)
        self._lay_out(close)
        units.changed.connect(self._read)
        self._read()

    @property
    def rows(self) -> list[ComparedRow]:
        """Everything that is compared."""
        return self._rows

    def changeEvent(self, event: QEvent) -> None:
        """Draw the curves again when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.plot.refresh_colours()

    def export(self, path: Path) -> None:
        """Write the comparison as a table."""
        unit = self._units.unit
        self._bridge.ask(
            f"{self._topic} export",
            lambda: self._session.exports.comparison(self._ids, path, unit.name, unit.energy_name),
            lambda provenance: self._tell(
                "note", f"Wrote {path}, with its provenance in {provenance.name}."
            ),
            self._explain,
        )

    def _lay_out(self, close: QPushButton) -> None:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.plot)
        splitter.addWidget(self.table)
        splitter.setSizes([290, 330])
        buttons = QHBoxLayout()
        buttons.addWidget(self.only_differences)
        buttons.addStretch(1)
        buttons.addWidget(self._export)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.banner)
        layout.addWidget(splitter, 1)
        layout.addLayout(buttons)

    def _read(self, _unit: object = None) -> None:
        unit = self._units.unit

        def read() -> _Compared:
            records = [self._session.run(run_id) for run_id in self._ids]
            return _Compared(
                labels=run_labels(records),
                rows=self._session.compare_runs(self._ids, unit.name, unit.energy_name),
                curves=read_mean_curves(self._session, self._ids),
                warning=exchange_rule_warning(records),
            )

        self._bridge.ask(self._topic, read, self._show, self._explain)

    def _end(self, _code: int) -> None:
        # An answer may still come, when there is no table left to show it in.
        self._is_over = True

    def _show(self, found: _Compared) -> None:
        if self._is_over:
            return
        self._rows = found.rows
        self.table.setHorizontalHeaderLabels([*_HEADS, *found.labels])
        self.plot.show_curves(found.curves)
        if found.warning:
            self.banner.show_message("warning", found.warning)
        elif len(found.curves) < len(self._ids):
            self.banner.show_message(
                "note", "Runs without two field steps have no curve yet and are not drawn."
            )
        self._fill()

    def _fill(self) -> None:
        only = self.only_differences.isChecked()
        rows = [row for row in self._rows if row.differs or not only]
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            mark = "≠" if row.differs else ""
            for column, text in enumerate((mark, row.section, row.title, row.unit, *row.texts)):
                self.table.setItem(number, column, _item(text, row, column))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.resizeColumnsToContents()
        self._share_width()

    def _share_width(self) -> None:
        """Let the columns of the runs fill the table where there is room for all of them."""
        header, mode = self.table.horizontalHeader(), QHeaderView.ResizeMode
        room = self.table.viewport().width() - self.table.verticalScrollBar().sizeHint().width()
        fits = header.length() <= room
        for column in range(len(_HEADS), header.count()):
            header.setSectionResizeMode(column, mode.Stretch if fits else mode.Interactive)

    def _ask_path(self) -> None:
        path = self._files.ask_save(self, "Export", "comparison.csv", _FILES)
        if path is not None:
            self.export(path)

    def _explain(self, error: Exception) -> None:
        self._tell("error", str(error))

    def _tell(self, level: BannerLevel, words: str) -> None:
        if not self._is_over:
            self.banner.show_message(level, words)


def _item(text: str, row: ComparedRow, column: int) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setToolTip(f"{row.title}: {row.source}")
    if row.differs:
        font = QFont(item.font())
        font.setBold(True)
        item.setFont(font)
    is_number: Any = column >= len(_HEADS) and not isinstance(row.values[column - len(_HEADS)], str)
    if is_number:
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item

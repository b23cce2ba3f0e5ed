"""The runs of the project as a table; one column per quantity, its unit in the header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from smcogui.ui.widgets.list_table import select_rows, style_table
from smcogui.units import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.session import RunRecord
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Parameters
    ----------
    title : str
        Header; ``{unit}`` stands for the field unit in use.
    value : callable
        Takes a run and returns a number, a text, or None where it is undefined.
    decimals : int
        Digits after the point, for numbers.
    is_field : bool
        Whether the number is a field in T, shown in the unit in use.
    is_energy : bool
        Whether the number is an energy density in kJ/m³, shown in the unit that goes with the
        field's; ``{energy}`` in the title stands for it.
    tip : str
        What the quantity is.
    """

    title: str
    value: Callable[[RunRecord], float | str | None]
    decimals: int = 2
    is_field: bool = False
    is_energy: bool = False
    tip: str = ""


class RunTableModel(QAbstractTableModel):
    """Runs as rows; :class:`Column` says what stands in the columns."""

    def __init__(
        self, columns: Sequence[Column], units: FieldUnitSwitch, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._units = units
        self._runs: tuple[RunRecord, ...] = ()
        units.changed.connect(self._unit_changed)

    @property
    def runs(self) -> tuple[RunRecord, ...]:
        """The runs, in the order in which the project lists them."""
        return self._runs

    def set_runs(self, runs: Sequence[RunRecord]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self._runs = tuple(runs)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of runs."""
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column, and what it is as its tool tip."""
        if orientation == Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title.format(
                unit=self._units.unit.name, energy=self._units.unit.energy_name
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip or None
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, alignment or, for sorting, the bare value of a cell."""
        column = self._columns[index.column()]
        value = column.value(self._runs[index.row()])
        if role == Qt.ItemDataRole.UserRole:
            return value
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell_text(value, column, self._units.unit)
        if role == Qt.ItemDataRole.TextAlignmentRole and not isinstance(value, str):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _unit_changed(self) -> None:
        if not self._columns:
            return
        last = len(self._columns) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        if self._runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._runs) - 1, last))


class RunTable(QTableView):
    """A sortable table of runs that keeps its selection when the runs are read again.

    Signals
    -------
    selection_changed : Signal(list)
        Run ids of the selected rows, from top to bottom.
    """

    selection_changed = Signal(list)

    def __init__(
        self,
        columns: Sequence[Column],
        units: FieldUnitSwitch,
        *,
        several: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = RunTableModel(columns, units, self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setSortRole(Qt.ItemDataRole.UserRole)
        self.setModel(self._proxy)
        style_table(self)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.selectionModel().selectionChanged.connect(lambda *_: self._tell())

    @property
    def runs(self) -> tuple[RunRecord, ...]:
        """All runs of the table."""
        return self._model.runs

    def selected_ids(self) -> list[str]:
        """Return the run ids of the selected rows, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._run_at(row).run_id for row in rows]

    def set_runs(self, runs: Sequence[RunRecord]) -> None:
        """Replace the rows; what was selected stays selected."""
        selected = self.selected_ids()
        names = [run.name for run in self._model.runs]
        self.selectionModel().blockSignals(True)
        self._model.set_runs(runs)
        self.select(selected)
        self.selectionModel().blockSignals(False)
        if [run.name for run in runs] != names:
            self.resizeColumnsToContents()
        if self.selected_ids() != selected:
            self._tell()

    def select(self, run_ids: list[str]) -> None:
        """Select the rows of these runs and no others."""
        rows = range(self._proxy.rowCount())
        select_rows(self, [row for row in rows if self._run_at(row).run_id in run_ids])

    def _run_at(self, row: int) -> RunRecord:
        return self._model.runs[self._proxy.mapToSource(self._proxy.index(row, 0)).row()]

    def _tell(self) -> None:
        self.selection_changed.emit(self.selected_ids())


def _cell_text(value: float | str | None, column: Column, unit: FieldUnit) -> str:
    if value is None:
        return NO_VALUE
    if isinstance(value, str):
        return value
    if column.is_field:
        return unit.number(value)
    if column.is_energy:
        return unit.energy_number(value)
    return f"{value:.{column.decimals}f}"

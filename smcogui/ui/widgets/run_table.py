"""The runs of the project as a table; one column per quantity, its unit in the header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt

from smcogui.app.run_labels import name_with_id, repeated_names
from smcogui.ui.widgets.item_model import Index, ItemModel
from smcogui.ui.widgets.item_table import ItemTable
from smcogui.units import NO_VALUE, decimal_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtWidgets import QWidget

    from smcogui.app.session import RunRecord
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch

_ROLES: Final = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.TextAlignmentRole,
    Qt.ItemDataRole.UserRole,
)
"""What is known of a cell; views ask for much more."""


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
    is_name : bool
        Whether it is the name of the run; those that share theirs are told apart by their ids, as
        in legends.
    tip : str
        What the quantity is.
    """

    title: str
    value: Callable[[RunRecord], float | str | None]
    decimals: int = 2
    is_field: bool = False
    is_energy: bool = False
    is_name: bool = False
    tip: str = ""


class RunTableModel(ItemModel):
    """Runs as rows; :class:`Column` says what stands in the columns."""

    def __init__(
        self, columns: Sequence[Column], units: FieldUnitSwitch, parent: QWidget | None = None
    ) -> None:
        super().__init__(len(columns), parent)
        self._columns = tuple(columns)
        self._units = units
        self._repeated: frozenset[str] = frozenset()
        units.changed.connect(self._unit_changed)

    def item_id(self, item: RunRecord) -> str:
        """Return the id of a run."""
        return item.run_id

    def set_items(self, items: Iterable[RunRecord]) -> None:
        """Show other runs."""
        runs = tuple(items)
        before, self._repeated = self._repeated, repeated_names(run.name for run in runs)
        super().set_items(runs)
        if self._repeated != before:
            self._tell_all()

    def sort_key(self, item: RunRecord, column: int) -> float | str | None:
        """Return the bare value of a cell."""
        return self._columns[column].value(item)

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
        """Return text, alignment or the bare value of a cell."""
        if role not in _ROLES:
            return None
        column, run = self._columns[index.column()], self.item_at(index.row())
        value = column.value(run)
        if role == Qt.ItemDataRole.UserRole:
            return value
        if column.is_name and run.name in self._repeated:
            value = name_with_id(run.name, run.run_id)
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell_text(value, column, self._units.unit)
        if role == Qt.ItemDataRole.TextAlignmentRole and not isinstance(value, str):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _unit_changed(self) -> None:
        if not self._columns:
            return
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
        self._tell_all()

    def _tell_all(self) -> None:
        if self._columns and self.rowCount():
            last = self.index(self.rowCount() - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


class RunTable(ItemTable):
    """A sortable table of runs that keeps its selection when the runs are read again."""

    def __init__(
        self,
        columns: Sequence[Column],
        units: FieldUnitSwitch,
        *,
        several: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(RunTableModel(columns, units), several=several, parent=parent)

    @property
    def runs(self) -> tuple[RunRecord, ...]:
        """All runs of the table, in the order in which the project lists them."""
        return self._items.items

    def set_runs(self, runs: Sequence[RunRecord]) -> None:
        """Show other runs; what was selected stays selected."""
        self._set_items(runs)


def _cell_text(value: float | str | None, column: Column, unit: FieldUnit) -> str:
    if value is None:
        return NO_VALUE
    if isinstance(value, str):
        return value
    if column.is_field:
        return unit.number(value)
    if column.is_energy:
        return unit.energy_number(value)
    return decimal_text(value, column.decimals)

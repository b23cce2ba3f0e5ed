"""The designs of a campaign as a table that tens of thousands of rows do not slow down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt

from smcogui.campaigns.progress import MemberState
from smcogui.ui.campaigns.coordinate_labels import label_of, value_text
from smcogui.ui.widgets.item_model import Index, ItemModel
from smcogui.ui.widgets.item_table import ItemTable
from smcogui.units import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from smcogui.campaigns.campaign import Campaign
    from smcogui.campaigns.progress import MemberStatus
    from smcogui.ui.field_unit import FieldUnitSwitch

_FIRST: Final = ("Design", "State")
_LAST: Final = ("Hc ({unit})", "Attempts", "Reason")
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_Role = Qt.ItemDataRole


class DesignModel(ItemModel):
    """Statuses as rows; between the fixed columns stands one per coordinate of the campaign."""

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        super().__init__(len(_FIRST) + len(_LAST), parent)
        self._units = units
        self._names: tuple[str, ...] = ()
        self._keys: tuple[str, ...] = ()
        units.changed.connect(lambda _unit: self._unit_changed())

    @property
    def keys(self) -> tuple[str, ...]:
        """The coordinates that have a column."""
        return self._keys

    def show_campaign(self, campaign: Campaign | None) -> None:
        """Have the columns of a campaign's coordinates."""
        samplings = [] if campaign is None else [block.sampling for block in campaign.blocks]
        self._names = tuple(sampling.name for sampling in samplings)
        keys = tuple(
            dict.fromkeys(
                key
                for sampling in samplings
                for key in ([a.key for a in sampling.axes] or sampling.points[0])
            )
        )
        if keys != self._keys:
            self.beginResetModel()
            self._keys = keys
            self._column_count = len(_FIRST) + len(keys) + len(_LAST)
            self.endResetModel()

    def item_id(self, item: MemberStatus) -> str:
        """Return the key of a design."""
        return item.entry.key

    def sort_key(self, item: MemberStatus, column: int) -> float | str | None:
        """Return what a cell is sorted by."""
        place = column - len(_FIRST)
        if 0 <= place < len(self._keys):
            # Of one coordinate all are numbers, or all are words.
            return item.entry.point.get(self._keys[place])
        if column == self._column_count - len(_LAST):
            return item.mu0_Hc_T
        if column == 0:
            return item.entry.block * 1e9 + item.entry.place
        if column == 1:
            return item.state.value
        is_reason = column == self._column_count - 1
        return item.reason if is_reason else float(len(item.attempts))

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column, with its unit."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            titles = (*_FIRST, *(label_of(key) for key in self._keys), *_LAST)
            return titles[section].format(unit=self._units.unit.name)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tool tip or alignment of a cell."""
        item: MemberStatus = self.item_at(index.row())
        column = index.column()
        if role == _Role.DisplayRole:
            return self._text(item, column)
        if role == _Role.ToolTipRole and column == self._column_count - 1:
            return item.reason or None
        if role == _Role.TextAlignmentRole and len(_FIRST) <= column < self._column_count - 1:
            return _RIGHT
        return None

    def _text(self, item: MemberStatus, column: int) -> str:
        if column == 0:
            block = item.entry.block
            name = self._names[block] if block < len(self._names) else ""
            return f"{name} {item.entry.place + 1}"
        if column == 1:
            return state_words(item)
        place = column - len(_FIRST)
        if place < len(self._keys):
            return value_text(item.entry.point.get(self._keys[place]))
        tries = str(len(item.attempts)) if item.attempts else NO_VALUE
        return (self._units.unit.number(item.mu0_Hc_T), tries, item.reason)[place - len(self._keys)]

    def _unit_changed(self) -> None:
        column = self._column_count - len(_LAST)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, column, column)
        if self.rowCount():
            self.dataChanged.emit(self.index(0, column), self.index(self.rowCount() - 1, column))


class DesignTable(ItemTable):
    """A sortable table of designs; several can be selected."""

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        self._designs = DesignModel(units)
        super().__init__(self._designs, several=True, parent=parent)
        self.setAccessibleName("Designs of the campaign")

    @property
    def statuses(self) -> tuple[MemberStatus, ...]:
        """What is listed, in the order of the queue."""
        return self._designs.items

    def show_statuses(self, campaign: Campaign | None, statuses: Sequence[MemberStatus]) -> None:
        """Show these designs of a campaign; what was selected stays selected."""
        self._designs.show_campaign(campaign)
        self._set_items(statuses)


def state_words(status: MemberStatus) -> str:
    """Return where a design stands: ``running, 34 %``."""
    if status.state is MemberState.RUNNING and status.record is not None:
        return f"running, {100 * status.record.progress:.0f} %"
    if status.state is MemberState.SUBMITTED and status.record is not None:
        return f"submitted, {status.record.state.words}, {100 * status.record.progress:.0f} %"
    return status.state.value

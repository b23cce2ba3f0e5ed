"""The list of measured curves: which are shown, what is read from them, what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from smcogui.ui.measured.measured_text import readings_text
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.empty_label import EmptyLabel
from smcogui.units import MU0, decimal_text

if TYPE_CHECKING:
    from smcogui.data.measurements import Measurement
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch
    from smcogui.ui.measured.shown_curves import MeasuredCurves

BUTTONS: Final = ("measured.import", "measured.edit", "measured.rename", "measured.trash")
_EMPTY: Final = (
    "No measured curve yet.\n\nImport the file of a magnetometer (CSV, TXT, DAT), or drop it on "
    "the window: it is laid over the simulated curves, marked as measured."
)
_TIP: Final = (
    "A curve with a tick is laid over the plots of the Simulation and Analysis tabs and drawn in "
    "exported figures."
)


class MeasuredPanel(QWidget):
    """Lists the curves of :class:`MeasuredCurves`; a tick shows one on the plots.

    Signals
    -------
    selection_changed : Signal()
    """

    selection_changed = Signal()

    def __init__(
        self,
        curves: MeasuredCurves,
        units: FieldUnitSwitch,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._curves, self._units, self._actions = curves, units, actions
        self.banner = Banner()
        self.list = QTreeWidget()
        self.list.setAccessibleName("Measured curves")
        self.list.setToolTip(_TIP)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAlternatingRowColors(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.details = QLabel()
        self.details.setProperty("role", "muted")
        self.details.setWordWrap(True)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self.list.itemChanged.connect(self._ticked)
        self.list.itemSelectionChanged.connect(self._selected)
        self.list.customContextMenuRequested.connect(self._show_menu)
        curves.changed.connect(self._show)
        curves.failed.connect(lambda words: self.banner.show_message("error", words))
        units.changed.connect(self._show)
        self._show()

    def selected_names(self) -> list[str]:
        """Return the names of the selected curves, from top to bottom."""
        chosen = sorted(self.list.selectedItems(), key=self.list.indexOfTopLevelItem)
        return [item.text(0) for item in chosen]

    def select(self, name: str) -> None:
        """Select one curve."""
        for item in self.list.findItems(name, Qt.MatchFlag.MatchExactly):
            self.list.setCurrentItem(item)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for action_id in BUTTONS:
            button = QToolButton()
            button.setDefaultAction(self._actions[action_id])
            button.setAutoRaise(True)
            button.setAccessibleName(self._actions[action_id].text().replace("&", ""))
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(EmptyLabel(_EMPTY, margin=12))
        self._pages.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 6)
        layout.setSpacing(5)
        layout.addLayout(buttons)
        layout.addWidget(self.banner)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.details)

    def _show(self, _unit: object = None) -> None:
        selected, records = self.selected_names(), self._curves.records
        unit = self._units.unit
        self.list.blockSignals(True)
        self.list.clear()
        self.list.setHeaderLabels(["Name", f"Hc ({unit.name})", "Jr (T)", "N"])
        items = [_item(each, unit) for each in records]
        self.list.addTopLevelItems(items)
        for item in items:
            item.setSelected(item.text(0) in selected)
        for column in range(self.list.columnCount()):
            self.list.resizeColumnToContents(column)
        self.list.blockSignals(False)
        self._pages.setCurrentIndex(1 if records else 0)
        self._selected()

    def _ticked(self, item: QTreeWidgetItem, _column: int) -> None:
        self.banner.clear_message()
        self._curves.set_shown(item.text(0), item.checkState(0) is Qt.CheckState.Checked)

    def _selected(self) -> None:
        names = self.selected_names()
        chosen = self._curves.get(names[0]) if len(names) == 1 else None
        words = "" if chosen is None else _describe(chosen, self._units.unit)
        self.details.setText(words)
        self.details.setVisible(bool(words))
        self.selection_changed.emit()

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        for action_id in (*BUTTONS, "measured.show"):
            menu.addAction(self._actions[action_id])
        menu.exec(self.list.viewport().mapToGlobal(place))
        menu.deleteLater()


def _item(measurement: Measurement, unit: FieldUnit) -> QTreeWidgetItem:
    readings = measurement.readings
    Hc = None if readings.Hc is None else MU0 * readings.Hc
    Jr = decimal_text(None if readings.Mr is None else MU0 * readings.Mr, 3)
    item = QTreeWidgetItem([measurement.name, unit.number(Hc), Jr, f"{measurement.curve.N:.3g}"])
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(
        0, Qt.CheckState.Checked if measurement.is_shown else Qt.CheckState.Unchecked
    )
    for column in (1, 2, 3):
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setToolTip(0, _describe(measurement, unit))
    return item


def _describe(measurement: Measurement, unit: FieldUnit) -> str:
    columns = measurement.meta.get("columns", {})
    return (
        f"{readings_text(measurement.curve, unit)}. From {measurement.source_file}, "
        f"columns {columns.get('field', '?')} and {columns.get('moment', '?')}"
    )

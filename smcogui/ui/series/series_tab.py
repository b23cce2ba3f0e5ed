"""The Series tab: the project's series, the plot of one of them, a row for each of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from smcogui.data.series import series_points
from smcogui.runs.state import RunState
from smcogui.ui.series.series_plot import SeriesPlot
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.list_table import ListTable, Row
from smcogui.units import decimal_text
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPoint

    from smcogui.app.session import RunRecord
    from smcogui.data.series import Series, SeriesPoint
    from smcogui.design.variation import Parameter
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch

BUTTONS: Final = (
    "series.new",
    "series.run",
    "series.stop",
    "series.export_figure",
    "series.export_table",
    "series.trash",
)
_SHORT: Final = {"series.new": "New…", "series.run": "Run", "series.stop": "Stop"}
"""Words beside the icon, as those of the menu would not fit beside the title."""
_RUN_ID: Final = Qt.ItemDataRole.UserRole
_EMPTY_TITLE: Final = "No series yet"


class SeriesTab(QWidget):
    """Shows what is known of one series at a time; knows nothing of how it is run.

    Signals
    -------
    selection_changed : Signal()
        Another series, or another value of it.
    point_chosen : Signal(str)
        Id of the run of a value that was selected.
    run_wanted : Signal()
        Enter or a double click on a value.
    """

    selection_changed = Signal()
    point_chosen = Signal(str)
    run_wanted = Signal()

    def __init__(
        self, units: FieldUnitSwitch, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._units, self._actions = units, actions
        self._series: tuple[Series, ...] = ()
        self._runs: dict[str, RunRecord] = {}
        self._wanted = ""
        self.banner = Banner()
        self.list = ListTable(("Series", "Done"), "Series of the project")
        self.list.setSelectionMode(ListTable.SelectionMode.SingleSelection)
        self.plot = SeriesPlot(units)
        self.table = QTreeWidget()
        self.table.setAccessibleName("Values of the series")
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAlternatingRowColors(True)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.title = QLabel(_EMPTY_TITLE)
        self.title.setProperty("role", "heading")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._lay_out()
        self.list.selection_changed.connect(lambda _names: self._show_selected())
        self.plot.chosen.connect(self.select_run)
        self.table.itemSelectionChanged.connect(self._value_selected)
        self.table.itemActivated.connect(lambda *_: self.run_wanted.emit())
        self.table.customContextMenuRequested.connect(self._show_menu)
        units.changed.connect(lambda _unit: self._show_points())
        self._show_selected()

    @property
    def current(self) -> Series | None:
        """The series that is shown."""
        names = self.list.selected_ids()
        return next((each for each in self._series if [each.name] == names), None)

    @property
    def points(self) -> list[SeriesPoint]:
        """What the values of the shown series have come to."""
        series = self.current
        return [] if series is None else series_points(series, self._runs)

    @property
    def run_id(self) -> str:
        """Id of the run of the selected value; empty where none is selected."""
        chosen = self.table.selectedItems()
        return str(chosen[0].data(0, _RUN_ID)) if chosen else ""

    def show_series(self, series: Sequence[Series]) -> None:
        """Show the project's series, the newest first."""
        self._series = tuple(series)
        self._list()

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Show what the project's runs have come to."""
        self._runs = {run.run_id: run for run in runs}
        self._list()

    def select_series(self, name: str) -> None:
        """Show a series, at once or as soon as it is listed."""
        self._wanted = name
        self._list()

    def select_run(self, run_id: str) -> None:
        """Select the value of a run."""
        for row in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(row)
            if item is not None and item.data(0, _RUN_ID) == run_id:
                self.table.setCurrentItem(item)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self.title, 1)
        for action_id in BUTTONS:
            bar.addWidget(self._button(action_id))
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.plot)
        right.addWidget(self.table)
        right.setSizes([420, 170])
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.addWidget(self.list)
        halves.addWidget(right)
        halves.setStretchFactor(1, 1)
        halves.setSizes([250, 730])
        for splitter in (right, halves):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(8)
        self.list.setMinimumWidth(180)
        self.table.setMinimumHeight(90)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.addLayout(bar)
        layout.addWidget(self.banner)
        layout.addWidget(halves, 1)

    def _button(self, action_id: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[action_id])
        style = Qt.ToolButtonStyle
        if action_id in _SHORT:
            # What a button shows of its action, however often the action changes.
            self._actions[action_id].setIconText(_SHORT[action_id])
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon)
        else:
            button.setToolButtonStyle(style.ToolButtonIconOnly)
        button.setAccessibleName(self._actions.info(action_id).name)
        button.setProperty("panel", True)
        return button

    def _list(self) -> None:
        """List the series; the one that was shown, is wanted, or is the newest is shown."""
        rows = [_series_row(each, self._runs) for each in self._series]
        names = [each.name for each in self._series]
        self.list.set_rows(rows)
        if self._wanted in names:
            self.list.select([self._wanted])
            self._wanted = ""
        elif names and not self.list.selected_ids():
            self.list.select(names[:1])
        self._show_selected()

    def _show_selected(self) -> None:
        series = self.current
        self.title.setText(_EMPTY_TITLE if series is None else _title(series, self.points))
        self.title.setToolTip(self.title.text())
        self._show_points()

    def _show_points(self) -> None:
        series, points, selected = self.current, self.points, self.run_id
        parameter = None if series is None else series.parameter
        self.plot.show_points(parameter, points)
        self.table.blockSignals(True)
        self.table.clear()
        self.table.setHeaderLabels(_headers(parameter, self._units.unit))
        items = [_point_item(point, self._units.unit) for point in points]
        self.table.addTopLevelItems(items)
        for item in items:
            if item.data(0, _RUN_ID) == selected:
                self.table.setCurrentItem(item)
        for column in range(self.table.columnCount()):
            self.table.resizeColumnToContents(column)
        self.table.blockSignals(False)
        self.plot.select(self.run_id)
        self.selection_changed.emit()

    def _value_selected(self) -> None:
        self.plot.select(self.run_id)
        self.selection_changed.emit()
        if self.run_id:
            self.point_chosen.emit(self.run_id)

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        for action_id in ("series.show", "series.run", "series.stop"):
            menu.addAction(self._actions[action_id])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.table.viewport().mapToGlobal(place))


def lacking(points: Sequence[SeriesPoint]) -> int:
    """Return how many values are not done yet."""
    return sum(point.state is not RunState.DONE for point in points)


def _title(series: Series, points: Sequence[SeriesPoint]) -> str:
    missing, total = lacking(points), len(points)
    state = "done" if missing == 0 else f"{total - missing} of {total} done"
    return f"{series.name}: Hc against {series.parameter.symbol}, {state}, simulated"


def _series_row(series: Series, runs: dict[str, RunRecord]) -> Row:
    points = series_points(series, runs)
    done = len(points) - lacking(points)
    return Row(
        row_id=series.name,
        cells=(
            (series.name, series.name.casefold()),
            (f"{done} of {len(points)}", float(done) / len(points)),
        ),
        tip=f"{series.name}: {series.parameter.name}",
    )


def _headers(parameter: Parameter | None, unit: FieldUnit) -> list[str]:
    first = "Value" if parameter is None else parameter.label
    field = unit.name
    return [first, f"Hc ({field})", "±", f"Hp ({field})", "±", "Φp", "±", "State"]


def _point_item(point: SeriesPoint, unit: FieldUnit) -> QTreeWidgetItem:
    state = "not started" if point.state is None else point.state.words
    if point.state is RunState.RUNNING:
        state = f"{state}, {100 * point.progress:.0f} %"
    shares = [decimal_text(each, 3) for each in (point.Phi_p, point.Phi_p_sd)]
    item = QTreeWidgetItem(
        [
            format_number(point.value, 8),
            unit.number(point.mu0_Hc_T),
            unit.number(point.mu0_Hc_sd_T),
            unit.number(point.mu0_Hp_T),
            unit.number(point.mu0_Hp_sd_T),
            *shares,
            state,
        ]
    )
    item.setData(0, _RUN_ID, point.run_id)
    for column in range(7):
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setToolTip(0, f"Run {point.run_id}. ± is the standard deviation over the half-cycles.")
    return item

"""The library: pages of designs, runs and the trash below one search line."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTableView,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.library_search import NAMES, Finder, Query, parse_query
from smcogui.errors import InputError
from smcogui.ui.library_dock.rows import (
    DESIGN_TITLES,
    TRASH_TITLES,
    describe_design_entry,
    describe_run,
    design_row,
    trash_row,
)
from smcogui.ui.long_lived import long_lived
from smcogui.ui.run_columns import LIBRARY_COLUMNS
from smcogui.ui.run_menu import RUN_ACTIONS, open_menu
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.empty_label import EmptyLabel
from smcogui.ui.widgets.list_table import ListTable
from smcogui.ui.widgets.run_table import RunTable
from smcogui.ui.widgets.style_property import set_style_property

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject, QPoint

    from smcogui.app.session import RunRecord, Session
    from smcogui.data.design_shelf import DesignEntry
    from smcogui.data.labels import Kind
    from smcogui.data.trash import TrashEntry
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge

DESIGNS, RUNS, TRASH = range(3)
BUTTONS: Final = (
    (
        "library.save", "library.load", "library.duplicate", "library.rename", "library.tag",
        "library.note", "library.trash",
    ),
    (
        "library.show", "library.load", "library.compare", "library.duplicate", "library.rename",
        "library.tag", "library.note", "library.trash",
    ),
    ("library.restore", "library.empty_trash"),
)  # fmt: skip
_EMPTY_TEXTS: Final = (
    "There are no designs yet.\n\nCtrl+Shift+S keeps the current design here under a name.",
    "There are no runs yet.\n\nRun a design (F5) and it appears here, with its quantities.",
    "The trash is empty.\n\nDesigns and runs that you delete are kept here until you empty it.",
)
_SEARCH_TIP: Final = (
    "All parts must hold. Words are looked for in name, tags, note, Z phase, preset and state; "
    "tag:word in the tags only; L>90 Hc>=4 T compares. Quantities: " + ", ".join(NAMES) + "."
)


class LibraryPanel(QWidget):
    """Three lists, one search line, and the buttons of the list that is shown.

    What the buttons do is in :mod:`~smcogui.ui.library_dock.library_commands`.

    Signals
    -------
    chosen : Signal()
        Enter or a double click on a row.
    selection_changed : Signal()
        Another page, or other rows of it.
    failed_unseen : Signal(str)
        Why something could not be done while the panel, which says it too, is out of sight.
    """

    chosen = Signal()
    selection_changed = Signal()
    failed_unseen = Signal(str)

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._units, self._actions = session, bridge, units, actions
        self._designs: list[DesignEntry] = []
        self._runs: list[RunRecord] = []
        self._finder = Finder()
        self._trash: list[TrashEntry] = []
        self._numbers = count(1)
        self._wanted = ""
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText("Search: name, tag, L>90 Hc>4")
        self.search.setAccessibleName("Search designs and runs")
        self.search.setToolTip(_SEARCH_TIP)
        self.search_note = Banner()
        self.banner = Banner()
        self.designs = ListTable(DESIGN_TITLES, "Designs of the library")
        self.designs.setDragEnabled(True)
        self.designs.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.runs = RunTable(LIBRARY_COLUMNS, units, several=True)
        self.runs.setAccessibleName("Runs of the library")
        self.trash = ListTable(TRASH_TITLES, "Trash of the project")
        self.details = QLabel()
        self.details.setProperty("role", "muted")
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setWordWrap(True)
        self.pages = QTabWidget()
        self._stacks: list[QStackedWidget] = []
        self._empty: list[EmptyLabel] = []
        self._lay_out()
        self._connect()
        self._show_lists()

    @property
    def page(self) -> int:
        """The page that is shown: DESIGNS, RUNS or TRASH."""
        return self.pages.currentIndex()

    def selected_designs(self) -> list[DesignEntry]:
        """Return the selected designs; none while another page is shown."""
        ids = set(self.designs.selected_ids()) if self.page == DESIGNS else set()
        return [entry for entry in self._designs if entry.design_id in ids]

    def selected_runs(self) -> list[RunRecord]:
        """Return the selected runs, from top to bottom; none while another page is shown."""
        ids = self.runs.selected_ids() if self.page == RUNS else []
        if not ids:
            return []
        by_id = {run.run_id: run for run in self._runs}
        return [by_id[run_id] for run_id in ids if run_id in by_id]

    def selected_trash(self) -> list[TrashEntry]:
        """Return what is selected in the trash; nothing while another page is shown."""
        ids = self.trash.selected_ids() if self.page == TRASH else []
        return [entry for entry in self._trash if entry.entry_id in ids]

    def design(self, design_id: str) -> DesignEntry | None:
        """Return a design of the library, or None where it is not listed."""
        return next((entry for entry in self._designs if entry.design_id == design_id), None)

    def selected_design(self) -> DesignEntry | None:
        """Return the selected design where exactly one is selected."""
        found = self.selected_designs()
        return found[0] if len(found) == 1 else None

    def selected_run(self) -> RunRecord | None:
        """Return the selected run where exactly one is selected."""
        found = self.selected_runs()
        return found[0] if len(found) == 1 else None

    def selection(self) -> tuple[Kind, list[str]]:
        """Return whether designs or runs are shown, and the ids of those that are selected."""
        if self.page == RUNS:
            return "runs", [run.run_id for run in self.selected_runs()]
        return "designs", [entry.design_id for entry in self.selected_designs()]

    def first_name(self) -> str:
        """Return the name of the first design or run that is selected."""
        designs, runs = self.selected_designs(), self.selected_runs()
        names = [*(entry.name for entry in designs), *(run.name for run in runs)]
        return names[0] if names else ""

    def first_labels(self) -> tuple[tuple[str, ...], str]:
        """Return tags and note of the first design or run that is selected."""
        designs, runs = self.selected_designs(), self.selected_runs()
        found = [*((e.tags, e.note) for e in designs), *((r.tags, r.note) for r in runs)]
        return found[0] if found else ((), "")

    @property
    def is_trash_empty(self) -> bool:
        """Whether nothing is in the trash."""
        return not self._trash

    def refresh(self) -> None:
        """Read designs and trash again."""
        library = self._session.library
        self._bridge.ask(
            "library",
            lambda: (library.designs(), library.trash(), library.problem),
            self._show,
            self.explain,
        )

    def leave_project(self) -> None:
        """Forget what was wrong with the project that is left, and its designs and trash."""
        self.banner.clear_message()
        self._designs, self._trash, self._runs = [], [], []
        self._show_lists()

    def show_runs(self, runs: list[RunRecord]) -> None:
        """Show the runs of the project."""
        self._runs = runs
        self._show_lists()

    def select_when_read(self, design_id: str) -> None:
        """Show the designs with one of them selected, once they have been read again."""
        self._wanted = design_id
        self.search.clear()
        self.pages.setCurrentIndex(DESIGNS)

    def start_search(self) -> None:
        """Put the cursor into the search line."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move to the trash by the Delete key, in the lists only: elsewhere it deletes letters."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            trash = self._actions["library.trash"]
            if event.matches(QKeySequence.StandardKey.Delete) and trash.isEnabled():
                trash.trigger()
                return True
        return super().eventFilter(watched, event)

    def do(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Change something on disk in the background, then read the library again."""
        self.banner.clear_message()

        def changed(answer: Any) -> None:
            then(answer)
            self.refresh()

        # A topic of its own: a change must not be dropped for a newer one.
        self._bridge.ask(f"library change {next(self._numbers)}", work, changed, self._refused)

    def explain(self, error: Exception) -> None:
        """Say why something could not be done."""
        self.banner.show_message("error", str(error))
        if self.visibleRegion().isEmpty():
            self.failed_unseen.emit(str(error))

    def _refused(self, error: Exception) -> None:
        self.refresh()
        self.explain(error)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 6)
        layout.setSpacing(5)
        layout.addWidget(self.search)
        layout.addWidget(self.search_note)
        layout.addWidget(self.banner)
        layout.addWidget(self.pages, 1)
        self.pages.setDocumentMode(True)
        self.pages.tabBar().setAccessibleName("Designs, runs or trash")
        tables: tuple[QTableView, ...] = (self.designs, self.runs, self.trash)
        for page, (title, table) in enumerate(
            zip(("Designs", "Runs", "Trash"), tables, strict=True)
        ):
            empty = EmptyLabel(_EMPTY_TEXTS[page])
            stack = QStackedWidget()
            stack.addWidget(empty)
            stack.addWidget(table)
            self._stacks.append(stack)
            self._empty.append(empty)
            holder = QWidget()
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 4, 0, 0)
            column.setSpacing(3)
            column.addLayout(self._button_row(page))
            column.addWidget(stack, 1)
            self.pages.addTab(holder, title)
        layout.addWidget(self.details)

    def _button_row(self, page: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(1)
        for action_id in BUTTONS[page]:
            button = QToolButton()
            button.setDefaultAction(self._actions[action_id])
            button.setAutoRaise(True)
            button.setAccessibleName(self._actions[action_id].text().replace("&", ""))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._show_lists())
        self._units.changed.connect(lambda _unit: self._show_lists())
        self.pages.currentChanged.connect(lambda _page: self._tell())
        self.designs.selection_changed.connect(lambda _ids: self._tell())
        self.runs.selection_changed.connect(lambda _ids: self._tell())
        self.trash.selection_changed.connect(lambda _ids: self._tell())
        for page, table in enumerate((self.designs, self.runs, self.trash)):
            table.activated.connect(lambda _index: self.chosen.emit())
            table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            table.customContextMenuRequested.connect(
                lambda place, table=table, page=page: self._show_menu(table, page, place)
            )
            table.installEventFilter(self)

    def _show(self, found: tuple[list[DesignEntry], list[TrashEntry], str]) -> None:
        self._designs, self._trash, problem = found
        if problem:
            self.banner.show_message("warning", problem)
        self._show_lists()

    def _show_lists(self) -> None:
        """Show what the search line asks for; in a large project it takes a moment to find."""
        query = self._query()
        if query is None:
            return
        designs, runs, finder = self._designs, self._runs, self._finder
        if query == Query():
            # An answer that is under way is for another query.
            self._bridge.drop("library search")
            self._fill((designs, runs))
            return
        self._bridge.ask(
            "library search",
            lambda: long_lived(lambda: (finder.designs(query, designs), finder.runs(query, runs))),
            self._fill,
        )

    def _fill(self, found: tuple[list[DesignEntry], list[RunRecord]]) -> None:
        designs, runs = found
        self.designs.set_rows([design_row(entry) for entry in designs])
        self.runs.set_runs(runs)
        self.trash.set_rows([trash_row(entry) for entry in self._trash])
        for page, (title, shown, total) in enumerate(
            (
                ("Designs", len(designs), len(self._designs)),
                ("Runs", len(runs), len(self._runs)),
                ("Trash", len(self._trash), len(self._trash)),
            )
        ):
            self._stacks[page].setCurrentIndex(1 if shown else 0)
            self._empty[page].setText(_empty_text(page, title, total))
            self.pages.setTabText(page, f"{title} {shown}/{total}" if shown < total else title)
        self._tell()
        if self._wanted in self.designs.listed_ids():
            self.designs.select([self._wanted])
            self._wanted = ""

    def _query(self) -> Query | None:
        """Read the search line; while it cannot be read, the lists stay as they are."""
        unit = self._units.unit
        try:
            query = parse_query(self.search.text(), unit.name, unit.energy_name)
        except InputError as error:
            self.search_note.show_message("error", str(error))
            query = None
        else:
            self.search_note.clear_message()
        set_style_property(self.search, "invalid", query is None)
        return query

    def _tell(self) -> None:
        designs, runs, trash = self.selected_designs(), self.selected_runs(), self.selected_trash()
        words = [
            *(describe_design_entry(entry) for entry in designs[:1]),
            *(describe_run(run) for run in runs[:1]),
            *(f"It was in {entry.place}" for entry in trash[:1]),
        ]
        several = len(designs) + len(runs) + len(trash)
        self.details.setText(f"{several} selected" if several > 1 else "".join(words))
        self.details.setVisible(bool(self.details.text()))
        self.selection_changed.emit()

    def _show_menu(self, table: QTableView, page: int, place: QPoint) -> None:
        more = ("", *RUN_ACTIONS) if page == RUNS else ()
        open_menu(table, self._actions, (*BUTTONS[page], *more), place)


def _empty_text(page: int, title: str, total: int) -> str:
    """Return why a page is empty: nothing is there, or nothing that the search asks for."""
    if not total:
        return _EMPTY_TEXTS[page]
    number = f"is {total}" if total == 1 else f"are {total}"
    return (
        f"No {title.lower().removesuffix('s')} fits the search.\n\nWithout a search there {number}."
    )

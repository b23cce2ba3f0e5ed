"""The jobs of a submission as the scheduler tells them, and why they wait or failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from smcogui.ui.clusters.cluster_words import TASK_TITLES, task_id, task_row
from smcogui.ui.run_menu import offer_menu
from smcogui.ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from smcogui.app.cluster_views import SubmissionView, TaskView
    from smcogui.ui.actions import Actions

_EMPTY: Final = (
    "Each row is a job on the cluster, which computes some runs one after the other. They appear "
    "here as soon as the scheduler knows them."
)


class QueuePage(QWidget):
    """A table of jobs; several can be selected.

    Signals
    -------
    selection_changed : Signal()
    log_wanted : Signal()
        Enter or a double click on a job.
    """

    selection_changed = Signal()
    log_wanted = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks: tuple[TaskView, ...] = ()
        self.table = ListTable(TASK_TITLES, "Jobs of the submission")
        self.table.explain_empty(_EMPTY)
        offer_menu(self.table, actions, ("cluster.log", "", "cluster.cancel"))
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.words)
        self.table.selection_changed.connect(lambda _ids: self._selected())
        self.table.activated.connect(lambda _index: self.log_wanted.emit())

    def show_view(self, view: SubmissionView | None) -> None:
        """Show the jobs of a submission."""
        tasks = () if view is None else view.tasks
        if tasks != self._tasks:
            self._tasks = tasks
            self.table.set_rows([task_row(task) for task in tasks])
            self.table.widen_columns()
            self._explain()

    def selected(self) -> list[TaskView]:
        """Return the selected jobs, by number."""
        ids = set(self.table.selected_ids())
        return [task for task in self._tasks if task_id(task) in ids]

    def _selected(self) -> None:
        self._explain()
        self.selection_changed.emit()

    def _explain(self) -> None:
        """Show in full why the selected job waits, or those that will wait for ever."""
        stuck = [task for task in self._tasks if task.never_clears and not task.is_over]
        shown = self.selected() or stuck
        self.words.setText("\n".join(dict.fromkeys(task.reason for task in shown if task.reason)))
        self.words.setVisible(bool(self.words.text()))

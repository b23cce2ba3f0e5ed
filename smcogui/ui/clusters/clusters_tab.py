"""The Clusters tab: contact with each cluster, what was submitted, and how its jobs go."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QTabWidget, QVBoxLayout, QWidget

from smcogui.app.cluster_views import ClustersView
from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.clusters.cluster_words import (
    LINK_TITLES,
    SUBMISSION_TITLES,
    link_row,
    submission_row,
    submission_text,
)
from smcogui.ui.clusters.failures_page import FailuresPage
from smcogui.ui.clusters.log_page import LogPage
from smcogui.ui.clusters.queue_page import QueuePage
from smcogui.ui.run_menu import offer_menu
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.elided_label import ElidedLabel
from smcogui.ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from smcogui.app.cluster_views import LinkView, SubmissionView
    from smcogui.ui.actions import Actions

_BUTTONS: Final = {
    "cluster.submit": "On a cluster…",
    "cluster.add": "New cluster…",
    "cluster.edit": "",
    "cluster.connect": "Connect",
    "cluster.disconnect": "",
    "cluster.fetch": "Fetch",
    "cluster.cancel": "",
    "cluster.clean": "",
}
_LINK_MENU: Final = (
    "cluster.connect",
    "cluster.disconnect",
    "",
    "cluster.edit",
    "cluster.forget",
)
_SUBMISSION_MENU: Final = (
    "cluster.fetch",
    "cluster.fetch_states",
    "cluster.resubmit",
    "",
    "cluster.cancel",
    "cluster.clean",
    "cluster.forget_submission",
)
_NO_CLUSTER: Final = (
    "No cluster is described yet. “New cluster…” asks for the login node, tries it, and finds out "
    "what is there. You need an account with ssh access; nothing has to be installed on the "
    "cluster."
)
_NO_SUBMISSION: Final = (
    "“Run on a cluster…” submits the current design (Simulation tab) or a campaign (Campaigns "
    "tab). Jobs go on when the program is closed; their results come into this project."
)


class ClustersTab(QWidget):
    """Shows what is known of clusters; knows nothing of how they are asked.

    Signals
    -------
    selection_changed : Signal()
        Another cluster, another submission, or other jobs of it.
    came_up : Signal()
        The tab came into sight.
    """

    selection_changed = Signal()
    came_up = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = ClustersView()
        self._shown = self._wanted = ""
        self.banner = Banner()
        self.title = ElidedLabel()
        self.title.setProperty("role", "heading")
        self.links = ListTable(LINK_TITLES, "Clusters")
        self.submissions = ListTable(SUBMISSION_TITLES, "Submissions of the project")
        for table, menu in ((self.links, _LINK_MENU), (self.submissions, _SUBMISSION_MENU)):
            table.setSelectionMode(ListTable.SelectionMode.SingleSelection)
            offer_menu(table, actions, menu)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.queue = QueuePage(actions)
        self.failures = FailuresPage(actions)
        self.log = LogPage(actions)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.setAccessibleName("Pages of the submission")
        for page, title in ((self.queue, "Queue"), (self.failures, "Failures"), (self.log, "Log")):
            self.pages.addTab(page, title)
        self._lay_out(actions)
        self.links.selection_changed.connect(lambda _ids: self.selection_changed.emit())
        self.submissions.selection_changed.connect(lambda _ids: self._show_selected())
        self.queue.selection_changed.connect(self.selection_changed)
        self._show_selected()

    @property
    def view(self) -> ClustersView:
        """What is known of all clusters."""
        return self._view

    @property
    def link(self) -> LinkView | None:
        """The selected cluster; that of the selected submission where none is selected."""
        ids, shown = self.links.selected_ids(), self.submission
        name = ids[0] if ids else "" if shown is None else shown.cluster
        return self._view.link(name)

    @property
    def submission(self) -> SubmissionView | None:
        """The submission that is shown."""
        ids = self.submissions.selected_ids()
        return self._view.submission(ids[0]) if ids else None

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that what is shown may be old."""
        super().showEvent(event)
        self.came_up.emit()

    def show_view(self, view: ClustersView) -> None:
        """Show what a look at the clusters found."""
        self._view = view
        self.links.explain_empty(_NO_CLUSTER)
        self.submissions.explain_empty(_NO_SUBMISSION)
        self.title.show_text(_title(view))
        now_s = time.time()
        self.links.set_rows([link_row(link, now_s) for link in view.links])
        self.submissions.set_rows([submission_row(each) for each in view.submissions])
        for table in (self.links, self.submissions):
            table.widen_columns()
        tokens = [each.token for each in view.submissions]
        if self._wanted in tokens:
            self.submissions.select([self._wanted])
            self._wanted = ""
        elif tokens and not self.submissions.selected_ids():
            self.submissions.select(tokens[:1])
        if view.links and not self.links.selected_ids():
            # That of the newest submission, where there is one.
            known = {link.cluster for link in view.links}
            used = [each.cluster for each in view.submissions if each.cluster in known]
            self.links.select([*used, view.links[0].cluster][:1])
        self._show_selected()

    def select_submission(self, token: str) -> None:
        """Show a submission, at once or as soon as it is listed."""
        self._wanted = token
        self.show_view(self._view)

    def _lay_out(self, actions: Actions) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self.title, 1)
        for action_id, words in _BUTTONS.items():
            bar.addWidget(action_button(actions, action_id, words))
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.words)
        column.addWidget(self.pages, 1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(8)
        for part, stretch in ((self.links, 0), (self.submissions, 0), (lower, 1)):
            parts.addWidget(part)
            parts.setStretchFactor(parts.count() - 1, stretch)
        parts.setSizes([90, 130, 340])
        for table in (self.links, self.submissions):
            table.setMinimumHeight(80)
            table.fit_columns()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.addLayout(bar)
        layout.addWidget(self.banner)
        layout.addWidget(parts, 1)

    def _show_selected(self) -> None:
        shown = self.submission
        self.words.setText("" if shown is None else submission_text(shown))
        self.words.setVisible(shown is not None)
        self.queue.show_view(shown)
        self.failures.show_view(shown)
        token = "" if shown is None else shown.token
        if token != self._shown:
            self._shown = token
            self.log.show_nothing()
        stuck = (
            () if shown is None else [t for t in shown.tasks if t.never_clears and not t.is_over]
        )
        failed = 0 if shown is None else len(shown.failures)
        self.pages.setTabText(0, f"Queue (⚠ {len(stuck)} stuck)" if stuck else "Queue")
        self.pages.setTabText(1, f"Failures ({failed})" if failed else "Failures")
        self.selection_changed.emit()


def _title(view: ClustersView) -> str:
    if not view.links:
        return "No clusters yet"
    at_work = [each for each in view.submissions if not each.is_over]
    if not at_work:
        return "Nothing is at work on clusters"
    left = sum(each.to_come for each in at_work)
    what = "1 submission" if len(at_work) == 1 else f"{len(at_work)} submissions"
    return f"{what} at work, {left} runs to come"

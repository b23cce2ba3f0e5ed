"""What failed on a cluster, by class, each with what now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.clusters.cluster_words import FAILURE_TITLES, failure_row
from smcogui.ui.widgets.findings_table import FindingsTable

if TYPE_CHECKING:
    from smcogui.app.cluster_views import FailureView, SubmissionView
    from smcogui.ui.actions import Actions

_NONE: Final = "No job of this submission has failed."
_SOME: Final = "Jobs that failed in the same way stand together. Finished runs are never repeated."


class FailuresPage(QWidget):
    """A row for each class of failures, and the button that submits what is missing again."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._failures: tuple[FailureView, ...] = ()
        self.table = FindingsTable(FAILURE_TITLES, "Failures by class")
        self.words = QLabel(_NONE)
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        bar = QHBoxLayout()
        bar.addWidget(self.words, 1)
        bar.addWidget(action_button(actions, "cluster.resubmit", "Resubmit…"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.table, 1)
        self.table.hide()
        layout.addStretch()

    def show_view(self, view: SubmissionView | None) -> None:
        """Show the failures of a submission."""
        failures = () if view is None else view.failures
        if failures != self._failures:
            self._failures = failures
            self.words.setText(_SOME if failures else _NONE)
            self.table.setVisible(bool(failures))
            self.table.show_rows([failure_row(each) for each in failures])

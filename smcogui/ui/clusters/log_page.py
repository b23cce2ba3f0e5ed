"""The end of what a job wrote on the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.clusters.cluster_words import log_title
from smcogui.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from smcogui.app.cluster_views import LogTail, TaskView
    from smcogui.ui.actions import Actions

_NONE: Final = "Select a job in Queue and read its log: its last 64 KB appear here."
_YET: Final = "The job has written nothing yet."
_ENDED: Final = "The job has ended, and has written no log."


class LogPage(QWidget):
    """A read-only text that stays at its end where it was at its end."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        self.title.setProperty("role", "muted")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Log of the job")
        self.text.setPlaceholderText(_NONE)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        bar = QHBoxLayout()
        bar.addWidget(self.title, 1)
        bar.addWidget(action_button(actions, "cluster.log", "Read log"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.text, 1)

    def show_tail(self, tail: LogTail, task: TaskView) -> None:
        """Show the end of the log of a job."""
        bar = self.text.verticalScrollBar()
        was_at_end = bar.value() == bar.maximum()
        self.title.show_text(log_title(tail))
        self.text.setPlainText(tail.text or (_ENDED if task.is_over else _YET))
        if was_at_end:
            bar.setValue(bar.maximum())

    def show_nothing(self) -> None:
        """Forget the log, as when another submission is looked at."""
        self.title.show_text("")
        self.text.clear()

"""Offers the design of a session that did not end properly."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from smcogui.app.recovery import Leftover


class RecoveryDialog(QDialog):
    """Says when which design was left and what differs; closing it asks again at the next start.

    Parameters
    ----------
    left : Leftover
    changes : list of str
        What differs between the design of the window and the one that was left.

    Signals
    -------
    restored, discarded, report_wanted : Signal()
        What was chosen.
    """

    restored = Signal()
    discarded = Signal()
    report_wanted = Signal()

    def __init__(
        self, left: Leftover, changes: list[str], *, has_report: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unsaved design")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 360)
        self.text = QLabel(_explain(left))
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        label = QLabel("&What differs (now → unsaved):")
        self.changes = QListWidget()
        self.changes.addItems(changes)
        self.changes.setAccessibleName("What differs between the design and the unsaved one")
        label.setBuddy(self.changes)
        self.restore_button = QPushButton("&Restore the unsaved design")
        self.restore_button.setToolTip("Load it; Undo brings the present one back.")
        self.discard_button = QPushButton("&Discard")
        self.discard_button.setToolTip("Forget the unsaved design for good.")
        buttons = QDialogButtonBox()
        buttons.addButton(self.restore_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.discard_button, QDialogButtonBox.ButtonRole.DestructiveRole)
        later = buttons.addButton("Ask me &later", QDialogButtonBox.ButtonRole.RejectRole)
        later.setToolTip("Keep it and ask again at the next start.")
        if has_report:
            report = buttons.addButton("Crash re&port…", QDialogButtonBox.ButtonRole.HelpRole)
            report.setToolTip("Show what the crash left, to pass it on.")
            report.clicked.connect(self.report_wanted)
        self.restore_button.setDefault(True)
        self.restore_button.clicked.connect(self._restore)
        self.discard_button.clicked.connect(self._discard)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.text, label, self.changes, buttons):
            layout.addWidget(widget)
        self.restore_button.setFocus()

    def _restore(self) -> None:
        self.accept()
        self.restored.emit()

    def _discard(self) -> None:
        self.accept()
        self.discarded.emit()


def _explain(left: Leftover) -> str:
    edit = f"The last edit was “{left.what}” " if left.what else "It was last edited "
    name = left.design.name if left.design is not None else ""
    why = left.reason or (
        f"The session that began on {when(left.began_s)} did not end properly (process {left.pid})"
    )
    return (
        f"{why}.\n\nThe design “{name}” was not saved as it was then. {edit}on "
        f"{when(left.edited_s)}. Runs are not concerned: what they computed is on disk."
    )


def when(seconds: float) -> str:
    """Return a time as people read it, such as 25 November 2026 at 07:13:05."""
    moment = datetime.fromtimestamp(seconds).astimezone()
    return f"{moment.day} {moment:%B %Y} at {moment:%H:%M:%S}"

"""Asks whether an unknown host key is the right one, by its SHA256 fingerprint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.ui.clusters.fingerprints import pasted_fingerprint
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.form_row import add_row

if TYPE_CHECKING:
    from smcogui.runs.cluster.asker import HostKeyQuestion

_WORDS: Final = (
    "Compare the fingerprint with the one that the cluster publishes, in its user guide or in a "
    "mail of its administrators. Paste it below, and the program compares every letter. If you "
    "trust a wrong key, somebody in between can read your password."
)
_WIDTH: Final = 640


class HostKeyDialog(QDialog):
    """Accepted where the key is trusted; nothing is trusted by closing it or by pressing Enter."""

    def __init__(self, question: HostKeyQuestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = question
        self.setWindowTitle("Is this the right cluster?")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.fingerprint = QLineEdit(question.fingerprint)
        self.fingerprint.setReadOnly(True)
        self.fingerprint.setAccessibleName("Fingerprint that the host shows")
        self.fingerprint.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.fingerprint.setCursorPosition(0)
        self.published = QLineEdit()
        self.published.setAccessibleName("Fingerprint that the cluster publishes")
        self.published.setPlaceholderText("SHA256:… or the line of ssh-keygen -l")
        self.published.setFont(self.fingerprint.font())
        self.verdict = Banner()
        self.copy = QPushButton("&Copy")
        self.copy.setToolTip("Copy the fingerprint, to ask the administrators about it.")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        role = QDialogButtonBox.ButtonRole
        self.trust = self.buttons.addButton("&Trust this key", role.AcceptRole)
        self.buttons.addButton(self.copy, role.ActionRole)
        self._lay_out()
        self._connect()
        self._compare()
        self.published.setFocus()

    def _lay_out(self) -> None:
        question = self._question
        place = f"{question.host}, port {question.port}"
        title = QLabel(f"{place}, shows a host key that is not known yet.")
        title.setProperty("role", "heading")
        words = QLabel(_WORDS)
        for label in (title, words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        kind = QLabel(question.key_type)
        kind.setTextFormat(Qt.TextFormat.PlainText)
        form.addRow("Type of key", kind)
        add_row(form, "&Shown", self.fingerprint)
        add_row(form, "&Published", self.published)
        layout = QVBoxLayout(self)
        layout.addWidget(title)
        layout.addWidget(words)
        layout.addLayout(form)
        layout.addWidget(self.verdict)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.resize(_WIDTH, self.sizeHint().height())

    def _connect(self) -> None:
        self.published.textChanged.connect(lambda _text: self._compare())
        self.copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self._question.fingerprint)
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        # Enter compares and never trusts.
        for button in (self.trust, self.copy):
            button.setAutoDefault(False)
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setDefault(True)

    def _compare(self) -> None:
        text = self.published.text()
        pasted = pasted_fingerprint(text)
        is_same = pasted == self._question.fingerprint.rstrip("=")
        self.trust.setEnabled(is_same or not text.strip())
        if is_same:
            self.verdict.show_message("good", "Both fingerprints are the same.")
        elif pasted:
            self.verdict.show_message(
                "error",
                "The fingerprints differ. Do not go on; ask the administrators of the cluster.",
            )
        elif text.strip():
            self.verdict.show_message(
                "error", "That is no SHA256 fingerprint: SHA256: and 43 letters and digits."
            )
        else:
            self._explain_known()

    def _explain_known(self) -> None:
        known = ", ".join(self._question.known_types)
        self.verdict.show_message(
            "warning",
            f"Another type of key is known for this host: {known}. That its administrators added "
            "one is possible; so is that somebody stands in between."
            if known
            else "",
        )

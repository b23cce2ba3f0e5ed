"""Asks what a cluster asks: passwords, passphrases, one-time codes, any number at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from smcogui.ui.widgets.form_row import add_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.runs.cluster.asker import Prompt

_WIDTH: Final = 460
_NOTE: Final = (
    "What you type goes to the cluster only; a one-time code is never kept or tried again."
)


class PromptsDialog(QDialog):
    """A line for each prompt; those that may not be shown are dots."""

    def __init__(
        self,
        title: str,
        instructions: str,
        prompts: Sequence[Prompt],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sign in")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.title, self.instructions = QLabel(title), QLabel(instructions)
        self.title.setProperty("role", "heading")
        self.lines = tuple(_line(prompt) for prompt in prompts)
        self.show_typed = QCheckBox("&Show what is typed")
        self._hidden = [
            line for line, prompt in zip(self.lines, prompts, strict=True) if not prompt.echo
        ]
        self.show_typed.setVisible(bool(self._hidden))
        self.show_typed.toggled.connect(self._show_typed)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        ok = self.buttons.addButton("Sign &in", QDialogButtonBox.ButtonRole.AcceptRole)
        ok.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out(prompts)

    def answers(self) -> list[str]:
        """Return what was typed, one text for each prompt."""
        return [line.text() for line in self.lines]

    def done(self, code: int) -> None:
        """Close, and keep nothing of what was typed longer than whoever asked needs it."""
        super().done(code)
        for line in self.lines:
            line.clear()

    def _lay_out(self, prompts: Sequence[Prompt]) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for prompt, line in zip(prompts, self.lines, strict=True):
            add_row(form, prompt.text.strip().replace("&", "&&"), line)
        note = QLabel(_NOTE)
        note.setProperty("role", "muted")
        for label in (self.title, self.instructions, note):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.instructions.setVisible(bool(self.instructions.text()))
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addWidget(self.instructions)
        layout.addLayout(form)
        layout.addWidget(self.show_typed)
        layout.addWidget(note)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.resize(_WIDTH, self.sizeHint().height())

    def _show_typed(self, on: bool) -> None:
        for line in self._hidden:
            line.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)


def _line(prompt: Prompt) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(prompt.text.strip().rstrip(":") or "Answer")
    if not prompt.echo:
        line.setEchoMode(QLineEdit.EchoMode.Password)
        # Neither spelling nor completion of the system learns it.
        line.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
    return line

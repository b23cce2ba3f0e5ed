"""Asks for the name and the place of a folder that does not exist yet."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.file_names import why_unfit
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.form_row import add_row


class FolderDialog(QDialog):
    """Name and place, with the reason beside it where they cannot be.

    Parameters
    ----------
    title, explanation, button : str
        What will be made.
    place : Path
        The folder that the new one will lie in.
    name : str
    """

    def __init__(
        self,
        title: str,
        explanation: str,
        button: str,
        place: Path,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(560)
        text = QLabel(explanation)
        text.setWordWrap(True)
        self.name = QLineEdit(name)
        self.name.setAccessibleName("Name")
        self.place = QLineEdit(str(place))
        self.place.setAccessibleName("Place")
        browse = QPushButton("Choose…")
        browse.setAccessibleName("Choose the place")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        self.banner = Banner()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = self.buttons.addButton(button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out(text, browse)
        self.name.textChanged.connect(self._check)
        self.place.textChanged.connect(self._check)
        self.name.selectAll()
        self.name.setFocus()
        self._check()

    @property
    def folder(self) -> Path:
        """The folder that was chosen."""
        return Path(self.place.text()).expanduser() / self.name.text().strip()

    def _lay_out(self, text: QLabel, browse: QPushButton) -> None:
        row = QHBoxLayout()
        row.addWidget(self.place, 1)
        row.addWidget(browse)
        form = QFormLayout()
        add_row(form, "&Name", self.name)
        add_row(form, "&Place", row, buddy=self.place)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addLayout(form)
        layout.addWidget(self.banner)
        layout.addWidget(self.buttons)

    def _check(self) -> None:
        reason = self._why_not()
        self.accept_button.setEnabled(not reason)
        self.banner.show_message("note", f"The folder will be {self.folder}")
        if reason:
            self.banner.show_message("error", reason)

    def _why_not(self) -> str:
        name = self.name.text().strip()
        if not name:
            return "Give it a name."
        unfit = "it holds a slash" if "/" in name else why_unfit(name)
        if unfit:
            return f"{name!r} cannot be the name: {unfit}."
        if not self.place.text().strip() or not Path(self.place.text()).expanduser().is_absolute():
            return "The place is to be a whole path, from the root of the disk on."
        folder = self.folder
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            return f"{folder} already holds something. Choose another name or place."
        return ""

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Place", self.place.text())
        if chosen:
            self.place.setText(chosen)

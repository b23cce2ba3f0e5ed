"""Shows an error with a report that can be copied and the folder of the logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.ui.reveal import reveal_folder
from smcogui.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from pathlib import Path


class ReportDialog(QDialog):
    """One dialog for all errors of a session; the window behind it can be used.

    Parameters
    ----------
    title, text : str
        What happened and what it means for the work.
    report : str
        What is copied.
    logs : Path
        Folder of the logs.
    """

    def __init__(
        self, title: str, text: str, report: str, logs: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._logs = logs
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.resize(760, 480)
        self.text = QLabel(text)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.banner = Banner()
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Report")
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setTabChangesFocus(True)
        self.copy_button = QPushButton("&Copy report")
        self.copy_button.setToolTip("Copy the report, to paste it into a message.")
        self.copy_button.clicked.connect(self._copy)
        self.folder_button = QPushButton("&Open log folder")
        self.folder_button.setToolTip(str(logs))
        self.folder_button.clicked.connect(self._open_folder)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.folder_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.text, self.banner, self.report, buttons):
            layout.addWidget(widget)
        self.copy_button.setFocus()

    def add(self, report: str) -> None:
        """Show another report below, where a second error happens before the first is read."""
        self.report.appendPlainText(f"\n{'-' * 72}\n\n{report}")
        self.banner.show_message("warning", "Another error happened; it is in the report too.")

    def say_repeated(self, count: int) -> None:
        """Say that the error goes on happening."""
        self.banner.show_message("warning", f"The error has happened {count} times by now.")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self.banner.show_message("note", "The report is in the clipboard.")

    def _open_folder(self) -> None:
        problem = reveal_folder(self._logs)
        if problem:
            self.banner.show_message("note", problem)

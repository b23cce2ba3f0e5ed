"""What every export dialog has: a file, what it says of itself, methods to copy, and errors."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.analysis.figure_spec import FIGURE_SUFFIXES
from smcogui.ui.analysis_tab.target_row import TargetRow
from smcogui.ui.file_dialogs import FileDialogs
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.screen_size import resize_on_screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smcogui.app.session import RunRecord
    from smcogui.ui.dialog_memory import DialogMemory
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.widgets.banner import BannerLevel

FIGURE_FORMATS: Final = {suffix: suffix[1:].upper() for suffix in FIGURE_SUFFIXES}
"""Of a figure as a file: suffix to name of the format."""
_SUFFIX: Final = "suffix"
_MOST_NAMES: Final = 6
_COPIES: Final = (
    (
        "paragraph",
        "Copy &methods",
        "Copy a paragraph that says how what is exported was computed.",
    ),
    ("bibtex", "Copy Bib&TeX", "Copy the works that what is exported stands on."),
)
_Role = QDialogButtonBox.ButtonRole


class ExportDialog(QDialog):
    """Stays open until the file is written, so that an error stands where it can be put right.

    Parameters
    ----------
    name : str
        Under which its choices are remembered.
    bridge : RunBridge
    memory : DialogMemory
    formats : mapping of str to str
        Suffix to name of the format.

    Signals
    -------
    export_wanted : Signal(object)
        The path that the file is to be written to.
    copy_wanted : Signal(str)
        ``paragraph`` or ``bibtex`` of what would be exported.
    """

    export_wanted = Signal(object)
    copy_wanted = Signal(str)

    def __init__(
        self,
        name: str,
        bridge: RunBridge,
        memory: DialogMemory,
        formats: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._memory, self._files = name, memory, FileDialogs(memory)
        self._is_writing = self._is_waiting = False
        self._said: tuple[BannerLevel, str] = ("note", "")
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setProperty("role", "muted")
        self.target = TargetRow(bridge, formats)
        self.banner = Banner()
        self.buttons = QDialogButtonBox()
        self.export_button = self.buttons.addButton("E&xport", _Role.ActionRole)
        self.export_button.setDefault(True)
        self.buttons.addButton("Close", _Role.RejectRole).setAutoDefault(False)
        self.export_button.clicked.connect(self._export)
        self.buttons.rejected.connect(self.reject)
        self.target.line.textChanged.connect(lambda _text: self._say("note", ""))
        self.target.changed.connect(self.refresh)
        self.run_ids: list[str] = []

    def show_runs(self, runs: Sequence[RunRecord], stem: str) -> None:
        """Begin with these runs and a file that is called after them."""
        names = ", ".join(run.name for run in runs[:_MOST_NAMES])
        more = f" and {len(runs) - _MOST_NAMES} more" if len(runs) > _MOST_NAMES else ""
        count = "1 run" if len(runs) == 1 else f"{len(runs)} runs"
        about = f"{count}: {names}{more}" if runs else "No run is selected."
        self.show_subject(about, [run.run_id for run in runs], stem)

    def show_subject(self, about: str, run_ids: Sequence[str], stem: str) -> None:
        """Begin with what is exported, in words, its runs, and a name for the file."""
        self.run_ids = list(run_ids)
        self.about.setText(about)
        kept = self.recall()
        self._is_writing = self._is_waiting = False
        self._said = ("note", "")
        self.target.suggest(self._files.folder, _file_stem(stem), str(kept.get(_SUFFIX, "")))
        self.refresh()

    def problem(self) -> str:
        """Return why what is chosen cannot be exported; empty where it can."""
        return ""

    def show_error(self, message: str) -> None:
        """Say why the file could not be written."""
        self._is_writing = False
        self._say("error", message)

    def show_written(self) -> None:
        """Go, as the file is written, unless the dialog was opened anew meanwhile."""
        if self._is_writing:
            self._is_writing = False
            self.accept()

    def show_copied(self, what: str) -> None:
        """Say that something is on the clipboard."""
        self._say("note", f"Copied {what}.")

    def refresh(self) -> None:
        """Explain what is wrong, and allow the export only where nothing is."""
        target, problem = self.target.target, self.problem() or self.target.problem
        self.banner.show_message(*(("error", problem) if problem else self._said))
        is_replacing = target is not None and target.replaces
        self.export_button.setText("&Replace" if is_replacing else "E&xport")
        self.export_button.setEnabled(not problem and not self._is_writing)
        if problem:
            self._is_waiting = False
        elif self._is_waiting and target is not None:
            self._export()

    def reject(self) -> None:
        """Close; what is being written goes on as a job."""
        self._is_waiting = False
        super().reject()

    def finish_layout(self, middle: QVBoxLayout, size: QSize) -> None:
        """Put file, banner and buttons below what the dialog chooses from; fit it on the screen."""
        resize_on_screen(self, size)
        layout = QVBoxLayout(self)
        layout.addWidget(self.about)
        layout.addLayout(middle, 1)
        layout.addWidget(self.target)
        layout.addWidget(self.banner)
        row = QHBoxLayout()
        for part, text, tip in _COPIES:
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.setToolTip(tip)
            button.clicked.connect(partial(self.copy_wanted.emit, part))
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.buttons)
        layout.addLayout(row)

    def recall(self) -> dict[str, Any]:
        """Return the choices of the last time."""
        return self._memory.recall(self._name)

    def keep(self, **choices: object) -> None:
        """Remember choices for the next time, the folder and the format with them."""
        if self.target.target is not None:
            self._files.keep_folder(self.target.target.path.parent)
        self._memory.keep(self._name, **choices, **{_SUFFIX: self.target.suffix})

    def _say(self, level: BannerLevel, message: str) -> None:
        """Say what has happened; it stays until something else does or another file is named."""
        self._said = (level, message)
        self.refresh()

    def _export(self) -> None:
        target = self.target.target
        # Who types a name and presses Enter at once need not wait for the disk.
        self._is_waiting = target is None
        if target is None or self.problem():
            return
        self._is_writing = True
        self._say("note", f"Writing {target.path.name}…")
        self.export_wanted.emit(target.path)


def _file_stem(name: str) -> str:
    """Return a name that every system takes for a file."""
    return "".join(c if c.isalnum() or c in " -_+()" else "-" for c in name).strip(" -") or "export"

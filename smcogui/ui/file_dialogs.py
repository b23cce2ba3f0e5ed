"""Dialogs that ask for a file or a folder; all of them begin where the last one ended."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smcogui.ui.dialog_memory import DialogMemory

_NAME: Final = "files"
_FOLDER: Final = "folder"


class FileDialogs:
    """Asks for files and folders, and remembers where they lie, from one start to the next.

    Parameters
    ----------
    memory : DialogMemory
    """

    def __init__(self, memory: DialogMemory) -> None:
        self._memory = memory

    @property
    def folder(self) -> Path:
        """Where the last file lies; the documents of the user where none was chosen yet."""
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        kept = self._memory.recall(_NAME).get(_FOLDER)
        places = (Path(str(kept or documents)), Path(documents))
        return next((place for place in places if place.is_dir()), Path.home())

    def keep_folder(self, folder: Path) -> None:
        """Begin here the next time."""
        self._memory.keep(_NAME, **{_FOLDER: str(folder)})

    def ask_open(self, parent: QWidget, title: str, filters: str) -> Path | None:
        """Ask for a file that is there; None where nothing was chosen."""
        text, _ = QFileDialog.getOpenFileName(parent, title, str(self.folder), filters)
        return self._chosen(text)

    def ask_save(self, parent: QWidget, title: str, name: str, filters: str) -> Path | None:
        """Ask for a file to write, which is to be called ``name``; None where none was chosen.

        A missing ending is added from the chosen filter.
        """
        start = str(self.folder / name.replace("/", "-"))
        text, chosen = QFileDialog.getSaveFileName(parent, title, start, filters)
        path = self._chosen(text)
        if path is None or path.suffix:
            return path
        # The filter is told with its endings in brackets: "OVF 2.0 (*.ovf)".
        kind = chosen or filters.partition(";;")[0]
        ending = re.search(r"\*(\.\w+)", kind)
        return path.with_name(path.name + ending[1]) if ending else path

    def ask_folder(self, parent: QWidget, title: str) -> Path | None:
        """Ask for a folder; None where nothing was chosen."""
        text = QFileDialog.getExistingDirectory(parent, title, str(self.folder))
        if not text:
            return None
        self.keep_folder(Path(text))
        return Path(text)

    def _chosen(self, text: str) -> Path | None:
        if not text:
            return None
        path = Path(text)
        self.keep_folder(path.parent)
        return path

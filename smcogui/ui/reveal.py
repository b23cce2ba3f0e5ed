"""Opens folders in the file manager of the desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

if TYPE_CHECKING:
    from pathlib import Path


def reveal_folder(folder: Path) -> str:
    """Open a folder, or the one that holds it where it is a file.

    Returns
    -------
    str
        Why it cannot be opened, in words; empty where it was.
    """
    target = folder if folder.is_dir() else folder.parent
    if not target.is_dir():
        return f"{target} does not exist any more."
    if QDesktopServices.openUrl(QUrl.fromLocalFile(str(target))):
        return ""
    return f"No file manager answers here; the folder is {target}"

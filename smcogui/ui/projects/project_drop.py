"""What is dragged onto the window: projects, designs, magnetisations, curves, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDropEvent

from smcogui.ui.widgets.list_table import dragged_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

_KINDS: Final = {
    QEvent.Type.DragEnter,
    QEvent.Type.DragMove,
    QEvent.Type.Drop,
}
_KNOWN: Final = (
    "Drop a project folder, a packed project (.smco), a design (.toml), a magnetisation (.ovf), a "
    "measured curve (.csv, .txt, .dat) or a picture of a structure (.png, .tif, .jpg)."
)
_MOST_NAMES: Final = 3
_SUFFIXES: Final = {
    ".smco": "archive",
    ".toml": "design",
    ".ovf": "state",
    ".omf": "state",
    **dict.fromkeys((".csv", ".txt", ".dat", ".tsv", ".asc"), "measurement"),
    **dict.fromkeys((".png", ".tif", ".tiff", ".jpg", ".jpeg"), "picture"),
}


class ProjectDrop(QObject):
    """Lets the window take files and folders.

    Signals
    -------
    project, archive, design, state, measurement, picture : Signal(object)
        The path that was let go.
    refused : Signal(str)
        Why nothing can be done with what is dragged over the window.
    left_out : Signal(str)
        Which of several things that were let go together are not opened.
    """

    project = Signal(object)
    archive = Signal(object)
    design = Signal(object)
    state = Signal(object)
    measurement = Signal(object)
    picture = Signal(object)
    refused = Signal(str)
    left_out = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept what the window can open, and say why it does not take anything else."""
        if event.type() not in _KINDS or not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        # What is dragged inside the window is for the parameters, which know which design it is.
        is_own = bool(dragged_ids(event.mimeData()))
        paths = [] if is_own else local_paths(event.mimeData())
        known = [path for path in paths if kind_of(path)]
        if not known:
            event.ignore()
            if paths and event.type() == QEvent.Type.DragEnter:
                self.refused.emit(f"{paths[0].name} cannot be opened here. {_KNOWN}")
            return True
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            getattr(self, kind_of(known[0])).emit(known[0])
            if len(paths) > 1:
                self.left_out.emit(several_text(paths, known[0]))
        return True


def kind_of(path: Path) -> str:
    """Return ``project``, ``archive``, ``design``, ``state``, or nothing for what is not known."""
    kind = _SUFFIXES.get(path.suffix.lower(), "")
    return kind or ("project" if path.is_dir() else "")


def several_text(paths: Sequence[Path], opened: Path) -> str:
    """Say which of several dropped files is opened, and what becomes of the others."""
    others = [path.name for path in paths if path != opened]
    names = ", ".join(others[:_MOST_NAMES])
    more = f" and {len(others) - _MOST_NAMES} more" if len(others) > _MOST_NAMES else ""
    return (
        f"{len(paths)} files were dropped; only {opened.name} is opened. "
        f"Drop the others one at a time: {names}{more}"
    )


def local_paths(data: QMimeData) -> list[Path]:
    """Return the files and folders of this machine among what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]

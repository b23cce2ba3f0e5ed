"""Designs dragged from the library, or as files from elsewhere, onto the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent

from smcogui.ui.projects.project_drop import local_paths, several_text
from smcogui.ui.widgets.list_table import dragged_ids

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class DesignDrop(QObject):
    """Lets a widget take design files.

    Parameters
    ----------
    target : QWidget
        Where designs may be let go.

    Signals
    -------
    dropped : Signal(object)
        The path of the first design file.
    picked : Signal(str)
        The design_id of the first design that comes from the library.
    left_out : Signal(str)
        Which of several files that were let go together are not opened.
    """

    dropped = Signal(object)
    picked = Signal(str)
    left_out = Signal(str)

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept design files, and nothing else."""
        kinds = {QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop}
        if event.type() not in kinds or not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        ids = dragged_ids(event.mimeData())
        paths = local_paths(event.mimeData())
        designs = [path for path in paths if path.suffix.lower() == ".toml"]
        if not designs:
            event.ignore()
            return True
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            # One file may hold several designs: the library says which of them it is.
            self.picked.emit(ids[0]) if ids else self.dropped.emit(designs[0])
            if len(paths) > 1:
                self.left_out.emit(several_text(paths, designs[0]))
        return True

"""The design being edited: the one place through which every edit goes, and can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.design.design import Design

_MOST_STEPS = 500
_NEVER_MERGED = -1


class _Edit(QUndoCommand):
    """One step from a design to another; steps of one number merge while it is edited."""

    def __init__(
        self, before: Design, after: Design, what: str, series: int, put: Callable[[Design], None]
    ) -> None:
        super().__init__(what)
        self.before, self.after = before, after
        self._series, self._put = series, put

    def id(self) -> int:
        """Commands of the same series merge."""
        return self._series

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over where a later step of the same series led to."""
        if not isinstance(other, _Edit):
            return False
        self.after = other.after
        # A number that was brought back to where it began is no step at all.
        self.setObsolete(self.after == self.before)
        return True

    def redo(self) -> None:
        """Put the design after the edit in place."""
        self._put(self.after)

    def undo(self) -> None:
        """Put the design before the edit in place."""
        self._put(self.before)


class DesignDocument(QObject):
    """Holds the current design, what it was before, and tells who listens that it changed.

    Attributes
    ----------
    changed : Signal(object)
        The new design, whether it was edited, loaded, undone or redone.
    refused : Signal(str)
        Why what the editor shows is not possible and is not the design; empty where it is again.
    ghost_changed : Signal(object)
        The new :attr:`ghost`, or None; emitted after ``changed``.
    stepped : Signal()
        What can be undone, redone or compared is another one; emitted last.
    undo_stack : QUndoStack
        Every edit with its words; undone and redone by :meth:`undo` and :meth:`redo` only.
    """

    changed = Signal(object)
    refused = Signal(str)
    ghost_changed = Signal(object)
    stepped = Signal()

    def __init__(self, design: Design, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._design = design
        self._key = ""
        self._series = 0
        self._pinned: Design | None = None
        self._shows_ghost = True
        self._told_ghost: Design | None = None
        self._refusal = ""
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(_MOST_STEPS)

    @property
    def design(self) -> Design:
        """The current design; always a valid one."""
        return self._design

    def require_shown(self) -> Design:
        """Return the current design, which is to be the one that the editor shows.

        Raises
        ------
        InputError
            If the editor shows something impossible, which is not the design.
        """
        if self._refusal:
            raise InputError(
                f"What the parameters show is not possible: {self._refusal} Put it right, or take "
                "it back with Undo (Ctrl+Z)."
            )
        return self._design

    def refuse(self, why: str) -> None:
        """Take note that what the editor shows is no design, and why; empty where it is one."""
        if why != self._refusal:
            self._refusal = why
            self.refused.emit(why)

    @property
    def previous(self) -> Design | None:
        """What undo would return to; None where nothing was edited yet."""
        number = self.undo_stack.index()
        command = self.undo_stack.command(number - 1) if number > 0 else None
        return command.before if isinstance(command, _Edit) else None

    @property
    def ghost(self) -> Design | None:
        """The design that is shown beside the current one: the pinned one, else the previous.

        None while ghosts are switched off, and where there would be nothing to tell apart.
        """
        return self.compared if self._shows_ghost else None

    @property
    def compared(self) -> Design | None:
        """The design that the ghost is or would be; None where it equals the current one."""
        ghost = self._pinned or self.previous
        return None if ghost == self._design else ghost

    @property
    def is_ghost_pinned(self) -> bool:
        """Whether the ghost stays what it is instead of following the edits."""
        return self._pinned is not None

    def apply(self, design: Design, what: str, key: str = "") -> None:
        """Replace the design by an edit that can be undone.

        Parameters
        ----------
        design : Design
        what : str
            The edit in words, such as "Change cell width L".
        key : str
            What is being edited. Edits of the same key that follow each other are one step,
            until :meth:`end_step`; an edit without a key is always a step of its own.
        """
        if design == self._design:
            return
        if not key or key != self._key:
            self.end_step()
            self._key = key
        series = self._series if key else _NEVER_MERGED
        before = self._design
        self.undo_stack.push(_Edit(before, design, what, series, self._put))
        self._tell(before)

    def begin(self, design: Design) -> None:
        """Start with the design of another project; there is nothing to undo then."""
        self.end_step()
        self._pinned = None
        self.undo_stack.clear()
        before = self._design
        self._put(design)
        self._tell(before)

    def end_step(self) -> None:
        """Let the next edit be a step of its own, even of the same key."""
        self._key = ""
        self._series += 1

    def undo(self) -> None:
        """Return to the design before the last edit."""
        self.end_step()
        before = self._design
        self.undo_stack.undo()
        self._tell(before)

    def redo(self) -> None:
        """Make the edit again that was undone last."""
        self.end_step()
        before = self._design
        self.undo_stack.redo()
        self._tell(before)

    def show_ghost(self, on: bool) -> None:
        """Switch the ghost on or off."""
        self._shows_ghost = on
        self._tell(self._design)

    def pin_ghost(self) -> None:
        """Keep the current design as the ghost, whatever is edited."""
        self._pinned = self._design
        self._tell(self._design)

    def release_ghost(self) -> None:
        """Let the ghost follow again: it is the design before the last edit."""
        self._pinned = None
        self._tell(self._design)

    def return_to_ghost(self) -> None:
        """Make the ghost the current design; that can be undone."""
        ghost = self.compared
        if ghost is not None:
            self.apply(ghost, "Back to the ghost")

    def _put(self, design: Design) -> None:
        self._design = design

    def _tell(self, before: Design) -> None:
        """Tell what changed, once everything about it is in place."""
        if self._design is not before:
            self.changed.emit(self._design)
        ghost = self.ghost
        if ghost != self._told_ghost:
            self._told_ghost = ghost
            self.ghost_changed.emit(ghost)
        self.stepped.emit()

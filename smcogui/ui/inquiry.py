"""A question of background work to whoever sits at the window."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import TaskStoppedError

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOK_S: Final = 0.05


class Inquiry:
    """What a task wants to know, shown in the window's thread and waited for in its own.

    Parameters
    ----------
    show : callable
        Called in the window's thread with the inquiry; whatever it opens calls :meth:`answer` once.
    """

    def __init__(self, show: Callable[[Inquiry], None]) -> None:
        self._show = show
        self._is_answered = threading.Event()
        self._value: Any = None

    def open(self) -> None:
        """Show it; called in the window's thread."""
        self._show(self)

    def answer(self, value: Any) -> None:
        """Give the answer, whatever was agreed on; called in the window's thread."""
        self._value = value
        self._is_answered.set()

    def wait(self, should_stop: Callable[[], bool]) -> Any:
        """Wait for the answer and return it; called in the thread of the task.

        Raises
        ------
        TaskStoppedError
            If ``should_stop`` holds before somebody answered.
        """
        while not self._is_answered.wait(_LOOK_S):
            if should_stop():
                raise TaskStoppedError("stopped before the question was answered")
        return self._value

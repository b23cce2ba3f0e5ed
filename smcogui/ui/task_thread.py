"""A thread for one task that takes long; only the bridge starts them."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from smcogui.errors import TaskStoppedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.jobs import Task


class TaskThread(threading.Thread):
    """Does a task and keeps what it reports until the window's thread asks for it.

    Parameters
    ----------
    task_id : str
    work : Task
    on_end : callable
        Called in this thread, last of all, with the answer and the exception, one of them None.
    """

    def __init__(
        self,
        task_id: str,
        work: Task,
        on_end: Callable[[str, Any, Exception | None], None],
    ) -> None:
        super().__init__(name=task_id, daemon=True)
        self._task_id = task_id
        self._work = work
        self._on_end = on_end
        self._stop_asked = threading.Event()
        self._lines: deque[tuple[float | None, str]] = deque()
        # Only the newest counts, however often a task reports it.
        self._fraction: float | None = None

    def run(self) -> None:
        """Work; called by start()."""
        value: Any = None
        failure: Exception | None = None
        try:
            value = self._work(self._report, self._stop_asked.is_set)
        except Exception as error:
            failure = error
        self._on_end(self._task_id, value, failure)

    def ask_to_stop(self) -> None:
        """Let the next report raise TaskStoppedError in the task."""
        self._stop_asked.set()

    def take_reports(self) -> list[tuple[float | None, str]]:
        """Return the log lines since the last call, each with its share done, and the newest share.

        Called in the window's thread.
        """
        found = []
        while self._lines:
            found.append(self._lines.popleft())
        if self._fraction is not None:
            found.append((self._fraction, ""))
            self._fraction = None
        return found

    def _report(self, fraction: float | None, message: str = "") -> None:
        if self._stop_asked.is_set():
            raise TaskStoppedError("stopped before it was finished")
        if message:
            self._lines.append((fraction, message))
        self._fraction = fraction

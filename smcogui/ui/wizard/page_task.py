"""What a page of the wizard does in the background, one task at a time."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import TaskStoppedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.jobs import ReportProgress
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.wizard.wizard_page import WizardPage

_NUMBERS: Final = count(1)


class PageTask:
    """Delivers what the newest task comes to, and nothing once it was stopped.

    Parameters
    ----------
    page : WizardPage
        With it the task ends.
    bridge : RunBridge
    name : str
        Of the task.
    """

    def __init__(self, page: WizardPage, bridge: RunBridge, name: str) -> None:
        self._page, self._bridge, self._name = page, bridge, name
        self._task = ""

    @property
    def is_at_work(self) -> bool:
        """Whether something is computed that is still wanted."""
        return bool(self._task)

    def start(
        self,
        work: Callable[[ReportProgress], Any],
        on_answer: Callable[[Any], None],
        on_error: Callable[[Exception], None],
        on_report: Callable[[float | None, str], None] = lambda _share, _words: None,
    ) -> None:
        """Begin, in place of what is at work."""
        self.stop()
        self._task = task = f"{self._name} {next(_NUMBERS)}"

        def end(then: Callable[[Any], None], value: object) -> None:
            if task == self._task:
                self._task = ""
                then(value)

        def fail(error: Exception) -> None:
            if not isinstance(error, TaskStoppedError):
                end(on_error, error)

        def report(share: float | None, words: str) -> None:
            if task == self._task:
                on_report(share, words)

        while_open = self._page.while_open
        self._bridge.start_task(
            task,
            lambda progress, _should_stop: work(progress),
            on_report=while_open(report),
            on_answer=while_open(lambda value: end(on_answer, value)),
            on_error=while_open(fail),
        )

    def stop(self) -> None:
        """Want no answer any more."""
        if self._task:
            self._bridge.stop_task(self._task)
            self._task = ""

"""Answers what a connection asks while it opens, by dialogs of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smcogui.errors import SignInCancelledError
from smcogui.ui.clusters.host_key_dialog import HostKeyDialog
from smcogui.ui.clusters.prompts_dialog import PromptsDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QDialog, QWidget

    from smcogui.runs.cluster.asker import HostKeyQuestion, Prompt
    from smcogui.ui.inquiry import Inquiry
    from smcogui.ui.run_bridge import RunBridge


class WindowAsker:
    """The :class:`~smcogui.runs.cluster.asker.Asker` of a window.

    The two methods of that protocol are called in a thread that connects, and wait for a person;
    they raise TaskStoppedError where the window is closed meanwhile.

    Parameters
    ----------
    bridge : RunBridge
    parent : callable
        Returns what the dialogs lie over.
    """

    def __init__(self, bridge: RunBridge, parent: Callable[[], QWidget]) -> None:
        self._bridge, self._parent = bridge, parent
        self._open: list[QDialog] = []

    @property
    def dialogs(self) -> tuple[QDialog, ...]:
        """The questions that wait for an answer."""
        return tuple(self._open)

    def trust_host_key(self, question: HostKeyQuestion) -> bool:
        """Show the fingerprint and return whether it is the right one."""
        return bool(self._ask(lambda over: HostKeyDialog(question, over), lambda _dialog: True))

    def answer_prompts(
        self, title: str, instructions: str, prompts: Sequence[Prompt]
    ) -> Sequence[str]:
        """Show the prompts and return what was typed."""
        answers = self._ask(
            lambda over: PromptsDialog(title, instructions, prompts, over),
            lambda dialog: dialog.answers(),
        )
        if answers is None:
            raise SignInCancelledError(
                "the sign-in was cancelled; jobs on the cluster go on", key="sign_in"
            )
        return list(answers)

    def give_up(self) -> None:
        """Close all questions, which says no to each; called in the window's thread."""
        for dialog in self.dialogs:
            dialog.reject()

    def _ask(self, make: Callable[[QWidget], QDialog], read: Callable[[Any], Any]) -> Any:
        """Open a dialog in the window's thread; return what is read, or None where it is closed."""

        def show(inquiry: Inquiry) -> None:
            dialog = make(self._parent())
            dialog.accepted.connect(lambda: inquiry.answer(read(dialog)))
            dialog.rejected.connect(lambda: inquiry.answer(None))
            dialog.finished.connect(lambda _code: self._closed(dialog))
            self._open.append(dialog)
            dialog.open()

        return self._bridge.inquire(show)

    def _closed(self, dialog: QDialog) -> None:
        self._open.remove(dialog)
        dialog.deleteLater()

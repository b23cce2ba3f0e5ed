"""The window's end of the process that draws figures: one question at a time."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QProcess, Signal

from smcogui.app.figure_request import figure_command
from smcogui.rendering.messages import Message, pack
from smcogui.ui.child_process import ChildProcess

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
STOPPED: Final = "it was stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    topic: str
    facts: dict[str, Any]
    on_answer: Callable[[Message], object]
    on_refusal: Callable[[str], object]


class FigureProcess(ChildProcess):
    """Starts the process with the first question, and again after it was stopped or has ended.

    Signals
    -------
    busy_changed : Signal()
        It began or ended with a question.
    """

    busy_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("The process of figures", parent)
        self._numbers = count(1)
        self._number = 0
        self._asked: _Question | None = None
        self._waiting: dict[str, _Question] = {}

    def ask(
        self,
        topic: str,
        facts: dict[str, Any],
        on_answer: Callable[[Message], object],
        on_refusal: Callable[[str], object],
    ) -> None:
        """Ask something; of the questions of a topic that wait only the newest is kept.

        Parameters
        ----------
        topic : str
        facts : dict
            An order of :class:`~smcogui.app.figure_server.FigureServer`.
        on_answer, on_refusal : callable
            Called with the answer, or with the reason why there is none.
        """
        self._waiting[topic] = _Question(
            topic=topic, facts=facts, on_answer=on_answer, on_refusal=on_refusal
        )
        self._ask_next()

    def is_busy(self, topic: str) -> bool:
        """Whether a question of the topic is under way or waits."""
        return topic in self._waiting or self.is_at_work(topic)

    def is_at_work(self, topic: str) -> bool:
        """Whether a question of the topic is under way."""
        return self._asked is not None and self._asked.topic == topic

    def drop(self, topic: str) -> None:
        """Want no answer of this topic any more; what is under way for it is ended."""
        self._waiting.pop(topic, None)
        if self.is_at_work(topic):
            self._asked = None
            self._end()
            self._ask_next()
            self.busy_changed.emit()

    def stop(self, topic: str) -> None:
        """End what is under way for a topic, and say so to who asked."""
        question = self._asked if self.is_at_work(topic) else self._waiting.get(topic)
        self.drop(topic)
        if question is not None:
            question.on_refusal(STOPPED)

    def close(self) -> None:
        """End the process without telling anybody."""
        self._waiting.clear()
        self._asked = None
        self._end()

    def _ask_next(self) -> None:
        if self._asked is not None or not self._waiting:
            return
        process = self._process or self._start(figure_command(), {})
        self._asked = self._waiting.pop(next(iter(self._waiting)))
        self._number = next(self._numbers)
        process.write(pack(Message(facts={**self._asked.facts, "number": self._number})))
        self.busy_changed.emit()

    def _take(self, message: Message) -> None:
        question = self._asked
        if question is None or message.facts["number"] != self._number:
            return
        self._asked = None
        is_stale = question.topic in self._waiting
        self._ask_next()
        if not is_stale and message.facts["is"] == "refused":
            question.on_refusal(str(message.facts["message"]))
        elif not is_stale:
            question.on_answer(message)
        self.busy_changed.emit()

    def _finished(self, _code: int, _status: QProcess.ExitStatus) -> None:
        self._ended()

    def _not_started(self) -> None:
        self._ended()

    def _ended(self) -> None:
        """Tell who waits for the answer that the process is gone; the next starts another."""
        said = self._said.strip()
        _LOG.warning("The process of figures ended: %s", said)
        self._forget()
        question, self._asked = self._asked, None
        if question is not None:
            last = f" ({said.splitlines()[-1]})" if said else ""
            question.on_refusal(f"the process that draws figures ended{last}")
        self._ask_next()
        self.busy_changed.emit()

"""The only module that knows threads: readers and workers → queue → timer → Qt signals.

Whatever may take longer than a blink is asked through :meth:`RunBridge.ask`; answers are numbered
per topic, and one that a newer question has overtaken is dropped. What takes seconds or minutes is
a task with a thread of its own, so that questions never wait behind it. Runs are followed by one
reader thread that polls their handles. All only put immutable objects into a queue, which a timer
of 20 Hz empties in the window's thread.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from functools import partial
from itertools import count
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from smcogui.ui.inquiry import Inquiry
from smcogui.ui.task_thread import TaskThread

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.jobs import Task
    from smcogui.runs.handle import RunHandle

TICK_MS: Final = 50
POLL_S: Final = 0.1
WORKERS: Final = 2
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    topic: str
    number: int
    compute: Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    topic: str
    number: int
    value: Any
    error: Exception | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Receiver:
    number: int
    on_answer: Callable[[Any], None]
    on_error: Callable[[Exception], None] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunNews:
    run_id: str
    handle: RunHandle
    events: tuple[Any, ...]
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _TaskEnd:
    task_id: str
    value: Any
    error: Exception | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunningTask:
    thread: TaskThread
    on_report: Callable[[float | None, str], None]
    on_answer: Callable[[Any], None]
    on_error: Callable[[Exception], None]


class RunBridge(QObject):
    """Brings answers of background work and news of runs into the window's thread.

    Attributes
    ----------
    run_news : Signal(str, tuple)
        Run id and the new events of that run, oldest first.
    run_ended : Signal(str)
        The run reached a final state; its last events were delivered before.
    failed : Signal(str, object)
        Topic and exception of a question that had no ``on_error`` of its own.
    """

    run_news = Signal(str, tuple)
    run_ended = Signal(str)
    failed = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = count(1)
        self._receivers: dict[str, _Receiver] = {}
        self._waiting: dict[str, Callable[[], object]] = {}
        self._questions: deque[_Question] = deque()
        self._wake = threading.Condition()
        self._results: SimpleQueue[_Answer | _RunNews | _TaskEnd | Inquiry] = SimpleQueue()
        self._tasks: dict[str, _RunningTask] = {}
        self._handles: dict[str, RunHandle] = {}
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"worker-{i}", daemon=True)
            for i in range(WORKERS)
        ]
        self._threads.append(threading.Thread(target=self._read, name="run-reader", daemon=True))
        for thread in self._threads:
            thread.start()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._deliver)
        self._timer.start()

    def ask(
        self,
        topic: str,
        compute: Callable[[], Any],
        on_answer: Callable[[Any], None],
        on_error: Callable[[Exception], None] | None = None,
    ) -> int:
        """Compute something in a worker thread and hand the answer to the window's thread.

        Parameters
        ----------
        topic : str
            A later question of the same topic makes this one's answer stale.
        compute : callable
            Runs in a worker thread; must not touch Qt.
        on_answer, on_error : callable
            Called in the window's thread with the value, or with the exception.

        Returns
        -------
        int
            The number of the question.
        """
        number = next(self._numbers)
        self._receivers[topic] = _Receiver(number=number, on_answer=on_answer, on_error=on_error)
        question = _Question(topic=topic, number=number, compute=compute)
        with self._wake:
            # A question of this topic that no worker has taken yet need not be computed at all.
            waiting = [each for each in self._questions if each.topic != topic]
            self._questions = deque([*waiting, question])
            self._wake.notify()
        return number

    def ask_in_turn(
        self,
        topic: str,
        compute: Callable[[], Any],
        on_answer: Callable[[Any], None],
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        """Like :meth:`ask`, but let a question of this topic that is under way be answered first.

        Asked faster than answered, as by a slider being dragged, every answer would be stale and
        nothing would ever be shown. Of the questions that wait, only the newest is kept.
        """
        ask = partial(self.ask, topic, compute, on_answer, on_error)
        if self.is_busy(topic):
            self._waiting[topic] = ask
        else:
            ask()

    def is_busy(self, topic: str) -> bool:
        """Whether the newest question of the topic is still without an answer."""
        return topic in self._receivers

    def drop(self, topic: str) -> None:
        """Want no answer of this topic any more, nor what waits behind it.

        That is so where the dialog that asked is closed, or the question was taken back.
        """
        self._receivers.pop(topic, None)
        self._waiting.pop(topic, None)

    def start_task(
        self,
        task_id: str,
        work: Task,
        *,
        on_report: Callable[[float | None, str], None],
        on_answer: Callable[[Any], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Do what takes long in a thread of its own; see :class:`smcogui.app.jobs.Task`.

        Parameters
        ----------
        task_id : str
            Not the id of another task at work.
        work : callable
            Runs in that thread; must not touch Qt.
        on_report, on_answer, on_error : callable
            Called in the window's thread: the first with share done and log line, and one of the
            others at the end, with TaskStoppedError where the task was stopped.
        """
        thread = TaskThread(task_id, work, self._task_ended)
        self._tasks[task_id] = _RunningTask(
            thread=thread, on_report=on_report, on_answer=on_answer, on_error=on_error
        )
        thread.start()

    def stop_task(self, task_id: str) -> None:
        """Ask a task to stop; it ends with TaskStoppedError at its next report."""
        task = self._tasks.get(task_id)
        if task is not None:
            task.thread.ask_to_stop()

    def inquire(self, show: Callable[[Inquiry], None]) -> Any:
        """Let the window ask its user, and return the answer; called in another thread.

        Parameters
        ----------
        show : callable
            Called in the window's thread with the inquiry, which it answers sooner or later.

        Raises
        ------
        TaskStoppedError
            If the window was closed before an answer came.
        """
        inquiry = Inquiry(show)
        self._results.put(inquiry)
        return inquiry.wait(self._stopping.is_set)

    def follow(self, run_id: str, handle: RunHandle) -> None:
        """Deliver the events of a run until it ends."""
        with self._wake:
            self._handles = {**self._handles, run_id: handle}

    def unfollow(self, run_id: str) -> None:
        """Deliver no event of a run any more, not even one already read; the run itself goes on."""
        with self._wake:
            self._handles = {key: value for key, value in self._handles.items() if key != run_id}

    def close(self) -> None:
        """Stop the timer and the threads; runs go on in their own processes."""
        self._timer.stop()
        self._stopping.set()
        with self._wake:
            self._questions.clear()
            self._wake.notify_all()
        for task in self._tasks.values():
            task.thread.ask_to_stop()
        for thread in (*self._threads, *(task.thread for task in self._tasks.values())):
            thread.join(timeout=5.0)
        self._tasks.clear()
        self._receivers.clear()
        self._waiting.clear()

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: bool(self._questions) or self._stopping.is_set())
                if self._stopping.is_set():
                    return
                question = self._questions.popleft()
            value: Any = None
            error: Exception | None = None
            try:
                value = question.compute()
            except Exception as caught:
                error = caught
            self._results.put(
                _Answer(topic=question.topic, number=question.number, value=value, error=error)
            )

    def _read(self) -> None:
        over: dict[str, RunHandle] = {}
        while not self._stopping.wait(POLL_S):
            for run_id, handle in self._handles.items():
                if over.get(run_id) is handle:
                    continue
                try:
                    # The state is read first: what the run wrote before it ended is then polled.
                    ended = not handle.state.is_active
                    events = tuple(handle.poll())
                except Exception:
                    _LOG.exception("The run %s cannot be read; trying again.", run_id)
                    continue
                if events or ended:
                    self._results.put(
                        _RunNews(run_id=run_id, handle=handle, events=events, ended=ended)
                    )
                if ended:
                    over[run_id] = handle

    def _task_ended(self, task_id: str, value: Any, error: Exception | None) -> None:
        self._results.put(_TaskEnd(task_id=task_id, value=value, error=error))

    def _deliver(self) -> None:
        for task in tuple(self._tasks.values()):
            self._deliver_reports(task)
        while True:
            try:
                result = self._results.get_nowait()
            except Empty:
                return
            if isinstance(result, _RunNews):
                self._deliver_news(result)
            elif isinstance(result, _TaskEnd):
                self._deliver_end(result)
            elif isinstance(result, Inquiry):
                result.open()
            else:
                self._deliver_answer(result)

    def _deliver_reports(self, task: _RunningTask) -> None:
        for fraction, message in task.thread.take_reports():
            task.on_report(fraction, message)

    def _deliver_end(self, end: _TaskEnd) -> None:
        task = self._tasks.pop(end.task_id, None)
        if task is None:
            return
        self._deliver_reports(task)
        if end.error is None:
            task.on_answer(end.value)
        else:
            task.on_error(end.error)

    def _deliver_news(self, news: _RunNews) -> None:
        # What was read before the run was left, or followed anew, is no news.
        if news.events and self._handles.get(news.run_id) is news.handle:
            self.run_news.emit(news.run_id, news.events)
        if news.ended and self._handles.get(news.run_id) is news.handle:
            self.unfollow(news.run_id)
            self.run_ended.emit(news.run_id)

    def _deliver_answer(self, answer: _Answer) -> None:
        receiver = self._receivers.get(answer.topic)
        if receiver is None or receiver.number != answer.number:
            return
        del self._receivers[answer.topic]
        ask_next = self._waiting.pop(answer.topic, None)
        if ask_next is not None:
            ask_next()
        if answer.error is None:
            receiver.on_answer(answer.value)
        elif receiver.on_error is not None:
            receiver.on_error(answer.error)
        else:
            self.failed.emit(answer.topic, answer.error)

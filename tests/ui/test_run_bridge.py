"""Answers are numbered, stale ones drop, threads end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from smcogui.errors import TaskStoppedError
from smcogui.runs.state import RunState
from smcogui.ui.run_bridge import RunBridge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from smcogui.ui.inquiry import Inquiry


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[RunBridge]:
    """Return a bridge that is closed afterwards."""
    bridge = RunBridge()
    yield bridge
    bridge.close()


def test_answer_comes_in_the_window_thread(bridge: RunBridge, qtbot: QtBot) -> None:
    seen: list[tuple[int, bool]] = []
    bridge.ask(
        "sum",
        lambda: 1 + 1,
        lambda value: seen.append((value, threading.current_thread() is threading.main_thread())),
    )
    assert bridge.is_busy("sum")
    qtbot.waitUntil(lambda: seen == [(2, True)])
    assert not bridge.is_busy("sum")


def test_stale_answer_is_dropped(bridge: RunBridge, qtbot: QtBot) -> None:
    started, release = threading.Event(), threading.Event()
    seen: list[str] = []

    def slow() -> str:
        started.set()
        release.wait(5)
        return "old"

    bridge.ask("topic", slow, seen.append)
    started.wait(5)
    bridge.ask("topic", lambda: "new", seen.append)
    release.set()
    qtbot.waitUntil(lambda: seen == ["new"])
    qtbot.wait(150)
    assert seen == ["new"]


def test_error_reaches_whoever_asked(bridge: RunBridge, qtbot: QtBot) -> None:
    seen: list[str] = []

    def fail() -> None:
        raise ValueError("no")

    bridge.ask("x", fail, lambda _value: None, lambda error: seen.append(str(error)))
    qtbot.waitUntil(lambda: seen == ["no"])
    with qtbot.waitSignal(bridge.failed):
        bridge.ask("y", fail, lambda _value: None)


def test_close_ends_the_threads(qtbot: QtBot) -> None:
    before = set(threading.enumerate())
    bridge = RunBridge()
    bridge.close()
    assert set(threading.enumerate()) <= before


class _Handle:
    """A run that tells its news once and has ended then."""

    def __init__(self, news: str) -> None:
        self._news = [news]
        self.polled = threading.Event()

    @property
    def state(self) -> RunState:
        return RunState.RUNNING if self._news else RunState.DONE

    def poll(self) -> list[str]:
        news, self._news = self._news, []
        if not news:
            self.polled.set()
        return news


def test_run_tells_its_news_and_then_its_end_once(bridge: RunBridge, qtbot: QtBot) -> None:
    seen: list[object] = []
    bridge.run_news.connect(lambda run_id, events: seen.append((run_id, events)))
    bridge.run_ended.connect(seen.append)
    bridge.follow("run", _Handle("step"))
    qtbot.waitUntil(lambda: "run" in seen)
    qtbot.wait(250)
    assert seen == [("run", ("step",)), "run"]


def test_news_read_before_a_run_was_left_is_not_told(bridge: RunBridge, qtbot: QtBot) -> None:
    seen: list[object] = []
    bridge.run_news.connect(lambda run_id, events: seen.append(events))
    bridge.run_ended.connect(seen.append)
    old = _Handle("old")
    bridge.follow("run", old)
    # this thread delivers nothing while it waits: news and end lie in the queue now
    assert old.polled.wait(5)
    bridge.unfollow("run")
    bridge.follow("run", _Handle("new"))
    qtbot.waitUntil(lambda: "run" in seen)
    assert seen == [("new",), "run"]


def test_task_asks_the_window_and_goes_on_with_the_answer(bridge: RunBridge, qtbot: QtBot) -> None:
    seen: list[tuple[str, bool]] = []

    def show(inquiry: Inquiry) -> None:
        seen.append(("shown", threading.current_thread() is threading.main_thread()))
        inquiry.answer("the answer")

    bridge.start_task(
        "asks",
        lambda _progress, _should_stop: bridge.inquire(show),
        on_report=lambda *_: None,
        on_answer=lambda value: seen.append((value, True)),
        on_error=lambda error: seen.append((repr(error), False)),
    )
    qtbot.waitUntil(lambda: seen == [("shown", True), ("the answer", True)])


def test_question_ends_when_the_window_is_closed(qtbot: QtBot) -> None:
    bridge = RunBridge()
    shown: list[Inquiry] = []
    ends: list[Exception] = []

    def work(_progress: object, _should_stop: object) -> None:
        try:
            bridge.inquire(shown.append)
        except TaskStoppedError as error:
            ends.append(error)

    bridge.start_task(
        "asks",
        work,
        on_report=lambda *_: None,
        on_answer=lambda _value: None,
        on_error=ends.append,
    )
    qtbot.waitUntil(lambda: bool(shown))
    bridge.close()
    assert len(ends) == 1

"""Cycles of references are collected in the window's thread, whoever made them."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING

import pytest

from smcogui.ui.garbage import GarbageTimer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

_MANY = 100_000


class Knot:
    """Something that refers to itself, and tells in which thread it ends."""

    def __init__(self, ends: list[int]) -> None:
        self.itself, self.ends = self, ends

    def __del__(self) -> None:
        self.ends.append(threading.get_ident())


def make_many_elsewhere() -> list[list[int]]:
    """Return many objects that another thread made; the collector counts those that are left."""
    made: list[list[int]] = []
    worker = threading.Thread(target=lambda: made.extend([] for _ in range(_MANY)))
    worker.start()
    worker.join()
    return made


@pytest.fixture
def timer(qtbot: QtBot) -> Iterator[GarbageTimer]:
    """Return a timer of its own; the collector is as before afterwards."""
    was_enabled = gc.isenabled()
    timer = GarbageTimer()
    yield timer
    timer.stop()
    if not was_enabled:
        gc.disable()


def test_worker_that_makes_a_lot_collects_nothing(timer: GarbageTimer, qtbot: QtBot) -> None:
    ends: list[int] = []
    knot = weakref.ref(Knot(ends))
    made = make_many_elsewhere()
    assert made
    assert knot() is not None
    qtbot.waitUntil(lambda: knot() is None, timeout=10_000)
    assert ends == [threading.get_ident()]


def test_collector_left_to_itself_ends_objects_in_a_worker() -> None:
    """What the timer is for: without it the thread that makes much ends what others made."""
    was_enabled = gc.isenabled()
    gc.enable()
    try:
        ends: list[int] = []
        Knot(ends)
        assert make_many_elsewhere()
    finally:
        if not was_enabled:
            gc.disable()
    assert ends
    assert threading.get_ident() not in ends

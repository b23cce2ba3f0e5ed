"""What stays for long is not looked at by the garbage collector, and is freed all the same."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from smcogui.ui.long_lived import long_lived


class Kept:
    def __init__(self, number: int) -> None:
        self.held: dict[str, Any] = {"number": number}


def test_many_things_are_frozen_and_freed_with_their_last_reference() -> None:
    before, was_enabled = gc.get_freeze_count(), gc.isenabled()
    try:
        things = long_lived(lambda: [Kept(number) for number in range(20_000)])
        assert gc.isenabled() == was_enabled
        assert gc.get_freeze_count() > before + 20_000
        last = weakref.ref(things[-1])
        things.clear()
        assert last() is None
    finally:
        gc.unfreeze()


def test_few_things_are_left_to_the_collector() -> None:
    before = gc.get_freeze_count()
    assert long_lived(lambda: Kept(3)).held == {"number": 3}
    assert gc.get_freeze_count() == before


def test_collector_goes_on_after_a_failure() -> None:
    def fail() -> None:
        raise OSError("no disk")

    was_enabled = gc.isenabled()
    with pytest.raises(OSError, match="no disk"):
        long_lived(fail)
    assert gc.isenabled() == was_enabled

"""Things in their ten thousands that stay are kept out of the garbage collector's sight."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_MANY: Final = 10_000
_LOCK: Final = threading.Lock()
_T = TypeVar("_T")


def long_lived(compute: Callable[[], _T]) -> _T:
    """Compute what stays, such as the records of all runs.

    A full collection looks at every object and holds Python's lock meanwhile: 0.15 s at 5,000
    runs, in which the window does not answer, whichever thread began it. What is made here is
    freed by its reference counts alone, so that it must hold no cycles.
    """
    with _LOCK:
        was_enabled, before = gc.isenabled(), gc.get_count()[0]
        gc.disable()
        try:
            value = compute()
        finally:
            # While it was off, the first number counted what was made and is still there.
            if gc.get_count()[0] - before > _MANY:
                gc.freeze()
            if was_enabled:
                gc.enable()
    return value

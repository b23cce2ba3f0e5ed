"""One thread for linear algebra: the matrices here are too small for more.

With two threads on a machine that is busy, as it is while simulations run, a product of 256 rows
takes up to forty times as long: the threads wait for each other, spinning.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which BLAS uses one thread; some ten microseconds to enter."""
    limit: AbstractContextManager[Any] = _libraries().limit(limits=1, user_api="blas")
    return limit


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()

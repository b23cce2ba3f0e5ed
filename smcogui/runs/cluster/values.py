"""Single values as schedulers print them, and how many of them are believed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.errors import UntrustedAnswerError

if TYPE_CHECKING:
    from collections.abc import Sized

MOST_ROWS: Final = 200_000

_TIME: Final = re.compile(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)(?:\.\d+)?")
_SIZE: Final = re.compile(r"([\d.]+)\s*([KMGTP]?)[Bbcn]?")
_UNITS_MB: Final = {
    **{"B": 1 / 1024**2, "K": 1 / 1024, "": 1.0, "M": 1.0},
    **{"G": 1024.0, "T": 1024.0**2, "P": 1024.0**3},
}


def seconds(text: str) -> int | None:
    """Return a time such as ``1-02:03:04`` or ``2:00`` in s; None for UNLIMITED and the like."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest


def megabytes(text: str, unit_of_a_number: str = "M") -> float | None:
    """Return a size such as ``2000M``, ``4Gn`` or ``1.5G`` in MB (MiB, as schedulers count)."""
    found = _SIZE.fullmatch(text.strip())
    if found is None or found[1].count(".") > 1 or found[1] == ".":
        return None
    return float(found[1]) * _UNITS_MB[found[2] or unit_of_a_number]


def number(text: str) -> int:
    """Return a whole number; 0 for what is none."""
    return int(text) if text.isdecimal() else 0


def check_rows(rows: Sized) -> None:
    """Refuse an answer that names more than any list of our jobs.

    Raises
    ------
    UntrustedAnswerError
    """
    if len(rows) > MOST_ROWS:
        raise too_many(len(rows))


def too_many(count: int) -> UntrustedAnswerError:
    """Return the error about an answer that names so many tasks."""
    return UntrustedAnswerError(
        f"the scheduler names more than {count - 1} tasks at once, and none of ours has that many; "
        "the answer is not used",
        given=f">= {count}",
        allowed=f"<= {MOST_ROWS}",
    )

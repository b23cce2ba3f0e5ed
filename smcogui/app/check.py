"""One line of the doctor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was looked at, how it is, and what to do; ``needed`` where no run works without it."""

    check: str
    ok: bool
    message: str
    remedy: str = ""
    needed: bool = False

"""Where a value comes from, because values of different origin must never be confused."""

from __future__ import annotations

from enum import StrEnum


class Origin(StrEnum):
    """What stands behind a curve or a number; the value is the word that is shown."""

    SIMULATED = "simulated"
    MEASURED = "measured"
    ANALYTIC = "analytic"
    PREDICTED = "predicted"

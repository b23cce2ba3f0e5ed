"""What counts as an irreversible drop of M on a half-cycle (docs/physics.md)."""

from __future__ import annotations

from typing import Final

JUMP_IN_M: Final = 0.02
JUMP_OVER_SLOPE: Final = 5.0
"""A step is a jump where M/Ms falls by more than the first limit and by more than this many times
the last reversible slope times the step."""
FLIPPED_FRACTION: Final = 0.015
"""Growth of the fraction of flipped cells at which a trial of an adaptive sweep is given up."""
STEP_AFTER_DROP_T: Final = 0.2
"""Longest field step in T between the first drop and the reversal."""


def is_jump(fall: float, step: float, slope: float | None) -> bool:
    """Return whether a fall of M/Ms over a field step in T is an irreversible drop.

    ``slope`` is the last reversible one in 1/T; None where there is none yet.
    """
    return slope is not None and fall > JUMP_IN_M and fall > JUMP_OVER_SLOPE * abs(slope * step)

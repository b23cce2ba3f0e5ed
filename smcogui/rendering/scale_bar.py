"""Lengths that look well on a scale bar."""

from __future__ import annotations

import math


def nice_length(longest: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above ``longest``.

    Examples
    --------
    >>> nice_length(32.0)
    20.0
    """
    power = 10.0 ** math.floor(math.log10(longest))
    for factor in (5.0, 2.0):
        if factor * power <= longest:
            return factor * power
    return power

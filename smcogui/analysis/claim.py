"""A claim about a dataset: in words, and as a number that is above 0 where it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.analysis.claim_sample import Sample

    Mask = NDArray[np.bool_]

HC: Final = "mu0_Hc_T"
PHI: Final = "Phi_p"
LEAST_DESIGNS: Final = 30
"""Designs that a claim needs, all told, where it says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim.

    Parameters
    ----------
    item : str
        Of the checklist of the paper.
    text : str
        What the paper says.
    statistic : str
        What is computed; above 0 where the claim holds.
    measure : callable or None
        From a sample to the statistic; None where no dataset tells of it.
    needs : callable
        From a sample to which designs tell of it.
    reading : str
        That these designs need.
    least : int
        How many.
    open_because : str
        Why it stays open, where it must.
    """

    item: str
    text: str
    statistic: str
    measure: Callable[[Sample], float] | None
    needs: Callable[[Sample], Mask] | None = None
    reading: str = HC
    least: int = LEAST_DESIGNS
    open_because: str = ""

    def count(self, sample: Sample) -> int:
        """Return how many designs tell of it."""
        if self.measure is None:
            return 0
        return sample.known(self.reading, True if self.needs is None else self.needs(sample))


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A claim about where a reading is largest over (φS, φZ).

    Parameters
    ----------
    item, text : str
    reading : str
    axis : {"phi_S", "phi_Z"}
    low, high : float
        Between these it is said to lie.
    """

    item: str
    text: str
    reading: str
    axis: str
    low: float
    high: float

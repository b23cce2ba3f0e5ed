"""How large a dataset must be: the paper's convergence analysis (Suppl. Note 2.3, Figs. 8 and 9).

The characteristic value of a dataset (DCV) is the mean of a reading over its designs. For each size
many datasets are drawn; their DCVs scatter around the one of an endless dataset, C∞, which is
estimated by the mean over all designs there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

TRIALS: Final = 100
CRITERION: Final = 0.01
FEWEST: Final = 10
_CI95: Final = (2.5, 97.5)
_SIZES_PER_DECADE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeTest:
    """The convergence of one reading.

    Parameters
    ----------
    reading : str
        With its unit: ``mu0_Hc_T``.
    sizes : ndarray of int, shape (n,)
    mean_dcv : ndarray, shape (n,)
        Mean of the trials' DCV, in the reading's unit.
    ci95 : ndarray, shape (n, 2)
        Between these lie 95 % of the trials' DCV.
    mape_paper : ndarray, shape (n,)
        Distance of the mean DCV from C∞, over C∞ (Suppl. Eq. 10): the error of a mean of all
        trials, which is below the criterion long before one dataset is.
    mape : ndarray, shape (n,)
        Mean over the trials of the distance of their DCV from C∞, over C∞: how far off one
        dataset of this size is.
    limit : float
        C∞, from all designs.
    designs, trials : int
    """

    reading: str
    sizes: NDArray[np.int64]
    mean_dcv: NDArray[np.float64]
    ci95: NDArray[np.float64]
    mape_paper: NDArray[np.float64]
    mape: NDArray[np.float64]
    limit: float
    designs: int
    trials: int

    def threshold(self, *, paper: bool, criterion: float = CRITERION) -> int | None:
        """Return the smallest size from which on the error stays within the criterion.

        None where the largest size does not reach it.
        """
        errors = self.mape_paper if paper else self.mape
        above = np.flatnonzero(errors > criterion)
        if above.size == 0:
            return int(self.sizes[0])
        last = int(above[-1])
        return int(self.sizes[last + 1]) if last + 1 < self.sizes.size else None


def size_test(
    reading: str,
    values: ArrayLike,
    *,
    sizes: Sequence[int] | None = None,
    trials: int = TRIALS,
    seed: int = 0,
) -> SizeTest:
    """Draw datasets of growing size from a reading and see how their mean converges.

    Designs are drawn with replacement: without it every dataset as large as the whole would agree
    with it, however small that is.

    Parameters
    ----------
    reading : str
    values : array-like, shape (designs,)
        What is not a number is left out.
    sizes : sequence of int, optional
        10 per decade up to the number of designs by default.
    trials : int
        Datasets per size.
    seed : int

    Raises
    ------
    InputError
        If there are fewer than ten values, their mean is zero, or a size or the number of trials is
        not allowed.
    """
    data = np.asarray(values, dtype=float)
    data = data[np.isfinite(data)]
    if data.size < FEWEST:
        raise _refused(f"{data.size} values of {reading}", f"at least {FEWEST}")
    limit = float(data.mean())
    if limit == 0:
        raise _refused(f"values of {reading} with the mean 0", "a mean other than 0")
    chosen = np.array(spread_sizes(data.size) if sizes is None else sorted(set(sizes)))
    if trials < 2 or chosen.size == 0 or chosen[0] < 1:
        raise _refused(f"sizes {list(chosen)} and {trials} trials", "sizes >= 1, trials >= 2")
    generator = np.random.default_rng(seed)
    dcv = np.array(
        [
            [data[generator.integers(data.size, size=n)].mean() for _ in range(trials)]
            for n in chosen
        ]
    )
    return SizeTest(
        reading=reading,
        sizes=chosen,
        mean_dcv=dcv.mean(axis=1),
        ci95=np.percentile(dcv, _CI95, axis=1).T,
        mape_paper=np.abs(dcv.mean(axis=1) - limit) / abs(limit),
        mape=np.abs(dcv - limit).mean(axis=1) / abs(limit),
        limit=limit,
        designs=int(data.size),
        trials=trials,
    )


def spread_sizes(largest: int) -> list[int]:
    """Return sizes at equal ratios from 10 to ``largest``."""
    count = max(2, round(_SIZES_PER_DECADE * np.log10(largest / FEWEST)) + 1)
    return sorted({round(size) for size in np.geomspace(FEWEST, largest, count)})


def _refused(given: str, allowed: str) -> InputError:
    return InputError(
        f"the dataset-size test has {given}; allowed is {allowed}",
        key="values",
        given=given,
        allowed=allowed,
    )

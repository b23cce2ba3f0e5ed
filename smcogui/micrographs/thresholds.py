"""Grey values that part classes best (Otsu 1979, for several classes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BINS: Final = 256


def multi_otsu(grey: NDArray[Any], classes: int) -> tuple[float, ...]:
    """Return the ``classes - 1`` thresholds with the largest variance between the classes.

    Parameters
    ----------
    grey : ndarray
        Values from 0 to 1.
    classes : int

    Notes
    -----
    N. Otsu, IEEE Trans. Syst. Man Cybern. 9, 62 (1979); found exactly, by dynamic programming over
    the 256 bins of the histogram, as in P.-S. Liao et al., J. Inf. Sci. Eng. 17, 713 (2001).
    """
    counts, edges = np.histogram(grey, bins=_BINS, range=(0.0, 1.0))
    weight = np.concatenate(([0.0], np.cumsum(counts / counts.sum())))
    moment = np.concatenate(
        ([0.0], np.cumsum(counts / counts.sum() * (edges[:-1] + edges[1:]) / 2))
    )
    share = weight[np.newaxis, :] - weight[:, np.newaxis]
    mean = moment[np.newaxis, :] - moment[:, np.newaxis]
    # What a class from bin i to before bin j adds to the variance between classes.
    value = np.where(share > 0, mean**2 / np.where(share > 0, share, 1.0), 0.0)
    value[np.tril_indices(_BINS + 1)] = -np.inf
    best, totals = value[0], []
    for _ in range(classes - 1):
        totals.append(best[:, np.newaxis] + value)
        best = np.max(totals[-1], axis=0)
    ends, place = [], _BINS
    for total in reversed(totals):
        place = _middle_best(total[:, place])
        ends.append(float(edges[place]))
    return tuple(reversed(ends))


def _middle_best(values: NDArray[Any]) -> int:
    """Return the middle one of the best places: between two peaks all are as good."""
    best = values.max()
    places = np.flatnonzero(values >= best - 1e-12 * abs(best))
    return int(places[len(places) // 2])

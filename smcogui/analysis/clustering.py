"""Which inputs and readings go together: hierarchical clusters by rank correlation (Fig. 2g)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.analysis.correlations import table_correlations
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from smcogui.analysis.design_table import DesignTable

    Array = NDArray[np.float64]

_METHOD: Final = "average"
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dendrogram:
    """Hierarchical clusters of quantities.

    Parameters
    ----------
    keys : tuple of str
    linkage : ndarray, shape (len(keys) - 1, 4)
        As scipy's hierarchy has it: two clusters, their distance, the size of both together.
    """

    keys: tuple[str, ...]
    linkage: Array

    def merges(self) -> list[dict[str, Any]]:
        """Return which quantities were joined at which distance, the nearest first."""
        clusters: list[tuple[str, ...]] = [(key,) for key in self.keys]
        found = []
        for first, second, distance, _ in self.linkage:
            joined = (*clusters[int(first)], *clusters[int(second)])
            clusters.append(joined)
            found.append({"members": list(joined), "distance": float(distance)})
        return found

    def holds(self, members: Sequence[str]) -> bool:
        """Whether quantities, and no others, form a cluster at some distance."""
        return any(set(merge["members"]) == set(members) for merge in self.merges())

    def first_pair(self) -> set[str]:
        """Return the two quantities that are most alike."""
        return set(self.merges()[0]["members"])


def cluster_quantities(keys: Sequence[str], correlation: Array) -> Dendrogram:
    """Join quantities by the distance 1 - abs(rho), by the average over the members.

    Parameters
    ----------
    keys : sequence of str
    correlation : ndarray, shape (k, k)
        Without NaN.

    Raises
    ------
    InputError
        If there are fewer than three quantities, or a correlation is not known.
    """
    if len(keys) < _FEWEST or not np.isfinite(correlation).all():
        raise InputError(
            f"{len(keys)} quantities that vary cannot be joined to clusters",
            key="quantities",
            given=", ".join(keys),
            allowed=f"at least {_FEWEST} whose correlations are known",
        )
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import squareform

    distance = 1 - np.abs(correlation)
    np.fill_diagonal(distance, 0.0)
    flat = np.clip(squareform((distance + distance.T) / 2, checks=False), 0.0, None)
    return Dendrogram(keys=tuple(keys), linkage=hierarchy.linkage(flat, _METHOD))


def cluster_table(table: DesignTable) -> Dendrogram:
    """Return the clusters of the inputs that vary and of both readings, by Spearman's rho."""
    return cluster_quantities(*table_correlations(table))

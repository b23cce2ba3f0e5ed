"""Finished designs whose numbers are to be doubted: far from their neighbours, or scattering.

A design's Hc and Phi_p are compared with what a plane through its nearest neighbours in design
space gives there, without the design itself. What is left over is measured by the median of all
designs, so that outliers do not hide each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.campaigns.repair import Trouble
from smcogui.data.dataset import design_columns, scatters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from smcogui.data.store import RunRecord

READINGS: Final[Mapping[str, float]] = {"mu0_Hc_T": 0.4, "Phi_p": 0.12}
"""What is compared, and the least deviation that is taken for more than the random offsets give."""
DEVIATIONS: Final = 6.0
"""Robust standard deviations from which a design is an outlier."""
FEWEST: Final = 30
"""Designs below which neighbours tell nothing."""
_COORDINATES: Final = (
    "L_nm",
    "d_nm",
    "wS_nm",
    "wZ_nm",
    "theta_deg",
    "alpha_deg",
    "A_z_pJ_m",
    "K_z_MJ_m3",
    "Ms_z_kA_m",
    "layer_thickness_nm",
    "k_gb",
)
_KINDS: Final = ("layer", "exchange_rule", "preset")
"""Designs that differ in these are no neighbours."""
_MAD_TO_SD: Final = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A finished run to be doubted.

    Parameters
    ----------
    run_id : str
    trouble : Trouble
        OUTLIER or SCATTERED.
    reason : str
        In words, with numbers.
    """

    run_id: str
    trouble: Trouble
    reason: str


def find_suspects(records: Sequence[RunRecord]) -> list[Suspect]:
    """Return the finished runs that are outliers among these, or whose half-cycles scatter.

    Parameters
    ----------
    records : sequence of RunRecord
        Finished runs; below :data:`FEWEST` of a kind only the scatter is looked at.
    """
    found = {}
    groups: dict[tuple[Any, ...], list[tuple[RunRecord, dict[str, Any]]]] = {}
    for record in records:
        columns = design_columns(record.design)
        groups.setdefault(tuple(columns[key] for key in _KINDS), []).append((record, columns))
        if scatters(record.result or {}):
            spread = (record.result or {})["spread"]["mu0_Hc_T"]
            found[record.run_id] = Suspect(
                run_id=record.run_id,
                trouble=Trouble.SCATTERED,
                reason=f"Hc of the half-cycles has a standard deviation of {spread:.2f} T",
            )
    for group in groups.values():
        for key, least in READINGS.items():
            for suspect in _outliers(group, key, least):
                found.setdefault(suspect.run_id, suspect)
    return [found[record.run_id] for record in records if record.run_id in found]


def _outliers(
    group: Sequence[tuple[RunRecord, dict[str, Any]]], key: str, least: float
) -> list[Suspect]:
    read = [((record.result or {}).get(key), record, columns) for record, columns in group]
    known = [(value, record, columns) for value, record, columns in read if value is not None]
    if len(known) < FEWEST:
        return []
    values = np.array([float(value) for value, _, _ in known])
    places = _places([columns for _, _, columns in known])
    if places.shape[1] == 0:
        return []
    # An outlier bends what its neighbours expect: those are judged again without it.
    first = _far(values - _expected(places, values, np.ones(len(values), bool)), least)
    expected = _expected(places, values, ~first)
    far = _far(values - expected, least)
    return [
        Suspect(
            run_id=known[k][1].run_id,
            trouble=Trouble.OUTLIER,
            reason=f"{key} is {values[k]:.3f}; its neighbours give {expected[k]:.3f}",
        )
        for k in np.flatnonzero(far)
    ]


def _places(columns: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
    """Return the coordinates that vary, scaled by their spread, shape (designs, coordinates)."""
    table = np.array([[float(row[key]) for key in _COORDINATES] for row in columns])
    spread = table.std(axis=0)
    varies = spread > 1e-9 * np.abs(table).max(axis=0)
    return np.asarray((table[:, varies] - table[:, varies].mean(axis=0)) / spread[varies])


def _expected(
    places: NDArray[np.float64], values: NDArray[np.float64], trusted: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return what a plane through the nearest trusted designs gives at each, without itself."""
    from scipy.spatial import KDTree

    count, dimensions = places.shape
    pool = np.flatnonzero(trusted)
    nearest = min(len(pool) - 1, 3 * (dimensions + 1))
    _, found = KDTree(places[pool]).query(places, k=nearest + 1)
    expected = np.empty(count)
    for k in range(count):
        others = pool[found[k]]
        others = others[others != k][:nearest]
        offsets = places[others] - places[k]
        distances = np.linalg.norm(offsets, axis=1)
        weights = np.exp(-0.5 * (distances / max(np.median(distances), 1e-12)) ** 2)
        design = np.column_stack([np.ones(len(others)), offsets])
        # A little ridge on the slopes: neighbours may lie on a line.
        ridge = 1e-2 * weights.sum() * np.diag([0.0, *[1.0] * dimensions])
        normal = design.T @ (weights[:, None] * design) + ridge
        expected[k] = np.linalg.solve(normal, design.T @ (weights * values[others]))[0]
    return expected


def _far(residual: NDArray[np.float64], least: float) -> NDArray[np.bool_]:
    middle = np.median(residual)
    spread = _MAD_TO_SD * np.median(np.abs(residual - middle))
    return np.asarray(np.abs(residual - middle) > max(DEVIATIONS * spread, least))

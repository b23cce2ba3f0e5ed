"""The grid that comes nearest to the paper's, and the mix that surrogates learn best from.

The paper does not list its 17,500 designs. Of all grids with its ranges and its attested angles,
this one has 13,125 points, 12,600 of them with w_Z <= d: 4 % impossible, as in the paper.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smcogui.campaigns.axes import Axis
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.sampling import Sampling

if TYPE_CHECKING:
    from smcogui.campaigns.axes import Value

_GRID: Final[dict[str, tuple[Value, ...]]] = {
    "L_nm": (30.0, 50.0, 75.0, 100.0, 125.0, 150.0, 175.0),
    "d_nm": (10.0, 20.0, 30.0, 40.0, 50.0),
    "wS_nm": (3.0, 6.0, 9.0, 12.0, 15.0),
    "wZ_nm": (3.0, 5.0, 7.0, 9.0, 11.0),
    "alpha_deg": (0.0, 30.0, 45.0, 60.0, 90.0),
    "z_phase": ("Lit", "DFT", "Mod"),
}

_GEOMETRY: Final = (
    Axis(key="L_nm", low=10, high=180, step=0.1),
    Axis(key="d_nm", low=6, high=60, step=0.1),
    Axis(key="phi_S", low=0.02, high=0.6, step=0.001),
    Axis(key="phi_Z", low=0.05, high=0.6, step=0.001),
    Axis(key="alpha_deg", low=0, high=85, step=0.1),
)
_FREE_Z: Final = (
    Axis(key="l_dw_z_nm", low=2.2, high=8, step=0.01),
    Axis(key="sigma_dw_z_mJ_m2", low=2, high=40, scale="log", step=0.01),
    Axis(key="Ms_z_kA_m", low=200, high=900, step=1),
)

TRAINING_FILTERS: Final = Feasibility(
    least_wall_cells=2, least_gap_cells=2, least_exchange_length_nm=0.7
)
"""What half-nanometre cells resolve: Lit, with √(A/K) = 0.48 nm, needs cells of 0.25 nm."""


def paper_like(base: str) -> Sampling:
    """Return the full grid: 13,125 points, 12,600 of them possible."""
    axes = tuple(Axis(key=key, values=values) for key, values in _GRID.items())
    return Sampling(name="paper-like", method="grid", base=base, axes=axes)


def training_mix(base: str, count: int, seed: int = 0) -> tuple[Sampling, ...]:
    """Return samplings of about ``count`` designs for training: Sobol points, part of a grid.

    Seven tenths of a dataset are best Sobol points, three of them with free constants of the Z
    phase, and 15 % points of the grid, for the paper's figures; the rest is left to verified
    candidates. ``count`` is shared out among the parts in this ratio.
    """
    shares = {"sobol-z": 35, "sobol-free": 35, "grid": 15}
    counts = {
        key: max(1, round(count * share / sum(shares.values()))) for key, share in shares.items()
    }
    shipped = Axis(key="z_phase", values=("DFT", "Mod"))
    part = replace(
        paper_like(base),
        axes=tuple(shipped if axis.key == "z_phase" else axis for axis in paper_like(base).axes),
        name="grid",
        seed=seed,
        count=counts["grid"],
    )
    sobol = Sampling(
        name="sobol-z",
        method="sobol",
        base=base,
        axes=(*_GEOMETRY, shipped),
        count=counts["sobol-z"],
        seed=seed,
    )
    free = replace(
        sobol,
        name="sobol-free",
        axes=(*_GEOMETRY, *_FREE_Z),
        count=counts["sobol-free"],
        seed=seed + 1,
    )
    return sobol, free, part

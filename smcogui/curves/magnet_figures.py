"""What a magnet's data sheet asks for: remanence, squareness, (BH)max, HcB, and the B–H curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.curves.coercivity import first_crossing
from smcogui.errors import InputError
from smcogui.units import MU0

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.curves.mh_curve import MHCurve

    Array = NDArray[np.float64]

KNEE: Final = 0.9
"""Share of the remanence at which Hk is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MagnetFigures:
    """Figures of the second quadrant; None where the curve does not reach that far.

    Parameters
    ----------
    Mr : float or None
        Magnetisation along the field at H = 0 in A/m.
    squareness : float or None
        Hk/Hc.
    Hk : float or None
        Reversed applied field in A/m at which M is 0.9 Mr.
    BHmax : float or None
        Largest −B·H in J/m³, with the internal field in both factors.
    HcB : float or None
        Reversed internal field in A/m at which B = 0.
    """

    Mr: float | None
    squareness: float | None
    Hk: float | None
    BHmax: float | None
    HcB: float | None


def internal_field(curve: MHCurve, N: float = 0.0) -> Array:
    """Return H − N·M in A/m, shape (n,).

    Parameters
    ----------
    curve : MHCurve
    N : float, optional
        Demagnetising factor of the magnet's shape, 0 to 1.

    Raises
    ------
    InputError
        If N is outside 0 to 1.
    """
    check_factor(N)
    internal: Array = curve.H - N * curve.M
    return internal


def flux_density(curve: MHCurve, N: float = 0.0) -> Array:
    """Return B = μ0 (H_int + M) in T along the field, shape (n,).

    Raises
    ------
    InputError
        If N is outside 0 to 1.
    """
    B: Array = MU0 * (internal_field(curve, N) + curve.M)
    return B


def magnet_figures(curve: MHCurve, N: float = 0.0) -> MagnetFigures:
    """Read remanence, squareness, Hk, (BH)max and HcB from a half-cycle.

    Parameters
    ----------
    curve : MHCurve
        May be unfinished or empty: what cannot be read yet is None.
    N : float, optional
        Demagnetising factor of the magnet's shape, 0 to 1; it enters (BH)max and HcB.

    Raises
    ------
    InputError
        If N is outside 0 to 1.
    """
    return line_figures(*curve.outline(), N)


def line_figures(H: Array, M: Array, N: float = 0.0) -> MagnetFigures:
    """Read remanence, squareness, Hk, (BH)max and HcB from a line of straight pieces.

    Parameters
    ----------
    H, M : array of float, shape (n,)
        Applied field and magnetisation in A/m, on the way from positive to negative fields.
    N : float, optional
        Demagnetising factor of the magnet's shape, 0 to 1; it enters (BH)max and HcB.

    Raises
    ------
    InputError
        If N is outside 0 to 1.
    """
    check_factor(N)
    H_int = H - N * M
    Mr = _remanence(H, M)
    Hk = first_crossing(H, M, KNEE * Mr) if Mr is not None and Mr > 0 else None
    Hc = first_crossing(H, M, 0.0)
    return MagnetFigures(
        Mr=Mr,
        squareness=Hk / Hc if Hk is not None and Hc is not None and Hc > 0 else None,
        Hk=Hk,
        BHmax=_largest_product(H_int, M),
        HcB=first_crossing(H_int, H_int + M, 0.0),
    )


def curve_table(curve: MHCurve, N: float = 0.0) -> dict[str, Array]:
    """Return the columns of the M–H, J–H and B–H curves, each of shape (n,), for export.

    Both the applied and the internal field are in it; the keys carry the units.

    Raises
    ------
    InputError
        If N is outside 0 to 1.
    """
    H_int = internal_field(curve, N)
    return {
        "mu0_H_T": curve.mu0_H_T,
        "H_kA_m": curve.H / 1e3,
        "mu0_H_int_T": H_int * MU0,
        "H_int_kA_m": H_int / 1e3,
        "M_over_Ms": curve.M_over_Ms,
        "M_kA_m": curve.M / 1e3,
        "J_T": curve.J,
        "B_T": flux_density(curve, N),
        "jump": curve.jump.astype(np.float64),
    }


def check_factor(N: float) -> None:
    """Refuse a demagnetising factor outside 0 to 1; raises :class:`InputError`."""
    if not 0 <= N <= 1:
        raise InputError(
            f"the demagnetising factor N is {N}; it lies between 0 and 1 "
            "(0 long rod, 1/3 sphere or cube, 1 thin plate)",
            key="N",
            given=str(N),
            allowed="0 to 1",
        )


def _remanence(H: Array, M: Array) -> float | None:
    if H.size == 0 or not H[-1] <= 0 <= H[0]:
        return None
    below = int(np.flatnonzero(H <= 0)[0])
    if H[below] == 0:
        # At the very field of a drop M is what remains after it.
        while below + 1 < H.size and H[below + 1] == 0:
            below += 1
        return float(M[below])
    part = H[below - 1] / (H[below - 1] - H[below])
    return float(M[below - 1] + part * (M[below] - M[below - 1]))


def _largest_product(H: Array, M: Array) -> float | None:
    """Return the largest −μ0 (H + M) H on a line of straight pieces in the second quadrant.

    On each piece the product is a parabola in the position along it, so its vertex is exact.
    """
    if H.size == 0 or H.min() >= 0:
        return None
    dH, B = np.diff(H), H + M
    dB = np.diff(B)
    bend = 2 * dB * dH
    slope = B[:-1] * dH + H[:-1] * dB
    vertex = np.clip(np.divide(-slope, bend, out=np.zeros(dH.shape), where=bend > 0), 0, 1)
    all_H = np.concatenate([H, H[:-1] + vertex * dH])
    all_B = np.concatenate([B, B[:-1] + vertex * dB])
    inside = (all_H <= 0) & (all_B >= 0)
    return float(MU0 * (-all_H * all_B)[inside].max()) if inside.any() else None

"""Closed formulas beside the simulation: wall pinning and coherent rotation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.units import MU0

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from smcogui.design.phases import MagneticPhase

    Array = NDArray[np.float64]

_HALVINGS: Final = 60
"""Of an interval of angles below π: down to the last digit of a double."""


def wall_pinning_field(weak: MagneticPhase, strong: MagneticPhase) -> float:
    """Return the field in A/m that drives a straight wall from one phase into another.

    H = H_ani(II) (1 - ε_K ε_A) / (1 + √(ε_J ε_A))² with ε = I/II, I the weak and II the strong
    phase (Heistracher et al., J. Magn. Magn. Mater. 548, 168875, Eq. 28). Where the wall's energy
    is not higher in ``strong``, nothing holds it and the field is 0.

    Parameters
    ----------
    weak, strong : MagneticPhase
        The phase that the wall comes from and the one that it must enter.
    """
    field = pinning_of_constants((weak.Ku1, weak.Aex, weak.Ms), (strong.Ku1, strong.Aex, strong.Ms))
    return max(0.0, float(field))


def pinning_of_constants(weak: Sequence[Any], strong: Sequence[Any]) -> Any:
    """Return :func:`wall_pinning_field` of numbers or arrays (K, A, Ms); negative for no pinning.

    Complex numbers give complex ones, whose imaginary part is a derivative.
    """
    eps_K, eps_A, eps_J = (one / other for one, other in zip(weak, strong, strict=True))
    H_ani = 2 * strong[0] / (MU0 * strong[2])
    return H_ani * (1 - eps_K * eps_A) / (1 + np.sqrt(eps_J * eps_A)) ** 2


def stoner_wohlfarth_coercivity(alpha: float, H_ani: float) -> float:
    """Return the coercive field in A/m of a uniform particle (Stoner and Wohlfarth 1948).

    Up to 45° the magnetisation switches at the coercive field; beyond, M·h passes zero by
    reversible rotation before it switches.

    Parameters
    ----------
    alpha : float
        Angle between field and easy axis in rad, 0 to π/2.
    H_ani : float
        Anisotropy field in A/m.
    """
    if alpha > math.pi / 4:
        return H_ani * math.sin(2 * alpha) / 2
    return stoner_wohlfarth_switching(alpha, H_ani)


def stoner_wohlfarth_switching(alpha: float, H_ani: float) -> float:
    """Return the reversed field in A/m at which a uniform particle switches.

    H = H_ani (cos^⅔ α + sin^⅔ α)^(-3/2), the astroid (Stoner and Wohlfarth, Phil. Trans. R. Soc.
    A 240, 599 (1948)): H_ani at 0 and at 90°, half of it at 45°.

    Parameters
    ----------
    alpha : float
        Angle between field and easy axis in rad, 0 to π/2.
    H_ani : float
        Anisotropy field in A/m.
    """
    # The cosine of π/2 is 6e-17.
    return H_ani * float(astroid(alpha))


def astroid(alpha: Any) -> Any:
    """Return the switching field over the anisotropy field, of an angle or an array of them."""
    return (np.cos(alpha) ** (2 / 3) + np.sin(alpha) ** (2 / 3)) ** -1.5


def stoner_wohlfarth_line(
    alpha: float, H_ani: float, start: float, stop: float, points: int = 301
) -> tuple[Array, Array]:
    """Return the falling half-cycle of a uniform particle as a line whose switching is vertical.

    Before it switches the magnetisation stands at the angle φ from the easy axis at which
    sin 2φ + 2 (H/H_ani) sin(φ - α) = 0, the minimum that goes over into α in large fields (Stoner
    and Wohlfarth 1948). Afterwards it is what it was at -H, turned round.

    Parameters
    ----------
    alpha : float
        Angle between field and easy axis in rad, 0 to π/2.
    H_ani : float
        Anisotropy field in A/m, positive.
    start, stop : float
        First and last applied field in A/m, start above stop.
    points : int
        Number of fields in between, besides the two ends of the switching.

    Returns
    -------
    H, M_over_Ms : ndarray, shape (n,)
        Applied field in A/m, falling, and M·h/Ms.
    """
    H = np.linspace(start, stop, points)
    switching = -stoner_wohlfarth_switching(alpha, H_ani)
    before, after = H[switching < H], H[switching > H]
    if start > switching >= stop:
        before, after = np.append(before, switching), np.append(switching, after)
    M = np.append(_rotated(alpha, before / H_ani), -_rotated(alpha, -after / H_ani))
    return np.append(before, after), M


def _rotated(alpha: float, h: Array) -> Array:
    """Return M·h/Ms before switching, shape (n,), at fields in units of H_ani.

    The torque sin 2φ + 2 h sin(φ - α) rises through 0 once between the angle of switching, whose
    tangent is -(tan α)^⅓, and α.
    """
    low = np.full(h.shape, -math.atan(math.tan(alpha) ** (1 / 3)))
    high = np.full(h.shape, alpha)
    for _ in range(_HALVINGS):
        phi = (low + high) / 2
        falls_short = np.sin(2 * phi) + 2 * h * np.sin(phi - alpha) < 0
        low, high = np.where(falls_short, phi, low), np.where(falls_short, high, phi)
    M: Array = np.cos((low + high) / 2 - alpha)
    return M

"""Closed formulas beside the simulation: wall pinning and coherent rotation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smcogui.design.phases import MagneticPhase


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
    eps_K = weak.Ku1 / strong.Ku1
    eps_A = weak.Aex / strong.Aex
    eps_J = weak.Ms / strong.Ms
    field = strong.H_ani * (1 - eps_K * eps_A) / (1 + math.sqrt(eps_J * eps_A)) ** 2
    return max(0.0, field)


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
    return float(H_ani * (math.cos(alpha) ** (2 / 3) + math.sin(alpha) ** (2 / 3)) ** -1.5)

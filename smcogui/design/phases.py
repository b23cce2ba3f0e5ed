"""The phases of the nanostructure and the magnetic constants of a phase."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from smcogui.design.canonical import KA_M, MJ_M3, PJ_M, snap
from smcogui.units import MU0


class Phase(IntEnum):
    """A solid phase; the value is what ``Nanostructure.regions`` holds in its cells."""

    CELL_2_17 = 0
    BOUNDARY_1_5 = 1
    Z_PLATELET = 2
    GRAIN_BOUNDARY = 3

    @property
    def label(self) -> str:
        """The name people use, also the key in JSON."""
        return ("2:17", "1:5", "Z", "grain boundary")[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class MagneticPhase:
    """Magnetic constants of one phase.

    Ms, Aex and Ku1 are primary; wall width, wall energy and anisotropy field follow from them
    (paper Eq. 1 and 2), because the rounded wall quantities do not lead back to the constants.

    Parameters
    ----------
    name : str
    Ms : float
        Saturation magnetisation in A/m.
    Aex : float
        Exchange stiffness in J/m.
    Ku1 : float
        First uniaxial anisotropy constant in J/m³.
    """

    name: str
    Ms: float
    Aex: float
    Ku1: float

    def __post_init__(self) -> None:
        for name, scale in (("Ms", KA_M), ("Aex", PJ_M), ("Ku1", MJ_M3)):
            object.__setattr__(self, name, snap(getattr(self, name), scale))

    @classmethod
    def from_domain_wall(cls, name: str, sigma_dw: float, l_dw: float, Ms: float) -> Self:
        """Return the phase with this wall energy (J/m²), wall width (m) and magnetisation (A/m).

        A = σ l / (4π) and K = π σ / (4 l), the inverse of paper Eq. 1.
        """
        return cls(
            name=name,
            Ms=Ms,
            Aex=sigma_dw * l_dw / (4 * math.pi),
            Ku1=math.pi * sigma_dw / (4 * l_dw),
        )

    @property
    def exchange_length(self) -> float:
        """√(A/K) in m, the length that a cell must resolve; infinite without anisotropy."""
        return math.sqrt(self.Aex / self.Ku1) if self.Ku1 > 0 else math.inf

    @property
    def l_dw(self) -> float:
        """Width of a Bloch wall in m, π √(A/K); infinite without anisotropy (paper Eq. 1)."""
        return math.pi * self.exchange_length

    @property
    def sigma_dw(self) -> float:
        """Energy of a Bloch wall in J/m², 4 √(A K) (paper Eq. 1)."""
        return 4 * math.sqrt(self.Aex * max(self.Ku1, 0.0))

    @property
    def H_ani(self) -> float:
        """Anisotropy field in A/m, 2K / (μ0 Ms) (paper Eq. 2)."""
        return 2 * self.Ku1 / (MU0 * self.Ms)

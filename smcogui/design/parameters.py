"""The parts of a design: geometry, grain boundary, mesh, numerics, field and repeats.

Lengths are in m, angles in rad; each part checks itself and names the key of the design file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

from smcogui.design.canonical import NM, snap, snap_angle, to_degrees, to_unit
from smcogui.design.limits import check_choice, check_number, refuse
from solver.problem import ExchangeRule, Precision

GrainBoundaryLayer = Literal[
    "none",
    "one_perpendicular_c",
    "one_parallel_c",
    "both_perpendicular_c",
    "both_parallel_c",
    "all",
]
Dimension = Literal["2d", "3d"]

LARGE_L: Final = 140e-9
"""From this cell interval on the large domain is the default (paper, Suppl. Note 1.2)."""
SMALL_DOMAIN: Final = 128e-9
LARGE_DOMAIN: Final = 192e-9

LENGTHS: Final = {"L_nm": "L", "d_nm": "d", "wS_nm": "w_S", "wZ_nm": "w_Z"}
"""Attributes of :class:`NanostructureParameters` that are lengths, by key of the design file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NanostructureParameters:
    """Geometry of the cellular nanostructure.

    Parameters
    ----------
    L, d : float
        Interval of the 1:5 walls (perpendicular to them) and of the Z platelets, in m.
    w_S, w_Z : float
        Thickness of the 1:5 walls and of the Z platelets in m.
    theta : float
        Angle between a 1:5 wall and the c axis in rad, half the acute angle of the rhombus.

    Raises
    ------
    InputError
        If a number is outside its range, w_S > L or w_Z > d.
    """

    L: float
    d: float
    w_S: float
    w_Z: float
    theta: float = math.radians(30)

    def __post_init__(self) -> None:
        for key, attribute in LENGTHS.items():
            _snap_length(self, attribute, f"nanostructure.{key}")
        object.__setattr__(self, "theta", snap_angle(self.theta))
        check_number("nanostructure.theta_deg", to_degrees(self.theta))
        for wall, interval, what in (("wS_nm", "L_nm", "wall"), ("wZ_nm", "d_nm", "platelet")):
            limit = to_unit(getattr(self, LENGTHS[interval]), NM)
            thickness = to_unit(getattr(self, LENGTHS[wall]), NM)
            if thickness > limit:
                refuse(
                    f"nanostructure.{wall}",
                    thickness,
                    f"above 0 and at most {interval} = {limit:.12g} nm",
                    f"A {what} cannot be thicker than the interval between {what}s.",
                )

    @property
    def phi_S(self) -> float:
        """Nominal, one-dimensional fraction of the 1:5 phase, w_S / L (paper Eq. 3)."""
        return to_unit(self.w_S, NM) / to_unit(self.L, NM)

    @property
    def phi_Z(self) -> float:
        """Nominal, one-dimensional fraction of the Z phase, w_Z / d (paper Eq. 3)."""
        return to_unit(self.w_Z, NM) / to_unit(self.d, NM)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrainBoundary:
    """A layer of weak anisotropy on faces of the domain.

    Parameters
    ----------
    layer : str
        On which faces it lies; ``one_perpendicular_c`` is the face at the largest y,
        ``one_parallel_c`` the one at the largest x.
    thickness : float
        In m.
    k_gb : float
        Its K over that of 2:17; A and Ms are those of 2:17.
    """

    layer: GrainBoundaryLayer = "one_perpendicular_c"
    thickness: float = 2e-9
    k_gb: float = 0.01

    def __post_init__(self) -> None:
        check_choice("grain_boundary.layer", self.layer, get_args(GrainBoundaryLayer))
        _snap_length(self, "thickness", "grain_boundary.thickness_nm")
        check_number("grain_boundary.k_gb", self.k_gb)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshChoice:
    """Domain and cells, in m; the number of cells is the nearest whole one.

    ``domain`` is the edge in x and y, None for 128 nm below L = 140 nm and 192 nm from there on
    (``Design.domain`` holds the number). ``thickness`` counts in 3-D only; in 2-D the structure
    is infinite along z and ``cell_z`` only a scale of the energy.
    """

    domain: float | None = None
    cell: float = 0.5e-9
    dimension: Dimension = "2d"
    thickness: float = 32e-9
    cell_z: float = 2e-9

    def __post_init__(self) -> None:
        check_choice("mesh.dimension", self.dimension, get_args(Dimension))
        lengths = ("cell", "thickness", "cell_z")
        for attribute in lengths if self.domain is None else ("domain", *lengths):
            _snap_length(self, attribute, f"mesh.{attribute}_nm")


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverChoice:
    """Numerics that change the answer: exchange rule, interface factor S, demag, precision."""

    exchange_rule: ExchangeRule = "conservative"
    interface_factor: float = 1.0
    demag: bool = True
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        check_choice("solver.exchange_rule", self.exchange_rule, get_args(ExchangeRule))
        check_choice("solver.precision", self.precision, get_args(Precision))
        check_number("solver.interface_factor", self.interface_factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChoice:
    """The half-cycle: μ0H in T along the field's direction, falling from start to stop."""

    start_T: float = 1.0
    stop_T: float = -12.0
    largest_step_T: float = 0.5
    smallest_step_T: float = 0.05

    def __post_init__(self) -> None:
        for attribute in ("start_T", "stop_T", "largest_step_T", "smallest_step_T"):
            check_number(f"field.{attribute}", getattr(self, attribute))
        if self.stop_T >= self.start_T:
            refuse("field.stop_T", self.stop_T, f"below start_T = {self.start_T:.12g} T")
        if self.smallest_step_T > self.largest_step_T:
            refuse(
                "field.smallest_step_T",
                self.smallest_step_T,
                f"above 0 and at most largest_step_T = {self.largest_step_T:.12g} T",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChoice:
    """How many half-cycles, and the seed of their offsets and perturbations."""

    cycles: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        check_number("run.cycles", self.cycles)
        check_number("run.seed", self.seed)


def _snap_length(part: object, attribute: str, key: str) -> None:
    """Make a length canonical and refuse one outside its range."""
    check_number(key, to_unit(getattr(part, attribute), NM))
    object.__setattr__(part, attribute, snap(getattr(part, attribute), NM))

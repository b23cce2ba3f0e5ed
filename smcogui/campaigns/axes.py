"""What a campaign varies: coordinates of a design, and how a point becomes a design.

Besides the numbers of a design file there are coordinates that keep every point possible
(phi_S = w_S/L, phi_Z = w_Z/d), the wall quantities of the Z phase, and two choices (the shipped Z
phases, the grain-boundary layer).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from smcogui.design.design_errors import nearest
from smcogui.design.limits import LIMITS, Limit
from smcogui.design.parameters import GrainBoundaryLayer
from smcogui.design.tables import Z_PHASES
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Value = float | str
Point = dict[str, Value]
Scale = Literal["linear", "log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinate:
    """Something that an axis can run over.

    Parameters
    ----------
    key : str
        Its name in tables, with the unit.
    name : str
        In words.
    path : str
        Key of the design file that it sets; empty where it sets another number (phi_S, phi_Z).
    choices : tuple of str
        The words it can be, where it is no number.
    """

    key: str
    name: str
    path: str = ""
    choices: tuple[str, ...] = ()

    @property
    def limit(self) -> Limit:
        """The allowed range of a number."""
        return LIMITS[self.path] if self.path else Limit(low=0, high=1, low_open=True)


COORDINATES: Final[dict[str, Coordinate]] = {
    each.key: each
    for each in (
        Coordinate(key="L_nm", name="cell interval", path="nanostructure.L_nm"),
        Coordinate(key="d_nm", name="platelet interval", path="nanostructure.d_nm"),
        Coordinate(key="wS_nm", name="thickness of the 1:5 walls", path="nanostructure.wS_nm"),
        Coordinate(key="wZ_nm", name="thickness of the Z platelets", path="nanostructure.wZ_nm"),
        Coordinate(key="phi_S", name="nominal 1:5 fraction w_S / L"),
        Coordinate(key="phi_Z", name="nominal Z fraction w_Z / d"),
        Coordinate(
            key="theta_deg", name="half angle of the rhombus", path="nanostructure.theta_deg"
        ),
        Coordinate(key="alpha_deg", name="field angle", path="field.alpha_deg"),
        Coordinate(
            key="z_phase", name="shipped Z phase", path="material.z_phase", choices=Z_PHASES
        ),
        Coordinate(key="A_z_pJ_m", name="exchange of Z", path="material.z_phase.A_pJ_m"),
        Coordinate(key="K_z_MJ_m3", name="anisotropy of Z", path="material.z_phase.K_MJ_m3"),
        Coordinate(key="Ms_z_kA_m", name="magnetisation of Z", path="material.z_phase.Ms_kA_m"),
        Coordinate(key="l_dw_z_nm", name="wall width of Z", path="material.z_phase.l_dw_nm"),
        Coordinate(
            key="sigma_dw_z_mJ_m2", name="wall energy of Z", path="material.z_phase.sigma_dw_mJ_m2"
        ),
        Coordinate(
            key="layer",
            name="grain-boundary layer",
            path="grain_boundary.layer",
            choices=get_args(GrainBoundaryLayer),
        ),
        Coordinate(
            key="layer_thickness_nm", name="layer thickness", path="grain_boundary.thickness_nm"
        ),
        Coordinate(key="k_gb", name="anisotropy of the layer", path="grain_boundary.k_gb"),
        Coordinate(key="cell_nm", name="cell size", path="mesh.cell_nm"),
        Coordinate(key="domain_nm", name="edge of the domain", path="mesh.domain_nm"),
    )
}

_WALL_DIGITS: Final = 2
"""Walls that follow from fractions are rounded to so many digits of a nanometre."""

_ONE_OF: Final = (
    ("wS_nm", "phi_S"),
    ("wZ_nm", "phi_Z"),
    ("z_phase", "Ms_z_kA_m"),
    ("A_z_pJ_m", "l_dw_z_nm"),
    ("K_z_MJ_m3", "sigma_dw_z_mJ_m2"),
)
_Z_CONSTANTS: Final = (
    ("A_z_pJ_m", "K_z_MJ_m3", "Ms_z_kA_m"),
    ("l_dw_z_nm", "sigma_dw_z_mJ_m2", "Ms_z_kA_m"),
)


def coordinate(key: str) -> Coordinate:
    """Return a coordinate; raises InputError with the nearest key where there is none."""
    if key not in COORDINATES:
        raise InputError(
            f"{key!r} is nothing that a campaign varies.{nearest(key, tuple(COORDINATES))}",
            key="axis",
            given=key,
            allowed=", ".join(COORDINATES),
        )
    return COORDINATES[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One dimension of a sampling: listed values, or a range.

    Parameters
    ----------
    key : str
        Of :data:`COORDINATES`.
    values : tuple
        The values of a grid; a sampling of points takes each as often as the others.
    low, high : float, optional
        Ends of a range, where there are no values.
    scale : {"linear", "log"}
        How a range is covered.
    step : float, optional
        Numbers of a range are rounded to multiples of it.

    Raises
    ------
    InputError
        If the key is not known, a value or an end is not allowed, or the range is empty.
    """

    key: str
    values: tuple[Value, ...] = ()
    low: float | None = None
    high: float | None = None
    scale: Scale = "linear"
    step: float | None = None

    def __post_init__(self) -> None:
        what = coordinate(self.key)
        if self.values:
            if self.low is not None or self.high is not None:
                raise _axis_error(self.key, "values and a range", "either values or low and high")
            for value in self.values:
                _check_value(what, value)
            if len(set(self.values)) < len(self.values):
                raise _axis_error(self.key, "a value twice", "different values")
            return
        self._check_range(what)

    def _check_range(self, what: Coordinate) -> None:
        low, high = self.low, self.high
        if what.choices or low is None or high is None:
            allowed = ", ".join(what.choices) if what.choices else "low and high, or values"
            raise _axis_error(self.key, "no values", allowed)
        for end in (low, high):
            _check_value(what, end)
        if not low < high:
            raise _axis_error(self.key, f"{low:g} to {high:g}", "a range with low below high")
        if self.scale not in get_args(Scale):
            raise _axis_error(self.key, repr(self.scale), ", ".join(get_args(Scale)))
        if self.scale == "log" and low <= 0:
            raise _axis_error(self.key, f"a log range from {low:g}", "a log range from above 0")
        if self.step is not None and not 0 < self.step <= high - low:
            raise _axis_error(
                self.key, f"a step of {self.step:g}", "a step above 0, below the range"
            )

    def at(self, share: float) -> Value:
        """Return the value at a share of the axis, 0 <= share < 1."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        low, high = float(self.low or 0.0), float(self.high or 0.0)
        if self.scale == "log":
            value = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
        else:
            value = low + share * (high - low)
        if self.step is not None:
            value = min(max(round(value / self.step) * self.step, low), high)
        return float(f"{value:.9g}")


def check_axes(axes: Iterable[Axis]) -> None:
    """Refuse axes that contradict each other, or that leave the Z phase half described.

    Raises
    ------
    InputError
    """
    keys = [axis.key for axis in axes]
    for key in keys:
        if keys.count(key) > 1:
            raise _axis_error(key, "two axes of it", "one axis of each coordinate")
    check_coordinates(keys)


def check_coordinates(keys: Iterable[str]) -> None:
    """Refuse a set of coordinates that contradict each other or are incomplete."""
    given = set(keys)
    for one, other in _ONE_OF:
        if {one, other} <= given:
            raise _axis_error(other, f"{one} and {other} together", f"{one} or {other}")
    free = given & {key for group in _Z_CONSTANTS for key in group}
    if free and not any(free == set(group) for group in _Z_CONSTANTS):
        allowed = " or ".join(" with ".join(group) for group in _Z_CONSTANTS)
        raise _axis_error(sorted(free)[0], ", ".join(sorted(free)), allowed)


def apply_point(table: Mapping[str, Any], point: Point) -> dict[str, Any]:
    """Return the content of a design file with the coordinates of a point put in.

    Parameters
    ----------
    table : mapping
        Content of a complete design file.
    point : dict
        Values by coordinate.
    """
    filled = {
        key: dict(value) if isinstance(value, dict) else value for key, value in table.items()
    }
    given = [(coordinate(key), value) for key, value in point.items()]
    if any(what.path.startswith("material.z_phase.") for what, _ in given):
        filled["material"]["z_phase"] = {}
    for what, value in given:
        if what.path:
            *tables, last = what.path.split(".")
            target = filled
            for name in tables:
                target = target[name]
            target[last] = value
    structure = filled["nanostructure"]
    for fraction, wall, interval in (("phi_S", "wS_nm", "L_nm"), ("phi_Z", "wZ_nm", "d_nm")):
        if fraction in point:
            structure[wall] = round(float(point[fraction]) * structure[interval], _WALL_DIGITS)
    return filled


def _check_value(what: Coordinate, value: Value) -> None:
    if what.choices:
        if value not in what.choices:
            raise _axis_error(what.key, repr(value), ", ".join(what.choices))
        return
    if isinstance(value, str) or not what.limit.holds(value):
        raise _axis_error(what.key, str(value), what.limit.describe())


def _axis_error(key: str, given: str, allowed: str) -> InputError:
    return InputError(
        f"the axis {key}: {given}; allowed is {allowed}",
        key=f"axis.{key}",
        given=given,
        allowed=allowed,
    )

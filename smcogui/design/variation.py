"""Designs that differ in one number: which numbers there are, and how one is changed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import tomli_w

from smcogui.design.canonical import NM, to_unit
from smcogui.design.design import LONGEST_NAME
from smcogui.design.design_errors import nearest
from smcogui.design.design_file import design_to_toml, parse_design_text
from smcogui.design.limits import LIMITS
from smcogui.design.region_map import check_varied
from smcogui.errors import InputError

if TYPE_CHECKING:
    from smcogui.design.design import Design

_SOURCE: Final = "design"
_WHOLE: Final = ("run.cycles", "run.seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A number of the design file that can be varied.

    Parameters
    ----------
    key : str
        Its key in the design file, with the table: ``nanostructure.L_nm``.
    symbol, name : str
        Such as ``L`` and ``cell interval``.
    """

    key: str
    symbol: str
    name: str

    @property
    def unit(self) -> str:
        """Unit of the number; empty for a pure number."""
        return LIMITS[self.key].unit

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are allowed."""
        return self.key in _WHOLE

    @property
    def column(self) -> str:
        """Name of the column in a table, with the unit: ``L_nm``."""
        return self.key.rpartition(".")[2]

    @property
    def label(self) -> str:
        """Symbol and unit, for axes: ``L (nm)``."""
        return f"{self.symbol} ({self.unit})" if self.unit else self.symbol

    def text(self, value: float) -> str:
        """Return a value with symbol and unit: ``L = 50 nm``."""
        return f"{self.symbol} = {value:g} {self.unit}".rstrip()


PARAMETERS: Final[dict[str, Parameter]] = {
    parameter.key: parameter
    for parameter in (
        Parameter(key="nanostructure.L_nm", symbol="L", name="cell interval"),
        Parameter(key="nanostructure.d_nm", symbol="d", name="platelet interval"),
        Parameter(key="nanostructure.wS_nm", symbol="wS", name="thickness of the 1:5 walls"),
        Parameter(key="nanostructure.wZ_nm", symbol="wZ", name="thickness of the Z platelets"),
        Parameter(key="nanostructure.theta_deg", symbol="θ", name="half angle of the rhombus"),
        Parameter(key="material.z_phase.A_pJ_m", symbol="A(Z)", name="exchange of the Z phase"),
        Parameter(key="material.z_phase.K_MJ_m3", symbol="K(Z)", name="anisotropy of the Z phase"),
        Parameter(
            key="material.z_phase.Ms_kA_m", symbol="Ms(Z)", name="magnetisation of the Z phase"
        ),
        Parameter(key="grain_boundary.thickness_nm", symbol="t(gb)", name="layer thickness"),
        Parameter(key="grain_boundary.k_gb", symbol="k(gb)", name="anisotropy of the layer"),
        Parameter(key="mesh.domain_nm", symbol="domain", name="edge of the domain"),
        Parameter(key="mesh.cell_nm", symbol="cell", name="cell size"),
        Parameter(key="mesh.thickness_nm", symbol="thickness", name="thickness along z"),
        Parameter(key="mesh.cell_z_nm", symbol="cell z", name="cell size along z"),
        Parameter(key="solver.interface_factor", symbol="S", name="interface factor"),
        Parameter(key="field.alpha_deg", symbol="α", name="field angle"),
        Parameter(key="field.start_T", symbol="first field", name="first field"),
        Parameter(key="field.stop_T", symbol="last field", name="last field"),
        Parameter(key="field.largest_step_T", symbol="largest step", name="largest field step"),
        Parameter(key="field.smallest_step_T", symbol="smallest step", name="field resolution"),
        Parameter(key="run.cycles", symbol="half-cycles", name="number of half-cycles"),
        Parameter(key="run.seed", symbol="seed", name="seed"),
    )
}
"""Every number of a design file except offsets, by its key."""


def parameter_of(key: str) -> Parameter:
    """Return a parameter; raises InputError with the nearest key where there is none."""
    if key not in PARAMETERS:
        short = {each.column: each for each in PARAMETERS.values()}
        if key in short:
            return short[key]
        raise InputError(
            f"{key!r} is no number of a design.{nearest(key, tuple(PARAMETERS))}",
            key="parameter",
            given=key,
            allowed=", ".join(PARAMETERS),
        )
    return PARAMETERS[key]


def value_of(design: Design, key: str) -> float | None:
    """Return a number of a design in the unit of its file; None where it has no such number.

    A Z phase that is given by its name has no constants of its own.
    """
    if key == "mesh.domain_nm":
        return to_unit(design.domain, NM)
    table: Any = tomllib.loads(design_to_toml(design))
    for name in key.split("."):
        table = table.get(name) if isinstance(table, dict) else None
    return float(table) if isinstance(table, int | float) else None


def vary(design: Design, key: str, value: float) -> Design:
    """Return the design with one number changed; its name says which.

    Raises
    ------
    InputError
        If there is no such number, or the design is not possible with it.
    """
    parameter = parameter_of(key)
    if design.region_map is not None:
        check_varied(parameter.key, design.region_map.source)
    if value_of(design, parameter.key) is None:
        raise InputError(
            f"the design has no {parameter.name} of its own; give the Z phase by its constants",
            key=parameter.key,
            given=design.z_phase.name,
            allowed="a Z phase with constants of its own",
        )
    if parameter.is_whole and value != round(value):
        raise InputError(
            f"{parameter.name} is {value:g}; allowed are whole numbers",
            key=parameter.key,
            given=f"{value:g}",
            allowed="a whole number",
        )
    data = tomllib.loads(design_to_toml(design))
    *tables, name = parameter.key.split(".")
    table = data
    for each in tables:
        table = table[each]
    table[name] = round(value) if parameter.is_whole else float(value)
    data["name"] = f"{design.name}, {parameter.text(value)}"[:LONGEST_NAME]
    try:
        return parse_design_text(tomli_w.dumps(data), _SOURCE)[0]
    except InputError as error:
        raise InputError(
            f"{parameter.text(value)}: {error.message.removeprefix(f'{_SOURCE}: ')}",
            key=error.key,
            given=error.given,
            allowed=error.allowed,
        ) from error

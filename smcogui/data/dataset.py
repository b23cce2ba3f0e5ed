"""A dataset: one row per simulated design, its curves, and what every column means.

The columns are those of docs/formats.md; each number has its unit in its name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.design.canonical import KA_M, MJ_M2, MJ_M3, NM, PJ_M, to_degrees, to_unit
from smcogui.design.lattice_pinning import lattice_pinning_ratio
from smcogui.design.mesh_advice import lattice_pinning_field
from smcogui.errors import InputError
from smcogui.units import MU0

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from smcogui.data.store import RunRecord
    from smcogui.design.design import Design
    from smcogui.design.phases import MagneticPhase

COLUMNS: Final[dict[str, str]] = {
    "run_id": "name of the run: a hash of everything that decides its result",
    "preset": "preset of the design",
    "L_nm": "cell interval in nm",
    "d_nm": "platelet interval in nm",
    "wS_nm": "thickness of the 1:5 walls in nm",
    "wZ_nm": "thickness of the Z platelets in nm",
    "alpha_deg": "angle between field and easy axis in degrees",
    "z_phase": "Lit, DFT, Mod or user",
    "A_z_pJ_m": "exchange stiffness of the Z phase in pJ/m",
    "K_z_MJ_m3": "anisotropy constant of the Z phase in MJ/m³",
    "Ms_z_kA_m": "saturation magnetisation of the Z phase in kA/m",
    "l_dw_z_nm": "wall width of the Z phase, π √(A/K), in nm",
    "sigma_dw_z_mJ_m2": "wall energy of the Z phase, 4 √(A K), in mJ/m²",
    "mu0_Hc_T": "coercive field in T, mean of the half-cycles; empty where one lacks it",
    "mu0_Hc_sd_T": "its standard deviation over the half-cycles in T",
    "mu0_Hp_jump_T": "depinning field in T, first irreversible drop, mean of the half-cycles",
    "mu0_Hp_slope_T": "depinning field in T, from the slope, mean of the half-cycles",
    "Phi_p": "inhomogeneity factor 1 - Hp/Hc by the preset's reading of Hp",
    "Phi_p_sd": "its standard deviation over the half-cycles",
    "Mr_over_Ms": "remanence over saturation",
    "BHmax_kJ_m3": "largest energy product in kJ/m³, without demagnetising correction",
    "squareness": "Hk / Hc",
    "cell_nm": "edge of the cells in nm",
    "domain_nm": "edge of the domain in nm",
    "cycles": "number of half-cycles",
    "field_resolution_T": "field step at the coercive field in T",
    "seed": "seed of offsets and perturbations",
    "solver": "solver and version",
    "exchange_rule": "how neighbours of different material couple",
    "attempts": "runs that were begun until one succeeded",
    "quality": "ok, or what to know: see QUALITY",
    # and what tells more of a design or a run
    "theta_deg": "half angle of the rhombus in degrees",
    "layer": "grain-boundary layer",
    "layer_thickness_nm": "thickness of the grain-boundary layer in nm",
    "k_gb": "K of the layer over K of 2:17",
    "dimension": "2d, a cross-section, or 3d; empty where an older dataset does not tell",
    "demag": "on or off: whether there is a demagnetising field; empty where it is not told",
    "interface_factor": "S of the exchange over borders of materials; empty where it is not told",
    "phi_S": "nominal 1:5 fraction, w_S / L",
    "phi_Z": "nominal Z fraction, w_Z / d",
    "counted_1_5": "counted fraction of the 1:5 phase, mean of the half-cycles",
    "counted_Z": "counted fraction of the Z phase, mean of the half-cycles",
    "zr_at_percent": "zirconium in atomic per cent, from the nominal fractions",
    "mu0_Hk_T": "knee field in T, where M falls to 0.9 Mr",
    "repairs": "what was changed for the last of them; empty for nothing",
    "cpu_s": "CPU time of all half-cycles in s",
    "source": "simulated",
}

ADDED_LATER: Final = ("dimension", "demag", "interface_factor")
"""Columns that datasets of earlier versions lack; such datasets are read all the same."""

QUALITY: Final[dict[str, str]] = {
    "mesh_pinning": "the mesh alone pins walls in a phase by 0.2 T or more",
    "thin_wall": "a wall or a gap is thinner than two cells",
    "scatter": "the standard deviation of Hc is above 10 % of Hc and above 0.2 T",
    "outlier": "Hc or Phi_p lies far from what the neighbouring designs give",
    "not_reversed": "at least one half-cycle has no coercive field before the last field",
    "repaired": "it took more than one attempt",
    "refined": "scattered or an outlier, and computed again with half the cell size",
}

FINER_CELLS: Final = "finer cells"
"""The repair of what scatters or is an outlier."""
_PINNING_T: Final = 0.2
"""Above what half-nanometre cells do to the walls of 1:5, which is 0.11 T."""
_COARSER: Final = 0.05
"""Step of cell over √(A/K), in which the pinning of coarser cells is looked up."""
_SCATTER: Final = (0.1, 0.2)
_READINGS: Final = (
    "mu0_Hc_T",
    "mu0_Hp_jump_T",
    "mu0_Hp_slope_T",
    "Phi_p",
    "Mr_over_Ms",
    "BHmax_kJ_m3",
    "squareness",
    "mu0_Hk_T",
    "field_resolution_T",
    "zr_at_percent",
    "cpu_s",
)
NEVER_MIXED: Final = {
    "exchange_rule": "exchange rules",
    "solver": "solvers or versions",
    "layer": "grain-boundary layers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetRow:
    """A finished run and what its campaign knows of it."""

    record: RunRecord
    attempts: int = 1
    repairs: tuple[str, ...] = ()
    is_outlier: bool = False


def dataset_row(row: DatasetRow) -> dict[str, Any]:
    """Return the row of a finished run, a value for each of :data:`COLUMNS`.

    Raises
    ------
    InputError
        If the run has no result.
    """
    record = row.record
    if record.result is None:
        raise InputError(
            f"run {record.run_id} ({record.name}) has no result; it is {record.state.value}",
            key="run_id",
            given=record.run_id,
            allowed="a run that is done",
        )
    if record.design.region_map is not None:
        raise InputError(
            f"run {record.run_id} ({record.name}) is of a structure from an image, of which L, d, "
            "wS and wZ are estimates only; a dataset holds designs that were built from them",
            key="run_id",
            given=record.run_id,
            allowed="runs of parametric structures",
        )
    result, spread = record.result, record.result.get("spread") or {}
    counted = result.get("counted_fractions") or {}
    values = {
        **design_columns(record.design),
        **{key: result.get(key) for key in _READINGS},
        "run_id": record.run_id,
        "mu0_Hc_sd_T": spread.get("mu0_Hc_T"),
        "Phi_p_sd": spread.get("Phi_p"),
        "counted_1_5": counted.get("1:5"),
        "counted_Z": counted.get("Z"),
        "cycles": len(record.info.cycles),
        "solver": f"{record.info.solver} {record.info.solver_version}",
        "attempts": row.attempts,
        "repairs": ", ".join(row.repairs),
        "quality": ", ".join(quality_of(row)) or "ok",
        "source": "simulated",
    }
    return {key: values[key] for key in COLUMNS}


def design_columns(design: Design) -> dict[str, Any]:
    """Return what a dataset says of a design itself."""
    parameters, z = design.parameters, design.z_phase
    return {
        "preset": design.preset,
        "L_nm": to_unit(parameters.L, NM),
        "d_nm": to_unit(parameters.d, NM),
        "wS_nm": to_unit(parameters.w_S, NM),
        "wZ_nm": to_unit(parameters.w_Z, NM),
        "theta_deg": to_degrees(parameters.theta),
        "alpha_deg": to_degrees(design.alpha),
        "layer": design.grain_boundary.layer,
        "layer_thickness_nm": to_unit(design.grain_boundary.thickness, NM),
        "k_gb": design.grain_boundary.k_gb,
        "dimension": design.mesh.dimension,
        "demag": "on" if design.solver.demag else "off",
        "interface_factor": design.solver.interface_factor,
        "z_phase": z.name,
        "A_z_pJ_m": to_unit(z.Aex, PJ_M),
        "K_z_MJ_m3": to_unit(z.Ku1, MJ_M3),
        "Ms_z_kA_m": to_unit(z.Ms, KA_M),
        "l_dw_z_nm": to_unit(z.l_dw, NM),
        "sigma_dw_z_mJ_m2": to_unit(z.sigma_dw, MJ_M2),
        "phi_S": parameters.phi_S,
        "phi_Z": parameters.phi_Z,
        "cell_nm": to_unit(design.mesh.cell, NM),
        "domain_nm": to_unit(design.domain, NM),
        "seed": design.run.seed,
        "exchange_rule": design.solver.exchange_rule,
    }


def quality_of(row: DatasetRow) -> list[str]:
    """Return what to know about a finished run, words of :data:`QUALITY`."""
    design, result = row.record.design, row.record.result or {}
    Hc = result.get("mu0_Hc_T")
    flags = {
        "mesh_pinning": _mesh_pins(design),
        "thin_wall": _thinnest(design) < 2,
        "scatter": scatters(result),
        "outlier": row.is_outlier,
        "not_reversed": Hc is None,
        "repaired": row.attempts > 1,
        "refined": FINER_CELLS in row.repairs,
    }
    return [flag for flag, holds in flags.items() if holds]


def scatters(result: Mapping[str, Any]) -> bool:
    """Whether Hc differs among the half-cycles by more than random offsets explain."""
    Hc, spread = result.get("mu0_Hc_T"), (result.get("spread") or {}).get("mu0_Hc_T")
    relative, absolute = _SCATTER
    return Hc is not None and spread is not None and spread > max(relative * Hc, absolute)


def check_unmixed(rows: Sequence[dict[str, Any]], allowed: Iterable[str] = ()) -> None:
    """Refuse rows that were computed in ways that do not compare.

    Parameters
    ----------
    rows : sequence of dict
    allowed : iterable of str
        Columns that may differ because somebody said so: exchange_rule, solver, layer.

    Raises
    ------
    InputError
    """
    for key, what in NEVER_MIXED.items():
        found = sorted({str(row[key]) for row in rows})
        if len(found) > 1 and key not in allowed:
            raise InputError(
                f"the runs have different {what}: {', '.join(found)}. They do not compare; choose "
                f"one of them, or allow {key} to differ",
                key=key,
                given=", ".join(found),
                allowed=f"one of them, or {key} allowed to differ",
            )


def schema() -> dict[str, Any]:
    """Return what every column means, as JSON schema (draft 2020-12)."""
    text = {"run_id", "preset", "layer", "z_phase", "solver", "exchange_rule", "repairs", "quality"}
    text |= {"dimension", "demag"}
    whole = {"cycles", "seed", "attempts"}
    properties = {
        key: {
            "type": "string"
            if key in text | {"source"}
            else ["integer" if key in whole else "number", "null"],
            "description": meaning,
        }
        for key, meaning in COLUMNS.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Simulated SmCo-1:7 designs",
        "type": "object",
        "properties": properties,
        "required": [key for key in COLUMNS if key not in ADDED_LATER],
        "additionalProperties": False,
        "quality": QUALITY,
    }


def _mesh_pins(design: Design) -> bool:
    """Whether the mesh alone pins the walls of a phase by :data:`_PINNING_T` or more."""
    phases = (phase for phase in design.phases().values() if phase.Ku1 > 0)
    return any(_pins_walls_of(phase, design.mesh.cell) for phase in phases)


def _pins_walls_of(phase: MagneticPhase, cell: float) -> bool:
    # A chain of spins takes milliseconds: where even slightly coarser cells, of which there are
    # few kinds, pin less than that, it need not be solved. Datasets have thousands of Z phases.
    coarser = math.ceil(cell / phase.exchange_length / _COARSER - 1e-9) * _COARSER
    if lattice_pinning_ratio(round(coarser, 6)) * phase.H_ani * MU0 < _PINNING_T:
        return False
    return lattice_pinning_field(phase, cell) * MU0 >= _PINNING_T


def _thinnest(design: Design) -> float:
    """Return the thinnest wall or gap in cells."""
    parameters = design.parameters
    lengths = (
        parameters.w_S,
        parameters.w_Z,
        parameters.L - parameters.w_S,
        parameters.d - parameters.w_Z,
    )
    cells = (float(f"{length / design.mesh.cell:.9g}") for length in lengths)
    return min((value for value in cells if value > 0), default=math.inf)

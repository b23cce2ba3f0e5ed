"""What follows from a design without a run, as plain values with units in their names."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from smcogui.design.analytic import stoner_wohlfarth_coercivity
from smcogui.design.analytic_overlay import pinning_fields
from smcogui.design.canonical import KA_M, MJ_M2, MJ_M3, NM, PJ_M, to_degrees, to_unit
from smcogui.design.composition import zr_atomic_percent
from smcogui.design.cost import cost_estimate
from smcogui.design.mesh_advice import lattice_pinning_field, mesh_advice
from smcogui.design.nanostructure import counted_fractions
from smcogui.design.phases import MagneticPhase, Phase
from smcogui.design.sweep_advice import sweep_advice
from smcogui.units import MU0

if TYPE_CHECKING:
    from smcogui.design.design import Design


def describe_design(
    design: Design, unit: str = "T", *, processes: int | None = None
) -> dict[str, Any]:
    """Return what the ``design`` verb prints with ``--json``.

    Lengths are in nm and so on, as each key says; ``counted_fractions`` is the mean over the
    half-cycles, ``expected_1_5_fraction`` what two families of walls give on an infinite domain.
    ``unit`` is that of the fields in the sentences of the advice: T, kA/m or kOe.
    ``processes`` is how many half-cycles run at once; by default as many as there are processors.
    """
    parameters = design.parameters
    fractions = counted_fractions(design)
    return {
        "name": design.name,
        "preset": design.preset,
        "L_nm": to_unit(parameters.L, NM),
        "d_nm": to_unit(parameters.d, NM),
        "wS_nm": to_unit(parameters.w_S, NM),
        "wZ_nm": to_unit(parameters.w_Z, NM),
        "theta_deg": to_degrees(parameters.theta),
        "alpha_deg": to_degrees(design.alpha),
        "z_phase": design.z_phase.name,
        "phi_S": parameters.phi_S,
        "phi_Z": parameters.phi_Z,
        "counted_fractions": {phase.label: fractions[phase] for phase in Phase},
        "expected_1_5_fraction": (1 - (1 - parameters.phi_S) ** 2) * (1 - parameters.phi_Z),
        "zr_at_percent": zr_atomic_percent(parameters.phi_S, parameters.phi_Z),
        "phases": {
            phase.label: _describe_phase(constants, design.mesh.cell)
            for phase, constants in design.phases().items()
        },
        "wall_pinning": _wall_pinning(design, fractions),
        "mu0_Hc_stoner_wohlfarth_2_17_T": MU0
        * stoner_wohlfarth_coercivity(design.alpha, design.phases()[Phase.CELL_2_17].H_ani),
        "hp_reading": design.hp_reading,
        "exchange_rule": design.solver.exchange_rule,
        **region_map_facts(design),
        "mesh": _describe_mesh(design),
        "mesh_advice": [asdict(advice) for advice in mesh_advice(design, unit)],
        "sweep_advice": [asdict(advice) for advice in sweep_advice(design, unit)],
        "cost_estimate": asdict(cost_estimate(design, processes=processes)),
    }


def _describe_phase(constants: MagneticPhase, cell: float) -> dict[str, Any]:
    return {
        "name": constants.name,
        "A_pJ_m": to_unit(constants.Aex, PJ_M),
        "K_MJ_m3": to_unit(constants.Ku1, MJ_M3),
        "Ms_kA_m": to_unit(constants.Ms, KA_M),
        "l_dw_nm": _finite(constants.l_dw * NM),
        "sigma_dw_mJ_m2": constants.sigma_dw * MJ_M2,
        "mu0_H_ani_T": constants.H_ani * MU0,
        "exchange_length_nm": _finite(constants.exchange_length * NM),
        "mu0_H_lattice_pinning_T": lattice_pinning_field(constants, cell) * MU0,
    }


def _wall_pinning(design: Design, fractions: dict[Phase, float]) -> list[dict[str, Any]]:
    """Return the analytic pinning field at every boundary between phases that are present."""
    return [
        {"from": each.weak.label, "to": each.strong.label, "mu0_Hp_T": each.H * MU0}
        for each in pinning_fields(design, fractions)
    ]


def _describe_mesh(design: Design) -> dict[str, Any]:
    nx, ny, nz = design.cells
    cell = to_unit(design.mesh.cell, NM)
    return {
        "dimension": design.mesh.dimension,
        "cells": [nx, ny, nz],
        "cell_nm": [cell, cell, to_unit(design.mesh.cell_z, NM)],
        "domain_nm": to_unit(nx * design.mesh.cell, NM),
        "thickness_nm": to_unit(nz * design.mesh.cell_z, NM)
        if design.mesh.dimension == "3d"
        else None,
        "periodic": "along z, exact limit; open along x and y",
    }


def structure_words(design: Design) -> str:
    """Return what the structure of a design is built from, for tables."""
    region_map = design.region_map
    if region_map is None:
        return "parametric"
    return f"from image {region_map.source}; lengths are estimates"


def region_map_facts(design: Design) -> dict[str, Any]:
    """Return where a drawn structure comes from; nothing where the structure is parametric.

    L, d, w_S, w_Z and what follows from them are then estimates of the map.
    """
    region_map = design.region_map
    if region_map is None:
        return {}
    return {
        "region_map": {
            "source": f"from image {region_map.source}",
            "cells": [region_map.edge, region_map.edge],
            "cell_nm": to_unit(region_map.cell, NM),
            "sha256": region_map.sha256,
            "lengths": "L, d, wS and wZ are estimates of the map",
        }
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None

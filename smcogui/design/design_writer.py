"""From a design to its file, with every choice spelt out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import tomli_w

from smcogui.design.canonical import KA_M, MJ_M3, NM, PJ_M, to_degrees, to_unit
from smcogui.design.design import USER_PHASE
from smcogui.design.region_map import KEY, to_text

if TYPE_CHECKING:
    from smcogui.design.design import Design
    from smcogui.design.parameters import MeshChoice
    from smcogui.design.phases import MagneticPhase


def design_to_toml(design: Design) -> str:
    """Return the design as a TOML text; parsing it gives an equal design."""
    layer = design.grain_boundary
    return tomli_w.dumps(
        {
            "preset": design.preset,
            "name": design.name,
            "nanostructure": _nanostructure(design),
            "material": {"z_phase": _z_phase(design.z_phase)},
            "grain_boundary": {
                "layer": layer.layer,
                "thickness_nm": to_unit(layer.thickness, NM),
                "k_gb": layer.k_gb,
            },
            "mesh": _mesh(design.mesh),
            "solver": asdict(design.solver),
            "field": {"alpha_deg": to_degrees(design.alpha), **asdict(design.field)},
            "run": asdict(design.run),
            **_region_map(design),
        }
    )


def _nanostructure(design: Design) -> dict[str, Any]:
    parameters, offsets = design.parameters, design.offsets
    return {
        "L_nm": to_unit(parameters.L, NM),
        "d_nm": to_unit(parameters.d, NM),
        "wS_nm": to_unit(parameters.w_S, NM),
        "wZ_nm": to_unit(parameters.w_Z, NM),
        "theta_deg": to_degrees(parameters.theta),
        "offsets": offsets if isinstance(offsets, str) else [to_unit(o, NM) for o in offsets],
    }


def _mesh(mesh: MeshChoice) -> dict[str, Any]:
    values: dict[str, Any] = {} if mesh.domain is None else {"domain_nm": to_unit(mesh.domain, NM)}
    return values | {
        "cell_nm": to_unit(mesh.cell, NM),
        "dimension": mesh.dimension,
        "thickness_nm": to_unit(mesh.thickness, NM),
        "cell_z_nm": to_unit(mesh.cell_z, NM),
    }


def _region_map(design: Design) -> dict[str, Any]:
    region_map = design.region_map
    if region_map is None:
        return {}
    return {
        KEY: {
            "source": region_map.source,
            "edge": region_map.edge,
            "cell_nm": to_unit(region_map.cell, NM),
            "sha256": region_map.sha256,
            "cells": to_text(region_map),
        }
    }


def _z_phase(phase: MagneticPhase) -> str | dict[str, float]:
    if phase.name != USER_PHASE:
        return phase.name
    return {
        "A_pJ_m": to_unit(phase.Aex, PJ_M),
        "K_MJ_m3": to_unit(phase.Ku1, MJ_M3),
        "Ms_kA_m": to_unit(phase.Ms, KA_M),
    }

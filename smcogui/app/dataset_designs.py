"""Rows of datasets as designs: what was simulated, to look at and to simulate again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from smcogui.design.canonical import NM, to_unit
from smcogui.design.design_file import read_design_table
from smcogui.surrogates.designs import solver_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smcogui.design.design import Design

_LENGTHS: Final = ("L_nm", "d_nm", "wS_nm", "wZ_nm")
_SHORT: Final = 8


def design_of_row(row: Mapping[str, Any]) -> Design:
    """Return the design of a row with the columns of :mod:`smcogui.data.dataset`.

    Numbers that a dataset does not tell, such as the fields of the sweep, are the preset's.

    Raises
    ------
    InputError
        If the row is no possible design.
    """
    constants = {
        "Ms_kA_m": row["Ms_z_kA_m"],
        "sigma_dw_mJ_m2": row["sigma_dw_z_mJ_m2"],
        "l_dw_nm": row["l_dw_z_nm"],
    }
    name = f"run {str(row['run_id'])[:_SHORT]}"
    table: dict[str, Any] = {
        "name": name,
        "preset": row["preset"],
        "nanostructure": {**{key: row[key] for key in _LENGTHS}, "theta_deg": row["theta_deg"]},
        "material": {"z_phase": constants if row["z_phase"] == "user" else row["z_phase"]},
        "grain_boundary": {
            "layer": row["layer"],
            "thickness_nm": row["layer_thickness_nm"],
            "k_gb": row["k_gb"],
        },
        "mesh": {"cell_nm": row["cell_nm"]},
        "solver": solver_of(row),
        "field": {"alpha_deg": row["alpha_deg"]},
        "run": {"cycles": row["cycles"], "seed": row["seed"]},
    }
    if row.get("dimension"):
        table["mesh"]["dimension"] = row["dimension"]
    design = read_design_table(table, name)
    if math.isclose(to_unit(design.domain, NM), row["domain_nm"]):
        return design
    table["mesh"]["domain_nm"] = row["domain_nm"]
    return read_design_table(table, name)

"""The results of runs as columns: design, readings and their spread, each with its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smcogui.curves.summary import READING_KEYS
from smcogui.data.dataset import design_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smcogui.design.design import Design
    from smcogui.runs.folder import RunInfo

_DESIGN: Final = {
    "preset": "TEXT",
    "L_nm": "REAL",
    "d_nm": "REAL",
    "wS_nm": "REAL",
    "wZ_nm": "REAL",
    "theta_deg": "REAL",
    "alpha_deg": "REAL",
    "layer": "TEXT",
    "layer_thickness_nm": "REAL",
    "k_gb": "REAL",
    "z_phase": "TEXT",
    "A_z_pJ_m": "REAL",
    "K_z_MJ_m3": "REAL",
    "Ms_z_kA_m": "REAL",
    "l_dw_z_nm": "REAL",
    "sigma_dw_z_mJ_m2": "REAL",
    "phi_S": "REAL",
    "phi_Z": "REAL",
    "cell_nm": "REAL",
    "domain_nm": "REAL",
    "seed": "INTEGER",
    "exchange_rule": "TEXT",
}
_SPREADS: Final = {"mu0_Hc_sd_T": "mu0_Hc_T", "Phi_p_sd": "Phi_p"}
_EFFORT: Final = ("zr_at_percent", "wall_s", "cpu_s")
_OWN: Final = {"run_id": "TEXT", "name": "TEXT", "solver": "TEXT", "cycles": "INTEGER"}

RESULT_COLUMNS: Final[Mapping[str, str]] = {
    **_OWN,
    **_DESIGN,
    **dict.fromkeys((*READING_KEYS, *_SPREADS, *_EFFORT), "REAL"),
}
"""Columns of the results of finished runs, and their types in SQL."""


def result_values(info: RunInfo, design: Design, result: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values of :data:`RESULT_COLUMNS` of a finished run."""
    spread = result.get("spread") or {}
    values = {
        **design_columns(design),
        **{key: result.get(key) for key in (*READING_KEYS, *_EFFORT)},
        **{key: spread.get(source) for key, source in _SPREADS.items()},
        "run_id": info.run_id,
        "name": info.name,
        "solver": f"{info.solver} {info.solver_version}",
        "cycles": len(info.cycles),
    }
    return tuple(values[key] for key in RESULT_COLUMNS)

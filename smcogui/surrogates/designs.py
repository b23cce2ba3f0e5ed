"""Queries as designs: the conditions of a surrogate with the inputs of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smcogui.design.design_file import read_design_table
from smcogui.surrogates.queries import z_phase_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.design.design import Design

    Array = NDArray[np.float64]

_LENGTHS = ("L_nm", "d_nm", "wS_nm", "wZ_nm")


def design_of_query(
    x: Array, conditions: Mapping[str, Any], name: str, *, cycles: int | None = None
) -> Design:
    """Return the design that a query stands for.

    Parameters
    ----------
    x : ndarray, shape (n_inputs,)
    conditions : mapping
        Of the surrogate: preset, layer, θ and exchange rule.
    name : str
    cycles : int, optional
        Half-cycles instead of the preset's.

    Raises
    ------
    InputError
        If it is no possible design.
    """
    L, d, w_S, w_Z, alpha, Ms, sigma, l_dw = (float(value) for value in x)
    z_phase = z_phase_of(x)
    constants = {"Ms_kA_m": Ms, "sigma_dw_mJ_m2": sigma, "l_dw_nm": l_dw}
    table: dict[str, Any] = {
        "name": name,
        "preset": conditions["preset"],
        "nanostructure": {
            **dict(zip(_LENGTHS, (L, d, w_S, w_Z), strict=True)),
            "theta_deg": conditions["theta_deg"],
        },
        "material": {"z_phase": constants if z_phase == "user" else z_phase},
        "grain_boundary": {
            "layer": conditions["layer"],
            "thickness_nm": conditions["layer_thickness_nm"],
            "k_gb": conditions["k_gb"],
        },
        "solver": solver_of(conditions),
        "field": {"alpha_deg": alpha},
    }
    if conditions.get("dimension"):
        table["mesh"] = {"dimension": conditions["dimension"]}
    if cycles is not None:
        table["run"] = {"cycles": cycles}
    return read_design_table(table, name)


def solver_of(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Return what conditions say of the solver; what is not told is left to the preset."""
    found: dict[str, Any] = {"exchange_rule": conditions["exchange_rule"]}
    if conditions.get("demag"):
        found["demag"] = conditions["demag"] == "on"
    if conditions.get("interface_factor") is not None:
        found["interface_factor"] = conditions["interface_factor"]
    return found

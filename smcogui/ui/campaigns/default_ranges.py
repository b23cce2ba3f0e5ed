"""Which range an axis offers at first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.campaigns.axes import COORDINATES, Axis

if TYPE_CHECKING:
    from smcogui.campaigns.axes import Scale

_RANGES: Final[dict[str, tuple[float, float, float, Scale]]] = {
    "L_nm": (10, 180, 0.1, "linear"),
    "d_nm": (6, 60, 0.1, "linear"),
    "wS_nm": (3, 15, 0.1, "linear"),
    "wZ_nm": (3, 11, 0.1, "linear"),
    "phi_S": (0.02, 0.6, 0.001, "linear"),
    "phi_Z": (0.05, 0.6, 0.001, "linear"),
    "theta_deg": (20, 40, 0.1, "linear"),
    "alpha_deg": (0, 85, 0.1, "linear"),
    "A_z_pJ_m": (0.5, 20, 0.01, "linear"),
    "K_z_MJ_m3": (0.5, 15, 0.01, "linear"),
    "Ms_z_kA_m": (200, 900, 1, "linear"),
    "l_dw_z_nm": (2.2, 8, 0.01, "linear"),
    "sigma_dw_z_mJ_m2": (2, 40, 0.01, "log"),
    "layer_thickness_nm": (1, 5, 0.1, "linear"),
    "k_gb": (0, 1, 0.001, "linear"),
    "cell_nm": (0.25, 1, 0.05, "linear"),
    "domain_nm": (100, 400, 1, "linear"),
}
"""Those of the paper's samples and of the training mix, where it varies the number."""
FIRST_KEYS: Final = ("L_nm", "d_nm", "phi_S", "phi_Z", "alpha_deg")


def default_axis(key: str) -> Axis:
    """Return the axis that is offered for a coordinate at first."""
    choices = COORDINATES[key].choices
    if choices:
        return Axis(key=key, values=choices)
    low, high, step, scale = _RANGES[key]
    return Axis(key=key, low=low, high=high, step=step, scale=scale)

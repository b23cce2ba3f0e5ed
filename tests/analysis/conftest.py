"""A table of designs whose readings are known functions of their inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from smcogui.analysis.design_table import DesignTable, design_table
from smcogui.design.composition import zr_atomic_percent
from smcogui.design.tables import load_phase

DESIGNS = 240


def planted_rows(count: int = DESIGNS, seed: int = 0) -> list[dict[str, Any]]:
    """Return rows: Hc falls with α, then L; Φp grows with w_Z, and every tenth has none."""
    generator = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        L, d = generator.uniform(30, 180), generator.uniform(12, 60)
        w_S, w_Z = generator.uniform(3, 15), generator.uniform(2, 11)
        alpha, name = generator.uniform(0, 80), ("DFT", "Mod")[number % 2]
        z = load_phase(name)
        Hc = 8 - 0.06 * alpha - 0.012 * L + 0.05 * generator.standard_normal()
        Phi_p = 0.05 * w_Z + 0.0005 * alpha + 0.005 * generator.standard_normal()
        rows.append(
            {
                "run_id": f"run{number:04}",
                "preset": "physical",
                "z_phase": name,
                "L_nm": L,
                "d_nm": d,
                "wS_nm": w_S,
                "wZ_nm": w_Z,
                "alpha_deg": alpha,
                "Ms_z_kA_m": z.Ms / 1e3,
                "sigma_dw_z_mJ_m2": z.sigma_dw * 1e3,
                "l_dw_z_nm": z.l_dw * 1e9,
                "mu0_Hc_T": Hc,
                "Phi_p": None if number % 10 == 9 else Phi_p,
                "phi_S": w_S / L,
                "phi_Z": w_Z / d,
                "zr_at_percent": zr_atomic_percent(w_S / L, w_Z / d),
            }
        )
    return rows


@pytest.fixture(scope="session")
def planted() -> DesignTable:
    """Return the table of these rows."""
    return design_table(planted_rows())

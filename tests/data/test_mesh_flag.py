"""The flag of a dataset for meshes that pin walls by themselves, without solving every chain."""

from __future__ import annotations

import pytest

from smcogui.data.dataset import _pins_walls_of
from smcogui.design.lattice_pinning import lattice_pinning_ratio
from smcogui.design.mesh_advice import lattice_pinning_field
from smcogui.design.phases import MagneticPhase
from smcogui.units import MU0


def test_pinning_grows_with_the_cells() -> None:
    ratios = [lattice_pinning_ratio(round(0.05 * k, 6)) for k in range(5, 25)]
    assert ratios == sorted(ratios)


@pytest.mark.parametrize("cell_nm", [0.25, 0.5, 0.55, 0.6, 1.0])
@pytest.mark.parametrize("l_dw_nm", [1.5, 2.2, 2.5, 4.0])
def test_flag_is_that_of_the_pinning_field(cell_nm: float, l_dw_nm: float) -> None:
    phase = MagneticPhase.from_domain_wall("user", 20e-3, l_dw_nm * 1e-9, 500e3)
    expected = lattice_pinning_field(phase, cell_nm * 1e-9) * MU0 >= 0.2
    assert _pins_walls_of(phase, cell_nm * 1e-9) == expected

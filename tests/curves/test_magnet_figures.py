from __future__ import annotations

import numpy as np
import pytest

from smcogui.curves.magnet_figures import (
    curve_table,
    flux_density,
    internal_field,
    magnet_figures,
)
from smcogui.curves.mh_curve import MHCurve
from smcogui.errors import InputError
from smcogui.units import MU0

MS = 8e5


def curve(mu0_H_T, M_over_Ms) -> MHCurve:
    H = np.array(mu0_H_T, dtype=float)
    return MHCurve(
        H=H / MU0,
        M=np.array(M_over_Ms, dtype=float) * MS,
        Ms=MS,
        jump=np.zeros(H.size, dtype=bool),
    )


SQUARE = curve([1, 0.5, -0.7, -2, -2.5], [1, 1, 1, 1, -1])


def test_square_loop_has_the_largest_product_of_theory():
    found = magnet_figures(SQUARE)
    assert found.Mr == pytest.approx(MS)
    assert found.BHmax == pytest.approx(MU0 * MS**2 / 4)
    assert found.HcB == pytest.approx(MS)
    assert found.Hk == pytest.approx(2.5 / MU0)
    assert found.squareness == pytest.approx(1)


def test_largest_product_of_a_square_loop_does_not_depend_on_the_shape():
    # With the internal field in both factors a shape only shifts the applied field.
    assert magnet_figures(SQUARE, N=0.3).BHmax == pytest.approx(MU0 * MS**2 / 4)


def test_soft_magnet_is_limited_by_its_coercivity():
    found = magnet_figures(curve([1, 0, -0.1, -0.2], [1, 1, 1, -1]))
    H = 0.2 / MU0
    assert found.BHmax == pytest.approx(MU0 * (MS - H) * H)
    assert found.HcB == pytest.approx(H)


def test_hk_and_remanence_are_interpolated_on_a_slope():
    found = magnet_figures(curve([1, -1, -3, -5], [1, 0.8, 0.6, -0.6]))
    assert found.Mr == pytest.approx(0.9 * MS)
    assert found.Hk == pytest.approx(0.9 / MU0)
    assert found.squareness == pytest.approx(0.9 / 5)


def test_unfinished_curve_has_no_figures_yet():
    found = magnet_figures(curve([1, 0.5], [1, 1]))
    assert (found.Mr, found.squareness, found.Hk, found.BHmax, found.HcB) == (None,) * 5
    assert magnet_figures(curve([], [])).Mr is None


def test_remanence_without_reversal_is_read_already():
    found = magnet_figures(curve([1, 0, -1], [1, 1, 1]))
    assert found.Mr == pytest.approx(MS)
    assert found.squareness is None


def test_internal_field_and_flux_density_follow_their_definitions():
    assert internal_field(SQUARE, 0.25) == pytest.approx(SQUARE.H - 0.25 * SQUARE.M)
    B = MU0 * (SQUARE.H + 0.75 * SQUARE.M)
    assert flux_density(SQUARE, 0.25) == pytest.approx(B)


@pytest.mark.parametrize("N", [-0.1, 1.1, np.nan])
def test_demagnetising_factor_outside_its_range_is_refused(N: float):
    with pytest.raises(InputError, match="between 0 and 1"):
        magnet_figures(SQUARE, N)


def test_curve_table_has_applied_and_internal_field_in_units():
    table = curve_table(SQUARE, N=0.5)
    assert table["mu0_H_T"] == pytest.approx([1, 0.5, -0.7, -2, -2.5])
    assert table["H_kA_m"][0] == pytest.approx(795.77, abs=0.01)
    assert table["mu0_H_int_T"][0] == pytest.approx(1 - 0.5 * MU0 * MS)
    assert table["M_kA_m"][0] == pytest.approx(800)
    assert table["J_T"][0] == pytest.approx(MU0 * MS)
    assert table["B_T"] == pytest.approx(table["mu0_H_int_T"] + table["J_T"])
    assert {column.shape for column in table.values()} == {(5,)}

"""Surfaces of known functions, and the angles that designs are sorted by."""

from __future__ import annotations

import numpy as np
import pytest

from smcogui.analysis.angle_bands import angle_bands
from smcogui.analysis.contours import (
    commonest_z,
    constants_of,
    fraction_spline,
    near_thickness,
    spline_maximum,
    thickness_surface,
    zr_surface,
)
from smcogui.analysis.design_table import DesignTable
from smcogui.errors import InputError


def peaked(table: DesignTable) -> DesignTable:
    """Return the table with a Φp that is largest at φS 0.2, φZ 0.3."""
    hill = np.exp(-(((table["phi_S"] - 0.2) / 0.15) ** 2) - ((table["phi_Z"] - 0.3) / 0.2) ** 2)
    columns = {**table.columns, "Phi_p": hill}
    return DesignTable(
        columns=columns, run_ids=table.run_ids, z_names=table.z_names, groups=table.groups
    )


def test_surface_leaves_out_what_no_design_can_be(planted: DesignTable) -> None:
    surface = thickness_surface(
        planted, lambda X: np.column_stack([X[:, 0], X[:, 4]]), 60.0, 20.0, alpha=30
    )
    Hc, Phi_p = surface["mu0_Hc_T"], surface["Phi_p"]

    assert np.isnan(Hc.z[:, Hc.x <= 60]).all()
    assert np.isnan(Hc.z[Hc.y <= 20]).all()
    possible = np.ix_(Hc.y > 20, Hc.x > 60)
    np.testing.assert_allclose(
        Hc.z[possible], np.broadcast_to(Hc.x[Hc.x > 60], Hc.z[possible].shape)
    )
    assert np.unique(Phi_p.z[possible]) == 30


def test_designs_near_a_surface_are_near_in_angle_and_thickness(planted: DesignTable) -> None:
    near = near_thickness(planted, 9.0, 6.0)

    assert 0 < near.sum() < len(planted)
    assert planted["alpha_deg"][near].max() <= 10
    assert np.abs(planted["wS_nm"][near] - 9).max() <= 0.35 * 9


def test_constants_of_a_z_phase_are_looked_up_by_name(planted: DesignTable) -> None:
    assert commonest_z(planted) == "DFT"
    np.testing.assert_allclose(constants_of(planted, "Mod"), (310.4, 3.96, 2.221), rtol=1e-3)
    with pytest.raises(InputError, match="no design has the Z phase 'Lit'; there are DFT, Mod"):
        constants_of(planted, "Lit")


def test_spline_finds_where_a_reading_is_largest(planted: DesignTable) -> None:
    table = peaked(planted)

    phi_S, phi_Z, height = fraction_spline(table, "Phi_p").highest()
    found = spline_maximum(table, "Phi_p", draws=20)

    assert (phi_S, phi_Z, height) == pytest.approx((0.2, 0.3, 1), abs=0.06)
    assert found["phi_Z"].low <= found["phi_Z"].value <= found["phi_Z"].high
    assert found["phi_Z"].high - found["phi_Z"].low < 0.15


def test_zirconium_is_that_of_the_fractions(planted: DesignTable) -> None:
    surface = fraction_spline(planted, "mu0_Hc_T").surface

    content = zr_surface(surface)

    assert content.shape == surface.z.shape
    # the paper: 5 at% at φS 0.5, φZ 0.32
    row, column = np.abs(surface.y - 0.32).argmin(), np.abs(surface.x - surface.x.max()).argmin()
    assert content[row, column] == pytest.approx(5, abs=0.3)


def test_spline_of_few_designs_is_refused(planted: DesignTable) -> None:
    with pytest.raises(InputError, match="at least 20 different pairs"):
        fraction_spline(planted.take(np.arange(12)), "Phi_p")


def test_few_angles_are_bands_of_their_own() -> None:
    bands = angle_bands(np.repeat([0.0, 45.0, 90.0], 4))

    assert [band.label for band in bands] == ["0°", "45°", "90°"]
    assert [band.rows.sum() for band in bands] == [4, 4, 4]


def test_many_angles_are_sorted_into_ranges_with_90_alone() -> None:
    alpha = np.array([*np.linspace(0, 89.9, 40), 90.0, 90.0])

    bands = angle_bands(alpha)

    assert [band.label for band in bands][-2:] == ["75–90°", "90°"]
    assert sum(band.rows.sum() for band in bands) == alpha.size
    assert bands[-1].rows.sum() == 2

from __future__ import annotations

import math

import numpy as np
import pytest

from smcogui.curves.coercivity import extract_coercivity
from smcogui.curves.mh_curve import MHCurve
from smcogui.units import MU0

MS = 8e5


def curve(mu0_H_T, M_over_Ms, jump=None) -> MHCurve:
    H = np.array(mu0_H_T, dtype=float)
    flags = np.zeros(H.size, dtype=bool) if jump is None else np.array(jump, dtype=bool)
    return MHCurve(H=H / MU0, M=np.array(M_over_Ms, dtype=float) * MS, Ms=MS, jump=flags)


def stoner_wohlfarth(alpha_deg: float, H_ani_T: float, fields: np.ndarray) -> MHCurve:
    """Follow the local energy minimum of one uniaxial grain as the field falls."""
    alpha, phi, M = math.radians(alpha_deg), math.radians(alpha_deg) / 2, []
    for h in fields / H_ani_T:
        for _ in range(5000):
            slope = math.sin(2 * phi) + 2 * h * math.sin(phi - alpha)
            bend = 2 * math.cos(2 * phi) + 2 * h * math.cos(phi - alpha)
            phi -= max(-0.05, min(0.05, slope / max(abs(bend), 1e-3)))
            if abs(slope) < 1e-12 and bend > 0:
                break
        M.append(math.cos(phi - alpha))
    return curve(fields, M)


def fields(start: float, stop: float, step: float) -> np.ndarray:
    return np.round(np.arange(start, stop - step / 2, -step), 9)


def in_tesla(value: float | None) -> float:
    assert value is not None
    return value * MU0


def test_square_loop_switches_at_its_step():
    found = extract_coercivity(curve([1, 0, -1, -2, -2.05], [1, 1, 1, 1, -1]))
    assert in_tesla(found.Hc) == pytest.approx(2.05)
    assert in_tesla(found.Hp_jump) == pytest.approx(2.05)
    assert in_tesla(found.Hp_slope) == pytest.approx(2.1)
    assert in_tesla(found.resolution) == pytest.approx(0.05)
    assert found.Phi_p == 0
    assert found.Hp == found.Hp_jump


def test_two_step_curve_has_phi_p_of_one_third():
    M = [1, 0.99, 0.98, 0.88, 0.87, -0.9]
    found = extract_coercivity(curve([1, 0, -1, -2, -2.95, -3], M))
    assert in_tesla(found.Hp_jump) == pytest.approx(2)
    assert in_tesla(found.Hc) == pytest.approx(3)
    assert found.Phi_p == pytest.approx(1 / 3)
    assert in_tesla(found.resolution) == pytest.approx(0.05)


def test_hc_outside_a_jump_is_interpolated():
    grid = fields(1, -5, 0.5)
    found = extract_coercivity(curve(grid, 0.3 + 0.1 * grid))
    assert in_tesla(found.Hc) == pytest.approx(3)
    assert found.Hp_jump is None
    assert found.Hp_slope is None
    assert found.Phi_p is None


def test_hc_inside_a_drop_that_the_solver_saw_is_never_interpolated():
    grid = fields(1, -5, 0.5)
    M = 0.33 + 0.1 * grid
    flags = np.zeros(grid.size, dtype=bool)
    flags[int(np.flatnonzero(M <= 0)[0])] = True
    assert in_tesla(extract_coercivity(curve(grid, M, flags)).Hc) == pytest.approx(3.5)


def test_slope_reading_takes_the_first_steep_point():
    grid = fields(1, -4, 0.05)
    M = np.where(grid > -2, 1 + 0.05 * (grid + 2), 1 + 0.3 * (grid + 2))
    M = np.where(grid < -3.52, -0.9, M)
    slope = extract_coercivity(curve(grid, M), "slope")
    assert in_tesla(slope.Hp_slope) == pytest.approx(2.1)
    assert in_tesla(slope.Hp) == pytest.approx(2.1)
    assert in_tesla(slope.Hc) == pytest.approx(3.55)
    assert slope.Phi_p == pytest.approx((3.55 - 2.1) / 3.55)
    jump = extract_coercivity(curve(grid, M), "jump")
    assert in_tesla(jump.Hp) == pytest.approx(3.55)
    assert jump.Phi_p == 0


def test_slope_reading_of_a_drop_at_a_grid_field_is_that_field():
    grid = [1, 0, -1, -2, -3, -3.9000000001, -3.95]
    found = extract_coercivity(curve(grid, [1, 1, 1, 1, 1, -0.9, -0.95]))
    assert in_tesla(found.Hp_slope) == pytest.approx(3.9)


def test_slope_reading_below_the_threshold_finds_nothing():
    grid = fields(1, -5, 0.1)
    assert extract_coercivity(curve(grid, 0.3 + 0.129 * grid)).Hp_slope is None
    assert extract_coercivity(curve(grid, 0.3 + 0.131 * grid)).Hp_slope is not None


def test_curve_that_never_reverses_has_no_hc():
    found = extract_coercivity(curve([1, 0, -6, -12], [1, 0.99, 0.97, 0.9]))
    assert (found.Hc, found.Phi_p, found.resolution) == (None, None, None)


@pytest.mark.parametrize("points", [0, 1, 2])
def test_unfinished_curve_gives_what_can_be_read(points: int):
    found = extract_coercivity(curve([1, 0.5][:points], [1, 0.99][:points]))
    assert (found.Hc, found.Hp_jump, found.Hp_slope, found.Phi_p) == (None, None, None, None)


def test_phi_p_is_undefined_where_hc_is_below_one_field_step():
    grid = fields(1, -1, 0.5)
    found = extract_coercivity(curve(grid, 0.11 * grid))
    assert found.Hc == pytest.approx(0, abs=1e-6)
    assert found.Phi_p is None


def test_phi_p_is_zero_where_depinning_comes_after_hc():
    found = extract_coercivity(curve([1, 0, -1, -2, -3, -4], [0.3, 0.2, 0.1, 0, -0.1, -0.9]))
    assert in_tesla(found.Hc) == pytest.approx(2)
    assert in_tesla(found.Hp_jump) == pytest.approx(4)
    assert found.Phi_p == 0


@pytest.mark.parametrize(
    ("alpha_deg", "coercivity", "switching"),
    [(15, 0.615, 0.615), (30, 0.524, 0.524), (45, 0.5, 0.5), (60, 0.433, 0.524)],
)
def test_stoner_wohlfarth_curve_gives_its_known_fields(alpha_deg, coercivity, switching):
    found = extract_coercivity(stoner_wohlfarth(alpha_deg, 5.0, fields(1, -5, 0.01)))
    assert in_tesla(found.Hc) == pytest.approx(5 * coercivity, abs=0.015)
    assert in_tesla(found.Hp_jump) == pytest.approx(5 * switching, abs=0.015)
    assert found.Phi_p == 0


def test_stoner_wohlfarth_across_the_axis_has_no_coercivity():
    found = extract_coercivity(stoner_wohlfarth(90, 8.0, fields(1, -1, 0.05)))
    assert abs(in_tesla(found.Hc)) < 0.01
    assert found.Phi_p is None
    assert found.Hp_jump is None

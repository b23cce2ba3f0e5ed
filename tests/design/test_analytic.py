"""Coherent rotation and the analytic overlay against closed forms and plain minimisation."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smcogui.design import Phase, load_designs, load_phase
from smcogui.design.analytic import (
    stoner_wohlfarth_coercivity,
    stoner_wohlfarth_line,
    stoner_wohlfarth_switching,
)
from smcogui.design.analytic_overlay import analytic_overlay
from smcogui.design.describe import describe_design
from smcogui.units import MU0

H_ANI = 2.0


def test_rotation_along_the_easy_axis_is_a_square_loop_at_2K_over_M() -> None:
    phase = load_phase("2:17")
    H, M = stoner_wohlfarth_line(0.0, phase.H_ani, 2 * phase.H_ani, -2 * phase.H_ani)
    assert np.all(M[:-1] >= M[1:])
    assert set(np.round(M, 12)) == {1.0, -1.0}
    drop = np.flatnonzero(np.diff(M) < -1)
    assert drop.size == 1
    assert H[drop[0]] == H[drop[0] + 1]
    assert -H[drop[0]] * MU0 * phase.Ms == pytest.approx(2 * phase.Ku1)


def test_rotation_across_the_easy_axis_is_a_straight_line() -> None:
    H, M = stoner_wohlfarth_line(math.pi / 2, H_ANI, 3.0, -3.0)
    assert pytest.approx(np.clip(H / H_ANI, -1, 1), abs=1e-9) == M


def test_rotation_at_45_degrees_switches_at_half_of_the_anisotropy_field() -> None:
    H, M = stoner_wohlfarth_line(math.pi / 4, H_ANI, 3.0, -3.0, points=601)
    drop = int(np.argmin(np.diff(M)))
    assert H[drop] == H[drop + 1] == pytest.approx(-H_ANI / 2)
    # There the magnetisation stands across the field, and the remanence is cos 45°.
    assert M[drop] == pytest.approx(0.0, abs=1e-6)
    assert np.interp(0.0, H[::-1], M[::-1]) == pytest.approx(math.sqrt(0.5), abs=1e-9)


@given(degrees=st.floats(0.5, 89.5), h=st.floats(-1.4, 1.4))
def test_rotation_is_in_a_minimum_of_the_energy(degrees: float, h: float) -> None:
    alpha = math.radians(degrees)
    H, M = stoner_wohlfarth_line(alpha, 1.0, h + 1e-9, h, points=2)
    angles = np.linspace(-math.pi, math.pi, 72_001)
    energy = np.sin(angles) ** 2 - 2 * H[-1] * np.cos(angles - alpha)
    is_minimum = (energy <= np.roll(energy, 1)) & (energy <= np.roll(energy, -1))
    assert np.abs(np.cos(angles[is_minimum] - alpha) - M[-1]).min() < 2e-3


@given(degrees=st.floats(0.0, 90.0))
def test_rotation_reverses_at_the_coercive_field(degrees: float) -> None:
    alpha = math.radians(degrees)
    H, M = stoner_wohlfarth_line(alpha, 1.0, 1.5, -1.5, points=3001)
    first = int(np.flatnonzero(M <= 1e-9)[0])
    assert -H[first] == pytest.approx(stoner_wohlfarth_coercivity(alpha, 1.0), abs=2e-3)
    assert np.diff(H).max() <= 0
    # Beyond 76.7° the particle switches to a state of larger M, so that M rises there.
    assert degrees > 76.5 or np.diff(M).max() <= 1e-12


@pytest.mark.parametrize(("degrees", "ratio"), [(0, 1.0), (45, 0.5), (90, 1.0)])
def test_switching_field_lies_on_the_astroid(degrees: float, ratio: float) -> None:
    found = stoner_wohlfarth_switching(math.radians(degrees), H_ANI)
    assert found == pytest.approx(ratio * H_ANI)


def test_overlay_holds_what_the_description_says(examples: Path) -> None:
    design = load_designs(examples / "base.toml")[0]
    found, facts = analytic_overlay(design), describe_design(design)
    for each in found.anisotropy:
        expected = facts["phases"][each.phase.label]["mu0_H_ani_T"]
        assert pytest.approx(expected) == each.H * MU0
    assert {each.phase for each in found.anisotropy} == set(Phase)
    listed = {(row["from"], row["to"]): row["mu0_Hp_T"] for row in facts["wall_pinning"]}
    assert {(p.weak.label, p.strong.label): p.H * MU0 for p in found.pinning} == {
        pair: pytest.approx(field) for pair, field in listed.items() if field > 0
    }
    assert found.rotation_H[0] * MU0 == pytest.approx(design.field.start_T)


def test_overlay_leaves_out_phases_that_are_not_there(examples: Path) -> None:
    design = load_designs(examples / "base.toml")[0]
    parameters = replace(design.parameters, w_S=design.parameters.L)
    layer = replace(design.grain_boundary, layer="none")
    found = analytic_overlay(replace(design, parameters=parameters, grain_boundary=layer))
    assert {each.phase for each in found.anisotropy} == {Phase.BOUNDARY_1_5, Phase.Z_PLATELET}
    assert found.rotation_H.size == found.rotation_M.size == 0

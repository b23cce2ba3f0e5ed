from __future__ import annotations

import numpy as np
import pytest

from smcogui.curves.mh_curve import MHCurve, average_curves, envelope
from smcogui.errors import InputError
from smcogui.units import MU0
from solver.events import FieldStep

MS = 8e5


def curve(mu0_H_T, M_over_Ms, jump=None, Ms=MS) -> MHCurve:
    H = np.array(mu0_H_T, dtype=float)
    flags = np.zeros(H.size, dtype=bool) if jump is None else np.array(jump, dtype=bool)
    return MHCurve(H=H / MU0, M=np.array(M_over_Ms, dtype=float) * Ms, Ms=Ms, jump=flags)


def step(index: int, mu0_H_T: float, M_over_Ms: float, jump: bool = False) -> FieldStep:
    return FieldStep(
        index=index,
        mu0_H_T=mu0_H_T,
        M_over_Ms=M_over_Ms,
        mx=0,
        my=M_over_Ms,
        mz=0,
        energy_density_J_m3=0,
        max_torque_T=0,
        iterations=1,
        demag_evaluations=1,
        jump=jump,
        progress=0,
        cpu_s=0,
    )


def test_from_steps_turns_tesla_and_shares_into_si():
    made = MHCurve.from_steps([step(0, 1, 0.99), step(1, -1, -0.5, jump=True)], MS)
    assert pytest.approx([1 / MU0, -1 / MU0]) == made.H
    assert pytest.approx([0.99 * MS, -0.5 * MS]) == made.M
    assert made.mu0_H_T == pytest.approx([1, -1])
    assert made.M_over_Ms == pytest.approx([0.99, -0.5])
    assert pytest.approx(MU0 * made.M) == made.J
    assert made.jump.tolist() == [False, True]


def test_from_steps_of_nothing_is_an_empty_curve():
    assert MHCurve.from_steps([], MS).H.size == 0


def test_curve_cannot_be_changed_from_outside():
    H = np.array([1.0, 0.0])
    made = MHCurve(H=H, M=H, Ms=1.0, jump=np.zeros(2, dtype=bool))
    H[0] = 7
    assert made.H[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        made.H[0] = 7


@pytest.mark.parametrize(
    ("H", "M", "Ms", "says"),
    [
        ([1, 0], [1], MS, "shapes"),
        ([0, 1], [1, 1], MS, "rises"),
        ([1, np.nan], [1, 1], MS, "NaN"),
        ([1, 0], [1, np.inf], MS, "infinity"),
        ([1, 0], [1, 1], 0.0, "Ms"),
        ([1, 0], [1, 1], np.nan, "Ms"),
    ],
)
def test_bad_curve_is_refused_in_words(H, M, Ms, says):
    with pytest.raises(InputError, match=says) as caught:
        MHCurve(H=np.array(H), M=np.array(M), Ms=Ms, jump=np.zeros(len(H), dtype=bool))
    assert caught.value.key == "curve"


def test_jumps_needs_two_percent():
    fields = [1, 0, -1, -1.05]
    assert not curve(fields, [1, 1, 1, 0.981]).jumps().any()
    assert curve(fields, [1, 1, 1, 0.979]).jumps().tolist() == [False, False, False, True]


def test_jumps_leaves_out_a_reversible_slope():
    fields = np.arange(1, -5, -0.5)
    assert not curve(fields, 0.7 + 0.1 * fields).jumps().any()


def test_jumps_leaves_out_the_first_step_unless_the_solver_saw_it():
    assert not curve([1, 0.5, 0], [1, 0.9, 0.8]).jumps().any()
    assert curve([1, 0.5, 0], [1, 0.5, 0.5], [0, 1, 0]).jumps().tolist() == [False, True, False]


def test_jumps_takes_no_small_drop_for_a_reversible_slope():
    fields, M = [1, 0, -1.0, -1.05, -1.10], [1, 1, 1, 0.985, 0.955]
    seen = curve(fields, M, [0, 0, 0, 1, 1])
    assert seen.jumps().tolist() == [False, False, False, False, True]
    unseen = curve(fields, M)
    assert not unseen.jumps().any()


def test_outline_makes_drops_vertical():
    H, M = curve([1, 0, -1, -2], [1, 1, 1, -1]).outline()
    assert pytest.approx([1, 0, -1, -2, -2]) == H * MU0
    assert pytest.approx([1, 1, 1, 1, -1]) == M / MS


def test_sample_interpolates_holds_ends_and_keeps_drops():
    made = curve([1, 0, -1, -2, -3], [1, 0.95, 0.9, -0.8, -0.9], [0, 0, 0, 1, 0])
    M = made.sample(np.array([2, 0.5, -1.99, -2.0, -2.5, -9]) / MU0) / MS
    assert pytest.approx([1, 0.975, 0.9, -0.8, -0.85, -0.9]) == M


def test_sample_of_a_single_point_is_that_point():
    assert curve([1], [0.9]).sample([5.0, 0.0, -5.0]) == pytest.approx([0.9 * MS] * 3)


def test_average_of_equal_curves_is_the_curve():
    one = curve([1, 0, -1, -2], [1, 0.95, 0.9, -0.8])
    mean = average_curves([one, one, one])
    assert pytest.approx(one.H) == mean.H
    assert pytest.approx(one.M) == mean.M
    assert mean.jump.tolist() == [False, False, False, True]


def test_average_keeps_both_drops_on_the_union_of_fields():
    early = curve([1, 0, -1, -2], [1, 1, 1, -1])
    late = curve([1, 0, -1, -3], [1, 1, 1, -1])
    mean = average_curves([early, late])
    assert mean.mu0_H_T == pytest.approx([1, 0, -1, -2, -3])
    assert mean.M_over_Ms == pytest.approx([1, 1, 1, 0, -1])
    assert mean.jump.tolist() == [False, False, False, True, True]


def test_average_ends_where_an_unreversed_curve_ends():
    running = curve([1, 0, -1], [1, 1, 1])
    done = curve([1, 0, -1, -2], [1, 1, 1, -1])
    assert average_curves([running, done]).mu0_H_T == pytest.approx([1, 0, -1])


@pytest.mark.parametrize("curves", [[], [curve([], [])]])
def test_average_of_nothing_is_refused(curves):
    with pytest.raises(InputError, match="at least one point"):
        average_curves(curves)


def test_average_of_curves_without_common_field_is_refused():
    with pytest.raises(InputError, match="overlap"):
        average_curves([curve([3, 2], [1, 1]), curve([1, 0], [1, 1])])


def test_envelope_holds_every_half_cycle_and_is_vertical_at_drops():
    one = MHCurve(
        H=np.array([1.0, 0.0, -2.0, -3.0]),
        M=np.array([2.0, 2.0, 1.8, -2.0]),
        Ms=2.0,
        jump=np.array([False, False, False, True]),
    )
    other = MHCurve(
        H=np.array([1.0, -1.0, -2.5, -3.0]),
        M=np.array([2.0, 1.6, 1.4, -1.0]),
        Ms=2.0,
        jump=np.array([False, False, False, True]),
    )
    H, low, high = envelope([one, other])
    assert np.diff(H).max() <= 0
    assert (low <= high).all()
    for curve in (one, other):
        inside = curve.sample(H[:-2]) / curve.Ms
        assert (low[:-2] <= inside + 1e-12).all()
        assert (inside <= high[:-2] + 1e-12).all()
    assert H[-2] == H[-1] == -3.0
    assert (low[-2], high[-2]) == (pytest.approx(0.7), pytest.approx(0.9))
    assert (low[-1], high[-1]) == (-1.0, -0.5)


def test_envelope_of_one_half_cycle_is_its_outline():
    curve = MHCurve(
        H=np.array([1.0, -1.0, -2.0]),
        M=np.array([1.0, 0.9, -1.0]),
        Ms=1.0,
        jump=np.array([False, False, True]),
    )
    H, low, high = envelope([curve])
    assert (curve.outline()[0] == H).all()
    assert (low == curve.outline()[1]).all()
    assert (high == low).all()


def test_irreversible_jumps_have_field_size_and_point():
    curve = MHCurve(
        H=np.array([1.0, 0.0, -1.0, -2.0, -2.5]),
        M=np.array([2.0, 1.98, 1.94, 1.2, -2.0]),
        Ms=2.0,
        jump=np.array([False, False, True, False, True]),
    )
    found = curve.irreversible()
    # The first is below 2 %, but the solver saw it.
    assert [(each.index, each.H) for each in found] == [(2, -1.0), (3, -2.0), (4, -2.5)]
    assert [each.size for each in found] == pytest.approx([0.02, 0.37, 1.6])
    outline = curve.outline()[0][curve.is_point()]
    assert (outline == curve.H).all()

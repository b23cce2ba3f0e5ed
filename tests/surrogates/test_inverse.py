"""Inverse search with the shipped surrogate: feasible by construction, near, different, honest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from models.neighbours import Neighbours
from smcogui.app.surrogate_choice import choose_surrogate
from smcogui.design.composition import most_phi_Z, zr_atomic_percent
from smcogui.errors import InputError, TaskStoppedError
from smcogui.surrogates.designs import design_of_query
from smcogui.surrogates.even_shares import even_shares
from smcogui.surrogates.features import features_of
from smcogui.surrogates.forward import READINGS, Surrogate
from smcogui.surrogates.inverse import invert
from smcogui.surrogates.neural_adjoint import Target, _gradient, descend, shifted, stencil
from smcogui.surrogates.optimise import pareto_front
from smcogui.surrogates.reading_ranges import Place
from smcogui.surrogates.search_space import SearchSpace

WANTED = {"mu0_Hc_T": 4.2, "Phi_p": 0.05}
AT_20 = {"alpha_deg": (20.0, 20.0)}


@pytest.fixture(scope="module")
def shipped() -> Surrogate:
    return choose_surrogate("shipped")


@pytest.mark.parametrize("limit", [0.3, 1.5, 5.0, 12.0, 20.0])
def test_the_largest_z_fraction_has_just_the_zirconium_allowed(limit: float) -> None:
    for phi_S in (0.0, 0.1, 0.3, 0.6, 0.9):
        most = float(most_phi_Z(np.array([phi_S]), limit)[0])
        if np.isinf(most):
            assert zr_atomic_percent(phi_S, 1.0) <= limit
        else:
            assert zr_atomic_percent(phi_S, most) == pytest.approx(limit)


@pytest.mark.parametrize(
    ("ranges", "z_phases", "limit"),
    [
        ({}, (), None),
        (AT_20, ("DFT", "Mod"), 2.0),
        ({"L_nm": (60.0, 60.0), "wS_nm": (3.0, 20.0), "d_nm": (12.0, 40.0)}, ("DFT",), 4.0),
    ],
)
def test_every_point_of_a_space_is_a_feasible_design(
    shipped: Surrogate,
    ranges: dict[str, tuple[float, float]],
    z_phases: tuple[str, ...],
    limit: float | None,
) -> None:
    space = SearchSpace.of(shipped, ranges, z_phases, limit)
    generator = np.random.default_rng(0)
    U = generator.normal(0, 4, (500, 8))

    X = space.designs(U, generator.integers(0, len(space.z_low), 500))

    assert space.accepts(X).all()
    L, d, w_S, w_Z = X.T[:4]
    assert (w_S <= L / 2).all()
    assert (w_Z <= d - 1).all()
    assert min(w_S.min(), w_Z.min()) >= 1
    if limit is not None:
        zirconium = [zr_atomic_percent(s, z) for s, z in zip(w_S / L, w_Z / d, strict=True)]
        assert max(zirconium) <= limit + 1e-9
    for x in space.rounded(X)[:20]:
        design_of_query(x, shipped.conditions, "candidate")  # it would be refused
    assert space.accepts(space.rounded(X)).all()


@pytest.mark.parametrize("scatter_nm", [0.0, 0.5])
def test_the_gradient_is_that_of_the_loss(shipped: Surrogate, scatter_nm: float) -> None:
    space = SearchSpace.of(shipped, {}, ("DFT", "Mod"), 5.0)
    target, shifts = Target(wanted=WANTED), stencil(scatter_nm)
    U, phase = space.even_points(4)

    def losses(points: np.ndarray) -> np.ndarray:
        F = features_of(shifted(space.designs(points, phase), shifts))
        mean, spread = shipped.model.mean_and_spread(F)
        loss = target.loss(mean, spread, shipped.model.y_scaler.scale)
        return loss.reshape(len(points), -1).mean(axis=1)

    found = _gradient(shipped, space, target, U, phase, shifts)

    step = 1e-2
    for column in range(8):
        moved = np.zeros_like(U)
        moved[:, column] = step
        slope = (losses(U + moved) - losses(U - moved)) / (2 * step)
        assert found[:, column] == pytest.approx(slope, rel=0.03, abs=3e-3)
    begun, ended = losses(U), losses(descend(shipped, space, target, U, phase, steps=25))
    assert (ended <= begun + 1e-3).all()
    assert ended.mean() < 0.5 * begun.mean()


def test_candidates_are_feasible_near_and_different(shipped: Surrogate) -> None:
    space = SearchSpace.of(shipped, AT_20, ("DFT",), 3.0)

    answer = invert(shipped, space, WANTED, count=6)

    assert answer.is_reachable
    count = len(answer.candidates)
    assert 4 <= count <= 6
    assert answer.nearest is None
    queries = np.array([each.query for each in answer.candidates])
    assert space.accepts(queries).all()
    for each in answer.candidates:
        facts = each.facts()
        assert facts["feasible"]
        assert facts["zr_at_percent"] <= 3
        assert facts["mu0_Hc_T"] == pytest.approx(4.2, abs=0.09)
        assert facts["Phi_p"] == pytest.approx(0.05, abs=0.021)
        assert (facts["z_phase"], facts["alpha_deg"]) == ("DFT", 20)
        assert facts["trust"] != "refused"
    apart = np.abs(queries[:, None, :4] - queries[None, :, :4]).max(axis=2)
    assert apart[~np.eye(count, dtype=bool)].min() > 0.5
    again = invert(shipped, space, WANTED, count=6)
    assert [each.facts() for each in again.candidates] == [
        each.facts() for each in answer.candidates
    ]


@pytest.mark.parametrize(
    "search",
    [
        lambda shipped, space, stop: invert(shipped, space, WANTED, should_stop=stop),
        lambda shipped, space, stop: pareto_front(shipped, space, should_stop=stop),
    ],
    ids=["invert", "pareto"],
)
def test_a_search_stops_when_it_is_asked_to(
    shipped: Surrogate, search: Callable[..., object]
) -> None:
    space = SearchSpace.of(shipped, AT_20, ("DFT",))
    asked = iter([False, False, True])

    with pytest.raises(TaskStoppedError, match="stopped"):
        search(shipped, space, lambda: next(asked))


def test_a_search_does_not_import_scipy_which_takes_longer_than_it() -> None:
    program = (
        "import sys\n"
        "from smcogui.app.surrogate_choice import choose_surrogate\n"
        "from smcogui.surrogates.inverse import invert\n"
        "from smcogui.surrogates.search_space import SearchSpace\n"
        "shipped = choose_surrogate('shipped')\n"
        "space = SearchSpace.of(shipped, {'alpha_deg': (20, 20)}, ('DFT',))\n"
        "invert(shipped, space, {'mu0_Hc_T': 4.2}, scatter_nm=0.5)\n"
        "sys.exit(sorted({'scipy', 'torch'} & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("dimensions", [1, 4, 8])
def test_even_shares_leave_smaller_gaps_than_chance(dimensions: int) -> None:
    queries = np.random.default_rng(1).random((200, dimensions))

    def gap(points: np.ndarray) -> float:
        return float(Neighbours(points).distances(queries, 1).max())

    even = even_shares(1024, dimensions)

    assert even.shape == (1024, dimensions)
    assert even.min() >= 0
    assert even.max() < 1
    assert gap(even) < gap(np.random.default_rng(0).random((1024, dimensions)))
    assert not np.array_equal(even, even_shares(1024, dimensions, seed=1))


def test_free_angle_and_z_phase_are_chosen_too(shipped: Surrogate) -> None:
    space = SearchSpace.of(shipped, {"alpha_deg": (10.0, 40.0)})

    answer = invert(shipped, space, {"mu0_Hc_T": 4.0, "Mr_over_Ms": 0.9})

    facts = [each.facts() for each in answer.candidates]
    assert len(facts) >= 3
    assert all(10 <= each["alpha_deg"] <= 40 for each in facts)
    assert len({each["sigma_dw_z_mJ_m2"] for each in facts}) > 1
    assert {each["z_phase"] for each in facts} == {"user"}


def test_an_unreachable_query_says_so_and_shows_the_nearest(shipped: Surrogate) -> None:
    space = SearchSpace.of(shipped, {"alpha_deg": (0.0, 0.0)}, ("DFT",))

    answer = invert(shipped, space, {"mu0_Hc_T": 12.0, "Phi_p": 0.5})

    assert not answer.is_reachable
    assert answer.candidates == ()
    assert answer.nearest is not None
    assert answer.nearest.is_feasible
    assert 5 < answer.nearest.readings["mu0_Hc_T"] < 11.7
    assert "no design of this box is predicted" in answer.notes[-1]
    assert answer.standings["mu0_Hc_T"].place is Place.OUTSIDE


def test_what_is_wanted_is_told_where_it_lies_among_the_designs(shipped: Surrogate) -> None:
    space = SearchSpace.of(shipped, AT_20, ("DFT",))

    standing = invert(shipped, space, {"mu0_Hc_T": 3.5}).standings["mu0_Hc_T"]

    assert standing.place is Place.MIDDLE
    assert (standing.alpha_from, standing.alpha_to) == (15, 30)
    assert standing.low < standing.q25 < 3.5 < standing.q75 < standing.high
    assert standing.words().startswith("in the middle half: the ")
    free = SearchSpace.of(shipped, {"alpha_deg": (0.0, 60.0)}, ("DFT",))
    assert invert(shipped, free, {"mu0_Hc_T": 6.5}).standings["mu0_Hc_T"].alpha_to == 90


def test_designs_with_a_reading_that_few_have_are_trusted_less(shipped: Surrogate) -> None:
    space = SearchSpace.of(shipped, {"alpha_deg": (0.0, 0.0)}, ("DFT",))

    (near_0,) = (part for part in shipped.reading_ranges if part["to"] == 15)
    few_have = 1.05 * near_0["readings"]["mu0_Hc_T"]["tail_high"]

    found = invert(shipped, space, {"mu0_Hc_T": few_have}).candidates

    assert found
    assert {each.readings["trust"] for each in found} <= {"sparse", "extrapolating"}
    assert all("few designs have such a reading" in " ".join(each.doubts) for each in found)
    assert found[0].facts()["doubts"] == list(found[0].doubts)
    # It is doubted too where what comes nearest is predicted to have what more designs have.
    high = near_0["readings"]["mu0_Hc_T"]["tail_high"] + 0.01
    answer = invert(shipped, space, {"mu0_Hc_T": high, "Phi_p": 0.05})
    assert {each.readings["trust"] for each in answer.candidates} <= {"sparse", "extrapolating"}


def test_what_intervals_hold_is_reachable_and_told_to_be_uncertain(shipped: Surrogate) -> None:
    values = {"L_nm": 90.0, "d_nm": 25.0, "wS_nm": 6.0, "wZ_nm": 4.0, "alpha_deg": 20.0}
    space = SearchSpace.of(shipped, {k: (v, v) for k, v in values.items()}, ("DFT",))
    predicted = shipped.predict(space.designs(*space.even_points(1)))
    wanted = {"mu0_Hc_T": float(0.2 * predicted.mean[0, 0] + 0.8 * predicted.high[0, 0])}

    answer = invert(shipped, space, wanted)

    assert answer.is_reachable
    assert any("as far as the intervals of mu0_Hc_T tell" in note for note in answer.notes)


def test_one_half_cycle_scatters_more_than_a_mean_of_three(shipped: Surrogate) -> None:
    space = SearchSpace.of(shipped, AT_20, ("DFT",))
    one, three, many = (
        invert(shipped, space, WANTED, count=1, cycles=n).candidates[0].readings
        for n in (1, None, 1000)
    )

    assert shipped.cycles == pytest.approx(3)
    assert one["mu0_Hc_T"] == three["mu0_Hc_T"] == many["mu0_Hc_T"]
    assert one["mu0_Hc_T_low"] < three["mu0_Hc_T_low"] < many["mu0_Hc_T_low"]
    assert one["mu0_Hc_T_high"] > three["mu0_Hc_T_high"] > many["mu0_Hc_T_high"]


def test_scatter_is_told_and_lowers_the_expected_loss(shipped: Surrogate) -> None:
    space = SearchSpace.of(shipped, AT_20, ("DFT",))

    plain = invert(shipped, space, WANTED, count=1)
    robust = invert(shipped, space, WANTED, count=1, scatter_nm=1.0).candidates[0]

    under = robust.under_scatter["mu0_Hc_T"]
    assert under["low"] < under["expected"] < under["high"]
    assert under["worst_error"] == pytest.approx(
        max(abs(under["low"] - 4.2), abs(under["high"] - 4.2))
    )
    assert plain.candidates[0].under_scatter == {}

    def expected_loss(query: np.ndarray) -> float:
        F = features_of(shifted(query[None], stencil(1.0)))
        mean, spread = shipped.model.mean_and_spread(F)
        scale = shipped.model.y_scaler.scale
        return float(Target(wanted=WANTED).loss(mean, spread, scale).mean())

    # The stencil is another measure of the mean than the one that ranks.
    assert expected_loss(robust.query) < expected_loss(plain.candidates[0].query) + 0.02


def test_the_box_is_cut_to_the_data_and_that_is_told(shipped: Surrogate) -> None:
    space = SearchSpace.of(shipped, {"L_nm": (50.0, 900.0), "alpha_deg": (90.0, 90.0)}, ("Lit",))

    assert space.high[0] == shipped.trust.high[0]
    assert any("L_nm is cut" in note for note in space.notes)
    assert any("the Z phase Lit lies outside the designs" in note for note in space.notes)
    assert not SearchSpace.of(shipped, AT_20, ("DFT", "Mod")).notes


def test_a_box_of_one_design_gives_it_or_says_that_it_does_not_reach(shipped: Surrogate) -> None:
    values = {"L_nm": 90.0, "d_nm": 25.0, "wS_nm": 6.0, "wZ_nm": 4.0, "alpha_deg": 20.0}
    space = SearchSpace.of(shipped, {k: (v, v) for k, v in values.items()}, ("DFT",))
    Hc = shipped.predict(space.designs(*space.even_points(1))).mean[0, 0]

    there = invert(shipped, space, {"mu0_Hc_T": Hc}, scatter_nm=0.5)
    gone = invert(shipped, space, {"mu0_Hc_T": Hc + 1})

    assert [each.query[:4].tolist() for each in there.candidates] == [[90, 25, 6, 4]]
    assert "only one design reaches" in there.notes[-1]
    assert not gone.is_reachable


@pytest.mark.parametrize(
    ("ranges", "limit", "message"),
    [
        ({"L_nm": (300.0, 900.0)}, None, "lies outside what the surrogate knows"),
        ({"L_nm": (90.0, 50.0)}, None, "the smaller first"),
        ({"L_nm": (20.0, 20.0), "wS_nm": (15.0, 15.0)}, None, "does not fit L_nm up to 20"),
        ({"wZ_nm": (0.5, 0.5)}, None, "two cells"),
        ({}, 0.05, "at% of zirconium or less"),
    ],
)
def test_boxes_without_designs_are_refused(
    shipped: Surrogate,
    ranges: dict[str, tuple[float, float]],
    limit: float | None,
    message: str,
) -> None:
    with pytest.raises(InputError, match=message):
        SearchSpace.of(shipped, ranges, ("DFT",), limit)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({}, "nothing is wanted"),
        ({"Hc": 4.0}, "Hc; allowed is mu0_Hc_T"),
        ({"mu0_Hc_T": 3.3e6}, "looks like"),
        ({"mu0_Hc_T": float("nan")}, "mu0_Hc_T"),
        ({"Phi_p": 3.0}, "Phi_p"),
    ],
)
def test_impossible_wishes_are_refused(
    shipped: Surrogate, wanted: dict[str, float], message: str
) -> None:
    space = SearchSpace.of(shipped, AT_20, ("DFT",))

    with pytest.raises(InputError, match=message):
        invert(shipped, space, wanted)
    assert READINGS[0] == "mu0_Hc_T"

"""What is simulated of a sampling, and the counts and reasons of what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smcogui.app.exports import example_design
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.feasibility import Feasibility, design_key, select
from smcogui.campaigns.paper_grid import TRAINING_FILTERS, paper_like, training_mix
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError

DESIGN = example_design("base")
BASE = design_to_toml(DESIGN)


def listed(*points: dict[str, float | str]) -> Sampling:
    """Return a sampling of given points."""
    return Sampling(name="list", method="list", base=BASE, points=points)


def test_paper_like_grid_has_the_counts_of_its_description() -> None:
    # One angle and one Z phase of the five and three: neither decides what is possible.
    sampling = paper_like(BASE)
    assert sampling.size == 13_125
    axes = tuple(
        replace(axis, values=axis.values[:1]) if axis.key in {"alpha_deg", "z_phase"} else axis
        for axis in sampling.axes
    )
    selection = select(replace(sampling, axes=axes), Feasibility())
    assert len(selection.members) * 15 == 12_600
    assert [(each.reason, each.count * 15) for each in selection.removals] == [
        ("wZ_nm is above d_nm", 525)
    ]


def test_filters_count_what_they_remove_by_reason() -> None:
    sampling = listed(
        {"L_nm": 80.0, "wS_nm": 6.0, "d_nm": 20.0, "wZ_nm": 4.0},
        {"L_nm": 80.0, "wS_nm": 0.9, "d_nm": 20.0, "wZ_nm": 4.0},
        {"L_nm": 80.0, "wS_nm": 0.8, "d_nm": 20.0, "wZ_nm": 4.0},
        {"L_nm": 80.0, "wS_nm": 6.0, "d_nm": 20.0, "wZ_nm": 19.5},
        {"L_nm": 130.0, "wS_nm": 6.0, "d_nm": 20.0, "wZ_nm": 4.0},
        {"L_nm": 80.0, "wS_nm": 6.0, "d_nm": 20.0, "wZ_nm": 21.0},
    )
    filters = Feasibility(least_wall_cells=2, least_gap_cells=2, whole_cell_fits=True)
    selection = select(sampling, filters)
    assert [member.design.name for member in selection.members] == ["list 1"]
    assert {each.reason: each.count for each in selection.removals} == {
        "a wall is thinner than 2 cells": 2,
        "a gap is thinner than 2 cells": 1,
        "L is larger than the domain": 1,
        "wZ_nm is above d_nm": 1,
    }
    assert selection.drawn == 6


def test_platelets_that_fill_everything_are_no_thin_gap() -> None:
    sampling = listed({"d_nm": 10.0, "wZ_nm": 10.0})
    assert len(select(sampling, Feasibility(least_gap_cells=2)).members) == 1


def test_z_phase_that_the_cells_do_not_resolve_is_left_out() -> None:
    sampling = listed({"z_phase": "Lit"}, {"z_phase": "DFT"}, {"z_phase": "Mod"})
    selection = select(sampling, TRAINING_FILTERS)
    assert [member.point["z_phase"] for member in selection.members] == ["DFT", "Mod"]
    assert "√(A/K)" in selection.removals[0].reason


def test_design_is_taken_once_whatever_its_name_and_seed() -> None:
    first = select(listed({"L_nm": 80.0}, {"L_nm": 90.0}, {"L_nm": 80.0}), Feasibility())
    assert len(first.members) == 2
    again = select(
        listed({"L_nm": 90.0}, {"L_nm": 70.0}),
        Feasibility(),
        known={member.key for member in first.members},
    )
    assert [member.point["L_nm"] for member in again.members] == [70.0]
    assert [each.reason for each in again.removals] == ["it is in the campaign already"]


def test_key_knows_the_physics_and_not_the_name_or_the_seed() -> None:
    same = replace(DESIGN, name="other", run=replace(DESIGN.run, seed=9))
    other = replace(DESIGN, alpha=0.1)
    assert design_key(same) == design_key(DESIGN) != design_key(other)


def test_training_mix_has_its_shares_and_only_what_cells_resolve() -> None:
    mix = training_mix(BASE, 200)
    assert [sampling.count for sampling in mix] == [82, 82, 35]
    for sampling in mix:
        selection = select(sampling, TRAINING_FILTERS)
        assert len(selection.members) > 0.8 * sampling.size
        for member in selection.members:
            assert member.design.z_phase.exchange_length > 0.699e-9
    assert all("z_phase" in axis_keys(sampling) for sampling in (mix[0], mix[2]))
    assert "l_dw_z_nm" in axis_keys(mix[1])


def axis_keys(sampling: Sampling) -> set[str]:
    """Return what a sampling varies."""
    return {axis.key for axis in sampling.axes}


def test_progress_may_stop_the_selection() -> None:
    def stop(share: float) -> None:
        if share >= 0.5:
            raise KeyboardInterrupt

    axes = (Axis(key="L_nm", low=20, high=120),)
    sampling = Sampling(name="box", method="sobol", base=BASE, axes=axes, count=8)
    with pytest.raises(KeyboardInterrupt):
        select(sampling, Feasibility(), progress=stop)


def test_filter_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match="least_wall_cells"):
        Feasibility(least_wall_cells=-1)

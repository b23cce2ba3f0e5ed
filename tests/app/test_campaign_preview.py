"""What a sampling would give is told before anything is written, as it then comes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from smcogui.app.campaign_preview import continuable, draw_cloud, points_left, preview
from smcogui.app.exports import example_design
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.paper_grid import TRAINING_FILTERS, training_mix
from smcogui.campaigns.plan_file import Plan
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design_file import design_to_toml

if TYPE_CHECKING:
    from pathlib import Path

BASE = design_to_toml(example_design("base"))
BOX = Sampling(
    name="box",
    method="sobol",
    base=BASE,
    axes=(Axis(key="L_nm", low=20, high=120), Axis(key="wZ_nm", low=0.2, high=40)),
    count=16,
)


def test_preview_tells_what_is_added(tmp_path: Path) -> None:
    campaigns = Session(tmp_path / "project").campaigns
    campaigns.create("first")
    plan = Plan(sampling=BOX, filters=Feasibility(least_wall_cells=4))
    before = campaigns.preview([plan], apart_from=["first"])
    assert before.kept.shape == (16,)
    added = campaigns.add("first", plan.sampling, plan.filters)
    assert before.cost.designs == before.kept.sum() == len(added.members) < 16
    assert before.removals == added.removals
    assert [member.place for member in added.members] == list(np.flatnonzero(before.kept))
    again = campaigns.preview([plan], apart_from=["first"])
    assert not again.kept.any()
    assert "it is in the campaign already" in {each.reason for each in again.removals}


def test_mix_of_samplings_is_one_cloud() -> None:
    plans = [Plan(sampling=s, filters=TRAINING_FILTERS) for s in training_mix(BASE, 17)]
    reports: list[float | None] = []
    found = preview(plans, progress=lambda share, message="": reports.append(share))
    assert found.kept.size == 17
    assert sum(each.count for each in found.removals) + found.cost.designs == 17
    assert reports == sorted(reports, key=float)  # type: ignore[arg-type]
    keys = list(found.cloud.keys)
    assert {"phi_S", "wS_nm", "z_phase", "Ms_z_kA_m"} <= set(keys)
    assert found.cloud.log == ("sigma_dw_z_mJ_m2",)
    # The part with a free Z phase has no shipped one, and the others have no free constants.
    phase, free = (found.cloud.values[:, keys.index(key)] for key in ("z_phase", "Ms_z_kA_m"))
    assert (np.isnan(phase) != np.isnan(free)).all()
    assert set(phase[:7]) <= {1.0, 2.0}


def test_axis_of_one_value_is_not_drawn() -> None:
    axes = (*BOX.axes, Axis(key="alpha_deg", values=(30.0,)))
    sampling = replace(BOX, axes=axes)
    cloud = draw_cloud([Plan(sampling=sampling, filters=Feasibility())])
    assert cloud.keys == ("L_nm", "wZ_nm")


def test_sampling_goes_on_where_its_last_part_ended(tmp_path: Path) -> None:
    campaigns = Session(tmp_path / "project").campaigns
    campaigns.create("first")
    grid = replace(BOX, method="grid", count=None, axes=(Axis(key="L_nm", values=(40.0, 50.0)),))
    for sampling in (BOX, grid, BOX.continued(4)):
        campaigns.add("first", sampling, Feasibility())
    # The grid is all there, and the box has a part behind its first one.
    (block,) = continuable(campaigns.load("first"))
    assert block.sampling.start == 16
    assert points_left(block.sampling) is None
    more = block.sampling.continued(3)
    assert more.start == 20
    first = [tuple(point.items()) for point in (BOX.draw() + BOX.continued(4).draw())]
    assert not set(first) & {tuple(point.items()) for point in more.draw()}


@pytest.mark.parametrize("count", [1, 3])
def test_part_of_a_grid_has_points_left(count: int) -> None:
    values = (40.0, 50.0, 60.0, 70.0)
    grid = replace(BOX, method="grid", count=count, axes=(Axis(key="L_nm", values=values),))
    assert points_left(grid) == 4 - count

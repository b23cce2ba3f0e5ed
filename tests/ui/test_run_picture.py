"""What the plot shows of a run: half-cycles, mean, band, jumps, readings, and closed formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from smcogui.app.session import Session
from smcogui.ui.field_unit import field_unit
from smcogui.ui.simulation_tab.plot_layers import PlotLayers
from smcogui.ui.simulation_tab.run_picture import RunReader, half_cycle_title
from smcogui.ui.simulation_tab.run_texts import readings_html

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.ui.simulation_tab.run_picture import RunPicture
    from solver.events import FieldStep

Steps = dict[int, list["FieldStep"]]


@pytest.fixture(scope="module")
def reader(finished_project: Path) -> RunReader:
    session = Session(finished_project)
    return RunReader(session, session.runs()[0].run_id)


@pytest.fixture(scope="module")
def steps(reader: RunReader) -> Steps:
    return dict(enumerate(reader.session.load_steps(reader.run_id)))


@pytest.fixture
def picture(reader: RunReader, steps: Steps) -> RunPicture:
    found = reader.read(steps)
    assert found is not None
    return found


def test_readings_are_those_of_the_result(reader: RunReader, picture: RunPicture) -> None:
    result = reader.session.load_result(reader.run_id)
    assert result is not None
    found = picture.readings
    for name in ("mu0_Hc_T", "mu0_Hp_T", "mu0_Hp_jump_T", "mu0_Hp_slope_T", "Phi_p"):
        assert getattr(found, name) == pytest.approx(result[name], abs=1e-8), name


def test_every_stored_step_is_a_point_of_its_half_cycle(picture: RunPicture, steps: Steps) -> None:
    for number, line in enumerate(picture.half_cycles):
        assert line.is_step is not None
        stored = np.asarray(line.mu0_H_T)[line.is_step]
        assert stored == pytest.approx([step.mu0_H_T for step in steps[number]])
        assert line.title == half_cycle_title(number)


def test_band_holds_the_mean(picture: RunPicture) -> None:
    assert picture.mean is not None
    assert picture.band is not None
    edges = picture.band
    fields, counts = np.unique(edges.mu0_H_T, return_counts=True)
    smooth = fields[counts == 1]
    assert smooth.size > 10
    for field in smooth:
        (M,) = np.asarray(picture.mean.M_over_Ms)[np.asarray(picture.mean.mu0_H_T) == field]
        (place,) = np.flatnonzero(edges.mu0_H_T == field)
        assert edges.low[place] - 1e-3 <= M <= edges.high[place] + 1e-3


def test_jumps_are_those_that_the_solver_saw(picture: RunPicture, steps: Steps) -> None:
    assert picture.jumps
    seen = {(k, s.index) for k, each in steps.items() for s in each if s.jump}
    assert seen <= {(jump.cycle, jump.step) for jump in picture.jumps}
    for jump in picture.jumps:
        before, after = (steps[jump.cycle][i] for i in (jump.step - 1, jump.step))
        assert jump.mu0_H_T == pytest.approx(after.mu0_H_T)
        assert jump.size == pytest.approx(before.M_over_Ms - after.M_over_Ms)


def test_what_has_not_grown_stays_the_same_object(
    reader: RunReader, picture: RunPicture, steps: Steps
) -> None:
    assert reader.read(steps) is picture
    fresh = RunReader(reader.session, reader.run_id)
    early = fresh.read({0: steps[0][:3], 1: steps[1][:1]})
    assert early is not None
    assert len(early.half_cycles) == 1
    later = fresh.read({0: steps[0][:3], 1: steps[1]})
    assert later is not None
    assert later.half_cycles[0] is early.half_cycles[0]
    assert RunReader(reader.session, reader.run_id).read({0: steps[0][:1]}) is None


def test_layers_choose_what_is_drawn(picture: RunPicture) -> None:
    plain = PlotLayers(half_cycles=False, band=False)
    assert [curve.label for curve in plain.curves(picture)] == ["Mean"]
    assert plain.bands(picture) == []
    assert [mark.name for mark in plain.markers(picture)] == ["Hc", "Hp (jump)"]
    full = PlotLayers(anisotropy=True, pinning=True, rotation=True)
    assert full.bands(picture) == [picture.band]
    added = full.curves(picture)[-1]
    assert (added.label, added.origin) == ("Stoner–Wohlfarth 2:17", "analytic")
    names = [mark.name for mark in full.markers(picture) if mark.origin == "analytic"]
    assert "Wall 2:17 → 1:5" in names
    assert "Hₐₙᵢ 2:17" in names
    assert all(mark.mu0_H_T < 0 for mark in full.markers(picture))


def test_both_readings_are_explained_with_their_values(picture: RunPicture) -> None:
    unit = field_unit("kA/m")
    text = readings_html(picture.readings, unit)
    assert f"Hp (jump): {unit.text(picture.readings.mu0_Hp_jump_T)}" in text
    assert f"Hp (slope): {unit.text(picture.readings.mu0_Hp_slope_T)}" in text
    assert "by the jump" in text
    assert "Hc: –" in readings_html(None, unit)

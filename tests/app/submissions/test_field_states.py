"""Field states stay on the cluster until somebody asks, and are checked as all from there."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pretended import PretendedCluster, make_campaign, only

from smcogui.app.cluster_preview import Preview
from smcogui.app.project_clusters import ProjectClusters
from smcogui.app.running import run_here
from smcogui.app.session import Session
from smcogui.app.states import states_elsewhere
from smcogui.design.design import Design
from smcogui.runs.cluster.profile import ClusterProfile


@pytest.fixture
def designs(designs: list[Design]) -> list[Design]:
    """Return two designs that are followed beyond Hc."""
    field = replace(designs[0].field, stop_T=-9.0, smallest_step_T=0.5)
    return [replace(design, field=field) for design in designs[:2]]


@pytest.fixture
def fetched(clusters: ProjectClusters, there: PretendedCluster, preview: Preview) -> Path:
    """Return the folder of the runs on the cluster, whose results are here."""
    clusters.submit(preview)
    there.work(0)
    clusters.fetch()
    return there.job().folder.parent / "runs"


def test_states_are_fetched_on_demand_and_are_those_of_a_run_here(
    session: Session,
    clusters: ProjectClusters,
    preview: Preview,
    designs: list[Design],
    fetched: Path,
    tmp_path: Path,
) -> None:
    run_id = preview.runs[0].order.run_id
    assert session.snapshots(run_id) == []
    assert states_elsewhere(session, run_id) == "hpc"
    assert only(clusters).keeps_states
    states = clusters.field_states
    both = states.look()
    assert both.runs == len(designs)
    one = states.look(run_ids=[run_id])
    assert {each.run_id for each in one.states} == {run_id}
    files = [fetched / run_id / "cycle-00" / each.event.path for each in one.states]
    on_disk = sum(path.stat().st_size for path in files)
    assert one.size_MB == pytest.approx(on_disk / 1e6, abs=1e-3 * len(files))
    assert preview.states_MB > 0
    report = states.fetch(one)
    assert (report.fetched, report.refused) == (len(files), ())
    assert states.look(run_ids=[run_id]).states == ()
    assert states_elsewhere(session, run_id) == ""
    here = Session(tmp_path / "alone")
    run_here(designs[0], here.runs_folder / run_id)
    shots = here.snapshots(run_id)
    assert {(shot.index, shot.reason) for shot in session.snapshots(run_id)} == {
        (shot.index, shot.reason) for shot in shots
    }
    for shot in shots:
        there_m, _ = session.load_snapshot(run_id, 0, shot.index)
        np.testing.assert_array_equal(there_m, here.load_snapshot(run_id, 0, shot.index)[0])
    assert session.run(run_id).result is not None


def test_states_that_are_missing_or_of_another_field_are_refused(
    session: Session, clusters: ProjectClusters, preview: Preview, fetched: Path
) -> None:
    run_id = preview.runs[0].order.run_id
    states = clusters.field_states
    found = states.look(run_ids=[run_id])
    by_reason = {each.event.reason: each.event.path for each in found.states}
    cycle = fetched / run_id / "cycle-00"
    shutil.copy(cycle / by_reason["remanence"], cycle / by_reason["Hc"])
    (cycle / by_reason["before_Hc"]).write_bytes(b"no OVF")
    report = states.fetch(found)
    reasons = " ".join(each.reason for each in report.refused)
    assert "mean magnetisation is another one" in reasons
    assert len(report.refused) == 2
    assert report.fetched == len(found.states) - 2
    kept = {shot.reason for shot in session.snapshots(run_id)}
    assert "remanence" in kept
    assert not kept & {"Hc", "before_Hc"}
    (cycle / by_reason["Hc"]).unlink()
    again = states.fetch(states.look(run_ids=[run_id]))
    assert any("is not on hpc any more" in each.reason for each in again.refused)


def test_names_that_a_cluster_tells_must_be_those_of_states(
    clusters: ProjectClusters, preview: Preview, fetched: Path
) -> None:
    run_id = preview.runs[0].order.run_id
    before = len(clusters.field_states.look(run_ids=[run_id]).states)
    path = fetched / run_id / "cycle-00" / "events.jsonl"
    path.write_text(path.read_text().replace("snapshots/remanence_", "../../remanence_"))
    found = clusters.field_states.look(run_ids=[run_id]).states
    assert len(found) == before - 1
    assert all(each.event.path.startswith("snapshots/") for each in found)


def test_campaigns_store_no_states(
    session: Session,
    clusters: ProjectClusters,
    there: PretendedCluster,
    profile: ClusterProfile,
    designs: list[Design],
) -> None:
    preview = clusters.prepare(profile, campaigns=[make_campaign(session, designs[0], 1)])
    assert preview.states_MB == 0
    clusters.submit(preview)
    there.work(0)
    clusters.fetch()
    assert not list(there.job().folder.parent.rglob("*.ovf"))
    assert not only(clusters).keeps_states
    assert clusters.field_states.look().states == ()

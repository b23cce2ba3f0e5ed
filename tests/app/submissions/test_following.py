"""What was submitted is followed and fetched: nothing is lost, nothing damaged is taken."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from pretended import PretendedCluster, only, states

from smcogui.app import cluster_fetch
from smcogui.app.cluster_desk import Connector
from smcogui.app.cluster_failures import FailureKind
from smcogui.app.cluster_landing import expected_files, land_run
from smcogui.app.cluster_preview import Preview
from smcogui.app.project_clusters import ProjectClusters
from smcogui.app.session import Session
from smcogui.app.settings import user_config_folder
from smcogui.errors import DiskFullError, LostContactError
from smcogui.runs.cluster.profile import ClusterProfile
from smcogui.runs.folder import EVENTS_FILE, folder_error, read_info
from smcogui.runs.place import RunPlace
from smcogui.runs.state import RunState


def test_finished_runs_are_fetched_while_others_wait(
    session: Session, clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    there.work(0)
    clusters.look("hpc")
    assert sorted(states(session, preview)) == ["DONE", "DONE", "QUEUED", "QUEUED"]
    view = only(clusters)
    assert (view.fetched, view.waiting, view.failed, view.is_over) == (2, 2, 0, False)
    assert view.cpu_h == pytest.approx(2.0, abs=0.01)
    assert view.gpu_h == pytest.approx(1.0, abs=0.01)
    there.work(1)
    assert len(clusters.fetch().fetched) == 2
    assert only(clusters).is_over
    assert clusters.fetch().fetched == ()


def test_lost_contact_in_the_middle_of_a_fetch_loses_nothing(
    session: Session, clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    there.work(0)
    there.lose_contact_at("fetch_tar")
    with pytest.raises(LostContactError):
        clusters.fetch()
    assert states(session, preview) == [RunState.QUEUED] * 4
    assert not only(clusters).failures
    assert len(clusters.fetch().fetched) == 2


def test_jobs_that_the_scheduler_forgot_are_told_by_their_files(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    for task in (0, 1):
        there.work(task, "FORGOTTEN")
    clusters.look("hpc")
    view = only(clusters)
    assert (view.fetched, view.failed, view.is_over) == (4, 0, True)


def test_job_that_got_a_used_id_is_not_taken_for_ours(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    there.job().name = "somebody-elses"
    there.job().states = dict.fromkeys((0, 1), "COMPLETED")
    clusters.look("hpc")
    assert only(clusters).failed == 4
    assert {task.raw_state for task in only(clusters).tasks} == {"GONE"}


def test_damaged_results_are_refused_and_fetched_again_when_asked(
    session: Session, clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    there.work(0)
    there.work(1)
    run_id = preview.runs[0].order.run_id
    path = there.job().folder.parent / "runs" / run_id / "cycle-00" / EVENTS_FILE
    whole = path.read_text()
    path.write_text(whole[:-30])
    clusters.look("hpc")
    assert states(session, preview).count(RunState.DONE) == 3
    (failure,) = only(clusters).failures
    assert failure.kind == FailureKind.DAMAGED
    assert "cut off" in failure.words
    path.write_text(whole)
    clusters.look("hpc")
    assert only(clusters).fetched == 3
    assert clusters.fetch().fetched == (run_id,)


@pytest.mark.parametrize(("code", "is_full"), [(errno.ENOSPC, True), (errno.EACCES, False)])
def test_only_a_full_disk_ends_the_fetch_of_the_other_runs(
    clusters: ProjectClusters,
    there: PretendedCluster,
    preview: Preview,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    is_full: bool,
) -> None:
    bad = preview.runs[0].order.run_id

    def land(incoming: Path, folder: Path, place: RunPlace) -> RunState:
        if folder.name == bad:
            raise folder_error(Path("/disk/runs"), OSError(code, os.strerror(code)))
        return land_run(incoming, folder, place)

    clusters.submit(preview)
    for task in (0, 1):
        there.work(task)
    monkeypatch.setattr(cluster_fetch, "land_run", land)
    if is_full:
        with pytest.raises(DiskFullError, match="is full"):
            clusters.fetch()
    else:
        report = clusters.fetch()
        assert len(report.fetched) == 3
        assert [each.run_id for each in report.refused] == [bad]


def test_run_at_work_is_followed_by_its_complete_lines(
    session: Session, clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    there.work(0, "RUNNING")
    run_id = preview.runs[1].order.run_id
    remote = there.job().folder.parent / "runs" / run_id
    info = read_info(session.runs_folder / run_id)
    kept = {name: (remote / name).read_text() for name in expected_files(info)}
    told = kept["cycle-00/events.jsonl"].splitlines(keepends=True)
    lines = [line for line in told if "Snapshot" not in line]
    (remote / "cycle-00" / EVENTS_FILE).write_text("".join(lines[:4]) + lines[4][:20])
    (remote / EVENTS_FILE).write_text(kept[EVENTS_FILE].splitlines(keepends=True)[0])
    state = there.job().folder / "state" / "0.summary.json"
    state.write_text(
        f'{{"task": 0, "time_s": 1, "host": "n1", "ended": "", "signal": "", "runs": {{}}, '
        f'"working_on": "{run_id}"}}'
    )
    (there.job().folder / "state" / "0.heartbeat.json").unlink(missing_ok=True)
    clusters.look("hpc")
    record = session.run(run_id)
    assert record.state is RunState.RUNNING
    assert "n1" in record.message
    assert len(session.load_steps(run_id)[0]) == 3
    (remote / "cycle-00" / EVENTS_FILE).write_text("".join(lines[:6]))
    clusters.look("hpc")
    assert len(session.load_steps(run_id)[0]) == 5
    assert only(clusters).running == 2


def test_forgotten_cluster_leaves_nothing_in_keyring_and_folder(
    session: Session, profile: ClusterProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[str] = []
    monkeypatch.setattr(Connector, "forget", lambda _self, name: forgotten.append(name))
    clusters = ProjectClusters(session)
    folder = user_config_folder() / "clusters"
    contact = folder / "hpc.contact.json"
    contact.write_text("{}", "utf-8")
    clusters.remove_profile("hpc")
    assert forgotten == ["hpc"]
    assert not contact.exists()
    assert [link.cluster for link in clusters.view().links] == []
    clusters.close()

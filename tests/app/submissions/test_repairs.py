"""Submissions that fail or are cancelled: only what is missing is computed again."""

from __future__ import annotations

from pathlib import Path

import pytest
from pretended import PretendedCluster, make_campaign, only, states

from smcogui.app.cluster_again import MEMORY_MARGIN
from smcogui.app.cluster_failures import FailureKind
from smcogui.app.cluster_plan import memory_needed_MB
from smcogui.app.cluster_preview import Preview
from smcogui.app.project_clusters import ProjectClusters
from smcogui.app.session import Session
from smcogui.design.design import Design
from smcogui.errors import InputError, SchedulerDownError
from smcogui.runs.cluster.profile import ClusterProfile
from smcogui.runs.events import StateChanged, to_json
from smcogui.runs.folder import CANCEL_FILE, EVENTS_FILE
from smcogui.runs.state import RunState
from smcogui.runs.watch import begin_here
from solver.events import Failed
from solver.events import to_json as solver_event_to_json


def test_only_what_is_missing_is_submitted_again_with_its_remedy(
    session: Session, clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    there.work(0)
    there.job().states[1] = "OUT_OF_MEMORY"
    clusters.look("hpc")
    (failure,) = only(clusters).failures
    assert (failure.kind, failure.runs, failure.tasks) == (FailureKind.OUT_OF_MEMORY, 2, (1,))
    again = clusters.prepare_resubmit(preview.token)
    assert len(again.runs) == 2
    assert again.profile.memory_MB == 800
    assert "--mem=800M" in again.script
    clusters.submit(again)
    there.work(0)
    clusters.look("hpc")
    view = only(clusters)
    assert (view.runs, view.fetched, view.failed, view.is_over) == (4, 4, 0, True)
    assert states(session, preview) == [RunState.DONE] * 4
    with pytest.raises(InputError, match="all of its runs are here"):
        clusters.prepare_resubmit(preview.token)


def test_task_that_had_far_too_little_memory_gets_what_its_runs_may_need(
    clusters: ProjectClusters,
    there: PretendedCluster,
    profile: ClusterProfile,
    designs: list[Design],
) -> None:
    tiny = profile.model_copy(update={"memory_MB": 8})
    clusters.save_profile(tiny)
    clusters.submit(clusters.prepare(tiny, designs=designs))
    there.job().states = dict.fromkeys((0, 1), "OUT_OF_MEMORY")
    clusters.look("hpc")
    again = clusters.prepare_resubmit(only(clusters).token)
    assert again.profile.memory_MB >= MEMORY_MARGIN * memory_needed_MB(again.runs, 1)
    assert "where that is more" in again.remedies[0]


def test_log_of_each_attempt_is_read(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    there.job().states = dict.fromkeys((0, 1), "OUT_OF_MEMORY")
    clusters.look("hpc")
    clusters.submit(clusters.prepare_resubmit(preview.token))
    for number, job in enumerate(there.jobs.values(), start=1):
        (job.folder / "logs" / f"{job.job_id}_0.log").write_text(f"attempt {number}\n")
    assert clusters.log_tail(preview.token, 0).text == "attempt 2\n"
    assert clusters.log_tail(preview.token, 0, 1).text == "attempt 1\n"
    with pytest.raises(InputError, match="in attempt 3"):
        clusters.log_tail(preview.token, 0, 3)


def test_submission_is_forgotten_only_when_nothing_of_it_is_to_come(
    session: Session, clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    there.work(0)
    clusters.look("hpc")
    with pytest.raises(InputError, match="2 runs that are not here"):
        clusters.forget(preview.token)
    clusters.cancel(preview.token)
    clusters.remove_profile("hpc")
    clusters.forget(preview.token)
    assert clusters.view().submissions == ()
    # Nothing that was computed is lost, and the rest can be computed anywhere.
    found = states(session, preview)
    assert [found.count(RunState.DONE), found.count(RunState.CANCELLED)] == [2, 2]
    with pytest.raises(InputError, match="has no submission"):
        clusters.forget(preview.token)


def test_half_of_the_runs_that_a_task_had_is_half_also_where_it_could_have_had_more(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview, profile: ClusterProfile
) -> None:
    clusters.submit(preview)
    there.job().states = dict.fromkeys((0, 1), "TIMEOUT")
    clusters.look("hpc")
    clusters.save_profile(profile.model_copy(update={"chunk": 25}))
    again = clusters.prepare_resubmit(preview.token)
    assert [task.runs for task in again.tasks] == [1, 1, 1, 1]


def test_task_whose_log_tells_of_memory_gets_more_of_it(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    job = there.job()
    job.states = dict.fromkeys((0, 1), "FAILED")
    job.exit_codes = dict.fromkeys((0, 1), "0:9")
    job.reason = "JobLaunchFailure"
    log = job.folder / "logs" / f"{job.job_id}_0.log"
    log.write_text("slurmstepd: error: Exceeded job memory limit at some point.\n")
    clusters.look("hpc")
    kinds = {failure.kind: failure.tasks for failure in only(clusters).failures}
    assert kinds == {FailureKind.OUT_OF_MEMORY: (0,), FailureKind.LAUNCH: (1,)}
    again = clusters.prepare_resubmit(preview.token)
    assert again.profile.memory_MB == 800
    assert len(again.runs) == 2


def test_launch_failure_stops_explains_and_gives_its_runs_back(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview, profile: ClusterProfile
) -> None:
    clusters.submit(preview)
    job = there.job()
    job.states = dict.fromkeys((0, 1), "FAILED")
    job.exit_codes = dict.fromkeys((0, 1), "78:0")
    clusters.look("hpc")
    (failure,) = only(clusters).failures
    assert failure.kind == FailureKind.SETUP
    assert not failure.can_resubmit
    with pytest.raises(InputError, match="correct modules and prologue"):
        clusters.prepare_resubmit(preview.token)
    # Whoever has corrected them gets the runs back, without any contact, and submits anew.
    there.asked.clear()
    view = clusters.cancel(preview.token)
    assert there.asked == []
    assert (view.failed, view.cancelled, view.can_clean) == (0, 4, True)
    assert len(clusters.prepare(profile, run_ids=[r.order.run_id for r in preview.runs]).runs) == 4


def test_cancelled_submission_keeps_what_is_done_and_frees_the_rest(
    session: Session, clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    there.work(0)
    view = clusters.cancel(preview.token)
    assert set(there.job().states.values()) == {"COMPLETED", "CANCELLED"}
    assert (view.fetched, view.cancelled, view.failed, view.is_over) == (2, 2, 0, True)
    free = [run for run in session.runs() if run.state is RunState.CANCELLED]
    assert len(free) == 2
    for run in free:
        # Nothing keeps this machine from going on with it.
        begin_here(run.folder)


def test_cancel_that_the_scheduler_does_not_confirm_is_none(
    session: Session,
    clusters: ProjectClusters,
    there: PretendedCluster,
    preview: Preview,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clusters.submit(preview)
    monkeypatch.setattr("smcogui.app.cluster_orders._CANCEL_S", -1.0)
    monkeypatch.setattr(there, "_scancel", lambda _: there._scontrol(["config"]))
    with pytest.raises(SchedulerDownError, match="does not say that they are over"):
        clusters.cancel(preview.token)
    assert states(session, preview) == [RunState.QUEUED] * 4


def test_single_run_that_is_stopped_here_is_given_back(
    session: Session, clusters: ProjectClusters, preview: Preview
) -> None:
    clusters.submit(preview)
    run_id = preview.runs[0].order.run_id
    session.cancel_run(run_id)
    assert (session.runs_folder / run_id / CANCEL_FILE).exists()
    clusters.look("hpc")
    assert states(session, preview)[0] is RunState.CANCELLED
    assert only(clusters).cancelled == 1


def test_folder_is_removed_only_after_all_is_fetched(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    with pytest.raises(InputError, match="4 runs that are not here"):
        clusters.clean(preview.token)
    with pytest.raises(InputError, match="submissions to hpc are not over"):
        clusters.remove_profile("hpc")
    there.work(0)
    there.work(1)
    clusters.fetch()
    clusters.clean(preview.token)
    assert not Path(preview.folder).exists()
    assert not only(clusters).can_clean
    clusters.remove_profile("hpc")


def test_log_is_shown_escaped_and_only_its_end(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    path = there.job().folder / "logs" / "101_1.log"
    path.write_bytes(b"first\n" + b"x" * 70_000 + b"\nlast \x1b[2J\x07\n")
    tail = clusters.log_tail(preview.token, 1)
    assert tail.text == "last \\x1b[2J\\x07\n"
    assert tail.is_cut
    assert tail.size_B == path.stat().st_size
    assert clusters.log_tail(preview.token, 0).text == ""
    with pytest.raises(InputError, match="has no task 7"):
        clusters.log_tail(preview.token, 7)


def test_design_whose_solve_failed_is_submitted_again_with_corrected_input(
    clusters: ProjectClusters,
    session: Session,
    there: PretendedCluster,
    profile: ClusterProfile,
    designs: list[Design],
) -> None:
    preview = clusters.prepare(profile, campaigns=[make_campaign(session, designs[0], 1)])
    clusters.submit(preview)
    there.work(0)
    (run,) = preview.runs
    remote = there.job().folder.parent / "runs" / run.order.run_id
    failed = Failed(error="IterationLimitError", message="no energy minimum was found")
    ended = StateChanged(state=RunState.FAILED, time_s=1e9, message="half-cycle 1 failed")
    for path, event in (
        (remote / "cycle-00" / EVENTS_FILE, solver_event_to_json(failed)),
        (remote / EVENTS_FILE, to_json(ended)),
    ):
        *lines, _ = path.read_text().splitlines()
        path.write_text("\n".join([*lines, event]) + "\n")
    summary = there.job().folder / "state" / "0.summary.json"
    summary.write_text(summary.read_text().replace('"DONE"', '"FAILED"'))
    clusters.look("hpc")
    assert states(session, preview) == [RunState.FAILED]
    again = clusters.prepare_resubmit(preview.token)
    (other,) = again.runs
    assert other.order.run_id != run.order.run_id
    assert (other.key, other.order.attempt.number) == (run.key, 2)

"""What becomes of submissions while everything goes wrong that can: counted once, nothing lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pretended import PretendedCluster

from smcogui.app import cluster_fetch, cluster_planner
from smcogui.app.cluster_desk import Connector
from smcogui.app.cluster_failures import FailureKind
from smcogui.app.cluster_landing import expected_files, land_run
from smcogui.app.cluster_preview import Preview
from smcogui.app.cluster_views import SubmissionView
from smcogui.app.project_clusters import ProjectClusters
from smcogui.app.session import Session
from smcogui.app.settings import user_config_folder
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml
from smcogui.errors import (
    DiskFullError,
    FolderInUseError,
    InputError,
    LostContactError,
    RemoteDiskError,
    SchedulerDownError,
    SubmitRefusedError,
)
from smcogui.runs.cluster.profile import ClusterProfile, make_profile
from smcogui.runs.cluster.remote_disk import explain_failure
from smcogui.runs.events import StateChanged, to_json
from smcogui.runs.folder import (
    CANCEL_FILE,
    EVENTS_FILE,
    RunInfo,
    folder_error,
    prepare_folder,
    read_info,
)
from smcogui.runs.place import RunPlace, read_place
from smcogui.runs.spec import BUILTIN, RunSpec
from smcogui.runs.state import RunState
from smcogui.runs.watch import begin_here
from solver.events import Failed
from solver.events import to_json as solver_event_to_json


@dataclass(frozen=True)
class NoSoftware:
    """What the pretended cluster needs: the runner is called by the test."""

    engine = BUILTIN
    body = "true"
    smoke_body = "true"

    def install(self, connection: Any, progress: Any) -> None:
        """Bring nothing."""


@pytest.fixture
def profile() -> ClusterProfile:
    """Return a profile of two runs a task."""
    return make_profile(
        name="hpc", host="login1", chunk=2, memory_MB=400, cpus=1, gres="gpu:1", scratch="~/smco"
    )


@pytest.fixture
def there(tmp_path: Path) -> PretendedCluster:
    """Return the cluster."""
    return PretendedCluster(tmp_path / "there")


@pytest.fixture
def session(
    tmp_path: Path,
    there: PretendedCluster,
    profile: ClusterProfile,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Session]:
    """Return a session that is connected to it."""
    monkeypatch.setattr(cluster_planner, "find_software", lambda *_: NoSoftware())
    # In this process, one run after the other.
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")
    opened = Session(tmp_path / "project")
    clusters = ProjectClusters(opened, connect=lambda *_: there)
    clusters.save_profile(profile)
    monkeypatch.setattr(opened, "_clusters", clusters)
    yield opened
    clusters.close()


@pytest.fixture
def clusters(session: Session) -> ProjectClusters:
    """Return its clusters."""
    return session.clusters


@pytest.fixture
def designs(tiny_design: Design) -> list[Design]:
    """Return four designs of 8 x 8 cells."""
    base = replace(
        tiny_design,
        mesh=replace(tiny_design.mesh, domain=8e-9),
        field=replace(tiny_design.field, stop_T=-2.0),
    )
    return [replace(base, name=f"design {n}", run=replace(base.run, seed=n)) for n in range(4)]


@pytest.fixture
def preview(clusters: ProjectClusters, profile: ClusterProfile, designs: list[Design]) -> Preview:
    """Return a preview of four runs in two tasks."""
    return clusters.prepare(profile, designs=designs)


def only(clusters: ProjectClusters) -> SubmissionView:
    """Return the one submission."""
    (view,) = clusters.view().submissions
    return view


def states(session: Session, preview: Preview) -> list[RunState]:
    """Return where its runs stand."""
    return [session.run(run.order.run_id).state for run in preview.runs]


# ---------------------------------------------------------------------- submitting once
def test_submission_whose_answer_came_too_late_is_found_by_its_token(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    there.lose_contact_at("after sbatch")
    assert clusters.submit(preview).tasks[0].job_id == "101_0"
    assert there.asked.count("sbatch") == 1
    clusters.submit(preview)
    assert there.asked.count("sbatch") == 1


def test_submission_that_nobody_can_tell_of_is_uncertain_and_settled_later(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    there.lose_contact_at("after sbatch")
    there.lose_contact_at("squeue")
    view = clusters.submit(preview)
    assert view.is_uncertain
    assert "looked for" in view.message
    clusters.look("hpc")
    assert not only(clusters).is_uncertain
    assert list(there.jobs) == ["101"]


def test_submission_that_is_being_sent_is_neither_over_nor_failed_nor_cancelled(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    seen: list[SubmissionView] = []
    make_folder = there.make_folder

    def look_and_make(path: str) -> None:
        seen.append(only(clusters))
        make_folder(path)

    def look_and_refuse_to_cancel() -> None:
        seen.append(only(clusters))
        with pytest.raises(FolderInUseError, match="cancel it when that is done"):
            clusters.cancel(preview.token)

    there.make_folder = look_and_make  # type: ignore[method-assign]
    there.fails["sbatch"] = look_and_refuse_to_cancel
    after = clusters.submit(preview)
    assert len(seen) > 1
    for view in seen:
        assert view.is_sending
        assert (view.waiting, view.failed, view.cancelled) == (4, 0, 0)
        assert not view.is_over
        assert not view.is_uncertain
        assert {task.state for task in view.tasks} == {"being submitted"}
        assert view.message == "It is being sent to hpc."
    assert not after.is_sending
    assert there.job().states == {0: "PENDING", 1: "PENDING"}


def test_runs_of_a_task_run_as_soon_as_the_scheduler_says_so(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    clusters.submit(preview)
    there.job().states[0] = "RUNNING"
    clusters.look("hpc")
    view = only(clusters)
    assert (view.running, view.waiting) == (2, 2)


def test_submission_that_was_never_heard_is_made_once_at_the_next_contact(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    there.lose_contact_at("sbatch")
    assert clusters.submit(preview).is_uncertain
    assert not there.jobs
    clusters.look("hpc")
    clusters.look("hpc")
    assert list(there.jobs) == ["101"]


def test_program_that_was_killed_before_sbatch_leaves_what_to_do(
    session: Session,
    clusters: ProjectClusters,
    there: PretendedCluster,
    preview: Preview,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(NoSoftware, "install", kill)
        with pytest.raises(KeyboardInterrupt):
            clusters.submit(preview)
    assert states(session, preview) == [RunState.QUEUED] * 4
    (failure,) = only(clusters).failures
    assert failure.kind == FailureKind.NOT_SENT
    again = clusters.prepare_resubmit(preview.token)
    assert (len(again.runs), again.attempt) == (4, 2)
    assert clusters.submit(again).tasks[-1].job_id == "101_1"
    assert not only(clusters).failures


def test_runs_that_another_submission_took_are_not_submitted_again(
    session: Session,
    clusters: ProjectClusters,
    there: PretendedCluster,
    profile: ClusterProfile,
    preview: Preview,
    designs: list[Design],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The program is killed when two of four runs are prepared; then all are submitted anew."""
    made: list[Path] = []

    def prepare(spec: RunSpec, folder: Path) -> RunInfo:
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(folder)
        return prepare_folder(spec, folder)

    with monkeypatch.context() as patch:
        patch.setattr("smcogui.app.cluster_submit.prepare_folder", prepare)
        with pytest.raises(KeyboardInterrupt):
            clusters.submit(preview)
    second = clusters.prepare(profile, designs=designs)
    assert len(second.runs) == 2
    clusters.submit(second)
    again = clusters.prepare_resubmit(preview.token)
    assert {run.order.run_id for run in again.runs} == {folder.name for folder in made}
    clusters.submit(again)
    for job in list(there.jobs.values()):
        for task in list(job.states):
            there.work(task, job=job)
    clusters.fetch()
    assert states(session, preview) == [RunState.DONE] * 4
    assert sum(view.fetched + view.cancelled for view in clusters.view().submissions) == 6


def test_quota_that_is_full_while_submitting_is_said_and_the_submission_goes_on_later(
    clusters: ProjectClusters,
    there: PretendedCluster,
    preview: Preview,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = explain_failure("/scratch/tasks.json", "dd: error writing: Disk quota exceeded")

    def refuse(*_: object) -> None:
        assert said is not None
        raise said

    with monkeypatch.context() as full:
        full.setattr(there, "write", refuse)
        with pytest.raises(RemoteDiskError, match="quota on the cluster is used up"):
            clusters.submit(preview)
    assert not there.jobs
    view = only(clusters)
    assert (view.failed, view.is_sending) == (4, False)
    assert {(each.kind, each.can_resubmit) for each in view.failures} == {("not_sent", True)}
    clusters.submit(preview)
    assert list(there.jobs) == ["101"]
    assert (only(clusters).waiting, only(clusters).failed) == (4, 0)


def test_job_that_is_refused_frees_its_runs_and_says_why(
    session: Session, clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    def refuse() -> None:
        raise SubmitRefusedError("Slurm refused the job: Invalid account")

    there.fails["sbatch"] = refuse
    with pytest.raises(SubmitRefusedError):
        clusters.submit(preview)
    assert states(session, preview) == [RunState.CANCELLED] * 4
    assert read_place(session.runs_folder / preview.runs[0].order.run_id) is None
    assert "Invalid account" in only(clusters).message


def test_check_by_the_scheduler_leaves_nothing_on_the_cluster(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    assert clusters.test_only(preview).is_accepted
    assert there.asked.count("sbatch") == 1
    assert not there.jobs
    assert list(Path(preview.folder).parent.iterdir()) == []


def test_what_is_submitted_is_not_submitted_again(
    clusters: ProjectClusters, profile: ClusterProfile, preview: Preview, designs: list[Design]
) -> None:
    clusters.submit(preview)
    with pytest.raises(InputError, match="4 submitted to hpc already"):
        clusters.prepare(profile, designs=designs)


# ---------------------------------------------------------------------- followed and fetched
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
    lines = kept["cycle-00/events.jsonl"].splitlines(keepends=True)
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


def test_limit_of_the_account_is_asked_before_and_what_is_beyond_it_is_left_for_later(
    clusters: ProjectClusters,
    there: PretendedCluster,
    preview: Preview,
    profile: ClusterProfile,
    designs: list[Design],
) -> None:
    there.config += "AccountingStorageType = accounting_storage/slurmdbd\n"
    there.accounts = "magnets||normal|normal|3\nothers||normal|normal|1\n"
    chosen = profile.model_copy(update={"account": "magnets", "chunk": 1})
    whole = clusters.prepare(chosen, designs=designs)
    assert [len(whole.tasks), len(whole.runs)] == [3, 3]
    assert "may have 3 jobs in the queue, and 0 are there" in whole.warnings[-1]
    assert "1 runs are left for later" in whole.warnings[-1]
    assert [each.count for each in whole.left_out] == [1]
    clusters.submit(whole)
    full = clusters.prepare(chosen, designs=designs)
    assert "3 are there: the cluster refuses more until some" in " ".join(full.warnings)


# ---------------------------------------------------------------------- repaired, cancelled
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


# ---------------------------------------------------------------------- campaigns
def test_designs_of_a_campaign_are_left_to_the_cluster_and_counted_once(
    session: Session,
    clusters: ProjectClusters,
    there: PretendedCluster,
    profile: ClusterProfile,
    designs: list[Design],
) -> None:
    campaigns = session.campaigns
    campaigns.create("first")
    sampling = Sampling(
        name="first",
        method="sobol",
        base=design_to_toml(designs[0]),
        axes=(Axis(key="alpha_deg", low=20, high=60),),
        count=3,
    )
    campaigns.add("first", sampling, Feasibility())
    clusters.submit(clusters.prepare(profile, campaigns=["first"]))
    counts = campaigns.overview("first").counts
    assert (counts[MemberState.SUBMITTED], counts[MemberState.WAITING]) == (3, 0)
    with pytest.raises(InputError, match="nothing is left"):
        clusters.prepare(profile, campaigns=["first"])
    there.work(0)
    clusters.fetch()
    found = campaigns.statuses("first")
    assert [status.state for status in found] == [MemberState.DONE] * 3
    assert [len(status.attempts) for status in found] == [1, 1, 1]
    assert campaigns.overview("first").total == 3


def test_design_whose_solve_failed_is_submitted_again_with_corrected_input(
    clusters: ProjectClusters,
    session: Session,
    there: PretendedCluster,
    profile: ClusterProfile,
    designs: list[Design],
) -> None:
    session.campaigns.create("first")
    axis = Axis(key="alpha_deg", low=20, high=60)
    base = design_to_toml(designs[0])
    sampling = Sampling(name="first", method="sobol", base=base, axes=(axis,), count=1)
    session.campaigns.add("first", sampling, Feasibility())
    preview = clusters.prepare(profile, campaigns=["first"])
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

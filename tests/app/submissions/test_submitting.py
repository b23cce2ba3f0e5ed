"""Submitting while everything goes wrong that can: each run once, and nobody waits in vain."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from pretended import NoSoftware, PretendedCluster, make_campaign, only, states

from smcogui.app.cluster_failures import FailureKind
from smcogui.app.cluster_preview import Preview
from smcogui.app.cluster_views import SubmissionView
from smcogui.app.project_clusters import ProjectClusters
from smcogui.app.session import Session
from smcogui.campaigns.progress import MemberState
from smcogui.design.design import Design
from smcogui.design.design_file import parse_design_text
from smcogui.errors import FolderInUseError, InputError, RemoteDiskError, SubmitRefusedError
from smcogui.runs.cluster.profile import ClusterProfile
from smcogui.runs.cluster.remote_disk import explain_failure
from smcogui.runs.folder import RunInfo, prepare_folder
from smcogui.runs.lock import FolderLock
from smcogui.runs.place import read_place
from smcogui.runs.spec import RunSpec, make_run_spec
from smcogui.runs.state import RunState


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


def test_runs_that_were_begun_here_meanwhile_are_not_sent(
    session: Session,
    clusters: ProjectClusters,
    there: PretendedCluster,
    preview: Preview,
    designs: list[Design],
) -> None:
    """One was computed since the preview, another is at work in this very moment."""
    done, at_work, *left = (run.order.run_id for run in preview.runs)
    assert session.start_run(designs[0]).wait(120) is RunState.DONE
    prepare_folder(make_run_spec(designs[1]), session.runs_folder / at_work)
    with FolderLock(session.runs_folder / at_work):
        view = clusters.submit(preview)
        assert (view.runs, len(view.tasks)) == (2, 1)
    (sent,) = json.loads((there.job().folder / "tasks.json").read_text())["tasks"]
    assert [run["run_id"] for run in sent] == left
    assert list(there.job().states) == [0]
    assert read_place(session.runs_folder / at_work) is None
    there.work(0)
    clusters.fetch()
    assert (only(clusters).fetched, only(clusters).is_over) == (2, True)
    assert session.run(done).result is not None


def test_nothing_is_submitted_where_all_was_computed_here_meanwhile(
    session: Session, clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    with contextlib.ExitStack() as at_work:
        for run in preview.runs:
            folder = session.runs_folder / run.order.run_id
            prepare_folder(make_run_spec(parse_design_text(run.order.design, "x")[0]), folder)
            at_work.enter_context(FolderLock(folder))
        with pytest.raises(InputError, match="computed or begun elsewhere meanwhile"):
            clusters.submit(preview)
    assert not there.jobs


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
    view = only(clusters)
    assert "Invalid account" in view.message
    assert (view.refused, view.cancelled, view.to_come) == (4, 0, 0)


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


def test_array_is_no_longer_than_the_cluster_takes(
    clusters: ProjectClusters,
    there: PretendedCluster,
    profile: ClusterProfile,
    designs: list[Design],
) -> None:
    there.config = "MaxArraySize = 3\n"
    preview = clusters.prepare(profile.model_copy(update={"chunk": 1}), designs=designs)
    assert "#SBATCH --array=0-2\n" in preview.script
    assert [len(preview.runs), *(each.count for each in preview.left_out)] == [3, 1]
    assert "1 runs do not fit into one array of this cluster" in preview.warnings[-1]


def test_trial_job_tells_node_and_device_and_leaves_nothing(
    clusters: ProjectClusters, there: PretendedCluster, preview: Preview
) -> None:
    def run() -> None:
        job = there.job()
        log = job.folder / "logs" / f"{job.job_id}_0.log"
        log.write_text('compiling\n{"host": "gpu07", "device": "NVIDIA A100"}\n')
        job.states[0] = "COMPLETED"

    there.fails["after sbatch"] = run
    answer = clusters.smoke(preview)
    assert answer.ok, answer
    assert (answer.node, answer.device) == ("gpu07", "NVIDIA A100")
    assert list(there.job().states) == [0]
    assert list(Path(preview.folder).parent.iterdir()) == []


def test_designs_of_a_campaign_are_left_to_the_cluster_and_counted_once(
    session: Session,
    clusters: ProjectClusters,
    there: PretendedCluster,
    profile: ClusterProfile,
    designs: list[Design],
) -> None:
    campaigns = session.campaigns
    make_campaign(session, designs[0], 3)
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

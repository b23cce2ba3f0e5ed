"""The list of jobs: states, progress, time to go, logs, what is a job and what is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smcogui.app.job_book import LOG_LINES, JobBook
from smcogui.app.jobs import JobState
from smcogui.runs.events import LogLine, Progress, StateChanged
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from smcogui.app.session import RunRecord

NOW_S = 1_800_000_000.0


class Clock:
    """Seconds since 1970, as the test says."""

    def __init__(self) -> None:
        self.now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(clock: Clock) -> JobBook:
    return JobBook(clock)


def _changed(state: RunState, time_s: float, message: str = "") -> StateChanged:
    return StateChanged(state=state, time_s=time_s, message=message)


def test_task_tells_share_time_to_go_and_log(book: JobBook, clock: Clock) -> None:
    job_id = book.add_task("Movie tiny.mp4", "Movie", Path("/somewhere")).job_id
    clock.now_s += 10
    book.report(job_id, 0.25, "frame 10 of 40")
    job = book.get(job_id)
    assert job is not None
    assert (job.fraction, job.eta_s, job.message) == (0.25, 30.0, "frame 10 of 40")
    clock.now_s += 30
    book.finish(job_id, JobState.DONE)
    job = book.get(job_id)
    assert job is not None
    assert (job.state, job.fraction, job.eta_s, job.duration_s) == (JobState.DONE, 1.0, None, 40.0)
    assert [line.message for line in book.log(job_id)] == ["frame 10 of 40", "Done."]


@pytest.mark.parametrize(("given", "shown"), [(-0.5, 0.0), (1.5, 1.0), (None, None)])
def test_share_is_kept_between_nothing_and_all(
    book: JobBook, given: float | None, shown: float | None
) -> None:
    job_id = book.add_task("a", "Export").job_id
    book.report(job_id, given)
    job = book.get(job_id)
    assert job is not None
    assert job.fraction == shown


def test_report_after_the_end_changes_nothing(book: JobBook) -> None:
    job_id = book.add_task("a", "Export").job_id
    book.finish(job_id, JobState.FAILED, "the disk is full")
    book.report(job_id, 0.5, "late")
    job = book.get(job_id)
    assert job is not None
    assert (job.state, job.message) == (JobState.FAILED, "the disk is full")
    assert [line.level for line in book.log(job_id)] == ["error"]


def test_run_at_work_becomes_a_job_with_progress(book: JobBook) -> None:
    taken = book.take_run(
        "abc",
        [
            _changed(RunState.PENDING, NOW_S - 5),
            _changed(RunState.RUNNING, NOW_S - 4),
            Progress(fraction=0.4, eta_s=6.0),
        ],
    )
    job = book.get("abc")
    assert taken
    assert job is not None
    assert (job.state, job.fraction, job.eta_s) == (JobState.RUNNING, 0.4, 6.0)
    assert job.started_s == NOW_S - 4
    book.take_run("abc", [_changed(RunState.DONE, NOW_S + 6)])
    job = book.get("abc")
    assert job is not None
    assert (job.state, job.duration_s, job.can_resume) == (JobState.DONE, 10.0, False)


def test_run_of_the_past_is_no_job(book: JobBook) -> None:
    past = [_changed(RunState.RUNNING, NOW_S - 90), _changed(RunState.DONE, NOW_S - 60)]
    assert not book.take_run("old", past)
    assert book.jobs == ()


def test_run_that_was_quicker_than_the_reader_is_a_job(book: JobBook) -> None:
    assert book.take_run("quick", [_changed(RunState.DONE, NOW_S + 1)])


def test_lines_told_twice_stand_once_in_the_log(book: JobBook) -> None:
    events = [
        _changed(RunState.RUNNING, NOW_S),
        LogLine(level="info", message="half-cycle 1 finished", cycle=0),
        LogLine(level="info", message="half-cycle 2 finished", cycle=1),
    ]
    book.take_run("abc", events)
    book.take_run("abc", [*events, _changed(RunState.CANCELLED, NOW_S + 1)])
    said = [line.message for line in book.log("abc")]
    assert said[:3] == ["Running.", "half-cycle 1 finished", "half-cycle 2 finished"]
    assert len(said) == 4


def test_log_keeps_the_newest_lines(book: JobBook) -> None:
    job_id = book.add_task("a", "Export").job_id
    for number in range(LOG_LINES + 5):
        book.report(job_id, None, f"line {number}")
    log = book.log(job_id)
    assert (len(log), log[-1].message) == (LOG_LINES, f"line {LOG_LINES + 4}")


def test_asked_to_stop_stays_so_until_the_run_says_otherwise(book: JobBook) -> None:
    book.take_run("abc", [_changed(RunState.PENDING, NOW_S)])
    book.stopping("abc")
    book.take_run("abc", [_changed(RunState.RUNNING, NOW_S + 1)])
    job = book.get("abc")
    assert job is not None
    assert job.state is JobState.STOPPING
    assert not job.can_stop
    book.take_run("abc", [_changed(RunState.CANCELLED, NOW_S + 2)])
    job = book.get("abc")
    assert job is not None
    assert (job.state, job.can_resume) == (JobState.STOPPED, True)


def test_interrupted_run_is_listed_until_it_is_dismissed(
    book: JobBook, finished_record: RunRecord
) -> None:
    lost = replace(finished_record, state=RunState.LOST, message="went down", progress=0.3)
    book.know_runs([lost])
    (job,) = book.jobs
    assert (job.title, job.state, job.fraction) == (lost.name, JobState.INTERRUPTED, 0.3)
    assert job.folder == lost.folder
    book.remove(job.job_id)
    book.know_runs([lost])
    assert book.jobs == ()
    book.take_run(lost.run_id, [_changed(RunState.PENDING, NOW_S + 5)])
    assert [each.job_id for each in book.jobs] == [lost.run_id]


def test_job_at_work_cannot_be_taken_off_the_list(book: JobBook) -> None:
    job_id = book.add_task("a", "Export").job_id
    book.remove(job_id)
    assert [job.job_id for job in book.jobs] == [job_id]


def test_run_that_left_the_project_leaves_the_list(
    book: JobBook, finished_record: RunRecord
) -> None:
    book.know_runs([replace(finished_record, state=RunState.LOST)])
    book.know_runs([])
    assert book.jobs == ()


@pytest.fixture
def finished_record(tmp_path: Path) -> RunRecord:
    """Return the record of a run that was described and never started."""
    from smcogui.app.session import Session
    from smcogui.runs.folder import prepare_folder
    from smcogui.runs.spec import make_run_spec

    session = Session(tmp_path / "project")
    design = session.example("reference_2")
    coarse = replace(design, mesh=replace(design.mesh, cell=2e-9, domain=64e-9))
    spec = make_run_spec(replace(coarse, run=replace(coarse.run, cycles=1)))
    prepare_folder(spec, session.runs_folder / spec.run_id)
    return session.run(spec.run_id)

"""What a person orders of a cluster beside submitting: test, trial job, cancel, log, clean up."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_preview import SmokeAnswer
from smcogui.app.cluster_records import Stage
from smcogui.app.cluster_states import ASK_S, LATE_ACCOUNT_S, OpenJob, ask_states
from smcogui.app.cluster_views import LogTail
from smcogui.errors import (
    ClusterError,
    FolderInUseError,
    InputError,
    RemoteFileError,
    SchedulerDownError,
    SubmitRefusedError,
)
from smcogui.runs.cluster.job import JobState
from smcogui.runs.cluster.job_script import SETUP_FAILED
from smcogui.runs.cluster.plain_text import plain
from smcogui.runs.cluster.scheduler import TestedScript
from smcogui.runs.cluster.task import (
    SCRIPT_FILE,
    SubmissionPaths,
    attempt_token,
    new_token,
    submission_folder,
)
from smcogui.runs.spec import MUMAX3
from solver.mumax3.executable import read_banner
from solver.mumax3.failures import classify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from smcogui.app.cluster_follow import Look
    from smcogui.app.cluster_preview import Preview
    from smcogui.app.cluster_records import AttemptRecord, SubmissionRecord
    from smcogui.app.cluster_views import SubmissionView
    from smcogui.app.jobs import ReportProgress
    from smcogui.runs.cluster.job import JobRow
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.scheduler import Scheduler

TAIL_B: Final = 65_536
SMOKE_MIN: Final = 5
_SMOKE_LOG_B: Final = 16_384
_CANCEL_S: Final = 120.0
_CANCEL_LOOK_S: Final = 2.0
_TICK_S: Final = 0.2


def test_script(preview: Preview, connection: Connection, scheduler: Scheduler) -> TestedScript:
    """Let the scheduler check the script of a preview; nothing is submitted, and nothing stays."""
    # Beside the submission, which somebody may be sending by now.
    folder = submission_folder(preview.folder.rpartition("/")[0], new_token())
    script = f"{folder}/{SCRIPT_FILE}"
    command = scheduler.test_command(script)
    if command is None:
        words = (
            f"{scheduler.name} checks a script only when it is submitted, so that it is not "
            "checked here. The trial job shows whether it is taken."
        )
        return TestedScript(is_accepted=True, is_checked=False, words=words)
    connection.make_folder(folder)
    try:
        connection.write(script, preview.script.encode())
        return scheduler.parse_test(connection.run(command, deadline_s=ASK_S))
    finally:
        with contextlib.suppress(ClusterError):
            connection.remove_folder(folder)


def run_smoke(
    preview: Preview,
    connection: Connection,
    scheduler: Scheduler,
    poll_s: float,
    progress: ReportProgress,
    should_stop: Callable[[], bool],
) -> SmokeAnswer:
    """Run a job of a minute on the cluster and wait for its end; its folder is removed.

    Raises
    ------
    ClusterError
        If contact is lost or the scheduler does not answer.
    """
    token = new_token()
    folder = submission_folder(preview.folder.rpartition("/")[0], token)
    paths = SubmissionPaths(folder=folder)
    resources = replace(preview.request.resources, time_limit_min=SMOKE_MIN)
    request = replace(
        preview.request,
        token=attempt_token(token, 1),
        folder=paths.attempt_folder,
        tasks=1,
        body=preview.software.smoke_body,
        resources=resources,
        throttle=None,
        requeue=False,
        warn_s=0,
    )
    began_s = time.monotonic()
    preview.software.install(connection, progress)
    for each in paths.folders:
        connection.make_folder(each)
    try:
        connection.write(paths.script, scheduler.submit_script(request).encode())
        command = scheduler.submit_command(paths.script)
        job_id = scheduler.parse_submit(connection.run(command, deadline_s=ASK_S))
        job = OpenJob(job_id=job_id, token=request.token, tasks=frozenset({0}))
        row = _wait(job, connection, scheduler, poll_s, progress, should_stop)
        output = paths.output(scheduler.output_name(request.token, job_id, 0, 1))
        log = _first_tail(connection, (paths.log(job_id, 0), output), _SMOKE_LOG_B).text
        answer = _smoke_answer(row, log, job_id, time.monotonic() - began_s)
        is_mumax3 = preview.software.engine.name == MUMAX3
        return _of_mumax3(answer, row, log) if is_mumax3 else answer
    except SubmitRefusedError as error:
        return SmokeAnswer(ok=False, words=error.message)
    finally:
        with contextlib.suppress(ClusterError):
            connection.remove_folder(folder)


def _wait(
    job: OpenJob,
    connection: Connection,
    scheduler: Scheduler,
    poll_s: float,
    progress: ReportProgress,
    should_stop: Callable[[], bool],
) -> JobRow:
    next_s, told, ended_s = 0.0, "", 0.0
    while True:
        if should_stop():
            connection.run(scheduler.cancel_command([job.job_id]), deadline_s=ASK_S)
            raise InputError("the trial job was stopped, and is cancelled", key="smoke")
        if time.monotonic() >= next_s:
            next_s = time.monotonic() + poll_s
            row = ask_states(connection, scheduler, [job])[job.token, 0]
            reason = scheduler.explain(row)
            why = "" if reason is None else reason.words
            words = f"Job {job.job_id} is {row.state.words}{f': {why}' if why else ''}."
            if words != told:
                told = words
                progress(None, words)
            if row.state.is_over:
                return row
            if row.is_ended:
                ended_s = ended_s or time.monotonic()
                if time.monotonic() - ended_s > LATE_ACCOUNT_S:
                    return row
            if reason is not None and reason.never_clears:
                connection.run(scheduler.cancel_command([job.job_id]), deadline_s=ASK_S)
                return row
        time.sleep(_TICK_S)


def _smoke_answer(row: JobRow, log: str, job_id: str, wall_s: float) -> SmokeAnswer:
    told = next(filter(None, map(_told, reversed(log.splitlines()))), {})
    ok = bool(told) and row.state is not JobState.FAILED
    words = "the trial job ran as it should" if ok else f"the trial job {row.state.words}"
    if row.state is JobState.PENDING:
        words = f"the trial job waits for ever ({plain(row.reason)})"
    if not ok and log.strip():
        words += f"; its log ends: {log.strip().splitlines()[-1][:300]}"
    return SmokeAnswer(
        ok=ok,
        words=words,
        job_id=job_id,
        node=plain(str(told.get("host", row.node))),
        device=plain(str(told.get("device", ""))),
        wall_s=wall_s,
        log=log,
    )


def _of_mumax3(answer: SmokeAnswer, row: JobRow, log: str) -> SmokeAnswer:
    """Return what the log says of version and card, or what went wrong in words of MuMax3."""
    banner = read_banner(log)
    if banner is not None and answer.ok:
        words = f"{answer.words}, with MuMax3 {banner.version}"
        device = plain(banner.gpu or "a GPU that MuMax3 does not name")
        return replace(answer, words=words, device=device, version=banner.version)
    if answer.ok:
        words = "what the trial job started does not say that it is MuMax3; name its program"
        return replace(answer, ok=False, words=words)
    if row.state is JobState.FAILED and row.exit_code and row.exit_code != SETUP_FAILED:
        return replace(answer, words=f"the trial job failed: {classify(row.exit_code, log)}")
    return answer


def _told(line: str) -> dict[str, object]:
    """Return what the trial job says of itself, in one line of JSON; empty for other lines."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) and "device" in data else {}


def cancel_tasks(
    record: SubmissionRecord,
    tasks: Sequence[int],
    connection: Connection,
    scheduler: Scheduler,
) -> None:
    """Cancel tasks, all by default, and wait until the scheduler says that they are over.

    Raises
    ------
    SchedulerDownError
        If it does not say so within two minutes: they may still be at work.
    """
    open_jobs = [
        OpenJob(
            job_id=attempt.job_id,
            token=record.job_name(attempt.number),
            tasks=frozenset(_tasks_of(attempt, tasks)),
        )
        for attempt in record.attempts
        if attempt.job_id and _tasks_of(attempt, tasks)
    ]
    if not open_jobs:
        return
    every = sum(len(attempt.tasks) for attempt in record.attempts if attempt.job_id)
    single = sum(len(job.tasks) for job in open_jobs) < every
    labels = [label for job in open_jobs for label in _labels(job, single=single)]
    most = scheduler.ids_at_once
    for begin in range(0, len(labels), most):
        # Its exit code says nothing: the states do.
        connection.run(scheduler.cancel_command(labels[begin : begin + most]), deadline_s=ASK_S)
    deadline = time.monotonic() + _CANCEL_S
    while True:
        rows = ask_states(connection, scheduler, open_jobs)
        left = [row.label for row in rows.values() if not row.state.is_over and not row.is_ended]
        if not left:
            return
        if time.monotonic() > deadline:
            raise SchedulerDownError(
                f"the scheduler was asked to cancel {', '.join(left[:5])} and does not say that "
                "they are over yet; look again in some minutes",
                key="task",
                given=", ".join(left[:5]),
            )
        time.sleep(_CANCEL_LOOK_S)


def read_log(
    record: SubmissionRecord,
    task: int,
    connection: Connection,
    scheduler: Scheduler,
    number: int | None = None,
) -> LogTail:
    """Return the last lines that a task wrote, of the latest attempt that has it by default.

    Where it wrote none, those that the scheduler itself wrote.
    """
    for attempt in reversed(record.attempts):
        is_wanted = number is None or attempt.number == number
        if is_wanted and attempt.stage is Stage.SUBMITTED and 0 <= task < len(attempt.tasks):
            paths, token = record.paths(attempt.number), record.job_name(attempt.number)
            job_id, tasks = attempt.job_id, len(attempt.tasks)
            output = paths.output(scheduler.output_name(token, job_id, task, tasks))
            return _first_tail(connection, (paths.log(job_id, task), output), TAIL_B)
    raise InputError(
        f"the submission {record.token} has no task {task} that was submitted"
        f"{'' if number is None else f' in attempt {number}'}",
        key="task",
        given=str(task),
        allowed="; ".join(
            f"0 to {len(each.tasks) - 1} of attempt {each.number}"
            for each in record.attempts
            if each.stage is Stage.SUBMITTED
        )
        or "none yet",
    )


def require_looked(look: Look, token: str) -> None:
    """Refuse to go on where another program kept a submission to itself."""
    if token in look.skipped:
        raise FolderInUseError(
            f"another program looks at the submission {token} all the time; its jobs are "
            "cancelled, and its last results are fetched by that program. Close it and try again",
            key="token",
            given=token,
        )


def require_sent(view: SubmissionView) -> None:
    """Refuse to touch a submission that a program is sending: nobody knows its job id yet."""
    if view.is_sending:
        raise FolderInUseError(
            f"{view.title} is being sent to {view.cluster}; cancel it when that is done",
            key="token",
            given=view.token,
        )


def require_clean(view: SubmissionView) -> None:
    """Refuse to remove the folder of a submission whose runs are not all here or given up."""
    if not view.can_clean:
        raise InputError(
            f"the submission {view.token} has {view.to_come} runs that are not here; fetch, "
            "resubmit or cancel them first",
            key="token",
            given=view.token,
            allowed="a submission whose runs are all fetched or cancelled",
        )


def require_over(view: SubmissionView) -> None:
    """Refuse to forget a submission of which anything is still expected."""
    if not view.can_forget:
        raise InputError(
            f"the submission {view.token} has {view.to_come} runs that are not here; fetch, "
            "resubmit or cancel them before it is forgotten",
            key="token",
            given=view.token,
            allowed="a submission whose runs are all fetched or given back",
        )


def _first_tail(connection: Connection, paths: Sequence[str], most: int) -> LogTail:
    """Return the tail of the first file that says something, else of the first one."""
    tails = (_tail(connection, path, most) for path in dict.fromkeys(paths))
    first = next(tails)
    return first if first.size_B else next((tail for tail in tails if tail.size_B), first)


def _tail(connection: Connection, path: str, most: int) -> LogTail:
    folder, _, name = path.rpartition("/")
    try:
        size = connection.listing(folder).get(name, 0)
        content = connection.read(path, max(0, size - most), most) if size else b""
    except RemoteFileError:
        return LogTail(path=path, text="", size_B=0, is_cut=False)
    is_cut = size > most
    if is_cut:
        content = content[content.find(b"\n") + 1 :]
    text = plain(content.decode("utf-8", "replace"), keep="\n\t")
    return LogTail(path=path, text=text, size_B=size, is_cut=is_cut)


def _labels(job: OpenJob, *, single: bool) -> list[str]:
    return [f"{job.job_id}_{task}" for task in sorted(job.tasks)] if single else [job.job_id]


def _tasks_of(attempt: AttemptRecord, tasks: Sequence[int]) -> Iterable[int]:
    every = range(len(attempt.tasks))
    return [task for task in tasks if task in every] if tasks else every

"""Who is asked where tasks stand, and what is made of their answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from smcogui.app.cluster_book import _with_row
from smcogui.app.cluster_records import TaskStanding
from smcogui.app.cluster_states import (
    LATE_ACCOUNT_S,
    OpenJob,
    ask_limits,
    ask_states,
    find_token,
    most_submitted,
)
from smcogui.errors import SchedulerDownError
from smcogui.runs.cluster.job import JobRow, JobState, Source
from smcogui.runs.cluster.pbs import Pbs
from smcogui.runs.cluster.remote import Answer, Connection
from smcogui.runs.cluster.scheduler import Association
from smcogui.runs.cluster.sge import Sge
from smcogui.runs.cluster.slurm import Slurm
from smcogui.runs.cluster.slurm_answers import ACCOUNTING_FIELDS, QUEUE_FORMAT


class Terminal:
    """Answers commands by their program; remembers what was asked."""

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def run(self, command: Sequence[str], **_: Any) -> Answer:
        self.asked.append(command[0])
        return self.answers[command[0]]


def said(text: str = "", code: int = 0, error: str = "") -> Answer:
    """Return what a command left."""
    return Answer(exit_code=code, stdout=text.encode(), stderr=error.encode())


NO_ACCOUNTS = said(code=1, error="Slurm accounting storage is disabled\n")
UNKNOWN = said(code=1, error="slurm_load_jobs error: Invalid job id specified\n")
JOB = OpenJob(job_id="7", token="smco-1-a1", tasks=frozenset({0, 1}))


def queue_line(task: int, state: str = "RUNNING", name: str = "smco-1-a1") -> str:
    """Return a line of squeue in the program's own format."""
    values = {"%F": "7", "%K": str(task), "%j": name, "%T": state, "%i": f"7_{task}", "%A": "7"}
    words = [word for word in QUEUE_FORMAT.replace("|", " ").split() if word.startswith("%")]
    return "|".join(values.get(word, "") for word in words) + "\n"


def states(terminal: Terminal, *jobs: OpenJob) -> dict[tuple[str, int], JobState]:
    """Return what is found out."""
    rows = ask_states(cast("Connection", terminal), Slurm(), jobs or (JOB,))
    return {key: row.state for key, row in rows.items()}


def test_format_of_the_queue_is_one_that_these_lines_follow() -> None:
    rows = Slurm().parse_queue(said(queue_line(0)))
    assert [(row.job_id, row.task, row.name, row.state) for row in rows] == [
        ("7", 0, "smco-1-a1", JobState.RUNNING)
    ]
    assert ACCOUNTING_FIELDS


def test_queue_that_knows_all_is_the_only_one_asked() -> None:
    terminal = Terminal(squeue=said(queue_line(0) + queue_line(1, "PENDING")))
    found = states(terminal)
    assert list(found.values()) == [JobState.RUNNING, JobState.PENDING]
    assert terminal.asked == ["squeue"]


def test_many_jobs_are_one_question() -> None:
    terminal = Terminal(squeue=said(queue_line(0)), sacct=NO_ACCOUNTS, scontrol=UNKNOWN)
    jobs = [OpenJob(job_id=str(n), token=f"t{n}", tasks=frozenset({0})) for n in range(100, 120)]
    states(terminal, JOB, *jobs)
    assert terminal.asked.count("squeue") == 1


def test_task_that_nobody_knows_is_gone_and_not_failed() -> None:
    terminal = Terminal(squeue=UNKNOWN, sacct=NO_ACCOUNTS, scontrol=UNKNOWN)
    rows = ask_states(cast("Connection", terminal), Slurm(), (JOB,))
    assert {row.state for row in rows.values()} == {JobState.GONE}
    assert {row.source for row in rows.values()} == {Source.NOBODY}
    assert terminal.asked == ["squeue", "sacct", "scontrol"]


def test_job_that_was_given_a_used_id_is_not_taken_for_ours() -> None:
    line = queue_line(0, name="somebody-elses") + queue_line(1, name="somebody-elses")
    terminal = Terminal(squeue=said(line), sacct=NO_ACCOUNTS, scontrol=UNKNOWN)
    assert set(states(terminal).values()) == {JobState.GONE}


def test_controller_that_is_down_says_nothing_about_jobs() -> None:
    down = said(code=1, error="slurm_load_jobs error: Unable to contact slurm controller\n")
    with pytest.raises(SchedulerDownError):
        states(Terminal(squeue=down))


def test_token_is_found_in_the_queue() -> None:
    terminal = Terminal(squeue=said(queue_line(0) + queue_line(1)))
    assert find_token(cast("Connection", terminal), Slurm(), "smco-1-a1") == "7"


def test_token_that_nobody_knows_is_none() -> None:
    terminal = Terminal(squeue=said(), sacct=NO_ACCOUNTS)
    assert find_token(cast("Connection", terminal), Slurm(), "smco-1-a1") is None
    assert terminal.asked == ["squeue", "sacct"]


def test_nobody_can_tell_of_a_token_while_the_scheduler_is_down() -> None:
    down = said(code=1, error="slurm_load_jobs error: Unable to contact slurm controller\n")
    with pytest.raises(SchedulerDownError):
        find_token(cast("Connection", Terminal(squeue=down)), Slurm(), "smco-1-a1")


@pytest.mark.parametrize(
    ("account", "partition", "most"),
    [
        ("magnets", "", 40),
        ("magnets", "gpu", 4),
        ("", "", 7),
        ("others", "gpu", 7),
        ("free", "", None),
    ],
)
def test_limit_of_submitted_tasks_is_that_of_the_account(
    account: str, partition: str, most: int | None
) -> None:
    known = [
        Association(account="magnets", max_submit=40),
        Association(account="magnets", partition="gpu", max_submit=4),
        Association(account="others", max_submit=7),
        Association(account="free"),
    ]
    assert most_submitted(known, account, partition) == most


class Grid:
    """Answers the questions of SGE: what its queue says, and its accounts."""

    def __init__(self, queue: str, accounts: Answer) -> None:
        self._queue, self._accounts = queue, accounts
        self.asked: list[str] = []

    def run(self, command: Sequence[str], **_: Any) -> Answer:
        is_queue = "qstat" in command[2]
        self.asked.append("queue" if is_queue else "accounts")
        return said(f"\n@smco-jobs\n{self._queue}</job_info>") if is_queue else self._accounts


ENDED_JOB = (
    "\n@smco-finished\n<job_list><JB_job_number>7</JB_job_number><JB_name>smco-1-a1</JB_name>"
    "<state>z</state><tasks>1,2</tasks></job_list>"
)
ACCOUNT = (
    "==============================================================\njobname smco-1-a1\n"
    "jobnumber 7\ntaskid 1\nfailed 0\nexit_status 3\n"
)


def grid_rows(accounts: Answer) -> dict[int, JobRow]:
    """Return what is found out of two tasks that ended, by task."""
    # What ended stands behind the list of what has not.
    grid = Grid(f"</job_info>{ENDED_JOB}", accounts)
    rows = ask_states(cast("Connection", grid), Sge(), (JOB,))
    assert grid.asked == ["queue", "accounts"]
    return {task: row for (_, task), row in rows.items()}


def test_task_of_which_only_its_end_is_known_is_asked_about_until_accounts_tell() -> None:
    rows = grid_rows(said(ACCOUNT))
    assert (rows[0].state, rows[0].exit_code) == (JobState.FAILED, 3)
    assert (rows[1].state, rows[1].is_ended) == (JobState.COMPLETING, True)


def test_task_whose_end_nobody_will_ever_tell_is_gone() -> None:
    rows = grid_rows(said(code=1, error="accounting: No such file or directory"))
    assert {row.state for row in rows.values()} == {JobState.GONE}


def test_end_that_no_account_tells_is_waited_for_and_then_left_to_the_files() -> None:
    ended = JobRow(job_id="7", task=0, state=JobState.COMPLETING, told="z", is_ended=True)
    first = _with_row(TaskStanding(attempt=1, task=0), ended, 1000.0)
    waiting = _with_row(first, ended, 1000.0 + LATE_ACCOUNT_S)
    assert (waiting.is_over, waiting.known_s) == (False, 1000.0)
    late = _with_row(waiting, ended, 1001.0 + LATE_ACCOUNT_S)
    assert late.row is not None
    assert (late.row.state, late.is_over) == (JobState.GONE, True)


def test_limit_that_the_scheduler_itself_tells_counts() -> None:
    server = "Server: pbs01\n    max_queued = [u:PBS_GENERIC=30]\n    job_history_enable = True\n"

    class Server:
        def run(self, command: Sequence[str], **_: Any) -> Answer:
            own = "1[].s a b\n1[0].s a b\n2.s a b\n"
            return said({"qstat -B -f": server, "true": ""}.get(" ".join(command), own))

        def environment(self) -> dict[str, str]:
            return {"user": "anna"}

    limits = ask_limits(cast("Connection", Server()), Pbs())
    assert limits is not None
    assert (limits.max_submit, limits.queued) == (30, 2)

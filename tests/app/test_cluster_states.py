"""Who is asked where tasks stand, and what is made of their answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from smcogui.app.cluster_states import OpenJob, ask_states, find_token, most_submitted
from smcogui.errors import SchedulerDownError
from smcogui.runs.cluster.job import JobState, Source
from smcogui.runs.cluster.remote import Answer, Connection
from smcogui.runs.cluster.scheduler import Association
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

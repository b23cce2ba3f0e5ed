"""Links, submissions and tasks in rows and sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smcogui.app.cluster_views import (
    Contact,
    FailureView,
    FetchReport,
    LinkView,
    LogTail,
    SubmissionView,
    TaskView,
)
from smcogui.ui.clusters.cluster_words import (
    FAILURE_TITLES,
    LINK_TITLES,
    SUBMISSION_TITLES,
    TASK_TITLES,
    failure_row,
    fetch_words,
    link_row,
    link_text,
    log_title,
    submission_row,
    submission_text,
    task_row,
)

NOW_S = 1.7e9
TASK = TaskView(
    cluster="c",
    token="t",
    number=3,
    job_id="4711_3",
    state="waiting",
    raw_state="PENDING",
    reason="it asks for more time than the partition allows",
    never_clears=True,
    runs=25,
    known_s=NOW_S,
)
SUBMISSION = SubmissionView(
    token="t",
    cluster="c",
    title="walls",
    engine="builtin_gpu",
    submitted_s=NOW_S,
    runs=100,
    fetched=40,
    running=25,
    waiting=35,
    gpu_h=1.5,
    tasks=(TASK,),
)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (
            LinkView(
                cluster="c", contact=Contact.LOST, message="no answer", next_poll_s=NOW_S + 30
            ),
            "no answer; trying again in 30 s",
        ),
        (
            LinkView(cluster="c", contact=Contact.OPEN, next_poll_s=NOW_S + 75),
            "asked again in 1 min 15 s",
        ),
        (LinkView(cluster="c", contact=Contact.OPEN, next_poll_s=NOW_S), ""),
        (LinkView(cluster="c", contact=Contact.CLOSED), ""),
    ],
)
def test_link_says_what_comes_next(link: LinkView, words: str) -> None:
    assert link_text(link, NOW_S) == words
    assert len(link_row(link, NOW_S).cells) == len(LINK_TITLES)


def test_lost_contact_is_unknown_and_no_failure() -> None:
    link = LinkView(cluster="c", contact=Contact.SIGN_IN, since_s=NOW_S)
    assert link_text(link, NOW_S).startswith("unknown since ")
    assert link_text(link, NOW_S).endswith("jobs there go on")


def test_job_that_never_starts_is_flagged() -> None:
    cells = dict(zip(TASK_TITLES, task_row(TASK).cells, strict=True))
    assert cells["Job"] == ("4711_3", 3.0)
    assert cells["Why"][0].startswith("⚠ will not start by waiting: it asks for more time")
    assert "PENDING" in task_row(TASK).tip


def test_submission_in_sentences() -> None:
    assert submission_text(SUBMISSION) == (
        "40 of 100 runs are here, 25 running, 35 waiting, "
        "⚠ 1 job will not start by waiting: see Queue, 1.5 GPU h used."
    )
    cells = dict(zip(SUBMISSION_TITLES, submission_row(SUBMISSION).cells, strict=True))
    assert (cells["Solver"][0], cells["Here"][0]) == ("built-in, GPU", "40 of 100")


def test_failures_stand_with_what_now() -> None:
    failure = FailureView(
        cluster="c",
        token="t",
        kind="out_of_memory",
        words="Out of memory.",
        remedy="Ask for 8 GB.",
        can_resubmit=True,
        tasks=tuple(range(9)),
        runs=200,
        attempts=2,
    )
    row = dict(zip(FAILURE_TITLES, failure_row(failure), strict=True))
    assert row["Jobs"] == "0, 1, 2, 3, 4, 5, … (9)"
    assert row["What happened, and what now"] == "Out of memory.\n→ Ask for 8 GB."


def test_log_says_which_part_is_shown() -> None:
    tail = LogTail(path="/scratch/out", text="", size_B=128_000, is_cut=True)
    assert log_title(tail) == "/scratch/out: the end of 128 kB"


@pytest.mark.parametrize(
    ("came", "left", "words"),
    [
        (0, 0, "0 runs came."),
        (1, 0, "1 run came."),
        (1, 2, "1 run came; 2 are to come."),
        (3, 1, "3 runs came; 1 is to come."),
    ],
)
def test_fetch_says_what_came_and_what_is_to_come(came: int, left: int, words: str) -> None:
    assert fetch_words(FetchReport(fetched=("0" * 16,) * came, left=left)) == words


def test_runs_that_the_scheduler_refused_are_not_called_cancelled() -> None:
    refused = replace(SUBMISSION, fetched=0, running=0, waiting=0, refused=100)
    assert "100 refused by the scheduler" in submission_text(refused)
    assert "cancelled" not in submission_text(refused)
    assert refused.to_come == 0

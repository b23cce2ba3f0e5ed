"""PBS Professional and OpenPBS: their commands, and what their answers mean.

Written from the PBS Professional guides and public answers: no PBS could be asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster import pbs_answers as answers
from smcogui.runs.cluster import pbs_words as words
from smcogui.runs.cluster.job import JobState, Source
from smcogui.runs.cluster.job_script import check_path, check_token
from smcogui.runs.cluster.pbs_script import write_pbs_script
from smcogui.runs.cluster.qtoolkit_header import why_missing
from smcogui.runs.cluster.scheduler_calls import (
    Submitting,
    check_user,
    checked_labels,
    down,
    require_success,
    require_whole,
    said_by,
    section,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.runs.cluster.job import JobRow, PendingReason
    from smcogui.runs.cluster.remote import Answer
    from smcogui.runs.cluster.scheduler import (
        Association,
        Command,
        JobRequest,
        Limits,
        Partition,
        TestedScript,
    )

_IDS_AT_ONCE: Final = 100
_SUBMITTING: Final = Submitting(
    scheduler="PBS",
    program="qsub",
    accepted=re.compile(r"^(\d{1,10})(?:\[\])?(?:\.[\w.-]+)?$", re.MULTILINE | re.ASCII),
    complaint=re.compile(r"\s*qsub: *"),
    silence=words.SILENCE,
    refusals=words.REFUSALS,
)

# Lines that begin with a tab belong to the attribute before. No word of an answer is read as shell.
_KEPT: Final = r"""/^Job Id/ { k = 1 } /^    [A-Za-z]/ { k = ($1 ~ /^(FACTS)$/) } k""".replace(
    "FACTS", "|".join(answers.JOB_FACTS).replace(".", "[.]")
)
_JOBS: Final = f"""\
told=$(qstat "$@"); code=$?
printf '%s\n' "$told" | awk '{_KEPT}'
exit $code"""
_SEARCH: Final = """\
set -f
ids=$(qselect {history}-N "$1") || exit
[ -n "$ids" ] || exit 0
set -- {history}-f -t $ids
""" + _JOBS.replace("{", "{{").replace("}", "}}")
_QUEUES: Final = f"""\
{section("queues")}; qstat -Q -f || exit
{section("server")}; qstat -B -f
{section("nodes")}
pbsnodes -a 2>/dev/null | grep -E \
'^[^ ]|^ +(queue|resources_available\\.(ncpus|mem|ngpus|Qlist)) = ' | head -c 2000000
exit 0"""


class Pbs:
    """A :class:`~smcogui.runs.cluster.scheduler.Scheduler` for PBS Professional 13 and newer."""

    key: Final = "pbs"
    name: Final = "PBS"
    caveat: Final = (
        "This program learnt PBS from its guides and from public answers, and was never tried with "
        "a real one"
    )
    ids_at_once: Final = _IDS_AT_ONCE

    def why_missing(self) -> str:
        """Return how to add what writes scripts for PBS, where it is missing."""
        return why_missing(self.name)

    def label(self, job_id: str, task: int, tasks: int) -> str:
        """Return a task as ``qdel`` takes it; one task alone is no array."""
        return f"{job_id}[{task}]" if tasks > 1 else job_id

    def output_name(self, token: str, job_id: str, task: int, tasks: int) -> str:
        """Return the name of the file in which PBS itself tells what it did to a task."""
        return f"{token}.o{job_id}{f'.{task}' if tasks > 1 else ''}"

    # --- submitting ------------------------------------------------------------------------

    def submit_script(self, request: JobRequest) -> str:
        """Return the job script."""
        return write_pbs_script(request)

    def submit_command(self, script: str) -> Command:
        """Return the command that submits a script."""
        check_path(script)
        return ("qsub", script)

    def parse_submit(self, answer: Answer) -> str:
        """Return the job id."""
        return _SUBMITTING.job_id(answer)

    def test_command(self, script: str) -> None:
        """Return None: PBS checks no script without submitting it."""

    def parse_test(self, answer: Answer) -> TestedScript:
        """Refuse, as PBS checks no script without submitting it."""
        raise down("PBS, which checks no script without submitting it,", said_by(answer))

    # --- following -------------------------------------------------------------------------

    def queue_command(self, ids: Sequence[str]) -> Command:
        """Return the command that asks for jobs that wait or run, and for their tasks."""
        return ("sh", "-c", _JOBS, "qstat", "-f", "-t", *_both_kinds(ids))

    def parse_queue(self, answer: Answer) -> list[JobRow]:
        """Return a row per task."""
        said = said_by(answer)
        if answer.exit_code and not words.is_unknown(said):
            raise down("qstat", said)
        require_whole(answer)
        return answers.read_jobs(answer.text, Source.QUEUE)

    def accounting_command(self, ids: Sequence[str]) -> Command:
        """Return the command that asks for jobs, finished ones among them."""
        return ("sh", "-c", _JOBS, "qstat", "-x", "-f", "-t", *_both_kinds(ids))

    def parse_accounting(self, answer: Answer) -> list[JobRow] | None:
        """Return a row per task; None where the server keeps no finished jobs."""
        said = said_by(answer)
        if answer.exit_code and words.has_no_history(said):
            return None
        if answer.exit_code and not words.is_unknown(said):
            raise down("qstat -x", said)
        require_whole(answer)
        return answers.read_jobs(answer.text, Source.ACCOUNTING)

    def is_sure(self, row: JobRow) -> bool:
        """Tell whether the queue's word is the last: how a task of an array ended, it may not."""
        return row.state is not JobState.GONE

    def controller_command(self, job_id: str) -> None:
        """Return None: nobody knows more than the server that was asked."""

    def parse_controller(self, answer: Answer) -> list[JobRow]:
        """Return nothing."""
        return []

    def search_commands(self, token: str) -> tuple[Command, Command]:
        """Return the commands that look for a token in the queue and among finished jobs."""
        check_token(token)
        return (
            ("sh", "-c", _SEARCH.format(history=""), "sh", token),
            ("sh", "-c", _SEARCH.format(history="-x "), "sh", token),
        )

    def cancel_command(self, ids: Sequence[str]) -> Command:
        """Return the command that cancels arrays or tasks; its exit code says nothing."""
        labels = checked_labels(ids, _IDS_AT_ONCE)
        tasks = [label.partition("_") for label in labels if "_" in label]
        whole = [label for label in labels if "_" not in label]
        kinds = _both_kinds(whole) if whole else []
        return ("qdel", *kinds, *(f"{job_id}[{task}]" for job_id, _, task in tasks))

    def explain(self, row: JobRow) -> PendingReason | None:
        """Return why a task waits; None where it does not."""
        if row.state is not JobState.PENDING:
            return None
        return words.explain_comment(row.told, row.reason)

    # --- the cluster -----------------------------------------------------------------------

    def partitions_command(self) -> Command:
        """Return the command that lists queues, their limits and the nodes."""
        return ("sh", "-c", _QUEUES)

    def parse_partitions(self, answer: Answer) -> list[Partition]:
        """Return the queues."""
        require_success(answer, "qstat -Q")
        return answers.read_queues(answer.text)

    def limits_command(self) -> Command:
        """Return the command that tells the limits of the whole cluster."""
        return ("qstat", "-B", "-f")

    def parse_limits(self, answer: Answer) -> Limits:
        """Return the limits."""
        require_success(answer, "qstat -B")
        return answers.read_limits(answer.text)

    def associations_command(self, user: str) -> Command:
        """Return a command that says nothing: PBS keeps no accounts that could be listed."""
        check_user(user)
        return ("true",)

    def parse_associations(self, answer: Answer) -> list[Association]:
        """Return nothing."""
        return []

    def own_tasks_command(self, user: str, account: str) -> Command:
        """Return the command that lists what a user has in the queue."""
        check_user(user)
        return ("qstat", "-t", "-u", user)

    def parse_own_tasks(self, answer: Answer) -> int:
        """Return how many tasks these are."""
        require_success(answer, "qstat -u")
        return answers.count_tasks(answer.text)


def _both_kinds(ids: Sequence[str]) -> list[str]:
    """Return ids as those of arrays and of single jobs: which one it is, an id does not tell.

    PBS answers to the one that it knows.
    """
    labels = checked_labels(ids, _IDS_AT_ONCE)
    return [name for job_id in labels for name in (f"{job_id}[]", job_id)]

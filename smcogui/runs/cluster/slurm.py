"""Slurm: its commands, and what their answers mean.

All commands print fields that are asked for by name, so that a site's own defaults do not matter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster import slurm_answers as answers
from smcogui.runs.cluster import slurm_words as words
from smcogui.runs.cluster.job import JobState
from smcogui.runs.cluster.job_script import check_path, check_token
from smcogui.runs.cluster.scheduler import TestedScript
from smcogui.runs.cluster.scheduler_calls import (
    Submitting,
    check_user,
    checked_labels,
    down,
    require_success,
    require_whole,
    said_by,
)
from smcogui.runs.cluster.slurm_script import write_slurm_script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.runs.cluster.job import JobRow, PendingReason
    from smcogui.runs.cluster.remote import Answer
    from smcogui.runs.cluster.scheduler import Association, Command, JobRequest, Limits, Partition

IDS_AT_ONCE: Final = 200
"""Ids in one command line."""
_STARTS: Final = re.compile(r"to start at (\S+)")
_SUBMITTING: Final = Submitting(
    scheduler="Slurm",
    program="sbatch",
    accepted=re.compile(r"^(\d{1,10})(?:;[\w.-]+)?$", re.MULTILINE),
    complaint=re.compile(
        r"\s*(?:sbatch: error:|Batch job submission failed:|allocation failure:)\s*"
    ),
    silence=words.SILENCE,
    refusals=words.REFUSALS,
)


class Slurm:
    """A :class:`~smcogui.runs.cluster.scheduler.Scheduler` for Slurm 20.11 and newer."""

    key: Final = "slurm"
    name: Final = "Slurm"
    caveat: Final = ""
    ids_at_once: Final = IDS_AT_ONCE

    def why_missing(self) -> str:
        """Return nothing, as nothing is needed on this computer."""
        return ""

    def label(self, job_id: str, task: int, tasks: int) -> str:
        """Return a task as ``scancel`` takes it."""
        return f"{job_id}_{task}"

    def output_name(self, token: str, job_id: str, task: int, tasks: int) -> str:
        """Return the name of a task's log, which Slurm writes to."""
        return f"{job_id}_{task}.log"

    # --- submitting ------------------------------------------------------------------------

    def submit_script(self, request: JobRequest) -> str:
        """Return the job script."""
        return write_slurm_script(request)

    def submit_command(self, script: str) -> Command:
        """Return the command that submits a script."""
        check_path(script)
        # SBATCH_* variables of the account must not change what the script says.
        return (*_without_variables(), "sbatch", "--parsable", "--export=ALL", "--", script)

    def parse_submit(self, answer: Answer) -> str:
        """Return the job id."""
        return _SUBMITTING.job_id(answer)

    def test_command(self, script: str) -> Command:
        """Return the command that has a script checked without submitting it."""
        check_path(script)
        return (*_without_variables(), "sbatch", "--test-only", "--", script)

    def parse_test(self, answer: Answer) -> TestedScript:
        """Return what Slurm says of the script."""
        said = said_by(answer)
        if _SUBMITTING.is_silent(said):
            raise down("sbatch --test-only", said)
        if answer.exit_code:
            return TestedScript(is_accepted=False, words=_SUBMITTING.refused(said).message)
        starts = _STARTS.search(said)
        return TestedScript(
            is_accepted=True, words=said, starts_at=starts[1] if starts is not None else ""
        )

    # --- following -------------------------------------------------------------------------

    def queue_command(self, ids: Sequence[str]) -> Command:
        """Return the command that asks for jobs that wait or run, a line per task."""
        return (*_squeue(), f"--jobs={_joined(ids)}")

    def parse_queue(self, answer: Answer) -> list[JobRow]:
        """Return a row per task."""
        if answer.exit_code and "invalid job id" not in said_by(answer).lower():
            raise down("squeue", said_by(answer))
        require_whole(answer)
        return answers.read_queue(answer.text)

    def accounting_command(self, ids: Sequence[str]) -> Command:
        """Return the command that asks for finished jobs; each start of a task is a row."""
        return (*_sacct(), f"--jobs={_joined(ids)}")

    def parse_accounting(self, answer: Answer) -> list[JobRow] | None:
        """Return a row per task; None where the cluster keeps no accounts of jobs."""
        said = said_by(answer)
        if answer.exit_code:
            if "accounting storage is disabled" in said.lower():
                return None
            if answer.exit_code == 127 or _SUBMITTING.is_silent(said):
                raise down("sacct", said)
            # Forbidden, too old, not installed: as good as none.
            return None
        require_whole(answer)
        return answers.read_accounting(answer.text)

    def is_sure(self, row: JobRow) -> bool:
        """Tell whether the queue's word is the last: how a task failed, it does not say."""
        return row.state is not JobState.FAILED

    def controller_command(self, job_id: str) -> Command:
        """Return the command that asks the controller for one array."""
        return ("scontrol", "--oneliner", "show", "job", _joined([job_id]))

    def parse_controller(self, answer: Answer) -> list[JobRow]:
        """Return a row per task; empty where the controller does not know the job any more."""
        if answer.exit_code:
            if "invalid job id" in said_by(answer).lower():
                return []
            raise down("scontrol", said_by(answer))
        require_whole(answer)
        return answers.read_controller(answer.text)

    def search_commands(self, token: str) -> tuple[Command, Command]:
        """Return the commands that look for a token in the queue and among finished jobs."""
        check_token(token)
        # Without a time sacct begins at midnight.
        return (
            (*_squeue(), f"--name={token}"),
            (*_sacct(), f"--name={token}", "--starttime=now-30days"),
        )

    def cancel_command(self, ids: Sequence[str]) -> Command:
        """Return the command that cancels arrays or tasks; its exit code says nothing."""
        return ("scancel", "--", *checked_labels(ids, IDS_AT_ONCE))

    def explain(self, row: JobRow) -> PendingReason | None:
        """Return why a task waits; None where it does not."""
        return words.explain_reason(row.reason or "None") if row.state is JobState.PENDING else None

    # --- the cluster -----------------------------------------------------------------------

    def partitions_command(self) -> Command:
        """Return the command that lists partitions, their limits and nodes."""
        return ("sinfo", "--noheader", f"--format={answers.PARTITION_FORMAT}")

    def parse_partitions(self, answer: Answer) -> list[Partition]:
        """Return the partitions."""
        require_success(answer, "sinfo")
        return answers.read_partitions(answer.text)

    def limits_command(self) -> Command:
        """Return the command that tells the limits of the whole cluster."""
        return ("scontrol", "show", "config")

    def parse_limits(self, answer: Answer) -> Limits:
        """Return the limits."""
        require_success(answer, "scontrol")
        return answers.read_limits(answer.text)

    def associations_command(self, user: str) -> Command:
        """Return the command that lists the accounts of a user."""
        check_user(user)
        fields = ",".join(answers.ASSOCIATION_FIELDS)
        return (
            *("sacctmgr", "--noheader", "--parsable2", "--readonly", "show", "associations"),
            *(f"user={user}", f"format={fields}"),
        )

    def parse_associations(self, answer: Answer) -> list[Association]:
        """Return the accounts; none where the cluster keeps no accounts."""
        return [] if answer.exit_code else answers.read_associations(answer.text)

    def own_tasks_command(self, user: str, account: str = "") -> Command:
        """Return the command that lists all tasks of a user in the queue, a line each."""
        check_user(user)
        of_account = (f"--account={account}",) if account else ()
        return ("squeue", "--noheader", "--array", "--format=%i", f"--user={user}", *of_account)

    def parse_own_tasks(self, answer: Answer) -> int:
        """Return how many there are."""
        require_success(answer, "squeue")
        return len(answer.text.split())


_VARIABLES: Final = "ARRAY_INX PARTITION ACCOUNT QOS TIMELIMIT JOB_NAME OUTPUT SIGNAL REQUEUE"


def _without_variables() -> tuple[str, ...]:
    unset = (word for name in _VARIABLES.split() for word in ("-u", f"SBATCH_{name}"))
    return ("env", *unset)


def _squeue() -> Command:
    # --array: one line a task, as lists of tasks are cut off after 64 characters. --states: also
    # what ended in the last minutes, which serves clusters without accounting.
    options = ("--noheader", "--array", "--states=all", f"--format={answers.QUEUE_FORMAT}")
    return ("squeue", *options)


def _sacct() -> Command:
    fields = ",".join(answers.ACCOUNTING_FIELDS)
    return ("sacct", "--noheader", "--parsable2", "--duplicates", f"--format={fields}")


def _joined(ids: Sequence[str]) -> str:
    return ",".join(checked_labels(ids, IDS_AT_ONCE))

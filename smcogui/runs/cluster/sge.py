"""SGE (Sun, Son of, Univa or Altair Grid Engine): its commands, and what their answers mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster import sge_answers as answers
from smcogui.runs.cluster import sge_words as words
from smcogui.runs.cluster.job import JobState
from smcogui.runs.cluster.job_script import check_path, check_token
from smcogui.runs.cluster.qtoolkit_header import why_missing
from smcogui.runs.cluster.scheduler import TestedScript
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
from smcogui.runs.cluster.sge_script import write_sge_script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.runs.cluster.job import JobRow, PendingReason
    from smcogui.runs.cluster.remote import Answer
    from smcogui.runs.cluster.scheduler import Association, Command, JobRequest, Limits, Partition

_IDS_AT_ONCE: Final = 50
_MOST_VERIFIED: Final = 5
_SUBMITTING: Final = Submitting(
    scheduler="SGE",
    program="qsub",
    accepted=re.compile(r"^(\d{1,10})(?:\.\d+-\d+:\d+)?$", re.MULTILINE | re.ASCII),
    complaint=re.compile(r"\s*(?:Unable to run job:|Exiting\.|qsub:)\s*"),
    silence=words.SILENCE,
    refusals=words.REFUSALS,
)

# qstat lists all jobs of the user whatever is asked for. What one of them waits for, and whether it
# ever stops to wait (qalter -w v changes nothing), is asked about the first ones.
_QUEUE: Final = f"""\
me=$(id -un)
{section("jobs")}; qstat -u "$me" -s prs -xml || exit
{section("finished")}; qstat -u "$me" -s z -xml
{section("now")}; date +%Y-%m-%dT%H:%M:%S
{section("details")}
for each; do qstat -j "$each" 2>/dev/null; done
{section("verified")}
waiting=$(qstat -u "$me" -s p | awk '{{print $1}}' | sort -u)
asked=0
for each; do
  echo "$waiting" | grep -qx "$each" || continue
  asked=$((asked + 1)); [ "$asked" -le {_MOST_VERIFIED} ] || break
  echo "job $each"; qalter -w v "$each" 2>&1
done
exit 0"""
# Accounts of years are one file, searched for each job: what takes too long is asked again.
_ACCOUNTS: Final = (
    f"""\
FACTS='{"|".join(answers.ACCOUNT_FACTS)}'
"""
    + """\
command -v qacct >/dev/null || exit 127
if command -v timeout >/dev/null; then bounded() { timeout -k 2 20 "$@"; }
else bounded() { "$@"; }; fi
end=$(($(date +%s) + 15))
for each; do
  [ "$(date +%s)" -lt "$end" ] || break
  told=$(bounded qacct -j "$each" 2>&1); code=$?
  case $code:$told in
    0:*) printf '%s\n' "$told" | grep -E '^(=+|'"$FACTS"')( |$)' ;;
    124:* | 137:*) break ;;
    *"not found"*) ;;
    *) printf '%s\n' "$told" >&2; exit 1 ;;
  esac
done
exit 0"""
)
_QUEUES: Final = f"""\
{section("queues")}; names=$(qconf -sql) || exit
for each in $names; do qconf -sq "$each"; done
{section("instances")}; qselect
{section("hosts")}
gpus=$(qconf -sc | awk '$1 ~ /^n?gpus?$|^gpu_|^cuda$/ {{print $1}}' | paste -sd, -)
if [ -n "$gpus" ]; then qhost -F "$gpus"; else qhost; fi
exit 0"""
_LIMITS: Final = f"""\
{section("configuration")}; qconf -sconf || exit
{section("version")}; qstat -help | head -n 1
{section("cell")}; cat "$SGE_ROOT/${{SGE_CELL:-default}}/common/cluster_name" 2>/dev/null
{section("qacct")}; command -v qacct
{section("environments")}; qconf -spl 2>/dev/null
{section("complexes")}; qconf -sc
exit 0"""
_PROJECTS: Final = "qconf -sprjl 2>/dev/null; exit 0"


class Sge:
    """A :class:`~smcogui.runs.cluster.scheduler.Scheduler` for SGE 6.2, 8 and their kind."""

    key: Final = "sge"
    name: Final = "SGE"
    caveat: Final = ""
    ids_at_once: Final = _IDS_AT_ONCE

    def why_missing(self) -> str:
        """Return how to add what writes scripts for SGE, where it is missing."""
        return why_missing(self.name)

    def label(self, job_id: str, task: int, tasks: int) -> str:
        """Return a task as ``qdel`` takes it; SGE counts from 1."""
        return f"{job_id}.{task + 1}"

    def output_name(self, token: str, job_id: str, task: int, tasks: int) -> str:
        """Return the name of the file that SGE writes what a script says before its own log."""
        return f"{token}.o{job_id}.{task + 1}"

    # --- submitting ------------------------------------------------------------------------

    def submit_script(self, request: JobRequest) -> str:
        """Return the job script."""
        return write_sge_script(request)

    def submit_command(self, script: str) -> Command:
        """Return the command that submits a script."""
        check_path(script)
        return ("qsub", "-terse", script)

    def parse_submit(self, answer: Answer) -> str:
        """Return the job id."""
        return _SUBMITTING.job_id(answer)

    def test_command(self, script: str) -> Command:
        """Return the command that asks whether an empty cluster could run a script."""
        check_path(script)
        return ("qsub", "-w", "v", script)

    def parse_test(self, answer: Answer) -> TestedScript:
        """Return what SGE says of the script."""
        said = said_by(answer)
        if _SUBMITTING.is_silent(said):
            raise down("qsub -w v", said)
        if answer.exit_code:
            return TestedScript(is_accepted=False, words=_SUBMITTING.refused(said).message)
        return TestedScript(is_accepted=True, words=said)

    # --- following -------------------------------------------------------------------------

    def queue_command(self, ids: Sequence[str]) -> Command:
        """Return the command that asks for jobs that wait or run, and why they wait."""
        return ("sh", "-c", _QUEUE, "sh", *checked_labels(ids, _IDS_AT_ONCE))

    def parse_queue(self, answer: Answer) -> list[JobRow]:
        """Return a row per task; jobs of the user that nobody asked for are among them."""
        require_success(answer, "qstat")
        require_whole(answer)
        return answers.read_queue(answer.text)

    def accounting_command(self, ids: Sequence[str]) -> Command:
        """Return the command that asks for finished jobs."""
        return ("sh", "-c", _ACCOUNTS, "sh", *checked_labels(ids, _IDS_AT_ONCE))

    def parse_accounting(self, answer: Answer) -> list[JobRow] | None:
        """Return a row per task; None where accounts cannot be read here."""
        if answer.exit_code:
            return None
        require_whole(answer)
        return answers.read_accounting(answer.text)

    def is_sure(self, row: JobRow) -> bool:
        """Tell whether the queue's word is the last: how a task ended, only accounts say."""
        return not row.is_ended

    def controller_command(self, job_id: str) -> None:
        """Return None: nobody knows more than queue and accounts."""

    def parse_controller(self, answer: Answer) -> list[JobRow]:
        """Return nothing."""
        return []

    def search_commands(self, token: str) -> tuple[Command, Command]:
        """Return the commands that look for a token in the queue and among finished jobs."""
        check_token(token)
        return (
            ("sh", "-c", _QUEUE, "sh"),
            ("sh", "-c", _ACCOUNTS, "sh", token),
        )

    def cancel_command(self, ids: Sequence[str]) -> Command:
        """Return the command that cancels arrays or tasks; its exit code says nothing."""
        labels = [each.partition("_") for each in checked_labels(ids, 200)]
        return ("qdel", *(f"{job}.{int(task) + 1}" if task else job for job, _, task in labels))

    def explain(self, row: JobRow) -> PendingReason | None:
        """Return why a task waits; None where it does not."""
        if row.state is not JobState.PENDING:
            return None
        return words.explain_reason(row.told, row.reason)

    # --- the cluster -----------------------------------------------------------------------

    def partitions_command(self) -> Command:
        """Return the command that lists queues, their limits and hosts."""
        return ("sh", "-c", _QUEUES)

    def parse_partitions(self, answer: Answer) -> list[Partition]:
        """Return the queues."""
        require_success(answer, "qconf")
        return answers.read_partitions(answer.text)

    def limits_command(self) -> Command:
        """Return the command that tells the limits of the whole cluster."""
        return ("sh", "-c", _LIMITS)

    def parse_limits(self, answer: Answer) -> Limits:
        """Return the limits."""
        require_success(answer, "qconf")
        return answers.read_limits(answer.text)

    def associations_command(self, user: str) -> Command:
        """Return the command that lists projects, which SGE has in the place of accounts."""
        check_user(user)
        return ("sh", "-c", _PROJECTS)

    def parse_associations(self, answer: Answer) -> list[Association]:
        """Return the projects."""
        return answers.read_projects(answer.text)

    def own_tasks_command(self, user: str, account: str) -> Command:
        """Return the command that lists what a user has in the queue."""
        check_user(user)
        return ("qstat", "-g", "d", "-u", user)

    def parse_own_tasks(self, answer: Answer) -> int:
        """Return how many tasks these are."""
        require_success(answer, "qstat")
        return sum(line.strip()[:1].isdigit() for line in answer.text.splitlines())

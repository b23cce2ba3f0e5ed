"""What the commands of PBS print, read into rows: strange lines are left out, strange words kept.

The text of ``qstat -f`` is read and not its JSON: some versions print only the first of several
jobs as JSON (openpbs/openpbs issue 2672), or JSON that is none where a value has odd characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster import pbs_words as words
from smcogui.runs.cluster.job import JobRow, JobState, Source
from smcogui.runs.cluster.scheduler import Limits, Partition
from smcogui.runs.cluster.scheduler_calls import sections
from smcogui.runs.cluster.values import check_rows, megabytes, number, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Facts = dict[str, str]

JOB_FACTS: Final = (
    *("Job_Name", "job_state", "substate", "comment", "Exit_status", "exec_host", "stime"),
    *("resources_used.walltime", "resources_used.mem", "Resource_List.walltime"),
    *("Resource_List.mem", "Resource_List.ncpus", "Resource_List.ngpus", "run_count"),
    *("array_indices_remaining", "estimated.start_time"),
)
"""What is read of a job; the rest, such as its environment, is most of the text."""
_ID: Final = re.compile(r"(\d{1,10})(?:\[(\d{0,7})\])?(?:\.[\w.-]+)?")
_HEAD: Final = re.compile(r"(?:Job Id|Queue|Server): *(\S+)")
_FACT: Final = re.compile(r" +([A-Za-z][\w.]*) = (.*)")
_NODE_FACT: Final = re.compile(r"\s+([A-Za-z][\w.]*) = (.*)")
_USER_LIMIT: Final = re.compile(r"\[(?:[^\]]*,)?u:PBS_GENERIC=(\d+)")


def read_jobs(text: str, source: Source) -> list[JobRow]:
    """Return the rows of ``qstat -f -t``, one per task; an array as a whole is none."""
    told = read_blocks(text)
    arrays = {match[1]: facts for match, facts in _jobs(told) if match[2] == ""}
    rows: list[JobRow] = []
    for match, facts in _jobs(told):
        if match[2] == "":
            continue
        # A task that waits says less of itself than the array.
        whole = arrays.get(match[1], {})
        rows.append(_row(match[1], int(match[2] or 0), {**_kept(whole), **facts}, source))
        check_rows(rows)
    named = {row.job_id for row in rows}
    for job_id, facts in arrays.items():
        if job_id not in named:
            rows.extend(_queued(job_id, facts, source))
            check_rows(rows)
    return rows


def _jobs(told: Iterable[tuple[str, Facts]]) -> list[tuple[re.Match[str], Facts]]:
    matches = ((_ID.fullmatch(name), facts) for name, facts in told)
    return [(match, facts) for match, facts in matches if match is not None]


def _kept(whole: Mapping[str, str]) -> Facts:
    return {key: whole[key] for key in ("Job_Name", "comment") if key in whole}


def _queued(job_id: str, facts: Facts, source: Source) -> list[JobRow]:
    """Return the tasks of an array of which only the whole is told, those that have not begun."""
    if facts.get("job_state", "") in {*words.OVER, words.BEGUN}:
        return []
    spans = re.findall(r"(\d{1,7})(?:-(\d{1,7}))?", facts.get("array_indices_remaining", ""))
    tasks = [task for first, last in spans for task in range(int(first), int(last or first) + 1)]
    check_rows(tasks)
    return [_row(job_id, task, facts, source) for task in tasks]


def _row(job_id: str, task: int, facts: Facts, source: Source) -> JobRow:
    letter, comment = facts.get("job_state", ""), facts.get("comment", "")
    told_exit = facts.get("Exit_status", "")
    exit_status = int(told_exit) if re.fullmatch(r"-?\d{1,5}", told_exit) else None
    elapsed_s = seconds(facts.get("resources_used.walltime", ""))
    limit_s = seconds(facts.get("Resource_List.walltime", ""))
    is_late = elapsed_s is not None and limit_s is not None and elapsed_s >= limit_s
    state = words.STATES.get(letter, JobState.UNKNOWN)
    reason = comment if state is JobState.PENDING else ""
    if letter in words.OVER:
        state = words.ended_as(exit_status, facts.get("substate", ""), is_late=is_late)
        reason = words.reason_of(exit_status, comment)
    is_script = exit_status is not None and 0 <= exit_status < 256
    return JobRow(
        job_id=job_id,
        task=task,
        name=facts.get("Job_Name", ""),
        state=state,
        told=letter,
        reason=reason,
        exit_code=exit_status if is_script else None,
        signal=words.signal_of(exit_status),
        node=facts.get("exec_host", "").partition("/")[0],
        elapsed_s=elapsed_s,
        limit_s=limit_s,
        starts_at=facts.get("stime", facts.get("estimated.start_time", "")),
        cpus=number(facts.get("Resource_List.ncpus", "")),
        gpus=number(facts.get("Resource_List.ngpus", "")),
        memory_MB=_memory(facts.get("Resource_List.mem", "")),
        peak_memory_MB=_memory(facts.get("resources_used.mem", "")),
        restarts=max(0, number(facts.get("run_count", "")) - 1),
        source=source,
    )


def read_blocks(text: str) -> list[tuple[str, Facts]]:
    """Return name and attributes of each job, queue or server of ``qstat -f``.

    Lines that were broken are joined. The first of two attributes of a name counts: what PBS says
    itself comes before what users bring along, such as the environment.
    """
    found: list[tuple[str, Facts]] = []
    for line in re.sub(r"\n\t", "", text).split("\n"):
        head, fact = _HEAD.match(line), _FACT.fullmatch(line.rstrip())
        if head is not None:
            found.append((head[1], {}))
        elif fact is not None and found:
            found[-1][1].setdefault(fact[1], fact[2].strip())
    return found


# --- the cluster -----------------------------------------------------------------------------


def read_limits(text: str) -> Limits:
    """Return what ``qstat -B -f`` says about limits."""
    name, facts = next(iter(read_blocks(text)), ("", {}))
    most = facts.get("max_array_size", "")
    limit = _USER_LIMIT.search(facts.get("max_queued", ""))
    return Limits(
        version=facts.get("pbs_version", ""),
        cluster=name,
        # PBS' own default, where nobody set it.
        max_array_size=int(most) if most.isdecimal() else 10_000,
        max_submit=int(limit[1]) if limit is not None else None,
        has_accounting=facts.get("job_history_enable", "") == "True",
        job_memory_s=0,
    )


def read_queues(text: str) -> list[Partition]:
    """Return the queues of ``qstat -Q -f``, with their nodes of ``pbsnodes -a``."""
    told = sections(text)
    nodes = _read_nodes(told.get("nodes", ""))
    server = next(iter(read_blocks(told.get("server", ""))), ("", Facts()))[1]
    return [
        _queue(name, facts, nodes, is_default=name == server.get("default_queue"))
        for name, facts in read_blocks(told.get("queues", ""))
    ]


def _queue(name: str, facts: Facts, nodes: Sequence[Facts], *, is_default: bool) -> Partition:
    limit_s = seconds(facts.get("resources_max.walltime", ""))
    mine = [node for node in nodes if _serves(node, name)]
    cores = [number(node.get("resources_available.ncpus", "")) for node in mine]
    memory = [_memory(node.get("resources_available.mem", "")) for node in mine]
    gpus = max((number(node.get("resources_available.ngpus", "")) for node in mine), default=0)
    most_gpus = facts.get("resources_max.ngpus", "")
    gpus = min(gpus, int(most_gpus)) if most_gpus.isdecimal() else gpus
    return Partition(
        name=name,
        is_default=is_default,
        is_up=facts.get("enabled") == facts.get("started") == "True",
        max_time_min=None if limit_s is None else limit_s // 60,
        nodes=len(mine),
        cpus_per_node=min(filter(None, cores), default=0),
        memory_MB_per_node=min(filter(None, memory), default=0.0),
        gres=(f"gpu:{gpus}",) if gpus else (),
    )


def _serves(node: Mapping[str, str], queue: str) -> bool:
    """Tell whether a node is for a queue; nodes that say nothing are for all."""
    named = node.get("queue", "") or node.get("resources_available.Qlist", "")
    return not named or queue in named.split(",")


def _read_nodes(text: str) -> list[Facts]:
    found: list[Facts] = []
    for line in text.split("\n"):
        fact = _NODE_FACT.fullmatch(line.rstrip())
        if fact is not None and found:
            found[-1].setdefault(fact[1], fact[2].strip())
        elif line and not line[0].isspace():
            found.append({})
    return [node for node in found if "resources_available.ncpus" in node]


def count_tasks(text: str) -> int:
    """Return how many tasks ``qstat -t -u`` lists: rows of arrays as a whole are none."""
    ids = (line.split()[0] for line in text.splitlines() if line[:1].isdigit())
    return sum("[]" not in each for each in ids)


def _memory(text: str) -> float | None:
    """Return ``4000mb`` or ``123456kb`` in MB; a plain number is bytes."""
    return megabytes(re.sub(r"(?i)b$", "", text).upper(), unit_of_a_number="B")

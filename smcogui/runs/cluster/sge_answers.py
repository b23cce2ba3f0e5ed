"""What the commands of SGE print, read into rows: strange lines are left out, strange words kept.

What looks like XML is read by patterns: an XML parser follows what a stranger wrote into it.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from smcogui.errors import UntrustedAnswerError
from smcogui.runs.cluster import sge_words as words
from smcogui.runs.cluster.job import JobRow, JobState, Source
from smcogui.runs.cluster.scheduler import Association, Limits, Partition
from smcogui.runs.cluster.scheduler_calls import sections
from smcogui.runs.cluster.values import MOST_ROWS, check_rows, megabytes, number, seconds, too_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Facts = dict[str, str]

ACCOUNT_FACTS: Final = (
    *("jobnumber", "taskid", "jobname", "failed", "exit_status", "ru_wallclock", "start_time"),
    *("hostname", "slots", "category"),
)
"""What is read of an account."""
_JOB: Final = re.compile(r"<job_list\b[^>]*>(.*?)</job_list>", re.DOTALL)
_TAG: Final = re.compile(r"<(\w+)>([^<]*)</\1>")
_DIGITS: Final = re.compile(r"\d{1,10}")
_SPAN: Final = re.compile(r"(\d{1,7})(?:-(\d{1,7})(?::(\d{1,7}))?)?")
_LINE: Final = re.compile(r"([A-Za-z_][\w -]*?):? {2,}(.*)")
_STAMP: Final = re.compile(r"^\d+: +(?:\S+ \S+ \[\d+:\d+\]: )?(?:error: )?")
_ASKED: Final = re.compile(r"([\w.]+)=([^,\s]+)")
_GPU: Final = re.compile(r"n?gpus?|gpu_\w+|cuda", re.IGNORECASE)
_MEMORY: Final = frozenset({"h_vmem", "m_mem_free", "mem_free", "s_vmem", "virtual_free", "h_rss"})


# --- jobs ------------------------------------------------------------------------------------


def read_queue(text: str) -> list[JobRow]:
    """Return the rows of the command that asks for jobs, one per task."""
    told = sections(text)
    if "jobs" not in told or "</job_info>" not in told["jobs"]:
        raise UntrustedAnswerError(
            "qstat printed something that is no list of jobs", key="scheduler"
        )
    details = {facts.get("job_number", ""): facts for facts in _details(told.get("details", ""))}
    nowhere = {
        job_id
        for job_id, said in _verified(told.get("verified", "")).items()
        if words.NOWHERE in said
    }
    now = _time(told.get("now", "").strip())
    rows: dict[tuple[str, int | None], JobRow] = {}
    for facts in (*_jobs(told.get("finished", "")), *_jobs(told["jobs"])):
        job_id = facts.get("JB_job_number", "")
        row = _queue_row(facts, details.get(job_id, {}), now, is_nowhere=job_id in nowhere)
        for task in _tasks(facts.get("tasks", "")):
            # What still is in the queue counts, and is told last.
            rows[job_id, task] = replace(row, task=task)
        check_rows(rows)
    return [row for (job_id, _), row in rows.items() if _DIGITS.fullmatch(job_id)]


def _queue_row(
    facts: Mapping[str, str], detail: Mapping[str, str], now: datetime | None, *, is_nowhere: bool
) -> JobRow:
    letters = facts.get("state", "")
    state = words.state_of(letters)
    began = facts.get("JAT_start_time", "") if state is not JobState.PENDING else ""
    start = _time(began)
    asked = dict(_ASKED.findall(detail.get("hard resource_list", "")))
    slots = number(facts.get("slots", ""))
    elapsed = None if start is None or now is None else (now - start).total_seconds()
    reason = ""
    if state is JobState.PENDING:
        said = _STAMP.sub("", detail.get("error reason", ""))
        waits = words.NOWHERE if is_nowhere else detail.get("scheduling info", "")
        reason = f"{words.ERROR}{said}" if said else waits
    return JobRow(
        job_id=facts.get("JB_job_number", ""),
        name=facts.get("JB_name", ""),
        state=state,
        told=letters,
        reason=reason,
        node=facts.get("queue_name", "").partition("@")[2],
        elapsed_s=None if elapsed is None else max(0, int(elapsed)),
        limit_s=_seconds(asked.get("h_rt", "")),
        starts_at=began,
        cpus=slots,
        gpus=sum(number(value) for name, value in asked.items() if _GPU.fullmatch(name)),
        memory_MB=_memory(asked, slots),
        is_ended=letters == words.FINISHED,
        source=Source.QUEUE,
    )


def _jobs(text: str) -> list[Facts]:
    return [
        {name: html.unescape(value).strip() for name, value in _TAG.findall(job)}
        for job in _JOB.findall(text)
    ]


def _details(text: str) -> list[Facts]:
    """Return what ``qstat -j`` says of each job; of several lines of a name the first one."""
    found: list[Facts] = []
    for line in text.split("\n"):
        fact = _LINE.match(line)
        if fact is None:
            continue
        name = re.sub(r" +\d+$", "", fact[1])
        if name == "job_number":
            found.append({})
        if found:
            found[-1].setdefault(name, fact[2].strip())
    return found


def _verified(text: str) -> dict[str, str]:
    """Return what SGE thinks of each job that waits, by its id."""
    parts = re.split(r"^job (\d{1,10})$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def read_accounting(text: str) -> list[JobRow]:
    """Return the rows of ``qacct -j``: a task once, as it was begun last."""
    found: dict[tuple[str, int | None], JobRow] = {}
    for block in re.split(r"^={20,}$", text, flags=re.MULTILINE)[1:]:
        facts: Facts = {}
        for line in block.split("\n"):
            name, _, value = line.partition(" ")
            facts.setdefault(name, value.strip())
        job_id = facts.get("jobnumber", "")
        if not _DIGITS.fullmatch(job_id):
            continue
        for task in _tasks(facts.get("taskid", "")):
            before = found.get((job_id, task))
            restarts = 0 if before is None else before.restarts + 1
            found[job_id, task] = _account_row(job_id, task, facts, restarts)
        check_rows(found)
    return list(found.values())


def _account_row(job_id: str, task: int | None, facts: Mapping[str, str], restarts: int) -> JobRow:
    failed = _first_number(facts.get("failed", ""))
    exit_status = _first_number(facts.get("exit_status", ""))
    wall = re.match(r"[\d.]+", facts.get("ru_wallclock", ""))
    elapsed_s = int(float(wall[0])) if wall is not None and wall[0].count(".") < 2 else None
    category = facts.get("category", "")
    asked = dict(_ASKED.findall(category))
    limit_s = _seconds(asked.get("h_rt", ""))
    slots = number(facts.get("slots", ""))
    is_late = elapsed_s is not None and limit_s is not None and elapsed_s >= limit_s
    signal = words.signal_of(failed, exit_status)
    return JobRow(
        job_id=job_id,
        task=task,
        name=facts.get("jobname", ""),
        state=words.ended_as(failed, exit_status, is_late=is_late),
        told=f"failed {failed}, exit {exit_status}" if failed else f"exit {exit_status}",
        reason=words.reason_of(failed, " ".join(facts.get("failed", "").split())),
        exit_code=exit_status if signal is None else None,
        signal=signal,
        node=facts.get("hostname", ""),
        elapsed_s=elapsed_s,
        limit_s=limit_s,
        starts_at=facts.get("start_time", ""),
        cpus=slots,
        gpus=sum(number(value) for name, value in asked.items() if _GPU.fullmatch(name)),
        memory_MB=_memory(asked, slots),
        restarts=restarts,
        source=Source.ACCOUNTING,
    )


def _tasks(text: str) -> list[int | None]:
    """Return tasks counted from 0 for ``3``, ``1,2`` or ``1-3:1``; None for a job without tasks."""
    if not text or text == "undefined":
        return [None]
    tasks: list[int | None] = []
    for part in text.split(","):
        span = _SPAN.fullmatch(part.strip())
        if span is None:
            continue
        first, last, step = int(span[1]), int(span[2] or span[1]), int(span[3] or 1)
        numbers = range(first - 1, last, step or 1)
        if len(numbers) > MOST_ROWS:
            raise too_many(len(numbers))
        tasks.extend(each for each in numbers if each >= 0)
    return tasks


# --- the cluster -----------------------------------------------------------------------------


def read_partitions(text: str) -> list[Partition]:
    """Return the queues, with the hosts that they have."""
    told = sections(text)
    hosts = _hosts(told.get("hosts", ""))
    members: dict[str, list[str]] = {}
    for line in told.get("instances", "").split():
        queue, _, host = line.partition("@")
        members.setdefault(queue, []).append(host)
    return [
        _queue(facts, [hosts[name] for name in members.get(queue, ()) if name in hosts])
        for facts in _configurations(told.get("queues", ""))
        if (queue := facts.get("qname", ""))
    ]


def _queue(facts: Mapping[str, str], hosts: list[Facts]) -> Partition:
    limit_s = _seconds(facts.get("h_rt", "").partition(",")[0])
    cores = [number(host.get("cores", "")) for host in hosts]
    memory = [megabytes(host.get("memory", "")) for host in hosts]
    kinds: dict[str, int] = {}
    for host in hosts:
        for name, value in host.items():
            if _GPU.fullmatch(name):
                kinds[name] = max(kinds.get(name, 0), int(float(value)))
    return Partition(
        name=facts["qname"],
        max_time_min=None if limit_s is None else limit_s // 60,
        nodes=len(hosts),
        cpus_per_node=min(filter(None, cores), default=0),
        memory_MB_per_node=min(filter(None, memory), default=0.0),
        gres=tuple(f"{name}:{count}" for name, count in kinds.items() if count),
    )


def _configurations(text: str) -> Iterable[Facts]:
    """Yield what ``qconf -sq`` says of each queue."""
    found: list[Facts] = []
    for line in re.sub(r"\\\n\s*", "", text).split("\n"):
        name, _, value = line.partition(" ")
        if name == "qname":
            found.append({})
        if found and name:
            found[-1].setdefault(name, value.strip())
    return found


def _hosts(text: str) -> dict[str, Facts]:
    """Return cores, memory and GPUs of each host, of ``qhost -F``."""
    found: dict[str, Facts] = {}
    last: Facts = {}
    for line in text.split("\n"):
        fields = line.split()
        resource = re.fullmatch(r"\s+(?:Host Resource\(s\): +)?\w\w:([\w.]+)=([\d.]+)", line)
        if resource is not None and resource[2].count(".") < 2:
            last[resource[1]] = resource[2]
        elif len(fields) >= 8 and line[:1].isalnum() and fields[0] not in {"HOSTNAME", "global"}:
            # HOSTNAME ARCH NCPU [NSOC NCOR NTHR] LOAD MEMTOT MEMUSE SWAPTO SWAPUS
            last = found[fields[0]] = {"cores": fields[2], "memory": fields[-4]}
    return found


def read_limits(text: str) -> Limits:
    """Return what version and configuration of the cluster say about limits."""
    told = sections(text)
    facts = next(iter(_configurations(f"qname\n{told.get('configuration', '')}")), {})
    most = facts.get("max_aj_tasks", "")
    complexes = [line.split() for line in told.get("complexes", "").split("\n")]
    return Limits(
        version=told.get("version", "").strip().split("\n")[0].removeprefix("SGE").strip()[:40],
        cluster=told.get("cell", "").strip()[:64],
        # 0 is no limit; SGE's own default is 75000.
        max_array_size=int(most) if most.isdecimal() and int(most) else 75_000,
        has_accounting=bool(told.get("qacct", "").strip()),
        job_memory_s=0,
        chooses_partition=True,
        parallel_environments=tuple(told.get("environments", "").split()),
        memory_resources=tuple(
            each[0] for each in complexes if len(each) == 8 and _is_given_memory(each)
        ),
    )


def _is_given_memory(fields: list[str]) -> bool:
    name, _, kind, _, requestable, consumable, *_ = fields
    is_given = consumable != "NO" and requestable != "NO"
    return kind == "MEMORY" and is_given and name in _MEMORY


def read_projects(text: str) -> list[Association]:
    """Return the projects of ``qconf -sprjl``, which stand for accounts."""
    return [Association(account=name) for name in text.split()]


# --- single values ---------------------------------------------------------------------------


def _seconds(text: str) -> int | None:
    """Return ``300``, ``0:5:0`` or ``01:00:00`` in s; None for INFINITY and the like."""
    return int(text) if text.isdecimal() else seconds(text)


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def _first_number(text: str) -> int:
    digits = _DIGITS.match(text)
    return int(digits[0]) if digits is not None else 0


def _memory(asked: Mapping[str, str], slots: int) -> float | None:
    each = (megabytes(value) for name, value in asked.items() if name in _MEMORY)
    least = min((size for size in each if size is not None), default=None)
    return None if least is None else least * max(1, slots)

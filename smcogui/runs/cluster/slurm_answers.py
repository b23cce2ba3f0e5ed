"""What Slurm's commands print, read into rows: strange lines are left out, strange words kept."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster.job import JobRow, Source
from smcogui.runs.cluster.scheduler import Association, Limits, Partition
from smcogui.runs.cluster.slurm_words import HELD_STATES, state_of
from smcogui.runs.cluster.values import (
    MOST_ROWS,
    check_rows,
    megabytes,
    number,
    seconds,
    too_many,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

QUEUE_FORMAT: Final = "%i|%T|%r|%M|%l|%N|%S|%C|%b|%m|%j"
QUEUE_FIELDS: Final = QUEUE_FORMAT.count("|") + 1
ACCOUNTING_FIELDS: Final = (
    *("JobID", "State", "ExitCode", "ElapsedRaw", "TimelimitRaw", "NodeList", "Start"),
    *("AllocCPUS", "AllocTRES", "ReqMem", "MaxRSS", "Reason", "JobName"),
)
PARTITION_FORMAT: Final = "%P|%a|%l|%D|%c|%m|%G|%f"
ASSOCIATION_FIELDS: Final = ("Account", "Partition", "QOS", "DefaultQOS", "MaxSubmitJobs")

_ID: Final = re.compile(r"(\d{1,10})(?:_(?:(\d{1,7})|\[([\d,:-]+?)(?:,?\.\.\.)?(?:%\d+)?\]))?")
_STEP: Final = re.compile(r"(\d{1,10}(?:_\d{1,7})?)\.[\w+]+")
_GPUS: Final = re.compile(r"gpu(?::[A-Za-z][\w.-]*)?[:=](\d+)")
_CONTROL_PAIR: Final = re.compile(r"(?:^|\s)([A-Za-z][\w/:.]*)=(\S*)")


# --- jobs ------------------------------------------------------------------------------------


def read_queue(text: str) -> list[JobRow]:
    """Return the rows of ``squeue -h -o QUEUE_FORMAT``, one per task."""
    rows: list[JobRow] = []
    for fields in _fields(text, QUEUE_FIELDS):
        job, word, reason, elapsed, limit, node, start, cpus, gres, memory, name = fields
        for job_id, task in expand_id(job):
            rows.append(
                JobRow(
                    job_id=job_id,
                    task=task,
                    name=name,
                    state=state_of(word),
                    told=word,
                    reason=word if word in HELD_STATES else reason,
                    node=_known(node),
                    elapsed_s=seconds(elapsed),
                    limit_s=seconds(limit),
                    starts_at=_known(start),
                    cpus=number(cpus),
                    gpus=gpu_count(gres),
                    memory_MB=megabytes(memory),
                    source=Source.QUEUE,
                )
            )
            check_rows(rows)
    return rows


def read_accounting(text: str) -> list[JobRow]:
    """Return the rows of ``sacct -n -P -D``: a task once, as it was begun last.

    Rows of steps tell the memory that was measured.
    """
    found: dict[tuple[str, int | None], JobRow] = {}
    peaks: dict[tuple[str, int | None], float] = {}
    for fields in _fields(text, len(ACCOUNTING_FIELDS)):
        step = _STEP.fullmatch(fields[0])
        if step is not None:
            (key,) = expand_id(step[1])
            peak = megabytes(fields[10], unit_of_a_number="K")
            peaks[key] = max(peaks.get(key, 0.0), peak or 0.0)
            continue
        for key in expand_id(fields[0]):
            before = found.get(key)
            restarts = 0 if before is None else before.restarts + 1
            found[key] = replace(_accounting_row(key, fields), restarts=restarts)
            if before is not None:
                # What an earlier start took says nothing about this one.
                peaks.pop(key, None)
            check_rows(found)
    return [replace(row, peak_memory_MB=peaks.get(key) or None) for key, row in found.items()]


def _accounting_row(key: tuple[str, int | None], fields: Sequence[str]) -> JobRow:
    _, word, code, elapsed, limit, node, start, cpus, tres, memory, _, reason, name = fields
    exit_code, signal = exit_of(code)
    return JobRow(
        job_id=key[0],
        task=key[1],
        name=name,
        state=state_of(word),
        told=word,
        reason=_known(reason),
        exit_code=exit_code,
        signal=signal,
        node=_known(node),
        elapsed_s=int(elapsed) if elapsed.isdecimal() else None,
        limit_s=int(limit) * 60 if limit.isdecimal() else None,
        starts_at=_known(start),
        cpus=number(cpus),
        gpus=gpu_count(tres),
        memory_MB=megabytes(memory),
        source=Source.ACCOUNTING,
    )


def read_controller(text: str) -> list[JobRow]:
    """Return the rows of ``scontrol show job -o``, one per task."""
    rows: list[JobRow] = []
    for line in text.splitlines():
        facts = dict(_CONTROL_PAIR.findall(line))
        array = facts.get("ArrayJobId")
        job = facts.get("JobId", "")
        if array is not None:
            tasks = facts.get("ArrayTaskId", "")
            job = f"{array}_{tasks}" if tasks.isdecimal() else f"{array}_[{tasks}]"
        word = facts.get("JobState", "")
        exit_code, signal = exit_of(facts.get("ExitCode", ""))
        for job_id, task in expand_id(job):
            rows.append(
                JobRow(
                    job_id=job_id,
                    task=task,
                    name=facts.get("JobName", ""),
                    state=state_of(word),
                    told=word,
                    reason=word if word in HELD_STATES else _known(facts.get("Reason", "")),
                    exit_code=exit_code,
                    signal=signal,
                    node=_known(facts.get("NodeList", "")),
                    elapsed_s=seconds(facts.get("RunTime", "")),
                    limit_s=seconds(facts.get("TimeLimit", "")),
                    starts_at=_known(facts.get("StartTime", "")),
                    cpus=number(facts.get("NumCPUs", "")),
                    gpus=gpu_count(facts.get("TRES", "")),
                    memory_MB=megabytes(facts.get("MinMemoryNode", "")),
                    restarts=number(facts.get("Restarts", "")),
                    source=Source.CONTROLLER,
                )
            )
            check_rows(rows)
    return rows


def expand_id(job: str) -> list[tuple[str, int | None]]:
    """Return job id and task for ``12``, ``12_3`` or each of ``12_[3-7,9%2]``; empty for others.

    A list that Slurm cut off (``...``) gives the tasks that it names.
    """
    match = _ID.fullmatch(job.strip())
    if match is None:
        return []
    job_id, task, several = match.groups()
    if task is not None:
        return [(job_id, int(task))]
    if several is None:
        return [(job_id, None)]
    return [(job_id, number) for number in _expand_list(several)]


def _expand_list(words: str) -> list[int]:
    found: list[int] = []
    for word in words.split(","):
        # 3-7 and, with a step, 0-20:4
        span, _, step = word.partition(":")
        first, _, last = span.partition("-")
        if not first.isdecimal() or not (last or first).isdecimal() or (step and step == "0"):
            continue
        numbers = range(int(first), int(last or first) + 1, int(step or 1))
        if len(numbers) > MOST_ROWS:
            raise too_many(len(numbers))
        found.extend(numbers)
    return found


# --- the cluster -----------------------------------------------------------------------------


def read_partitions(text: str) -> list[Partition]:
    """Return the partitions of ``sinfo -h -o PARTITION_FORMAT``, nodes of all kinds together."""
    found: dict[str, Partition] = {}
    for fields in _fields(text, PARTITION_FORMAT.count("|") + 1):
        name, up, limit, nodes, cpus, memory, gres, features = fields
        new = Partition(
            name=name.removesuffix("*"),
            is_default=name.endswith("*"),
            is_up=up == "up",
            max_time_min=None if (limit_s := seconds(limit)) is None else limit_s // 60,
            nodes=number(nodes),
            cpus_per_node=number(cpus.rstrip("+")),
            memory_MB_per_node=megabytes(memory.rstrip("+")) or 0.0,
            gres=tuple(_split_gres(gres)),
            features=tuple(filter(None, _known(features).split(","))),
        )
        old = found.get(new.name)
        found[new.name] = new if old is None else _both(old, new)
    return list(found.values())


def _both(old: Partition, new: Partition) -> Partition:
    return replace(
        old,
        nodes=old.nodes + new.nodes,
        cpus_per_node=min(old.cpus_per_node, new.cpus_per_node),
        memory_MB_per_node=min(old.memory_MB_per_node, new.memory_MB_per_node),
        gres=tuple(dict.fromkeys((*old.gres, *new.gres))),
        features=tuple(dict.fromkeys((*old.features, *new.features))),
    )


def _split_gres(text: str) -> list[str]:
    """Return ``gpu:v100:2`` for ``gpu:v100:2(S:0-1),shard:4``, and so on."""
    return [each for each in re.sub(r"\([^)]*\)", "", _known(text)).split(",") if each]


def read_limits(text: str) -> Limits:
    """Return what ``scontrol show config`` says about limits."""
    facts = dict(re.findall(r"^(\w+)\s*=\s*(.*?)\s*$", text, re.MULTILINE))
    size = facts.get("MaxArraySize", "")
    memory = facts.get("MinJobAge", "").split()
    storage = facts.get("AccountingStorageType", "")
    return Limits(
        version=facts.get("SLURM_VERSION", ""),
        cluster=facts.get("ClusterName", ""),
        max_array_size=int(size) if size.isdecimal() else Limits().max_array_size,
        has_accounting=storage not in {"", "(null)", "accounting_storage/none"},
        job_memory_s=int(memory[0]) if memory and memory[0].isdecimal() else 0,
    )


def read_associations(text: str) -> list[Association]:
    """Return the accounts of ``sacctmgr -n -P show associations format=ASSOCIATION_FIELDS``."""
    found = []
    for account, partition, qos, default, submit in _fields(text, len(ASSOCIATION_FIELDS)):
        found.append(
            Association(
                account=account,
                partition=partition,
                qos=tuple(filter(None, qos.split(","))),
                default_qos=default,
                max_submit=int(submit) if submit.isdecimal() else None,
            )
        )
    return found


# --- single values ---------------------------------------------------------------------------


def gpu_count(text: str) -> int:
    """Return the GPUs of ``gres:gpu:v100:2``, ``gpu:1(S:0)`` or ``cpu=4,gres/gpu=2``."""
    counts = [int(number) for number in _GPUS.findall(text)]
    # AllocTRES tells the same twice: gres/gpu=2,gres/gpu:v100=2.
    return max(counts, default=0)


def exit_of(text: str) -> tuple[int | None, int | None]:
    """Return exit code and signal of ``0:9``."""
    code, _, signal = text.partition(":")
    if not code.isdecimal() or not signal.isdecimal():
        return None, None
    return int(code), int(signal) or None


def _fields(text: str, count: int) -> Iterable[list[str]]:
    for line in text.splitlines():
        # The last field is a name, which may hold the separator.
        fields = [field.strip() for field in line.split("|", count - 1)]
        if len(fields) == count:
            yield fields


def _known(text: str) -> str:
    unknown = {"(null)", "N/A", "None assigned", "None", "Unknown", "n/a", "UNKNOWN"}
    return "" if text in unknown else text

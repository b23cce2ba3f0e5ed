"""The job script of an array for PBS Professional and OpenPBS: its ``#PBS`` lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster.job_script import (
    check_request,
    checked_extra,
    match,
    own_log_lines,
    refuse,
    refuse_ours,
    warning_lines,
    write_script,
)
from smcogui.runs.cluster.qtoolkit_header import common_options, pbs_header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smcogui.runs.cluster.scheduler import JobRequest, Resources

MOST_TASKS: Final = 1_000_000

_GRES: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9_-]*[:=]\d{1,4}(?:,[A-Za-z][A-Za-z0-9_-]*[:=]\d{1,4})*"
)
_CONSTRAINT: Final = re.compile(r"(?:^|:)[A-Za-z][A-Za-z0-9_]*=[A-Za-z0-9_.+-]+")
_EXTRA: Final = re.compile(r"-[A-Za-z](?: ?[^\s'\"\\`$#]+)?")
_IN_SELECT: Final = "the profile has a field for it"
_OURS: Final[Mapping[str, str]] = {
    "-J": "the number of tasks follows from the runs and the chunk",
    "-N": "jobs are found again by it",
    **dict.fromkeys(("-o", "-e", "-j", "-k", "-R"), "logs are read from the submission's folder"),
    **dict.fromkeys(("-S", "-C", "-I", "-X", "-z", "-h"), "the program sees to it"),
    "-r": "the profile has a field for requeueing",
    "-q": "the profile has a field for the queue (partition)",
    "-A": "the profile has a field for the account",
    "-l select": "cores, memory, GPUs and constraint of the profile make it",
    "-l nodes": "a task of the array is one process on one node",
    **dict.fromkeys(("-l walltime", "-l mem", "-l ncpus", "-l ngpus"), _IN_SELECT),
    "-W block": "the program waits by itself",
}


def write_pbs_script(request: JobRequest) -> str:
    """Return the script of an array; see :meth:`~smcogui.runs.cluster.scheduler.Scheduler`.

    An array of one task is written as a single job, for PBS has no such arrays.
    """
    check_request(request, most_tasks=MOST_TASKS)
    resources = request.resources
    options = common_options(request, "PBS")
    extras = [_checked_extra(line) for line in resources.extras]
    options["select"] = _select(resources)
    if resources.account:
        options["account"] = resources.account
    if request.tasks > 1:
        throttle = f"%{request.throttle}" if request.throttle else ""
        options["array"] = f"0-{request.tasks - 1}{throttle}"
    return write_script(
        request,
        directives=pbs_header(options, ("-S /bin/bash", "-j oe", *extras)),
        task='"${PBS_ARRAY_INDEX:-0}"',
        # 4711 of 4711[3].server
        job='"${PBS_JOBID%%[!0-9]*}"',
        begin=(*own_log_lines(), *warning_lines(request)),
    )


def _select(resources: Resources) -> str:
    """Return the one chunk that a task asks for, all of it on one node."""
    if resources.qos:
        refuse("qos", repr(resources.qos), "nothing: PBS has no QOS; use a queue, or more options")
    kind = "such as gpu:1; the kind of GPU is named in the constraint, such as gpu_model=v100"
    match(_GRES, resources.gres, "gres", kind)
    whole = "".join(_CONSTRAINT.findall(resources.constraint)) == resources.constraint
    if resources.constraint and not whole:
        allowed = "resources of the nodes such as gpu_model=v100:arch=x86_64"
        refuse("constraint", repr(resources.constraint), allowed)
    parts = ["select=1", f"ncpus={resources.cpus}"]
    if resources.memory_MB is not None:
        parts.append(f"mem={resources.memory_MB}mb")
    for name, count in re.findall(r"([\w-]+)[:=](\d+)", resources.gres):
        parts.append(f"{'ngpus' if name == 'gpu' else name}={count}")
    if resources.constraint:
        parts.append(resources.constraint)
    return ":".join(parts)


def _checked_extra(line: str) -> str:
    text = checked_extra(line, prefix="#PBS", pattern=_EXTRA, example="-l place=excl or -P project")
    option, value = text[:2], text[2:].strip()
    refuse_ours(line, option, _OURS)
    for part in value.split(","):
        refuse_ours(line, f"{option} {re.split('[=:]', part)[0]}", _OURS)
    return f"{option} {value}".strip()

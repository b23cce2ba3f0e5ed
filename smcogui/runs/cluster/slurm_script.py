"""The job script of a Slurm array: its ``#SBATCH`` lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster.job_script import (
    check_request,
    checked_extra,
    match,
    refuse_ours,
    warning_s,
    write_script,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smcogui.runs.cluster.scheduler import JobRequest

MOST_TASKS: Final = 4_000_001
"""Slurm's own limit on the size of an array."""

_GRES: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?:[:=][A-Za-z0-9_.-]+)*(?:,[A-Za-z0-9_.:=-]+)*")
_CONSTRAINT: Final = re.compile(r"[A-Za-z0-9_.+@&|,()\[\]*:=-]{1,256}")
_EXTRA: Final = re.compile(
    r"(--[a-z][a-z0-9-]*(?:[= ][^\s'\"\\`$]+)?|-[A-Za-z](?: ?[^\s'\"\\`$]+)?)"
)

_OURS: Final[dict[str, str]] = {
    **dict.fromkeys(("--array", "-a"), "the number of tasks follows from the runs and the chunk"),
    **dict.fromkeys(("--job-name", "-J", "--comment"), "jobs are found again by it"),
    **dict.fromkeys(
        ("--output", "-o", "--error", "-e", "--chdir", "-D", "--open-mode"),
        "logs are read from the folder of the submission",
    ),
    **dict.fromkeys(("--signal", "--export", "--parsable", "--wrap", "--test-only"), "it is set"),
    **dict.fromkeys(("--input", "-i", "--wait", "-W", "--hold", "-H"), "the program sees to it"),
    **dict.fromkeys(("--requeue", "--no-requeue"), "the profile has a field for it"),
    **dict.fromkeys(("--partition", "-p"), "the profile has a field for the partition"),
    **dict.fromkeys(("--account", "-A"), "the profile has a field for the account"),
    **dict.fromkeys(("--qos", "-q"), "the profile has a field for the QOS"),
    **dict.fromkeys(("--constraint", "-C"), "the profile has a field for the constraint"),
    **dict.fromkeys(("--gres",), "the profile has a field for GPUs"),
    **dict.fromkeys(("--time", "-t"), "the profile has a field for the time limit"),
    **dict.fromkeys(("--mem",), "the profile has a field for the memory"),
    **dict.fromkeys(("--cpus-per-task", "-c"), "the profile has a field for the cores"),
    **dict.fromkeys(
        ("--nodes", "-N", "--ntasks", "-n", "--ntasks-per-node"),
        "a task of the array is one process on one node",
    ),
}


def write_slurm_script(request: JobRequest) -> str:
    """Return the script of an array; see :meth:`~smcogui.runs.cluster.scheduler.Scheduler`."""
    check_request(request, most_tasks=MOST_TASKS)
    resources = request.resources
    match(_CONSTRAINT, resources.constraint, "constraint", "features such as v100|a100")
    match(_GRES, resources.gres, "gres", "such as gpu:1 or gpu:v100:2")
    return write_script(
        request,
        directives=[f"#SBATCH {line}" for line in _directives(request)],
        task='"${SLURM_ARRAY_TASK_ID:?this script is a task of a job array}"',
        job='"${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}"',
    )


def _directives(request: JobRequest) -> Iterator[str]:
    resources = request.resources
    throttle = f"%{request.throttle}" if request.throttle else ""
    yield f"--job-name={request.token}"
    yield f"--comment={request.token}"
    yield f"--array=0-{request.tasks - 1}{throttle}"
    yield "--nodes=1"
    yield "--ntasks=1"
    yield f"--cpus-per-task={resources.cpus}"
    if resources.time_limit_min is not None:
        yield f"--time={resources.time_limit_min}"
    # To the batch shell, whose place the runner takes by exec.
    yield f"--signal=B:USR1@{warning_s(request)}"
    if resources.memory_MB is not None:
        yield f"--mem={resources.memory_MB}M"
    for option in ("partition", "account", "qos", "constraint", "gres"):
        value = getattr(resources, option)
        if value:
            yield f'--{option}="{value}"' if set(value) & set("&|()[]*") else f"--{option}={value}"
    yield "--requeue" if request.requeue else "--no-requeue"
    yield "--open-mode=append"
    yield f'--chdir="{request.folder}"'
    yield f'--output="{request.folder}/logs/%A_%a.log"'
    for line in resources.extras:
        yield _checked_extra(line)


def _checked_extra(line: str) -> str:
    text = checked_extra(line, prefix="#SBATCH", pattern=_EXTRA, example="--exclusive or --nice=10")
    option = re.split(r"[= ]", text, maxsplit=1)[0]
    option = option if option.startswith("--") else option[:2]
    # Slurm takes any beginning of an option's name that is not ambiguous.
    whole = (ours for ours in _OURS if len(option) > 4 and ours.startswith(option))
    refuse_ours(line, next(whole, option), _OURS)
    return text

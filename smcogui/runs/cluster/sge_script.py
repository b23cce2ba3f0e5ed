"""The job script of an array for SGE and its descendants: its ``#$`` lines."""

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
from smcogui.runs.cluster.qtoolkit_header import common_options, sge_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smcogui.runs.cluster.scheduler import JobRequest, Resources

MOST_TASKS: Final = 1_000_000

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_GRES: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9_.-]*[:=]\d{1,4}(?:,[A-Za-z][A-Za-z0-9_.-]*[:=]\d{1,4})*"
)
_CONSTRAINT: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9_.]*(?:=[A-Za-z0-9_.*@|-]+)?(?:,[A-Za-z][A-Za-z0-9_.]*(?:=[A-Za-z0-9_.*@|-]+)?)*"
)
_EXTRA: Final = re.compile(r"-[A-Za-z][A-Za-z_]*(?: [^\s'\"\\`$#]+){0,2}")
_OURS: Final[Mapping[str, str]] = {
    "-t": "the number of tasks follows from the runs and the chunk",
    "-tc": "the profile has a field for tasks at once",
    "-N": "jobs are found again by it",
    **dict.fromkeys(
        ("-o", "-e", "-j", "-cwd", "-wd"), "logs are read from the submission's folder"
    ),
    **dict.fromkeys(
        ("-S", "-C", "-sync", "-now", "-h", "-terse", "-verify", "-w", "-b", "-notify", "-shell"),
        "the program sees to it",
    ),
    "-r": "the profile has a field for requeueing",
    "-q": "the profile has a field for the queue (partition)",
    "-P": "the profile has a field for the project (account)",
    "-pe": "the profile has fields for cores and parallel environment",
    **dict.fromkeys(("-l h_rt", "-l s_rt"), "the profile has a field for the time limit"),
}


def write_sge_script(request: JobRequest) -> str:
    """Return the script of an array; see :meth:`~smcogui.runs.cluster.scheduler.Scheduler`.

    SGE counts tasks from 1, and its own warning (``s_rt``) goes to all processes of the job at
    once, which ends those that are at work in the middle: the script warns itself.
    """
    check_request(request, most_tasks=MOST_TASKS)
    resources = request.resources
    options = common_options(request, "SGE")
    if not request.token[0].isalpha():
        refuse("token", repr(request.token), "a name that begins with a letter")
    extras = [_checked_extra(line) for line in resources.extras]
    options["array"] = f"1-{request.tasks}"
    asked = ",".join(_asked(resources))
    if asked:
        options["select"] = asked
    if resources.account:
        # So qtoolkit calls the project.
        options["device"] = resources.account
    if resources.cpus > 1:
        match(_WORD, resources.parallel_environment, "parallel_environment", "such as smp")
        options["model"] = f"{resources.parallel_environment or 'smp'} {resources.cpus}"
    more = [f"-wd {request.folder}", "-S /bin/bash", "-j y"]
    if request.throttle:
        more.append(f"-tc {request.throttle}")
    return write_script(
        request,
        directives=sge_header(options, (*more, *extras)),
        task='"$((${SGE_TASK_ID:?this script is a task of a job array} - 1))"',
        job='"$JOB_ID"',
        begin=(*own_log_lines(), *warning_lines(request)),
    )


def _asked(resources: Resources) -> Iterator[str]:
    """Yield the resources that a task asks for; SGE counts memory for each core."""
    if resources.qos:
        refuse("qos", repr(resources.qos), "nothing: SGE has no QOS; use a project or a queue")
    kind = "such as gpu:1, by the name that this cluster has for it (`qconf -sc` lists them)"
    match(_GRES, resources.gres, "gres", kind)
    match(_CONSTRAINT, resources.constraint, "constraint", "resources such as gpu_type=v100")
    if resources.memory_MB is not None and resources.memory_resource:
        match(_WORD, resources.memory_resource, "memory_resource", "such as mem_free or h_vmem")
        yield f"{resources.memory_resource}={-(-resources.memory_MB // resources.cpus)}M"
    for name, count in re.findall(r"([\w.-]+)[:=](\d+)", resources.gres):
        yield f"{name}={count}"
    if resources.constraint:
        yield resources.constraint


def _checked_extra(line: str) -> str:
    text = checked_extra(line, prefix="#$", pattern=_EXTRA, example="-l exclusive=true or -R y")
    option, *values = text.split()
    refuse_ours(line, option, _OURS)
    for part in ",".join(values).split(","):
        refuse_ours(line, f"{option} {part.split('=')[0]}", _OURS)
    return text

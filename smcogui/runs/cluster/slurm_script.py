"""The job script of a Slurm array. All that goes into it is checked: a newline is a command."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smcogui.runs.cluster.scheduler import JobRequest, Resources

TOKEN: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
MOST_TASKS: Final = 4_000_001
"""Slurm's own limit on the size of an array."""

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+@-]{0,127}(?:,[A-Za-z0-9._+@-]{1,128})*")
_GRES: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?:[:=][A-Za-z0-9_.-]+)*(?:,[A-Za-z0-9_.:=-]+)*")
_CONSTRAINT: Final = re.compile(r"[A-Za-z0-9_.+@&|,()\[\]*:=-]{1,256}")
_MODULE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+/@:=-]{0,127}")
_PATH: Final = re.compile(r"/[^\x00-\x1f\x7f%\\\"'`$]*")
_EXTRA: Final = re.compile(
    r"(--[a-z][a-z0-9-]*(?:[= ][^\s'\"\\`$]+)?|-[A-Za-z](?: ?[^\s'\"\\`$]+)?)"
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

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

_MODULES_SETUP: Final = """\
if ! command -v module >/dev/null 2>&1; then
    for init in /etc/profile.d/modules.sh /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh \\
        /usr/share/lmod/lmod/init/bash /usr/share/modules/init/bash; do
        if [ -r "$init" ]; then . "$init"; fi
        if command -v module >/dev/null 2>&1; then break; fi
    done
fi
"""
_WARN_PART: Final = 10
"""The warning comes in the last tenth of the time, or later."""
SETUP_FAILED: Final = 78
"""Exit code of a script whose modules or folder were not there: nothing was computed."""
OUT_OF_TIME: Final = 75
"""Exit code of a task that was warned of its time limit and stopped; what it did is kept."""
DUPLICATE: Final = 79
"""Exit code of a task of a second array of the same token; the first one does the work."""


def write_script(request: JobRequest) -> str:
    """Return the script of an array; see :meth:`~smcogui.runs.cluster.scheduler.Scheduler`."""
    _check_request(request)
    lines = [
        "#!/bin/bash",
        *(f"#SBATCH {line}" for line in _directives(request)),
        "umask 077",
        'SMCO_TASK="${SLURM_ARRAY_TASK_ID:?this script is a task of a job array}"',
        f"SMCO_FOLDER={shlex.quote(request.folder)}",
        "export SMCO_TASK SMCO_FOLDER",
        f'cd -- "$SMCO_FOLDER" || exit {SETUP_FAILED}',
        *_owner_lines(),
        *_module_lines(request.modules),
        *_prologue_lines(request.prologue),
        request.body.rstrip("\n"),
    ]
    return "\n".join(lines) + "\n"


def _directives(request: JobRequest) -> Iterator[str]:
    resources = request.resources
    throttle = f"%{request.throttle}" if request.throttle else ""
    yield f"--job-name={request.token}"
    yield f"--comment={request.token}"
    yield f"--array=0-{request.tasks - 1}{throttle}"
    yield "--nodes=1"
    yield "--ntasks=1"
    yield f"--cpus-per-task={resources.cpus}"
    warn_s = request.warn_s
    if resources.time_limit_min is not None:
        yield f"--time={resources.time_limit_min}"
        # A warning before the work has begun would end it.
        warn_s = min(warn_s, resources.time_limit_min * 60 // _WARN_PART)
    # To the batch shell, whose place the runner takes by exec.
    yield f"--signal=B:USR1@{warn_s}"
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
        yield checked_extra(line)


def _owner_lines() -> list[str]:
    """Return the lines that end the second of two arrays where a submission was doubled."""
    return [
        'job="${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}"',
        # With -C the file is made by one of them only.
        '(set -C; printf "%s\\n" "$job" > owner) 2>/dev/null',
        "for second in 1 2 3 4 5 6 7 8 9 10; do [ -s owner ] && break; sleep 1; done",
        'if [ "$(cat owner)" != "$job" ]; then',
        '    echo "smco: array $(cat owner) has this work already; $job ends"',
        f"    exit {DUPLICATE}",
        "fi",
    ]


def _module_lines(modules: tuple[str, ...]) -> list[str]:
    if not modules:
        return []
    lines = [_MODULES_SETUP.rstrip("\n")]
    for name in modules:
        words = f"smco: the module {name} cannot be loaded"
        lines.append(
            f"module load {shlex.quote(name)} || {{ echo {shlex.quote(words)}; "
            f"exit {SETUP_FAILED}; }}"
        )
    return lines


def _prologue_lines(prologue: str) -> list[str]:
    text = prologue.replace("\r\n", "\n").strip("\n")
    return [text] if text.strip() else []


# --- checks ---------------------------------------------------------------------------------


def _check_request(request: JobRequest) -> None:
    check_token(request.token)
    check_path(request.folder)
    if not 1 <= request.tasks <= MOST_TASKS:
        _refuse("tasks", str(request.tasks), f"1 to {MOST_TASKS}")
    if request.throttle is not None and request.throttle < 1:
        _refuse("throttle", str(request.throttle), "a whole number from 1 on")
    if not 0 <= request.warn_s <= 65535:
        _refuse("warn_s", str(request.warn_s), "0 to 65535 s")
    if "\0" in request.prologue or "\0" in request.body:
        _refuse("prologue", repr(request.prologue[:60]), "text without NUL characters")
    for name in request.modules:
        _match(_MODULE, name, "modules", "names such as cuda/12.4")
    _check_resources(request.resources)


def _check_resources(resources: Resources) -> None:
    for key in ("partition", "account", "qos"):
        _match(_NAME, getattr(resources, key), key, "letters, digits and . _ - + @, or nothing")
    _match(_CONSTRAINT, resources.constraint, "constraint", "features such as v100|a100")
    _match(_GRES, resources.gres, "gres", "such as gpu:1 or gpu:v100:2")
    numbers = (
        ("time_limit_min", resources.time_limit_min, 1, 525_600),
        ("memory_MB", resources.memory_MB, 1, 100_000_000),
        ("cpus", resources.cpus, 1, 4096),
    )
    for key, number, least, most in numbers:
        if number is not None and not least <= number <= most:
            _refuse(key, str(number), f"{least} to {most}")


def check_token(token: str) -> None:
    """Refuse a job name that is none of ours."""
    if not TOKEN.fullmatch(token):
        _refuse("token", repr(token), "1 to 64 letters, digits and . _ -")


def check_path(path: str) -> None:
    """Refuse a path that cannot stand in a ``#SBATCH`` line."""
    if not _PATH.fullmatch(path) or ".." in path.split("/") or len(path) > 1024:
        _refuse("scratch", repr(path), "an absolute path without % \\ quotes $ or line breaks")


def checked_extra(line: str) -> str:
    """Return one more option for Slurm as it stands behind ``#SBATCH``.

    Raises
    ------
    InputError
        If it is no option, holds characters that a shell could take for something else, or sets
        what the program sets.
    """
    if _CONTROL.search(line):
        _refuse("sbatch_extras", repr(line), "one option a line, without line breaks")
    text = line.strip().removeprefix("#SBATCH").strip()
    if not _EXTRA.fullmatch(text):
        _refuse("sbatch_extras", repr(line), "one option a line, such as --exclusive or --nice=10")
    option = re.split(r"[= ]", text, maxsplit=1)[0]
    option = option if option.startswith("--") else option[:2]
    # Slurm takes any beginning of an option's name that is not ambiguous.
    for ours, why in _OURS.items():
        if option == ours or (len(option) > 4 and ours.startswith(option)):
            _refuse("sbatch_extras", repr(line), f"anything but {ours}: {why}")
    return text


def _match(pattern: re.Pattern[str], value: str, key: str, allowed: str) -> None:
    if value and not pattern.fullmatch(value):
        _refuse(key, repr(value), allowed)


def _refuse(key: str, given: str, allowed: str) -> None:
    raise InputError(
        f"{key} is {given}, which cannot stand in a job script; allowed is {allowed}",
        key=key,
        given=given,
        allowed=allowed,
    )

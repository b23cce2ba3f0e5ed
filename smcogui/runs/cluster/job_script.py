"""The job script, as far as it is the same under every scheduler. A newline would be a command.

All that goes into a script is checked here or by the scheduler's own part
(:mod:`~smcogui.runs.cluster.slurm_script`, :mod:`~smcogui.runs.cluster.pbs_script`,
:mod:`~smcogui.runs.cluster.sge_script`).
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smcogui.runs.cluster.scheduler import JobRequest, Resources

TOKEN: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+@-]{0,127}(?:,[A-Za-z0-9._+@-]{1,128})*")
_MODULE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+/@:=-]{0,127}")
_PATH: Final = re.compile(r"/[^\x00-\x1f\x7f%\\\"'`$]*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

_MODULES_SETUP: Final = """\
if ! command -v module >/dev/null 2>&1; then
    for init in /etc/profile.d/modules.sh /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh \\
        /usr/share/lmod/lmod/init/bash /usr/share/modules/init/bash; do
        if [ -r "$init" ]; then . "$init"; fi
        if command -v module >/dev/null 2>&1; then break; fi
    done
fi
"""
# Gone within seconds of the script, so that no other process ever gets its signal.
_WARNING: Final = """\
(
    end=$(($(date +%s) + {seconds}))
    while kill -0 $$; do
        if [ "$(date +%s)" -ge "$end" ]; then
            kill -USR1 $$
            break
        fi
        sleep 5
    done
) </dev/null >/dev/null 2>&1 &
"""
_WARN_PART: Final = 10
"""The warning comes in the last tenth of the time, or later."""
SETUP_FAILED: Final = 78
"""Exit code of a script whose modules or folder were not there: nothing was computed."""
OUT_OF_TIME: Final = 75
"""Exit code of a task that was warned of its time limit and stopped; what it did is kept."""
DUPLICATE: Final = 79
"""Exit code of a task of a second array of the same token; the first one does the work."""


def write_script(
    request: JobRequest,
    *,
    directives: Iterable[str],
    task: str,
    job: str,
    begin: Iterable[str] = (),
) -> str:
    """Return the script of an array; see :meth:`~smcogui.runs.cluster.scheduler.Scheduler`.

    Parameters
    ----------
    request : JobRequest
        Checked by :func:`check_request` and by the scheduler's own part.
    directives : iterable of str
        Lines for the scheduler.
    task, job : str
        What the shell takes as index of the task, and as id of the array, which is digits.
    begin : iterable of str
        Lines that come first in the folder, with ``$job`` and ``$SMCO_TASK`` set.
    """
    lines = [
        "#!/bin/bash",
        *directives,
        "umask 077",
        f"SMCO_TASK={task}",
        f"SMCO_FOLDER={shlex.quote(request.folder)}",
        "export SMCO_TASK SMCO_FOLDER",
        f'cd -- "$SMCO_FOLDER" || exit {SETUP_FAILED}',
        f"job={job}",
        *begin,
        *_owner_lines(),
        *_module_lines(request.modules),
        *_prologue_lines(request.prologue),
        request.body.rstrip("\n"),
    ]
    return "\n".join(lines) + "\n"


def own_log_lines() -> list[str]:
    """Return the lines that let a task write to its log by itself, as it goes on.

    For schedulers that bring output only at the end, or cannot name it after the task.
    """
    return ['exec >>"logs/${job}_$SMCO_TASK.log" 2>&1']


def warning_lines(request: JobRequest) -> list[str]:
    """Return the lines that warn the script of its time limit by SIGUSR1.

    For schedulers that do not, or send it to all processes of the job at once.
    """
    limit_min = request.resources.time_limit_min
    warn_s = warning_s(request)
    if limit_min is None or not warn_s:
        return []
    return _WARNING.format(seconds=limit_min * 60 - warn_s).rstrip("\n").split("\n")


def warning_s(request: JobRequest) -> int:
    """Return how long before the time limit a task is warned, in s."""
    limit_min = request.resources.time_limit_min
    # A warning before the work has begun would end it.
    return (
        request.warn_s if limit_min is None else min(request.warn_s, limit_min * 60 // _WARN_PART)
    )


def _owner_lines() -> list[str]:
    """Return the lines that end the second of two arrays where a submission was doubled."""
    return [
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


def check_request(request: JobRequest, *, most_tasks: int) -> None:
    """Refuse what cannot stand in the script of any scheduler, or asks for what none has.

    Raises
    ------
    InputError
        The message says which value, and what is allowed.
    """
    check_token(request.token)
    check_path(request.folder)
    if not 1 <= request.tasks <= most_tasks:
        refuse("tasks", str(request.tasks), f"1 to {most_tasks}")
    if request.throttle is not None and request.throttle < 1:
        refuse("throttle", str(request.throttle), "a whole number from 1 on")
    if not 0 <= request.warn_s <= 65535:
        refuse("warn_s", str(request.warn_s), "0 to 65535 s")
    if "\0" in request.prologue or "\0" in request.body:
        refuse("prologue", repr(request.prologue[:60]), "text without NUL characters")
    for name in request.modules:
        match(_MODULE, name, "modules", "names such as cuda/12.4")
    _check_resources(request.resources)


def _check_resources(resources: Resources) -> None:
    for key in ("partition", "account", "qos"):
        match(_NAME, getattr(resources, key), key, "letters, digits and . _ - + @, or nothing")
    numbers = (
        ("time_limit_min", resources.time_limit_min, 1, 525_600),
        ("memory_MB", resources.memory_MB, 1, 100_000_000),
        ("cpus", resources.cpus, 1, 4096),
    )
    for key, number, least, most in numbers:
        if number is not None and not least <= number <= most:
            refuse(key, str(number), f"{least} to {most}")


def check_token(token: str) -> None:
    """Refuse a job name that is none of ours."""
    if not TOKEN.fullmatch(token):
        refuse("token", repr(token), "1 to 64 letters, digits and . _ -")


def check_path(path: str) -> None:
    """Refuse a path that cannot stand in a line for a scheduler."""
    if not _PATH.fullmatch(path) or ".." in path.split("/") or len(path) > 1024:
        refuse("scratch", repr(path), "an absolute path without % \\ quotes $ or line breaks")


def checked_extra(line: str, *, prefix: str, pattern: re.Pattern[str], example: str) -> str:
    """Return one more option for a scheduler as it stands behind ``prefix``.

    Raises
    ------
    InputError
        If it is no option, or holds characters that a shell could take for something else.
    """
    if _CONTROL.search(line):
        refuse("sbatch_extras", repr(line), "one option a line, without line breaks")
    text = line.strip().removeprefix(prefix).strip()
    if not pattern.fullmatch(text):
        refuse("sbatch_extras", repr(line), f"one option a line, such as {example}")
    return text


def refuse_ours(line: str, option: str, ours: Mapping[str, str]) -> None:
    """Refuse an option that the program sets by itself; ``ours`` says why."""
    if option in ours:
        refuse("sbatch_extras", repr(line), f"anything but {option}: {ours[option]}")


def match(pattern: re.Pattern[str], value: str, key: str, allowed: str) -> None:
    """Refuse a value that is not empty and does not fit."""
    if value and not pattern.fullmatch(value):
        refuse(key, repr(value), allowed)


def refuse(key: str, given: str, allowed: str) -> None:
    """Raise InputError about a value that cannot stand in a job script."""
    raise InputError(
        f"{key} is {given}, which cannot stand in a job script; allowed is {allowed}",
        key=key,
        given=given,
        allowed=allowed,
    )

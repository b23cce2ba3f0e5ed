"""The lines that PBS and SGE read at the head of a script, as the package qtoolkit writes them.

qtoolkit is an optional extra and fills a template: it checks nothing, so that all values have to be
checked before. What it makes of answers is not used, for it knows no tasks of arrays
(docs/decisions/0060).
"""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from smcogui.errors import InputError, UnavailableError
from smcogui.runs.cluster.job_script import match

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qtoolkit.io.base import BaseSchedulerIO

    from smcogui.runs.cluster.scheduler import JobRequest

_PACKAGE: Final = "qtoolkit"
_WANTED: Final = "qtoolkit>=0.1.7,<0.2"
"""As the extra ``pbs`` of pyproject.toml has it."""
_PRINTABLE: Final = re.compile(r"[^\x00-\x1f\x7f]+")
_FOLDER: Final = re.compile(r"[^\s:,]+")


def why_missing(scheduler: str) -> str:
    """Return how qtoolkit is added where it is not installed; empty where it is."""
    if find_spec(_PACKAGE) is not None:
        return ""
    return (
        f"scripts for {scheduler} are written with the package {_PACKAGE}, which is not installed "
        f'on this computer. Add it with: "{sys.executable}" -m pip install "{_WANTED}"'
    )


def common_options(request: JobRequest, scheduler: str) -> dict[str, str]:
    """Return what PBS and SGE are told in the same way, by qtoolkit's names.

    Raises
    ------
    InputError
        If the folder cannot stand in their lines.
    """
    match(_FOLDER, request.folder, "scratch", f"for {scheduler}, a path without blanks : and ,")
    options = {
        "job_name": request.token,
        "rerunnable": "y" if request.requeue else "n",
        # What the scheduler itself has to say; tasks write to logs of their own.
        "qout_path": f"{request.folder}/logs/",
    }
    resources = request.resources
    if resources.partition:
        options["queue"] = resources.partition
    if resources.time_limit_min is not None:
        hours, minutes = divmod(resources.time_limit_min, 60)
        options["walltime"] = f"{hours:02d}:{minutes:02d}:00"
    return options


def pbs_header(options: Mapping[str, str], more: Sequence[str]) -> list[str]:
    """Return the ``#PBS`` lines of options by qtoolkit's names, and of more as they are.

    Raises
    ------
    UnavailableError
        If qtoolkit is not installed; the message says how to add it.
    InputError
        If a value gave more than its line.
    """
    _require("PBS")
    from qtoolkit.io.pbs import PBSIO

    return _lines(PBSIO(), "#PBS ", options, more)


def sge_header(options: Mapping[str, str], more: Sequence[str]) -> list[str]:
    """Return the ``#$`` lines, as :func:`pbs_header` does."""
    _require("SGE")
    from qtoolkit.io.sge import SGEIO

    return _lines(SGEIO(), "#$ ", options, more)


def _require(scheduler: str) -> None:
    missing = why_missing(scheduler)
    if missing:
        raise UnavailableError(missing, key="scheduler", given=scheduler, allowed=_PACKAGE)


def _lines(
    writer: BaseSchedulerIO, prefix: str, options: Mapping[str, str], more: Sequence[str]
) -> list[str]:
    verbatim = "\n".join(f"{prefix}{line}" for line in more)
    header = writer.generate_header({**options, "qverbatim": verbatim})
    lines = header.rstrip("\n").split("\n")
    # Checked before; but here is where a newline would become a command.
    whole = all(line.startswith(prefix) and _PRINTABLE.fullmatch(line) for line in lines)
    if not whole or len(lines) != len(options) + len(more):
        raise InputError(
            "a value of the profile cannot stand in a job script",
            key="profile",
            allowed="values without line breaks",
        )
    return lines

"""The schedulers that this program speaks to, and which of them a cluster has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smcogui.errors import SchedulerDownError, UnavailableError
from smcogui.runs.cluster.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Collection

    from smcogui.runs.cluster.remote import Answer
    from smcogui.runs.cluster.scheduler import Scheduler

AS_FOUND: Final = "as_found"
"""Of a profile: whatever the cluster has."""
KEYS: Final = ("slurm", "pbs", "sge")
_TORQUE: Final = "torque"

# Several may be installed, and some Slurm clusters have a qsub of their own: then each is asked.
DETECT: Final = """\
has() { command -v "$1" >/dev/null 2>&1; }
if has timeout; then bounded() { timeout -k 2 12 "$@"; }; else bounded() { "$@"; }; fi
set --
if has qsub; then
  if has qconf; then set -- sge
  elif ! has sbatch; then
    case $(bounded qstat --version 2>&1) in
      *pbs_version*) set -- pbs ;;
      *[Vv]ersion:*) set -- torque ;;
      *) set -- pbs ;;
    esac
  elif bounded qstat --version 2>&1 | grep -q pbs_version; then set -- pbs
  fi
fi
if [ -n "$SGE_ROOT" ]; then has sbatch && set -- "$@" slurm
else has sbatch && set -- slurm "$@"
fi
echo "found $*"
[ $# -gt 1 ] && for each; do
  case $each in
    slurm) bounded sinfo -h -o %P ;;
    sge) bounded qconf -sss ;;
    pbs) bounded qstat -B ;;
  esac </dev/null >/dev/null 2>&1 && echo "answers $each"
done
exit 0"""
"""Script that tells which scheduler is there."""
DETECT_S: Final = 45.0
"""How long it may take."""
_LINE: Final = re.compile(r"(found|answers)((?: [a-z]+)*) *")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """Which schedulers a cluster has.

    Parameters
    ----------
    found : tuple of str
        Keys, the one that is to be used first; may name one that this program does not speak to.
    """

    found: tuple[str, ...]

    def scheduler(self) -> Scheduler:
        """Return the scheduler that jobs go to.

        Raises
        ------
        UnavailableError
            If there is none, or none that this program speaks to.
        """
        if not self.found:
            raise UnavailableError(
                "no scheduler is found there: neither sbatch of Slurm nor qsub of PBS or SGE. Is "
                "this the login node? Ask the administrators where jobs are submitted",
                key="scheduler",
                allowed=", ".join(KEYS),
            )
        return scheduler_named(self.found[0])


def parse_detected(answer: Answer) -> Detected:
    """Return what :data:`DETECT` printed.

    Raises
    ------
    SchedulerDownError
        If it printed something else.
    """
    told = {"found": "", "answers": ""}
    for line in answer.text.splitlines():
        line_match = _LINE.fullmatch(line)
        if line_match is not None:
            told[line_match[1]] += line_match[2]
    if not any(line.startswith("found") for line in answer.text.splitlines()):
        said = plain(" ".join((answer.error_text or answer.text).split()))[:300]
        raise SchedulerDownError(
            f"the cluster does not say which scheduler it has: {said or 'it printed nothing'}",
            key="scheduler",
            given=said,
        )
    known = [*told["answers"].split(), *told["found"].split()]
    return Detected(found=tuple(dict.fromkeys(known)))


def schedulers_of(programs: Collection[str]) -> tuple[str, ...]:
    """Return the schedulers whose programs are there."""
    found = []
    if "sbatch" in programs:
        found.append("slurm")
    if "qsub" in programs:
        found.append("sge" if "qconf" in programs else "pbs")
    if "bsub" in programs:
        found.append("lsf")
    return tuple(found)


def scheduler_named(key: str) -> Scheduler:
    """Return a scheduler by its name in profiles and records.

    Raises
    ------
    UnavailableError
        If this program does not speak to it.
    """
    # Not before: most users have one of them.
    if key == "slurm":
        from smcogui.runs.cluster.slurm import Slurm

        return Slurm()
    if key == "pbs":
        from smcogui.runs.cluster.pbs import Pbs

        return Pbs()
    if key == "sge":
        from smcogui.runs.cluster.sge import Sge

        return Sge()
    why = (
        "Torque is no PBS Professional: it writes arrays and resources in another way"
        if key == _TORQUE
        else "it is not known"
    )
    raise UnavailableError(
        f"this program does not speak to the scheduler {plain(key)!r} ({why}); it speaks to "
        "Slurm, PBS Professional or OpenPBS, and SGE",
        key="scheduler",
        given=plain(key),
        allowed=", ".join((AS_FOUND, *KEYS)),
    )

"""What can be wrong with a run of a campaign, and what is tried next: both as data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from smcogui.data.dataset import FINER_CELLS
from smcogui.runs.spec import BUILTIN, MUMAX3
from solver.errors import FREE_SPACE
from solver.mumax3.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from smcogui.design.design import Design

MOST_ATTEMPTS: Final = 4
"""Runs that are begun for one design, the first among them."""


class Trouble(StrEnum):
    """What is wrong with a run."""

    NOT_FINITE = "not finite"
    NOT_CONVERGED = "not converged"
    TIMEOUT = "out of time"
    KILLED = "killed"
    DAMAGED = "damaged"
    SCATTERED = "half-cycles scatter"
    OUTLIER = "outlier among its neighbours"
    DISK_FULL = "disk full"
    REFUSED = "refused"
    OTHER = "other"


class Repair(StrEnum):
    """What is changed for another attempt."""

    RESUME = "resume"
    AGAIN = "again"
    SMALLER_STEP = "smaller step"
    TIGHTER_GUARDS = "tighter guards"
    FLOAT64 = "float64"
    FINER_CELLS = FINER_CELLS


REPAIRS: Final[Mapping[Trouble, tuple[Repair, ...]]] = {
    Trouble.NOT_FINITE: (Repair.SMALLER_STEP, Repair.FLOAT64),
    Trouble.NOT_CONVERGED: (Repair.TIGHTER_GUARDS, Repair.FLOAT64),
    Trouble.TIMEOUT: (Repair.RESUME, Repair.RESUME, Repair.SMALLER_STEP),
    Trouble.KILLED: (Repair.RESUME, Repair.RESUME),
    Trouble.DAMAGED: (Repair.AGAIN,),
    Trouble.SCATTERED: (Repair.FINER_CELLS,),
    Trouble.OUTLIER: (Repair.FINER_CELLS,),
    Trouble.OTHER: (Repair.AGAIN,),
}
"""What is tried in turn. A full disk and a refused design are the same at every attempt: they wait
for somebody."""

MUMAX3_REPAIRS: Final[Mapping[Trouble, tuple[Repair, ...]]] = {
    **REPAIRS,
    Trouble.NOT_FINITE: (Repair.SMALLER_STEP,),
    Trouble.NOT_CONVERGED: (Repair.SMALLER_STEP,),
}
"""The same of MuMax3, which has one precision and no guards; what helps a single half-cycle was
tried before (:mod:`solver.mumax3.failures`)."""

REPAIR_WORDS: Final[Mapping[Repair, str]] = {
    Repair.RESUME: "it goes on from its last field step",
    Repair.AGAIN: "it is computed again",
    Repair.SMALLER_STEP: "half the field steps and other random perturbations",
    Repair.TIGHTER_GUARDS: "the demagnetising field is refreshed five times as often, and a field "
    "step may take twice the iterations",
    Repair.FLOAT64: "double precision",
    Repair.FINER_CELLS: "half the cell size",
}

_FRESH_SEED: Final = 1_000_003
_TIGHT_OPTIONS: Final[Mapping[str, Any]] = {"demag_interval": 10, "max_iterations": 400_000}
_ERRORS: Final[Mapping[str, Trouble]] = {
    "NotFiniteError": Trouble.NOT_FINITE,
    "IterationLimitError": Trouble.NOT_CONVERGED,
    "ProblemError": Trouble.REFUSED,
    "DamagedFileError": Trouble.DAMAGED,
    "DiskFullError": Trouble.DISK_FULL,
    FailureKind.NOT_A_NUMBER: Trouble.NOT_FINITE,
    FailureKind.NOT_CONVERGED: Trouble.NOT_CONVERGED,
    FailureKind.KILLED: Trouble.KILLED,
    FailureKind.DISK_FULL: Trouble.DISK_FULL,
}
_WORDS: Final[tuple[tuple[str, Trouble], ...]] = (
    (FREE_SPACE, Trouble.DISK_FULL),
    ("killed", Trouble.KILLED),
    ("damaged", Trouble.DAMAGED),
    ("out of time", Trouble.TIMEOUT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairedDesign:
    """A design for another attempt, and the solver options that no design file has."""

    design: Design
    options: Mapping[str, Any]


def trouble_of(errors: Sequence[str], message: str) -> Trouble:
    """Return what a failed run suffers from.

    Parameters
    ----------
    errors : sequence of str
        Names of the exceptions of :mod:`solver.errors` that its half-cycles ended with, or kinds of
        the failures of MuMax3.
    message : str
        What the run says of its end.
    """
    for error in errors:
        if error in _ERRORS:
            return _ERRORS[error]
    text = message.lower()
    return next((trouble for word, trouble in _WORDS if word in text), Trouble.OTHER)


def next_repair(
    trouble: Trouble, tried: Sequence[str], engine: str = BUILTIN.name
) -> Repair | None:
    """Return what to try next, or None where nothing is left.

    Parameters
    ----------
    trouble : Trouble
        Of the last attempt.
    tried : sequence of str
        Repairs of the attempts so far; empty for the first of them.
    engine : str
        Name of what computed the last attempt.
    """
    if len(tried) >= MOST_ATTEMPTS:
        return None
    left = [word for word in tried if word]
    repairs = MUMAX3_REPAIRS if engine == MUMAX3 else REPAIRS
    for repair in repairs.get(trouble, ()):
        if repair.value in left:
            left.remove(repair.value)
            continue
        return repair
    return None


def repaired(design: Design, repairs: Sequence[Repair]) -> RepairedDesign:
    """Return a design with the repairs of all its attempts, one after the other."""
    options: dict[str, Any] = {}
    for repair in repairs:
        if repair in _CHANGES:
            design = _CHANGES[repair](design)
        if repair is Repair.TIGHTER_GUARDS:
            options.update(_TIGHT_OPTIONS)
    return RepairedDesign(design=design, options=options)


def _smaller_step(design: Design) -> Design:
    field = replace(
        design.field,
        largest_step_T=design.field.largest_step_T / 2,
        smallest_step_T=design.field.smallest_step_T / 2,
    )
    run = replace(design.run, seed=design.run.seed + _FRESH_SEED)
    return replace(design, field=field, run=run)


def _float64(design: Design) -> Design:
    return replace(design, solver=replace(design.solver, precision="float64"))


def _finer_cells(design: Design) -> Design:
    return replace(design, mesh=replace(design.mesh, cell=design.mesh.cell / 2))


_CHANGES: Final[Mapping[Repair, Callable[[Design], Design]]] = {
    Repair.SMALLER_STEP: _smaller_step,
    Repair.FLOAT64: _float64,
    Repair.FINER_CELLS: _finer_cells,
}

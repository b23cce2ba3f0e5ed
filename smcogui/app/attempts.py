"""What was tried for a run on MuMax3, how each attempt ended, and what to do, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.runs.spec import MUMAX3
from solver.mumax3.attempts import load_attempts
from solver.mumax3.failures import REMEDIES, REPAIR_WORDS, FailureKind, Repair

if TYPE_CHECKING:
    from smcogui.data.store import RunRecord
    from solver.mumax3.attempts import Attempt

FAILURE_NAMES: Final = {
    FailureKind.MISSING: "no MuMax3",
    FailureKind.LIBRARY_MISSING: "a library is missing",
    FailureKind.NO_GPU: "no GPU",
    FailureKind.DRIVER: "driver, card and build do not fit together",
    FailureKind.CUDA: "CUDA error",
    FailureKind.OUT_OF_MEMORY: "out of GPU memory",
    FailureKind.NO_ARITHMETIC: "no arithmetic of quantities",
    FailureKind.BAD_SCRIPT: "the script was refused",
    FailureKind.NOT_A_NUMBER: "not a number",
    FailureKind.NOT_CONVERGED: "not converged",
    FailureKind.DISK_FULL: "disk full",
    FailureKind.KILLED: "killed",
    FailureKind.WRONG_REGIONS: "regions read wrongly",
    FailureKind.VERSION_MISMATCH: "another version or exchange rule",
    FailureKind.GARBAGE: "output that cannot be understood",
    FailureKind.CRASHED: "crashed",
}
"""Names of the failure classes."""


def describe_attempts(record: RunRecord) -> list[str]:
    """Return a line for each attempt at the half-cycles that failed, and what to do.

    Empty for runs of other solvers, and where nothing failed.
    """
    if record.info.solver != MUMAX3:
        return []
    lines: list[str] = []
    for number, cycle in enumerate(record.info.cycles, start=1):
        attempts = load_attempts(record.folder / cycle.folder)
        if not attempts or not attempts[-1].failure:
            continue
        lines += [f"Half-cycle {number}, {_attempt_text(each)}" for each in attempts]
        kind = _kind(attempts[-1])
        if kind is not None:
            lines.append(
                f"Half-cycle {number} failed: {FAILURE_NAMES[kind]}. What to do: {REMEDIES[kind]}."
            )
    return lines


def _attempt_text(attempt: Attempt) -> str:
    how = [attempt.method, attempt.gpu]
    if attempt.resumed_from is not None:
        how.append(f"from field step {attempt.resumed_from + 1} on")
    if attempt.repairs:
        repair = attempt.repairs[-1]
        how.append(REPAIR_WORDS[Repair(repair)] if repair in set(Repair) else repair)
    kind = _kind(attempt)
    name = attempt.failure if kind is None else FAILURE_NAMES[kind]
    ending = f"{name or 'ended well'}: {attempt.message}" if attempt.message else name
    return (
        f"attempt {attempt.number} ({', '.join(filter(None, how))}), {attempt.wall_s:.1f} s: "
        f"{ending or 'ended well'}"
    )


def _kind(attempt: Attempt) -> FailureKind | None:
    return FailureKind(attempt.failure) if attempt.failure in set(FailureKind) else None

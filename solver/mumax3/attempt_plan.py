"""What the next attempt at a half-cycle changes, its script, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from solver.events import Finished, LogLine, Started
from solver.mumax3 import layout
from solver.mumax3.failures import FailureKind, Repair, next_repair
from solver.mumax3.script import ScriptOptions, write_mx3

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from solver.events import FieldStep
    from solver.mumax3.attempts import Attempt, ResumeState
    from solver.mumax3.executable import Banner
    from solver.problem import Problem

SOLVER_NAME: Final = "mumax3"


def next_plan(
    plan: Attempt, kind: FailureKind, tried: list[Repair], problem: Problem, *, gpus: int
) -> tuple[Attempt, Repair] | None:
    """Return an attempt with what helps against a failure changed, or None where nothing is left.

    Parameters
    ----------
    plan : Attempt
        What was tried last.
    kind : FailureKind
    tried : list of Repair
        Since the last accepted field step; what is chosen is added.
    problem : Problem
    gpus : int
        GPUs that have not been tried since then.
    """
    repair = next_repair(kind, tried, gpus=gpus)
    while repair is Repair.SMALLER_STEP and problem.sweep.mode == "fixed":
        # The fields of a fixed sweep are given.
        tried.append(repair)
        repair = next_repair(kind, tried, gpus=gpus)
    if repair is None:
        return None
    tried.append(repair)
    plan = replace(plan, repairs=(*plan.repairs, repair.value))
    match repair:
        case Repair.RELAX:
            plan = replace(plan, method="relax")
        case Repair.SYNC:
            plan = replace(plan, sync=True)
        case Repair.SMALLER_STEP:
            plan = replace(plan, halvings=plan.halvings + 1)
        case Repair.COUNT_IN_LOOP:
            plan = replace(plan, counting="loop")
    return plan, repair


def tried_of(attempts: Sequence[Attempt]) -> list[Repair]:
    """Return the repairs of earlier attempts since the half-cycle last came on."""
    tried: list[Repair] = []
    begun_at: int | None = None
    known = 0
    for attempt in attempts:
        if attempt.resumed_from != begun_at:
            tried, begun_at = [], attempt.resumed_from
        tried += [Repair(each) for each in attempt.repairs[known:]]
        known = len(attempt.repairs)
    return tried


def write_attempt(
    cycle: Path, problem: Problem, attempt: Attempt, resume: ResumeState | None
) -> None:
    """Make the folder of an attempt, with its record, its script and what that loads."""
    folder = attempt.folder(cycle)
    folder.mkdir(parents=True)
    attempt.save(cycle)
    options = ScriptOptions(
        method=attempt.method,
        counting=attempt.counting,
        keeps_states=True,
        resume=None if resume is None else resume.point,
        resume_state=None if resume is None else resume.m,
    )
    write_mx3(_with_halved_step(problem, attempt), folder / layout.SCRIPT_FILE, options)


def announcement(attempt: Attempt, banner: Banner, problem_hash: str) -> tuple[Started, LogLine]:
    """Return what is told when a MuMax3 has said who it is."""
    begin = 0 if attempt.resumed_from is None else attempt.resumed_from + 1
    started = Started(
        solver=SOLVER_NAME,
        version=banner.version,
        problem_hash=problem_hash,
        precision="float32",
        resumed_at_step=begin,
    )
    changed = f", after {', '.join(attempt.repairs)}" if attempt.repairs else ""
    if attempt.counting == "loop":
        changed += ", flipped cells counted one by one"
    message = (
        f"attempt {attempt.number} with MuMax3 {banner.version} "
        f"({banner.exchange_rule} exchange) on {banner.gpu or attempt.gpu}{changed}"
    )
    return started, LogLine(level="info", message=message)


def finished(last: FieldStep | None, wall_s: float) -> Finished:
    """Return what is told at the end of a half-cycle."""
    return Finished(
        iterations=last.iterations if last else 0,
        demag_evaluations=last.demag_evaluations if last else 0,
        cpu_s=last.cpu_s if last else 0.0,
        wall_s=wall_s,
        compile_s=0.0,
    )


def _with_halved_step(problem: Problem, attempt: Attempt) -> Problem:
    sweep = problem.sweep
    largest = sweep.largest_step_T / 2**attempt.halvings
    smallest = min(sweep.smallest_step_T, largest)
    return replace(problem, sweep=replace(sweep, largest_step_T=largest, smallest_step_T=smallest))

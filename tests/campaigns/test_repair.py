"""Troubles, the repairs that are tried in turn, and what these change."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from smcogui.app.exports import example_design
from smcogui.campaigns.repair import (
    MOST_ATTEMPTS,
    MUMAX3_REPAIRS,
    REPAIR_WORDS,
    REPAIRS,
    Repair,
    Trouble,
    next_repair,
    repaired,
    trouble_of,
)
from smcogui.runs.folder import folder_error
from solver import errors
from solver.mumax3.failures import FailureKind

DESIGN = example_design("base")


@pytest.mark.parametrize(
    ("error", "message", "trouble"),
    [
        ("NotFiniteError", "", Trouble.NOT_FINITE),
        ("IterationLimitError", "", Trouble.NOT_CONVERGED),
        ("ProblemError", "", Trouble.REFUSED),
        ("not_a_number", "", Trouble.NOT_FINITE),
        ("not_converged", "", Trouble.NOT_CONVERGED),
        ("garbage", "", Trouble.OTHER),
        ("DiskFullError", "", Trouble.DISK_FULL),
        ("", str(folder_error(Path("/x"), OSError(errno.ENOSPC, "full"))), Trouble.DISK_FULL),
        ("", "half-cycle 1 failed: /data/disk2/runs/x cannot be used", Trouble.OTHER),
        ("", "its solver was killed 3 times by signal 9", Trouble.KILLED),
        ("", "exit status 1: something", Trouble.OTHER),
    ],
)
def test_trouble_is_told_by_the_error_or_the_words(
    error: str, message: str, trouble: Trouble
) -> None:
    kinds = {kind.value for kind in FailureKind}
    assert not error or hasattr(errors, error) or error in kinds
    assert trouble_of([error] if error else [], message) is trouble


def test_repairs_are_tried_in_turn_and_end() -> None:
    tried = [""]
    while (repair := next_repair(Trouble.NOT_CONVERGED, tried)) is not None:
        tried.append(repair.value)
    assert tried == ["", "tighter guards", "float64"]


def test_mumax3_is_not_asked_for_what_it_does_not_have() -> None:
    for repairs in MUMAX3_REPAIRS.values():
        assert not {Repair.FLOAT64, Repair.TIGHTER_GUARDS} & set(repairs)
    tried = ["", "smaller step"]
    assert next_repair(Trouble.NOT_FINITE, tried[:1], "mumax3") is Repair.SMALLER_STEP
    assert next_repair(Trouble.NOT_FINITE, tried, "mumax3") is None
    assert next_repair(Trouble.OUTLIER, [""], "mumax3") is Repair.FINER_CELLS


def test_resuming_may_be_tried_twice() -> None:
    assert next_repair(Trouble.KILLED, ["", "resume"]) is Repair.RESUME
    assert next_repair(Trouble.KILLED, ["", "resume", "resume"]) is None


def test_attempts_are_capped_whatever_the_troubles() -> None:
    assert next_repair(Trouble.OTHER, ["x"] * MOST_ATTEMPTS) is None


@pytest.mark.parametrize("trouble", [Trouble.DISK_FULL, Trouble.REFUSED])
def test_what_waits_for_somebody_is_not_tried_again(trouble: Trouble) -> None:
    assert next_repair(trouble, [""]) is None


def test_every_repair_has_words_and_a_use() -> None:
    assert set(REPAIR_WORDS) == set(Repair)
    assert {repair for row in REPAIRS.values() for repair in row} == set(Repair)


def test_repairs_add_up() -> None:
    both = repaired(DESIGN, [Repair.SMALLER_STEP, Repair.FLOAT64, Repair.FINER_CELLS])
    assert both.design.field.smallest_step_T == DESIGN.field.smallest_step_T / 2
    assert both.design.field.largest_step_T == DESIGN.field.largest_step_T / 2
    assert both.design.run.seed != DESIGN.run.seed
    assert both.design.solver.precision == "float64"
    assert both.design.mesh.cell == DESIGN.mesh.cell / 2
    assert both.design.parameters == DESIGN.parameters


def test_tighter_guards_are_options_that_a_problem_has() -> None:
    from smcogui.design.nanostructure import build_nanostructure
    from smcogui.design.problem import make_problem

    change = repaired(DESIGN, [Repair.TIGHTER_GUARDS])
    problem = make_problem(DESIGN, build_nanostructure(DESIGN), 0)
    tight = problem.with_options(**change.options).options
    assert change.design == DESIGN
    assert tight.demag_interval < problem.options.demag_interval
    assert tight.max_iterations > problem.options.max_iterations


@pytest.mark.parametrize("repair", [Repair.RESUME, Repair.AGAIN])
def test_going_on_changes_nothing(repair: Repair) -> None:
    change = repaired(DESIGN, [repair])
    assert change.design == DESIGN
    assert not change.options

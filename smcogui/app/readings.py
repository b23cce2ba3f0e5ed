"""From field steps to curves and readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.curves.mh_curve import MHCurve
from smcogui.curves.summary import summarise
from smcogui.errors import InputError

if TYPE_CHECKING:
    from smcogui.curves.summary import CurveSummary
    from smcogui.design.design import Design
    from smcogui.runs.folder import RunInfo
    from solver.events import FieldStep

FEWEST_STEPS: Final = 2


def curves_of(info: RunInfo, steps: list[list[FieldStep]]) -> list[MHCurve]:
    """Return the curve of every half-cycle that has at least two field steps."""
    return [
        MHCurve.from_steps(one, cycle.Ms_A_m)
        for one, cycle in zip(steps, info.cycles, strict=True)
        if len(one) >= FEWEST_STEPS
    ]


def summary_of(
    design: Design,
    info: RunInfo,
    steps: list[list[FieldStep]],
    N: float = 0.0,
) -> CurveSummary:
    """Return the readings per half-cycle, their mean and spread, by the design's reading of Hp.

    Raises
    ------
    InputError
        If no half-cycle has two field steps yet.
    """
    curves = curves_of(info, steps)
    if not curves:
        raise InputError(
            f"run {info.run_id} has no curve yet; wait for its second field step",
            key="run_id",
            given=info.run_id,
            allowed="a run with at least two field steps",
        )
    return summarise(curves, design.hp_reading, N)

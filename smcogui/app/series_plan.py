"""A series before it is started: which of its values are possible, what they will cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smcogui.data.series import SeriesCost, series_cost
from smcogui.design.variation import parameter_of, vary
from smcogui.errors import InputError
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smcogui.data.store import RunRecord
    from smcogui.design.design import Design


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedValue:
    """One value of a series.

    Parameters
    ----------
    value : float
    run_id : str
        Of the run that it needs; empty where it is not possible.
    reason : str
        Why it is not possible; empty where it is.
    state : RunState or None
        Of its run; None where it was not started yet.
    domain : float
        Edge of its domain in m; 0 where the value is not possible.
    """

    value: float
    run_id: str = ""
    reason: str = ""
    state: RunState | None = None
    domain: float = 0.0

    @property
    def is_possible(self) -> bool:
        """Whether it can be run."""
        return not self.reason

    @property
    def is_done(self) -> bool:
        """Whether its result is in the project already."""
        return self.state is RunState.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPlan:
    """What a series would do.

    Parameters
    ----------
    design : Design
        With the number of half-cycles of the series.
    values : tuple of PlannedValue
        Rising, each once.
    cost : SeriesCost
        Of the runs that are possible and not done yet.
    """

    design: Design
    values: tuple[PlannedValue, ...]
    cost: SeriesCost

    @property
    def possible(self) -> tuple[float, ...]:
        """The values that can be run."""
        return tuple(each.value for each in self.values if each.is_possible)

    @property
    def domains(self) -> tuple[float, ...]:
        """The edges of the domains in m, in the order of the values, each once."""
        return tuple(dict.fromkeys(each.domain for each in self.values if each.is_possible))


def plan_series(
    design: Design,
    key: str,
    values: Sequence[float],
    runs: Mapping[str, RunRecord],
    processes: int,
    cycles: int | None = None,
) -> SeriesPlan:
    """Try every value of a series; takes a moment per value.

    Parameters
    ----------
    design : Design
    key : str
    values : sequence of float
    runs : mapping of str to RunRecord
        The runs of the project, by their run_id.
    processes : int
        Cores that the runs share.
    cycles : int, optional
        Half-cycles of each run instead of the design's own.
    """
    parameter = parameter_of(key)
    if cycles is not None and parameter.key != "run.cycles":
        design = replace(design, run=replace(design.run, cycles=cycles))
    planned: list[PlannedValue] = []
    lacking: list[Design] = []
    for value in sorted(set(values)):
        try:
            each = vary(design, parameter.key, value)
            run_id = make_run_spec(each).run_id
        except InputError as error:
            reason = error.message.removeprefix(f"{parameter.text(value)}: ")
            planned.append(PlannedValue(value=value, reason=reason))
            continue
        state = runs[run_id].state if run_id in runs else None
        planned.append(PlannedValue(value=value, run_id=run_id, state=state, domain=each.domain))
        if state is not RunState.DONE:
            lacking.append(each)
    return SeriesPlan(design=design, values=tuple(planned), cost=series_cost(lacking, processes))

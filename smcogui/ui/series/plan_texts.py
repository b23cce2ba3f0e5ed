"""What the dialog of a series says about its plan, in words; no window."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from smcogui.design.canonical import NM, to_unit
from smcogui.design.variation import parameter_of
from smcogui.ui.design_tab.design_words import in_words
from smcogui.ui.field_unit import field_unit
from smcogui.units.durations import duration_text
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smcogui.app.series_plan import PlannedValue, SeriesPlan

_UNIT: Final = field_unit("T")
"""The values of a series are those of the design file, whatever unit fields are shown in."""
_DOMAIN_KEY: Final = "mesh.domain_nm"


def tells_domain(key: str, plan: SeriesPlan) -> bool:
    """Whether the domain changes within a series that is not about the domain."""
    return key != _DOMAIN_KEY and len(plan.domains) > 1


def reason_words(planned: PlannedValue) -> str:
    """Return why a value is not possible, as the editor calls things; empty where it is."""
    return in_words(planned.reason, _UNIT)


def value_words(planned: PlannedValue, *, with_domain: bool) -> str:
    """Return what becomes of one value."""
    if not planned.is_possible:
        return f"✖ {reason_words(planned)}"
    if planned.is_done:
        words = "done already"
    elif planned.state is not None:
        words = f"{planned.state.words}; goes on"
    else:
        words = "will be run"
    return f"{words}; domain {_nm(planned.domain)}" if with_domain else words


def plan_warnings(key: str, plan: SeriesPlan) -> Iterator[str]:
    """Yield what is not possible, and what else changes than the number that is varied."""
    parameter = parameter_of(key)
    refused = [each for each in plan.values if not each.is_possible]
    if refused:
        values = "1 value is" if len(refused) == 1 else f"{len(refused)} values are"
        first = refused[0]
        yield (
            f"{values} not possible and left out. {parameter.text(first.value)}: "
            f"{reason_words(first)}"
        )
    if tells_domain(key, plan):
        possible = [each for each in plan.values if each.is_possible]
        before, after = next(
            (one, next_one) for one, next_one in pairwise(possible) if one.domain != next_one.domain
        )
        yield (
            f"The domain changes within the series: {_nm(before.domain)} up to "
            f"{parameter.text(before.value)}, {_nm(after.domain)} from "
            f"{parameter.text(after.value)} on. Choose a domain in Parameters to keep it the same."
        )


def cost_text(plan: SeriesPlan, processes: int) -> str:
    """Return how much there is to compute and how long it may take."""
    done = sum(each.is_done for each in plan.values)
    runs = plan.cost.runs
    if runs == 0:
        return "Nothing is left to be computed." if done else ""
    words = f"{runs} runs" if runs != 1 else "1 run"
    known = f"; {done} done already, computed only once" if done else ""
    return (
        f"{words}, about {duration_text(plan.cost.wall_s)} with {processes} processes at once "
        f"(an estimate, good to a factor of two){known}."
    )


def _nm(length: float) -> str:
    return f"{format_number(to_unit(length, NM), 6)} nm"

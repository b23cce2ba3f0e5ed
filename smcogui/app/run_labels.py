"""What runs are called where several stand side by side, and whether they may be compared."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smcogui.data.store import RunRecord


_ID_LETTERS: Final = 6


def run_labels(records: Sequence[RunRecord]) -> list[str]:
    """Return one name per run, each another one.

    Where the runs were computed by several solvers or versions, each name tells its own; where two
    are the same still, they tell the beginning of the run id.
    """
    names = [record.name for record in records]
    if len({record.info.engine for record in records}) > 1:
        names = [
            f"{name}, {record.info.engine.label}"
            for name, record in zip(names, records, strict=True)
        ]
    repeated = repeated_names(names)
    return [
        name_with_id(name, record.run_id) if name in repeated else name
        for name, record in zip(names, records, strict=True)
    ]


def curve_labels(records: Sequence[RunRecord]) -> list[str]:
    """Return what the curves of runs are called: as :func:`run_labels`, and how far they are.

    A run that is not done says so: its mean and its spread are those of a part.
    """
    return [
        label + _how_far(record) for label, record in zip(run_labels(records), records, strict=True)
    ]


def repeated_names(names: Iterable[str]) -> frozenset[str]:
    """Return the names that occur more than once."""
    return frozenset(name for name, count in Counter(names).items() if count > 1)


def name_with_id(name: str, run_id: str) -> str:
    """Return the name of a run that shares it with others."""
    return f"{name} ({run_id[:_ID_LETTERS]})"


def _how_far(record: RunRecord) -> str:
    if record.state is RunState.DONE:
        return ""
    # Rounded down: what is not done is never 100 %.
    return f" ({record.state.words} at {math.floor(100 * record.progress)} %)"


def exchange_rule_warning(records: Sequence[RunRecord]) -> str:
    """Return a sentence where the runs have different exchange rules; empty where they have one."""
    by_rule: dict[str, list[str]] = defaultdict(list)
    for name, record in zip(run_labels(records), records, strict=True):
        by_rule[record.design.solver.exchange_rule].append(name)
    if len(by_rule) < 2:
        return ""
    rules = "; ".join(f"{rule}: {', '.join(names)}" for rule, names in sorted(by_rule.items()))
    return (
        f"These runs have different exchange rules ({rules}). They are different models: what "
        "differs between them is not due to the designs or the solvers alone."
    )

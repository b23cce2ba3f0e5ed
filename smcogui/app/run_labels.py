"""What runs are called where several stand side by side, and whether they may be compared."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.data.store import RunRecord


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
    return [
        name if names.count(name) == 1 else f"{name} ({record.run_id[:6]})"
        for name, record in zip(names, records, strict=True)
    ]


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

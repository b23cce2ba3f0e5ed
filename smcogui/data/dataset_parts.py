"""The sets of a dataset, such as training and test: what each takes, and that no two share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from smcogui.data.dataset import DatasetRow, check_unmixed, dataset_row
from smcogui.data.dataset_rules import ALL, DESIGN, Choice, choose
from smcogui.data.domain_shift import SPREAD
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TRAINING_SET: Final = "train"
TEST_SET: Final = "test_offgrid"
"""Taken to train and to test with where nobody names others; no surrogate learns of the second."""
SCATTER_SET: Final = "seed_scatter"
"""The set whose spread over many half-cycles others are measured by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPart:
    """A set as it is asked for.

    Parameters
    ----------
    name : str
        Also that of its table.
    rows : sequence of DatasetRow
        Finished runs; a set without any is described, but has no table.
    purpose : str
        What it is for, in words; empty where nobody said so.
    drawn : sequence of str
        How its designs were drawn, a line per sampling.
    counts : mapping
        Designs by state, such as done and waiting.
    failures : sequence of str
        Designs that never succeeded, each with its reason.
    is_apart : bool
        Whether it leaves out the designs of all other sets, as a training set has to.
    """

    name: str
    rows: Sequence[DatasetRow]
    purpose: str = ""
    drawn: Sequence[str] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    failures: Sequence[str] = ()
    is_apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPart:
    """A set after the rules.

    Parameters
    ----------
    part : DatasetPart
    rows : tuple of DatasetRow
        Those that are taken.
    table : tuple of dict
        A row of the dataset for each of them.
    left : tuple of (str, int)
        What was left out: reason and number of designs.
    """

    part: DatasetPart
    rows: tuple[DatasetRow, ...]
    table: tuple[dict[str, Any], ...]
    left: tuple[tuple[str, int], ...]

    def with_spread(self) -> list[dict[str, Any]]:
        """Return the rows with the standard deviations over the half-cycles of each reading."""
        return [
            {**values, SPREAD: (row.record.result or {}).get("spread") or {}}
            for row, values in zip(self.rows, self.table, strict=True)
        ]


def take_parts(
    parts: Sequence[DatasetPart], choice: Choice = ALL, may_differ: Iterable[str] = ()
) -> list[TakenPart]:
    """Apply the rules to every set, and see that no run is in two of them.

    Raises
    ------
    InputError
        If there are no runs, none is taken, those that are do not compare, or one is in two sets.
    """
    if not any(part.rows for part in parts):
        raise InputError(
            "there are no finished runs to export",
            key="runs",
            given="0",
            allowed="at least one run that is done",
        )
    chosen = [_take(part, choice) for part in parts]
    taken = [_keep_apart(each, chosen) if each.part.is_apart else each for each in chosen]
    everything = [row for each in taken for row in each.table]
    if not everything:
        raise _nothing_left([pair for each in taken for pair in each.left])
    check_unmixed(everything, may_differ)
    _check_once(taken)
    return taken


def _take(part: DatasetPart, choice: Choice) -> TakenPart:
    table = [dataset_row(row) for row in part.rows]
    numbers, left = choose(table, choice)
    return TakenPart(
        part=part,
        rows=tuple(part.rows[number] for number in numbers),
        table=tuple(table[number] for number in numbers),
        left=tuple(left),
    )


def _keep_apart(part: TakenPart, others: Sequence[TakenPart]) -> TakenPart:
    """Return a set without the designs of the others, however those were computed."""
    owners = {
        _design(row): other.part.name
        for other in others
        if other.part.name != part.part.name
        for row in other.table
    }
    kept = [number for number, row in enumerate(part.table) if _design(row) not in owners]
    left = Counter(dict(part.left))
    for row in part.table:
        if _design(row) in owners:
            left[f"the design is in {owners[_design(row)]}"] += 1
    return TakenPart(
        part=part.part,
        rows=tuple(part.rows[number] for number in kept),
        table=tuple(part.table[number] for number in kept),
        left=tuple(left.most_common()),
    )


def _design(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[key] for key in DESIGN)


def _check_once(parts: Sequence[TakenPart]) -> None:
    owners: dict[str, str] = {}
    for part in parts:
        for row in part.table:
            first = owners.setdefault(row["run_id"], part.part.name)
            if first != part.part.name:
                raise InputError(
                    f"the run {row['run_id']} is in the sets {first} and {part.part.name}; sets of "
                    "a dataset share no run. Leave one of them out",
                    key="name",
                    given=f"{first}, {part.part.name}",
                    allowed="sets that share no run",
                )


def _nothing_left(left: Sequence[tuple[str, int]]) -> InputError:
    counts = "; ".join(f"{count} because of {reason!r}" for reason, count in left)
    return InputError(
        f"the rules leave no design in the dataset: {counts}",
        key="rules",
        given=", ".join(reason for reason, _ in left),
        allowed="rules that leave at least one design",
    )

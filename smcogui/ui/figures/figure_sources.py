"""Which designs figures can be drawn of: the project's, its sets, the shipped dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.app.figure_request import SourceRequest
from smcogui.app.shipped_dataset import shipped_dataset
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smcogui.app.session import RunRecord

SHIPPED: Final = "shipped"
PROJECT: Final = "project"
_SET: Final = "set:"


def source_choices(sets: Sequence[str], finished: int) -> list[tuple[str, str]]:
    """Return (text, value) of the designs that can be chosen."""
    runs = "1 finished run" if finished == 1 else f"{finished} finished runs"
    found = [(f"All {runs} of the project" if finished > 1 else f"{runs} of the project", PROJECT)]
    found += [(f"Campaign or dataset “{name}”", f"{_SET}{name}") for name in sets]
    if shipped_dataset() is not None:
        found.append(("Shipped dataset", SHIPPED))
    return found


def set_choice(name: str) -> str:
    """Return the value that stands for a campaign or a dataset of the project."""
    return f"{_SET}{name}"


def request_of(
    choice: str, project: Path, stamp: str, *, may_differ: bool = False
) -> SourceRequest | None:
    """Return what a choice asks for; None where it is no longer there."""
    if choice == SHIPPED:
        folder = shipped_dataset()
        return None if folder is None else SourceRequest(place=str(folder), may_differ=may_differ)
    sets = (choice.removeprefix(_SET),) if choice.startswith(_SET) else ()
    return SourceRequest(place=str(project), sets=sets, may_differ=may_differ, stamp=stamp)


def stamp_of(runs: Sequence[RunRecord]) -> str:
    """Return what is another one where other runs are done."""
    done = frozenset(run.run_id for run in runs if run.state is RunState.DONE)
    return f"{len(done)} {hash(done)}"


def finished_of(runs: Sequence[RunRecord]) -> int:
    """Return how many runs are done."""
    return sum(run.state is RunState.DONE for run in runs)

"""Designs and deleted things as rows of a table."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final

from smcogui.ui.widgets.list_table import Row
from smcogui.units import NO_VALUE
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from smcogui.app.session import RunRecord
    from smcogui.data.design_shelf import DesignEntry
    from smcogui.data.trash import TrashEntry
    from smcogui.design.design import Design

DESIGN_TITLES: Final = (
    "Name", "Tags", "L (nm)", "d (nm)", "wS (nm)", "wZ (nm)", "α (°)", "Z phase", "Changed",
)  # fmt: skip
TRASH_TITLES: Final = ("Name", "Kind", "Deleted")
_NUMBERS: Final = 5


def design_row(entry: DesignEntry) -> Row:
    """Return a design of the library as a row; one that cannot be read says so."""
    design = entry.design
    mark = "⚠ " if design is None else ""
    numbers = (math.nan,) * _NUMBERS if design is None else _numbers(design)
    tags = ", ".join(("shipped", *entry.tags) if entry.is_shipped else entry.tags)
    changed = ("", 0.0) if entry.is_shipped else (_date(entry.changed_s), entry.changed_s)
    phase = "" if design is None else design.z_phase.name
    return Row(
        row_id=entry.design_id,
        cells=(
            (f"{mark}{entry.name}", entry.name.casefold()),
            (tags, tags.casefold()),
            *(
                (NO_VALUE if math.isnan(number) else format_number(number, 6), number)
                for number in numbers
            ),
            (phase, phase),
            changed,
        ),
        tip=describe_design_entry(entry),
        path=entry.path if design is not None else None,
    )


def trash_row(entry: TrashEntry) -> Row:
    """Return something of the trash as a row."""
    return Row(
        row_id=entry.entry_id,
        cells=(
            (entry.name, entry.name.casefold()),
            (entry.kind, entry.kind),
            (_date(entry.deleted_s), entry.deleted_s),
        ),
        tip=f"It was in {entry.place}",
    )


def describe_design_entry(entry: DesignEntry) -> str:
    """Return in words what a table has no column for."""
    words = [entry.problem]
    if entry.is_shipped:
        words.append("Ships with the program and stays as it is; duplicate it to change it.")
    elif entry.is_fixed:
        words.append(f"{entry.path.name} holds several designs; duplicate one to change it.")
    words.append(entry.note)
    return "\n".join(word for word in words if word)


def describe_run(run: RunRecord) -> str:
    """Return in words what a table has no column for."""
    own = f"Its own name is {run.info.name}." if run.name != run.info.name else ""
    return "\n".join(word for word in (run.message, own, run.note) if word)


def _numbers(design: Design) -> tuple[float, ...]:
    parameters = design.parameters
    lengths = (parameters.L, parameters.d, parameters.w_S, parameters.w_Z)
    return (*(length * 1e9 for length in lengths), math.degrees(design.alpha))


def _date(time_s: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(time_s))

"""The datasheet of a dataset: every number in it is counted from the rows it describes.

The questions are those of Gebru et al., "Datasheets for Datasets", Commun. ACM 64 (2021) 86.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.data.dataset import COLUMNS, QUALITY
from smcogui.data.datasheet_limits import known_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.data.dataset_parts import TakenPart
    from smcogui.data.domain_shift import DomainShift

_DESCRIBED: Final = (
    "preset",
    "L_nm",
    "d_nm",
    "wS_nm",
    "wZ_nm",
    "alpha_deg",
    "z_phase",
    "l_dw_z_nm",
    "sigma_dw_z_mJ_m2",
    "Ms_z_kA_m",
    "layer",
    "cell_nm",
    "domain_nm",
    "cycles",
    "mu0_Hc_T",
    "mu0_Hp_jump_T",
    "Phi_p",
    "Mr_over_Ms",
    "BHmax_kJ_m3",
    "field_resolution_T",
    "solver",
    "exchange_rule",
    "attempts",
    "cpu_s",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetHead:
    """What the rows themselves do not say.

    Parameters
    ----------
    title : str
    version : int
    content_sha256 : str
    field_steps : int
        Rows of the curves.
    written : str
        When and by what.
    rules : tuple of str
        What was taken, and what not.
    how : str
        Commands that made it; empty for unknown.
    """

    title: str
    version: int
    content_sha256: str
    field_steps: int
    written: str
    rules: tuple[str, ...] = ()
    how: str = ""


def datasheet(
    head: SheetHead, parts: Sequence[TakenPart], shifts: Sequence[DomainShift] = ()
) -> str:
    """Return the datasheet of a dataset as Markdown."""
    sections = [
        _top(head, parts),
        _motivation(parts),
        _composition(parts),
        _left_out(head, parts),
        _collection(parts, head),
        _preprocessing(),
        _uses(parts),
        _domains(shifts),
        _limits(parts),
        _quality(parts),
        _columns(),
    ]
    return "\n".join(line for section in sections if section for line in [*section, ""])


def _rows(parts: Sequence[TakenPart]) -> list[dict[str, Any]]:
    return [row for part in parts for row in part.table]


def _top(head: SheetHead, parts: Sequence[TakenPart]) -> list[str]:
    rows = _rows(parts)
    return [
        f"# {head.title}",
        "",
        f"{len(rows)} designs, {sum(row['cycles'] for row in rows)} half-cycles, "
        f"{head.field_steps} field steps, all simulated. Written {head.written}.",
        "",
        f"Version {head.version}, SHA-256 of the content {head.content_sha256}.",
    ]


def _motivation(parts: Sequence[TakenPart]) -> list[str]:
    lines = [
        "## Motivation",
        "",
        "Micromagnetic half-cycles of SmCo-1:7 magnets with a cellular nanostructure (2:17 "
        "cells, 1:5 walls, Z platelets): which geometry and which Z phase give which coercive "
        "field, depinning field and squareness. For surrogate models, for design, and for "
        "judging both.",
    ]
    purposes = [part.part for part in parts if part.part.purpose]
    if purposes:
        lines += ["", "| set | what it is for |", "| --- | --- |"]
        lines += [f"| {each.name} | {each.purpose} |" for each in purposes]
    return lines


def _composition(parts: Sequence[TakenPart]) -> list[str]:
    lines = [
        "## Composition",
        "",
        "One row per design, the mean over its half-cycles. Nothing is measured or predicted, "
        "and no row is made up or completed: what a curve does not have is empty.",
        "",
    ]
    lines += _states(parts)
    full = [part for part in parts if part.table]
    lines += [
        f"| column | {' | '.join(part.part.name for part in full)} |",
        f"| --- |{' --- |' * len(full)}",
        *(
            f"| {key} | {' | '.join(_range(key, part.table) for part in full)} |"
            for key in _DESCRIBED
        ),
    ]
    failures = [f"- {part.part.name}: {each}" for part in parts for each in part.part.failures]
    if failures:
        lines += ["", "Designs that never succeeded:", "", *failures]
    return lines


def _states(parts: Sequence[TakenPart]) -> list[str]:
    """Return how many designs of each set were asked for, where that is known."""
    if not any(part.part.counts for part in parts):
        return []
    states = list(dict.fromkeys(state for part in parts for state in part.part.counts))
    lines = [
        f"| set | asked for | {' | '.join(states)} | in the table | half-cycles |",
        f"| --- | --- |{' --- |' * len(states)} --- | --- |",
    ]
    for part in parts:
        counts = part.part.counts
        cells = [sum(counts.values()), *(counts.get(state, 0) for state in states)]
        cells += [len(part.table), sum(row["cycles"] for row in part.table)]
        lines.append(f"| {part.part.name} | {' | '.join(str(cell) for cell in cells)} |")
    lines.append("")
    waiting = sum(part.part.counts.get("waiting", 0) for part in parts)
    if waiting:
        lines += [
            f"{waiting} designs are still to be computed, in the order of the queue, which knows "
            "no results: the tables are unfinished, not selected.",
            "",
        ]
    return lines


def _left_out(head: SheetHead, parts: Sequence[TakenPart]) -> list[str]:
    """Return what the rules were and what they left out."""
    left = [(part.part.name, *pair) for part in parts for pair in part.left]
    if not head.rules and not left:
        return []
    lines = ["## Left out", "", f"Rules: {', '.join(head.rules) or 'none'}."]
    if not left:
        return lines
    lines += ["", "| set | reason | designs |", "| --- | --- | --- |"]
    return [*lines, *(f"| {name} | {reason} | {count} |" for name, reason, count in left)]


def _collection(parts: Sequence[TakenPart], head: SheetHead) -> list[str]:
    solvers = ", ".join(sorted({row["solver"] for row in _rows(parts)}))
    lines = [
        "## Collection",
        "",
        f"Computed by {solvers}. Each half-cycle starts saturated and goes down to its last field "
        "in steps that are refined where the magnetisation drops; a state that does not "
        "converge, or is not finite, is repaired by rules, and every attempt counts (column "
        "attempts).",
    ]
    drawn = [f"- {part.part.name}: {line}." for part in parts for line in part.part.drawn]
    if drawn:
        lines += ["", "How the designs were drawn:", "", *drawn]
    if head.how:
        lines += ["", "How it was made:", "", "```", head.how, "```"]
    return lines


def _preprocessing() -> list[str]:
    return [
        "## Preprocessing",
        "",
        "Hc and Hp are read on each half-cycle and averaged; a mean is empty where one "
        "half-cycle lacks the reading. Hp_jump is the first irreversible drop, Hp_slope the "
        "reading on the curve resampled at 0.1 T; Phi_p = 1 - Hp/Hc takes the preset's. Standard "
        "deviations are over the half-cycles of a design. Curves hold every accepted field step, "
        "neither smoothed nor resampled, M_over_Ms in single precision. Nothing is normalised. A "
        "dataset takes the first of two rows that differ in nothing but the run.",
    ]


def _uses(parts: Sequence[TakenPart]) -> list[str]:
    lines = [
        "## Uses",
        "",
        "Interpolation among designs of the ranges above, for the readings of the table, in this "
        "model of the material. Not for magnets outside these ranges, nor for a claim about a "
        "measured magnet without a comparison with it. The scatter over half-cycles (columns "
        "ending in _sd) bounds what any model of the columns can reach.",
    ]
    names = [part.part.name for part in parts if part.part.is_apart]
    if names and len(parts) > 1:
        lines += ["", f"No design of another set is in {', '.join(names)}, and no run in two sets."]
    return lines


def _domains(shifts: Sequence[DomainShift]) -> list[str]:
    if not shifts:
        return []
    lines = [
        "## Shift with the domain",
        "",
        "The same designs on a larger periodic domain, larger less smaller. Beside it what "
        "random offsets alone do: to such a difference of means, from the half-cycles of these "
        "runs, and to a single half-cycle of the seed-scatter set.",
        "",
        "| reading | pairs | mean | standard deviation | largest | expected of offsets alone | "
        "half-cycle, seed scatter |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for shift in shifts:
        numbers = (shift.mean, shift.sd, shift.largest)
        signed = (f"{value:+.3f}" if value is not None else "" for value in numbers)
        plain = (_known(value) for value in (shift.expected_sd, shift.scatter_sd))
        mean, sd, largest = signed
        cells = [shift.key, str(shift.pairs), mean, sd.lstrip("+"), largest, *plain]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _known(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"


def _limits(parts: Sequence[TakenPart]) -> list[str]:
    return ["## Known limits", "", *(f"- {limit}" for limit in known_limits(parts))]


def _quality(parts: Sequence[TakenPart]) -> list[str]:
    flags = Counter(flag for row in _rows(parts) for flag in row["quality"].split(", "))
    return [
        "## Quality",
        "",
        "| flag | designs | meaning |",
        "| --- | --- | --- |",
        *(
            f"| {flag} | {count} | {QUALITY.get(flag, 'nothing to note')} |"
            for flag, count in flags.most_common()
        ),
    ]


def _columns() -> list[str]:
    return [
        "## Columns",
        "",
        "| column | meaning |",
        "| --- | --- |",
        *(f"| {key} | {meaning} |" for key, meaning in COLUMNS.items()),
        "",
        "`curves.parquet` holds the curves of all sets: run_id, cycle, mu0_H_T, M_over_Ms, jump; "
        "one row per accepted field step.",
    ]


def _range(key: str, table: Sequence[dict[str, Any]]) -> str:
    values = [row[key] for row in table if row[key] is not None]
    missing = len(table) - len(values)
    if not values:
        return "none"
    if isinstance(values[0], str):
        counts = Counter(values)
        text = ", ".join(f"{value}: {count}" for value, count in counts.most_common())
    elif min(values) == max(values):
        text = f"{values[0]:.4g}"
    else:
        text = f"{min(values):.4g} to {max(values):.4g}"
    return f"{text}; {missing} without" if missing else text

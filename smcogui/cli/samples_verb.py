"""``samples``: the samples of the literature (Suppl. Table 1), and designs made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smcogui.app.exports import base_design, write_text
from smcogui.cli.output import format_value, write_json, write_line
from smcogui.design.design_file import design_to_toml
from smcogui.design.literature import (
    filled_lengths,
    literature_row,
    missing_lengths,
    sample_design,
    sample_facts,
)
from smcogui.design.parameters import LENGTHS
from smcogui.design.tables import ELEMENTS, LiteratureRow, literature_rows
from smcogui.errors import InputError

if TYPE_CHECKING:
    import argparse


def execute(options: argparse.Namespace) -> int:
    """List the samples, or write one as a design."""
    rows = literature_rows() if options.row is None else (literature_row(options.row),)
    if options.complete:
        rows = tuple(row for row in rows if not missing_lengths(row))
    if options.out is not None or options.base is not None:
        _write(_only_row(options), options)
        return 0
    facts = [sample_facts(row) for row in rows]
    if options.json:
        write_json(facts if options.row is None else facts[0] if facts else None)
    else:
        _list(facts)
    return 0


def _only_row(options: argparse.Namespace) -> LiteratureRow:
    needed = "row" if options.row is None else "out" if options.out is None else ""
    if needed:
        raise InputError(
            f"--{needed} is missing: a design is made of one row, --row N, and written to a file, "
            "--out FILE",
            key=needed,
            given="nothing",
            allowed="--row N --out FILE",
        )
    return literature_row(options.row)


def _write(row: LiteratureRow, options: argparse.Namespace) -> None:
    missing = missing_lengths(row)
    if missing and options.base is None:
        lengths = ", ".join(missing)
        raise InputError(
            f"row {row.number} of Suppl. Table 1 has no {lengths}; --base FILE names a design "
            "that these are taken of",
            key="base",
            given="nothing",
            allowed="--base FILE, a design file",
        )
    base = base_design(options.base)
    design = sample_design(row, base)
    write_text(options.out, design_to_toml(design))
    filled = filled_lengths(row, base)
    if options.json:
        write_json(
            {"file": str(options.out), "name": design.name, "filled": filled, **sample_facts(row)}
        )
        return
    write_line(f"{options.out}: {design.name}")
    for key, value in filled.items():
        write_line(f"{key} {value:g} is not of the table but of {base.name}")


def _list(facts: list[dict[str, Any]]) -> None:
    """Write the samples as columns, for people."""
    keys = (
        *("row", "name", "sample"),
        *(f"{element}_at_percent" for element in ELEMENTS),
        *LENGTHS,
    )
    titles = tuple(key.replace("_at_percent", "/at%").replace("_nm", "/nm") for key in keys)
    lines = [titles] + [tuple(format_value(each[key]) for key in keys) for each in facts]
    widths = [max(len(line[k]) for line in lines) for k in range(len(keys))]
    for line in lines:
        write_line("  ".join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)))
    write_line("\nMeasured; - where the table gives no number. --json has the references.")

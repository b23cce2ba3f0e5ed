"""``design FILE``: check a design file and show what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smcogui.cli.output import format_value, write_json, write_line, write_table
from smcogui.design.describe import describe_design
from smcogui.design.design_file import load_designs

if TYPE_CHECKING:
    import argparse


def execute(options: argparse.Namespace) -> int:
    """Describe every design of the file; several give a JSON list."""
    facts = [describe_design(design) for design in load_designs(options.file)]
    if options.json:
        write_json(facts[0] if len(facts) == 1 else facts)
        return 0
    for index, one in enumerate(facts):
        if index:
            write_line()
        _write_facts(one)
    return 0


def _write_facts(facts: dict[str, Any], indent: str = "") -> None:
    """Write scalars as a table, and what is nested below its name."""
    plain = {key: value for key, value in facts.items() if not _is_nested(value)}
    write_table([(indent + key, format_value(value)) for key, value in plain.items()])
    for key, value in facts.items():
        if not _is_nested(value):
            continue
        write_line(f"{indent}{key}:")
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            if isinstance(row, dict) and any(isinstance(item, dict) for item in row.values()):
                _write_facts(row, indent + "  ")
            else:
                write_line(f"{indent}  {format_value(row)}")


def _is_nested(value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(item, dict) for item in value)
    return isinstance(value, dict)

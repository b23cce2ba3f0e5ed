"""``field FILE``: the fields of a magnetisation, term by term, for a comparison cell by cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from smcogui.app.structure import export_fields
from smcogui.cli.output import write_json, write_line, write_table
from smcogui.design.design_file import load_designs
from smcogui.errors import InputError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from smcogui.design.design import Design


def execute(options: argparse.Namespace) -> int:
    """Write the four fields in A/m and energies.json, which is also what ``--json`` prints."""
    design = one_design(options.file)
    path = export_fields(design, options.state, options.mu0H, options.out, options.cycle)
    facts = json.loads(path.read_text(encoding="utf-8"))
    if options.json:
        write_json(facts)
        return 0
    names = "exchange.ovf, anisotropy.ovf, zeeman.ovf, demag.ovf"
    write_line(f"{names} and {path.name} in {options.out}")
    write_table([(key, f"{value:.9g} J") for key, value in facts.items() if key.startswith("E_")])
    return 0


def one_design(path: Path) -> Design:
    """Read a file that must hold exactly one design.

    Raises
    ------
    InputError
        If it holds several, or is not valid.
    """
    designs = load_designs(path)
    if len(designs) != 1:
        raise InputError(
            f"{path} holds {len(designs)} designs; this verb takes a file with one",
            key="design",
            given=str(len(designs)),
            allowed="1",
        )
    return designs[0]

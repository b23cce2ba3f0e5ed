"""``export FILE``: the region ids of a design for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from smcogui.app.structure import KINDS, export_structure
from smcogui.cli.field_verb import one_design
from smcogui.cli.output import write_json, write_line

if TYPE_CHECKING:
    import argparse


def execute(options: argparse.Namespace) -> int:
    """Write the region ids and PATH.json, which is also what ``--json`` prints."""
    design = one_design(options.file)
    kind, path = next((k, getattr(options, k)) for k in KINDS if getattr(options, k) is not None)
    facts = export_structure(design, path, kind, options.cycle)
    if options.json:
        write_json(json.loads(facts.read_text(encoding="utf-8")))
    else:
        write_line(f"{path} and {facts}")
    return 0

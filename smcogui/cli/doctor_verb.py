"""``doctor``: what this machine has and what is missing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from smcogui.app.doctor import examine
from smcogui.cli.output import write_json, write_line

if TYPE_CHECKING:
    import argparse

_BROKEN = 3


def execute(options: argparse.Namespace) -> int:
    """List the checks; 3 only where something that a run needs is broken."""
    checks = examine()
    if options.json:
        write_json(
            [
                {key: value for key, value in asdict(check).items() if key != "needed"}
                for check in checks
            ]
        )
    else:
        for check in checks:
            mark = "ok     " if check.ok else ("broken " if check.needed else "missing")
            write_line(f"{mark} {check.check}: {check.message}")
            if not check.ok:
                write_line(f"        {check.remedy}")
    return _BROKEN if any(check.needed and not check.ok for check in checks) else 0

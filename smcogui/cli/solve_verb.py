"""``solve FOLDER``: solve one problem folder."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any

from smcogui.cli.output import write_json
from smcogui.errors import InputError, RunCancelledError, RunError
from smcogui.runs.watch import read_cycle
from solver.events import Failed, FieldStep, Finished
from solver.problem import load_problem

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

_CANCELLED = 130


def execute(options: argparse.Namespace) -> int:
    """Run the solver on the folder; with ``--json`` the steps come as one JSON object."""
    # One thread: a problem is solved by one process, and many problems by many.
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    from solver.__main__ import main as solve

    if not options.json:
        return solve([str(options.folder)])
    load_problem(options.folder)
    with contextlib.redirect_stdout(sys.stderr):
        code = solve([str(options.folder)])
    if code:
        raise _error(options.folder, code)
    write_json(_result(options.folder))
    return 0


def _error(folder: Path, code: int) -> InputError | RunError | RunCancelledError:
    failures = [event for event in read_cycle(folder) if isinstance(event, Failed)]
    message = failures[-1].message if failures else f"see the log of the solver for {folder}"
    if code == _CANCELLED:
        return RunCancelledError(
            "stopped; every accepted field step is on disk, and the same command goes on from there"
        )
    kind = InputError if code == InputError.exit_code else RunError
    return kind(f"{folder} was not solved: {message}", key="folder", given=str(folder))


def _result(folder: Path) -> dict[str, Any]:
    events = read_cycle(folder)
    steps = [event for event in events if isinstance(event, FieldStep)]
    end = next((event for event in reversed(events) if isinstance(event, Finished)), None)
    return {
        "folder": str(folder),
        "mu0_H_T": [step.mu0_H_T for step in steps],
        "M_over_Ms": [step.M_over_Ms for step in steps],
        "jump": [step.jump for step in steps],
        "iterations": end.iterations if end else None,
        "demag_evaluations": end.demag_evaluations if end else None,
        "cpu_s": end.cpu_s if end else None,
    }

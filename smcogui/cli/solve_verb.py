"""``solve FOLDER``: solve one problem folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from smcogui.app.worker import StopSignals
from smcogui.cli.output import write_json
from smcogui.errors import RunCancelledError
from smcogui.runs.watch import read_cycle
from solver.errors import CancelledError
from solver.events import FieldStep, Finished

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def execute(options: argparse.Namespace) -> int:
    """Run the solver on the folder; with ``--json`` the steps come as one JSON object."""
    # One thread: a problem is solved by one process, and many problems by many.
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    from solver.solve import solve_folder

    try:
        with StopSignals() as should_stop:
            solve_folder(options.folder, should_stop)
    except CancelledError as error:
        raise RunCancelledError(
            "stopped; every accepted field step is on disk, and the same command goes on from there"
        ) from error
    if options.json:
        write_json(_result(options.folder))
    return 0


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

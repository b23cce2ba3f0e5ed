"""Compute the sample project anew: resources/samples/sample-project.smco.

Run it from the checkout after a change to the solver or to the run folder:

    .venv/bin/python packaging/make_sample_project.py

It takes some minutes. Three designs are computed with 0.5 nm cells and three half-cycles each, by
the program itself. The stored states are rounded to 1/1024, so that the file stays small; curves
and readings are those of the runs, untouched.
"""

from __future__ import annotations

import math
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.app.project_file import read_project_file, write_project_file
from smcogui.app.session import Session, with_overrides
from smcogui.runs.folder import read_info
from smcogui.runs.state import RunState
from solver.mumax3.ovf import read_ovf, write_ovf
from solver.problem import load_problem

if TYPE_CHECKING:
    from smcogui.design.design import Design

ROOT: Final = Path(__file__).resolve().parents[1]
TARGET: Final = ROOT / "resources" / "samples" / "sample-project.smco"
CYCLES: Final = 3
STEPS: Final = 1024
NOT_NEEDED: Final = ("checkpoint.npz", "solver.log", "worker.log", "lock", "heartbeat.json")
NOTE: Final = (
    "Came with the program: simulated by its own solver with 0.5 nm cells and three half-cycles. "
    "The stored states are rounded to 1/1024."
)


def main() -> int:
    """Run the designs, make them small and pack them."""
    with tempfile.TemporaryDirectory(prefix="smco-sample-") as name:
        session = Session(Path(name) / "Sample project")
        for design in sample_designs(session):
            sys.stdout.write(f"{design.name} ...\n")
            handle = session.start_run(design)
            if handle.wait() is not RunState.DONE:
                sys.stderr.write(f"{session.run(handle.run_id).message}\n")
                return 3
            make_small(session.runs_folder / handle.run_id)
            session.library.tag("runs", handle.run_id, ("sample",))
            session.library.write_note("runs", handle.run_id, NOTE)
        session.keep_design(session.example("base"))
        file, _ = read_project_file(session.project)
        run_ids = tuple(run.run_id for run in session.runs())
        write_project_file(session.project, file.model_copy(update={"samples": run_ids}))
        session.export_project(TARGET, lambda *_: None)
    sys.stdout.write(f"{TARGET}: {TARGET.stat().st_size / 1e6:.2f} MB\n")
    return 0


def sample_designs(session: Session) -> list[Design]:
    """Return the base design, one with smaller cells of the structure, and one of the paper."""
    base = session.example("base")
    small = replace(base.parameters, L=60e-9)
    designs = [
        replace(base, name="Base design"),
        replace(base, name="Base design, L 60 nm", parameters=small),
        replace(
            session.example("table1_row2"),
            name="Table 1, row 2, field at 45° (paper preset)",
            alpha=math.radians(45),
        ),
    ]
    return [with_overrides(design, cycles=CYCLES) for design in designs]


def make_small(folder: Path) -> None:
    """Take away what a finished run does not need to be looked at, and round its states."""
    for name in NOT_NEEDED:
        (folder / name).unlink(missing_ok=True)
    for row in read_info(folder).cycles:
        _shrink_cycle(folder / row.folder)


def _shrink_cycle(folder: Path) -> None:
    for name in NOT_NEEDED:
        (folder / name).unlink(missing_ok=True)
    mesh = load_problem(folder).mesh
    for path in (folder / "snapshots").glob("*.ovf"):
        field = read_ovf(path)
        rounded = (np.round(field.data * STEPS) / STEPS).astype(np.float32)
        write_ovf(path, rounded, mesh, title=field.title, unit="1")


if __name__ == "__main__":
    sys.exit(main())

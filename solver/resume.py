"""What a solve goes on from: its checkpoint, or its start where files of the folder are damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.checkpoint import load_checkpoint
from solver.errors import DamagedFileError
from solver.events import FieldStep
from solver.problem import CHECKPOINT_FILE
from solver.run_folder import (
    DAMAGED_SUFFIX,
    EVENTS_FILE,
    is_damaged,
    keep_damaged_events,
    kept_aside,
    read_events,
)

if TYPE_CHECKING:
    from pathlib import Path

    from solver.mesh import Mesh
    from solver.sweep_state import SweepState


def state_to_go_on_from(
    folder: Path, problem_hash: str, mesh: Mesh
) -> tuple[SweepState | None, str]:
    """Return the state of the checkpoint, and what is to be told about damaged files.

    The same problem gives the same field steps: where the checkpoint cannot be read, or steps
    before it are missing, the state is None and the half-cycle starts again. Damaged files are
    kept under another name.

    Raises
    ------
    RunFolderError
        If the checkpoint belongs to another problem.
    """
    state: SweepState | None = None
    damage = ""
    try:
        state = load_checkpoint(folder, problem_hash, mesh)
    except DamagedFileError as error:
        damage = str(error)
        path = folder / CHECKPOINT_FILE
        path.replace(kept_aside(path))
    steps = sum(isinstance(event, FieldStep) for event in read_events(folder))
    if state is not None and steps < state.announced:
        damage = f"{EVENTS_FILE} has only {steps} of {state.announced} field steps"
        state = None
    if not damage and is_damaged(folder):
        damage = f"{EVENTS_FILE} has lines that cannot be read"
    if not damage:
        return state, ""
    keep_damaged_events(folder)
    again = "from its start" if state is None else "from its checkpoint"
    return state, (
        f"{damage}; this half-cycle is computed again {again}, which gives the same numbers. "
        f"What was damaged is kept as *{DAMAGED_SUFFIX}"
    )

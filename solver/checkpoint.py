"""The state of a half-cycle on disk, so that a killed solve goes on where it was."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from solver.errors import DamagedFileError, RunFolderError
from solver.problem import CHECKPOINT_FILE, UNREADABLE, write_atomically
from solver.relaxation import Effort
from solver.sweep_state import Point, SweepState

if TYPE_CHECKING:
    from pathlib import Path

    from solver.mesh import Mesh

_POINTS = ("accepted", "previous")
_ARRAYS = ("m", "m_previous")


def save_checkpoint(folder: Path, state: SweepState, problem_hash: str) -> None:
    """Write the state of a half-cycle; a reader sees the old or the new one, never half of it."""
    facts: dict[str, Any] = {
        name: getattr(state, name)
        for name in SweepState.__slots__
        if name not in (*_POINTS, *_ARRAYS, "effort")
    }
    for name in _POINTS:
        point = getattr(state, name)
        facts[name] = None if point is None else asdict(point)
    facts["effort"] = {
        "iterations": state.effort.iterations,
        "demag_evaluations": state.effort.demag_evaluations,
        "cpu_before_s": state.effort.cpu_s(),
    }
    facts["problem_hash"] = problem_hash
    arrays = {name: getattr(state, name) for name in _ARRAYS if getattr(state, name) is not None}
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, facts=np.array(json.dumps(facts)), **arrays)
    write_atomically(folder / CHECKPOINT_FILE, buffer.getvalue())


def load_checkpoint(folder: Path, problem_hash: str, mesh: Mesh) -> SweepState | None:
    """Read the state of a half-cycle, or None where there is none.

    Raises
    ------
    DamagedFileError
        If the checkpoint cannot be read.
    RunFolderError
        If it belongs to another problem.
    """
    path = folder / CHECKPOINT_FILE
    if not path.exists():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            facts = json.loads(str(archive["facts"]))
            arrays = {name: archive[name] for name in _ARRAYS if name in archive.files}
        if facts.pop("problem_hash") != problem_hash:
            raise RunFolderError(
                f"{folder} holds the run of another problem; choose another folder or remove it"
            )
        return _state_of(facts, arrays, mesh)
    except UNREADABLE as error:
        raise DamagedFileError(f"{path.name} cannot be read ({error})") from error


def _state_of(facts: dict[str, Any], arrays: dict[str, Any], mesh: Mesh) -> SweepState:
    for name, array in arrays.items():
        if array.shape != (3, *mesh.shape) or not np.isfinite(array).all():
            raise ValueError(f"{name} is no magnetisation on the mesh of the problem")
    for name in _POINTS:
        if facts[name] is not None:
            facts[name] = Point(**facts[name] | {"moments": tuple(facts[name]["moments"])})
    facts["effort"] = Effort(**facts["effort"])
    return SweepState(**facts, **arrays)

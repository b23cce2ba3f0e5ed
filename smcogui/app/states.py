"""Stored magnetisations of runs as files for other programs, and by the fields they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.app.provenance import write_companions
from smcogui.data.exporters import file_to_write, write_vti
from smcogui.errors import InputError
from smcogui.runs.folder import REGIONS_FILE
from smcogui.runs.place import is_placed
from solver.mumax3.ovf import write_ovf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from smcogui.app.session import Session
    from smcogui.data.store import RunRecord, SnapshotRecord
    from solver.mesh import Mesh

STATE_KINDS: Final = ("ovf", "vti")
STATE_SOURCES: Final = {"m": "simulated: unit vectors of the magnetisation"}
_REASONS: Final = {
    "remanence": "remanence",
    # The solver sees jumps while it runs; Hp by the slope is read from the whole curve later.
    "before_Hp": "before Hp (jump)",
    "Hp": "at Hp (jump)",
    "before_Hc": "before Hc",
    "Hc": "at Hc",
    "chosen": "chosen field",
    "final": "last field",
}


def states_elsewhere(session: Session, run_id: str) -> str:
    """Return the cluster on which field states of a run lie that are not here; empty for none.

    Asks no cluster: a look there tells whether there are any.
    """
    # First, as most runs never saw a cluster.
    if not is_placed(session.runs_folder / run_id) or session.snapshots(run_id):
        return ""
    return session.clusters.field_states.place_of(run_id)


def reason_text(reason: str) -> str:
    """Return why a state was stored, in words."""
    return _REASONS.get(reason, reason)


def reversal(snapshots: Sequence[SnapshotRecord], cycle: int) -> list[SnapshotRecord]:
    """Return the states of a half-cycle, one per field step, in the order of the falling field."""
    found: dict[int, SnapshotRecord] = {}
    for snapshot in snapshots:
        if snapshot.cycle == cycle:
            found.setdefault(snapshot.index, snapshot)
    return [found[index] for index in sorted(found)]


def reasons_of(snapshots: Sequence[SnapshotRecord], cycle: int, index: int) -> str:
    """Return all reasons why a field step was stored, in words."""
    return ", ".join(
        reason_text(each.reason) for each in snapshots if (each.cycle, each.index) == (cycle, index)
    )


def state_facts(snapshot: SnapshotRecord) -> dict[str, Any]:
    """Return what identifies a state of a run."""
    return {
        "cycle": snapshot.cycle,
        "field_step": snapshot.index,
        "mu0_H_T": snapshot.mu0_H_T,
        "stored_for": snapshot.reason,
    }


def export_state(
    record: RunRecord,
    snapshot: SnapshotRecord,
    m: NDArray[np.float64],
    mesh: Mesh,
    path: Path,
    kind: str,
) -> Path:
    """Write a stored magnetisation as .ovf (m) or .vti (m and region), with its provenance.

    Parameters
    ----------
    record : RunRecord
    snapshot : SnapshotRecord
    m : ndarray, shape (3, nz, ny, nx)
    mesh : Mesh
    path : Path
    kind : {"ovf", "vti"}

    Returns
    -------
    Path
        ``PATH.json``.

    Raises
    ------
    InputError
        If ``kind`` is not known.
    RunFolderError
        If the file cannot be written.
    """
    single = m.astype(np.float32)
    with file_to_write(path):
        if kind == "ovf":
            title = f"m at mu0_H = {snapshot.mu0_H_T:.6g} T"
            write_ovf(path, single, mesh, title=title, unit="1", origin=mesh.lower_corner)
        elif kind == "vti":
            write_vti(path, mesh, {"m": single, "region": _regions(record, snapshot.cycle)})
        else:
            raise InputError(
                f"the kind of export is {kind!r}; allowed are {', '.join(STATE_KINDS)}",
                key="kind",
                given=kind,
                allowed=", ".join(STATE_KINDS),
            )
    return write_companions(path, [record], sources=STATE_SOURCES, **state_facts(snapshot))


def _regions(record: RunRecord, cycle: int) -> NDArray[np.uint8]:
    """Return the region ids of a half-cycle, as the run recorded them."""
    with np.load(record.folder / REGIONS_FILE, allow_pickle=False) as stored:
        return np.asarray(stored[record.info.cycles[cycle].folder], dtype=np.uint8)

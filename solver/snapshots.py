"""Stored magnetisations of a half-cycle: the name of the file, what it holds, and its event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.events import Snapshot
from solver.mumax3.ovf import write_ovf
from solver.run_folder import SNAPSHOT_FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from solver.mesh import Mesh


def store_snapshot(
    folder: Path,
    m: NDArray[Any],
    mesh: Mesh,
    *,
    index: int,
    mu0_H_T: float,
    reason: str,
    remark: str = "",
) -> Snapshot:
    """Write a magnetisation into the folder of a half-cycle; return the event that tells of it.

    Parameters
    ----------
    folder : Path
    m : ndarray of shape (3, nz, ny, nx)
    mesh : Mesh
    index : int
        Number of the field step.
    mu0_H_T : float
        Applied field in T along the sweep's direction.
    reason : str
        Why it is stored; part of the file's name.
    remark : str, optional
        Stands in the title of the file; the reason by default.
    """
    path = f"{SNAPSHOT_FOLDER}/{reason}_{mu0_H_T:+.4f}T.ovf"
    title = f"m at mu0 H = {mu0_H_T:.6f} T ({remark or reason})"
    (folder / SNAPSHOT_FOLDER).mkdir(exist_ok=True)
    write_ovf(folder / path, m, mesh, title=title, unit="1")
    return Snapshot(index=index, mu0_H_T=mu0_H_T, path=path, reason=reason)

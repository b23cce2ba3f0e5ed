"""Magnetisations of other programs: any OVF file with three components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.errors import InputError
from solver.mesh import Mesh
from solver.mumax3.ovf import OvfError, read_ovf

REGION_LABELS: Final = ("region",)
"""What an exported structure calls its one number per cell."""

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def read_state_file(path: Path) -> tuple[NDArray[np.float64], Mesh]:
    """Read an OVF file as a magnetisation.

    Returns
    -------
    m : ndarray of shape (3, nz, ny, nx)
        Unit vectors, whatever the unit of the file; zero where the file has no magnetisation.
    mesh : Mesh

    Raises
    ------
    InputError
        If the file is missing or damaged, has another number of components, or holds NaN.
    """
    try:
        field = read_ovf(path)
    except (OSError, OvfError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            f"{path} cannot be read as an OVF file: {reason}", key="state", given=str(path)
        ) from error
    data = field.data.astype(np.float64)
    if data.shape[0] == 1 and field.labels == REGION_LABELS:
        raise InputError(
            f"{path} holds the phases of a structure, one number per cell, and no magnetisation. "
            f"The whole design lies beside it in {path.name}.json; ParaView shows the .vti",
            key="state",
            given="region",
            allowed="3 numbers per cell",
        )
    if data.shape[0] != 3:
        raise InputError(
            f"{path} holds {data.shape[0]} number{'s' if data.shape[0] > 1 else ''} per cell; a "
            "magnetisation has 3",
            key="state",
            given=str(data.shape[0]),
            allowed="3",
        )
    length = np.linalg.norm(data, axis=0)
    if not np.isfinite(length).all():
        raise InputError(f"{path} holds numbers that are not finite", key="state", given=str(path))
    m = np.divide(data, length, out=np.zeros_like(data), where=length > 0)
    return m, Mesh(cells=field.cells, cell_size=field.cell_size)

"""Binary STL, for printing, meshing and drawing programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.data.exporters import PROGRAM, write_file

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_FACET: Final = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_HEADER: Final = 80


def write_stl(
    path: Path, triangles: NDArray[np.float32], attributes: NDArray[np.integer] | int = 0
) -> None:
    """Write triangles as binary STL.

    Parameters
    ----------
    path : Path
    triangles : ndarray, shape (n, 3, 3)
        Corners (x, y, z), anticlockwise as seen from outside, in nm.
    attributes : ndarray of int, shape (n,), or int
        The two-byte attribute of each triangle.

    Raises
    ------
    RunFolderError
        If the file cannot be written.
    """
    edges = triangles[:, 1:] - triangles[:, :1]
    normals = np.cross(edges[:, 0], edges[:, 1])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    facets = np.zeros(len(triangles), dtype=_FACET)
    facets["normal"], facets["corners"], facets["attribute"] = normals, triangles, attributes
    # The header must not begin with "solid", which marks the text form.
    header = f"{PROGRAM}, binary STL, lengths in nm".encode().ljust(_HEADER)
    write_file(path, header + np.uint32(len(facets)).astype("<u4").tobytes() + facets.tobytes())

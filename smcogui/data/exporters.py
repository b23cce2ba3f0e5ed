"""Cell arrays and provenance as files that other programs read.

Every file is written as PATH.tmp and renamed, so that a full disk leaves the old file whole.
"""

from __future__ import annotations

import base64
import contextlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

import numpy as np

import smcogui
from smcogui.errors import InputError
from smcogui.runs.folder import folder_error
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from solver.mesh import Mesh

PROGRAM: Final = "SmCo Studio"

_NM_PER_M: Final = 1e9
_VTK_TYPES: Final = {
    "uint8": "UInt8",
    "int32": "Int32",
    "int64": "Int64",
    "float32": "Float32",
    "float64": "Float64",
}


def write_file(path: Path, content: bytes) -> None:
    """Write a file as PATH.tmp and rename it.

    Raises
    ------
    RunFolderError
        If it cannot be written; the message says why and what to do.
    """
    check_file_name(path)
    try:
        write_atomically(path, content)
    except OSError as error:
        raise folder_error(path, error) from error


@contextlib.contextmanager
def file_to_write(path: Path) -> Iterator[None]:
    """Make the folder of a file that people ask for; what fails within is told in words.

    Raises
    ------
    InputError
        If the path names no file.
    RunFolderError
        If the folder cannot be made or the file not be written.
    """
    check_file_name(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise folder_error(path, error) from error


def check_file_name(path: Path) -> None:
    """Raise InputError where a path names no file but a folder, or nothing."""
    if not path.name or path.is_dir():
        raise InputError(
            f"{path} is a folder; give the name of the file that is to be written",
            key="path",
            given=str(path),
            allowed="a file",
        )


def write_vti(path: Path, mesh: Mesh, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write cell arrays as VTK image data for ParaView and pyvista, with lengths in nm.

    x and y count from the middle of the mesh, z from its lower face.

    Parameters
    ----------
    path : Path
        Ends in .vti.
    mesh : Mesh
    arrays : mapping of str to ndarray, shape (nz, ny, nx) or (n, nz, ny, nx)
        uint8, int32, int64, float32 or float64.

    Raises
    ------
    InputError
        If the suffix is another one.
    ValueError
        If an array has not the shape of the mesh, or a type that VTK does not know.
    RunFolderError
        If the file cannot be written.
    """
    if path.suffix.lower() != ".vti":
        raise InputError(
            f"VTK image data go into a file that ends in .vti, not {path}",
            key="path",
            given=path.suffix,
            allowed=".vti",
        )
    nx, ny, nz = mesh.cells
    dx, dy, dz = (edge * _NM_PER_M for edge in mesh.cell_size)
    origin = " ".join(f"{place * _NM_PER_M:.9g}" for place in mesh.lower_corner)
    extent = quoteattr(f"0 {nx} 0 {ny} 0 {nz}")
    parts = [
        '<?xml version="1.0"?>\n<!-- lengths in nm -->\n',
        '<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" ',
        'header_type="UInt64">\n',
        f'<ImageData WholeExtent={extent} Origin="{origin}" ',
        f'Spacing="{dx:.9g} {dy:.9g} {dz:.9g}">\n<Piece Extent={extent}>\n<CellData>\n',
        *(_vtk_array(name, array, mesh) for name, array in arrays.items()),
        "</CellData>\n</Piece>\n</ImageData>\n</VTKFile>\n",
    ]
    write_file(path, "".join(parts).encode())


def write_provenance(path: Path, **facts: Any) -> None:
    """Write where an exported file comes from as JSON, beside that file.

    Parameters
    ----------
    path : Path
        Of the JSON file, by habit the exported file's name with .json behind it.
    **facts
        Such as source (simulated, predicted or analytic), design, seed, solver; paths, arrays
        and enums become text, lists and numbers. The program, its version and the time are added.

    Raises
    ------
    RunFolderError
        If the file cannot be written.
    """
    content = {
        "program": PROGRAM,
        "version": smcogui.__version__,
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **facts,
    }
    text = json.dumps(content, indent=2, ensure_ascii=False, default=_to_json)
    write_file(path, (text + "\n").encode())


def _to_json(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return str(value)


def _vtk_array(name: str, array: NDArray[Any], mesh: Mesh) -> str:
    if array.shape[-3:] != mesh.shape or array.ndim not in {3, 4}:
        raise ValueError(f"{name} has shape {array.shape}; the mesh has {mesh.shape}")
    kind = _VTK_TYPES.get(array.dtype.name)
    if kind is None:
        raise ValueError(f"{name} is of type {array.dtype}; known are {', '.join(_VTK_TYPES)}")
    components = array.shape[0] if array.ndim == 4 else 1
    values = np.moveaxis(array, 0, -1) if array.ndim == 4 else array
    little = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).tobytes()
    content = base64.b64encode(len(little).to_bytes(8, "little") + little).decode()
    return (
        f'<DataArray type="{kind}" Name={quoteattr(name)} NumberOfComponents="{components}" '
        f'format="binary">{content}</DataArray>\n'
    )

"""OVF files, the format of fields that OOMMF and MuMax3 share.

Written is OVF 2.0, binary; read are OVF 2.0 and 1.0, text and binary. The header keeps to the keys
that MuMax3 knows, because it ends at any other.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from solver.errors import SolverError
from solver.mesh import AXES
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import BufferedReader
    from pathlib import Path

    from numpy.typing import NDArray

    from solver.mesh import Mesh

CHECK_VALUES: Final = {4: 1234567.0, 8: 123456789012345.0}
"""First number of a binary data block, by its size in bytes: it proves format and byte order."""

_FIRST_LINES: Final = {"# oommf ovf 2.0": 2, "# oommf: rectangular mesh v1.0": 1}
_METRES: Final = {"m": 1.0, "mm": 1e-3, "um": 1e-6, "µm": 1e-6, "nm": 1e-9, "pm": 1e-12}
_LONGEST_HEADER: Final = 1 << 20
_MOST_DIGITS: Final = 9
_CELLS_AT_ONCE: Final = 1 << 15


class OvfError(SolverError):
    """A file is not an OVF file, is cut short, or uses a part of the format that is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OvfField:
    """What an OVF file holds.

    Parameters
    ----------
    data : ndarray of float32 or float64, shape (n_components, nz, ny, nx)
        float32 from 4-byte files, else float64.
    cells : tuple of int
        Number of cells (nx, ny, nz).
    cell_size : tuple of float
        Edges of a cell (dx, dy, dz) in m.
    origin : tuple of float
        Lower corner of the mesh (x, y, z) in m.
    title : str
    unit : str
        Unit of the first component.
    labels : tuple of str
        Names of the components; empty where the file has none.
    """

    data: NDArray[Any]
    cells: tuple[int, int, int]
    cell_size: tuple[float, float, float]
    origin: tuple[float, float, float]
    title: str
    unit: str
    labels: tuple[str, ...]


def write_ovf(
    path: Path,
    data: NDArray[Any],
    mesh: Mesh,
    *,
    title: str,
    unit: str,
    labels: Sequence[str] = (),
    double: bool = False,
    description: Sequence[str] = (),
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> None:
    """Write a field as OVF 2.0, binary, through a temporary file that is renamed.

    Parameters
    ----------
    path : Path
    data : ndarray of float, shape (n_components, nz, ny, nx)
    mesh : Mesh
    title : str
        One line.
    unit : str
        Unit of every component; an empty one is written as 1, as MuMax3 does.
    labels : sequence of str, optional
        Names of the components; by default m_x, m_y, m_z, or the title where there are not three.
    double : bool, optional
        8 bytes a number (for values that must survive unchanged) in place of 4.
    description : sequence of str, optional
        Further lines of text.
    origin : tuple of float, optional
        Lower corner of the mesh (x, y, z) in m; by default that of MuMax3's files.

    Raises
    ------
    ValueError
        If the shape of the data is not that of the mesh, or the number of labels is wrong.
    OSError
        If the file cannot be written.
    """
    if data.ndim != 4 or data.shape[1:] != mesh.shape:
        raise ValueError(f"data has shape {data.shape}, not (n, nz, ny, nx) = (n, *{mesh.shape})")
    names = tuple(labels) or _default_labels(title, data.shape[0])
    if len(names) != data.shape[0]:
        raise ValueError(f"{len(names)} labels for {data.shape[0]} components")
    size = 8 if double else 4
    header = _header(
        mesh, names, title=title, unit=unit or "1", description=description, origin=origin
    )
    # Components run fastest in the file, then x, y, z.
    values = np.ascontiguousarray(np.moveaxis(data, 0, -1), dtype=f"<f{size}")
    check = np.array(CHECK_VALUES[size], dtype=f"<f{size}")
    content = b"".join(
        (
            header.encode(),
            f"# Begin: Data Binary {size}\n".encode(),
            check.tobytes(),
            values.tobytes(),
            f"\n# End: Data Binary {size}\n# End: Segment\n".encode(),
        )
    )
    write_atomically(path, content)


def read_ovf(path: Path) -> OvfField:
    """Read an OVF file, version 2.0 or 1.0, text or binary.

    Raises
    ------
    OvfError
        If the file cannot be read, is not OVF, is cut short, or holds an irregular mesh or more
        than one segment.
    """
    try:
        if path.exists() and not path.is_file():
            # A pipe or a device would never end.
            raise OvfError("it is no file")
        with path.open("rb") as stream:
            return _parse(stream)
    except OSError as error:
        raise OvfError(f"{path} cannot be read: {error.strerror or error}") from error
    except OvfError as error:
        raise OvfError(f"{path}: {error}") from error


def _version(first_line: str) -> int:
    version = _FIRST_LINES.get(" ".join(first_line.lower().split()))
    if version is None:
        raise OvfError("this is not an OVF file: its first line is neither that of OVF 2.0 nor 1.0")
    return version


def _default_labels(title: str, n_components: int) -> tuple[str, ...]:
    if n_components == 3:
        return "m_x", "m_y", "m_z"
    if n_components == 1:
        return (title,)
    return tuple(f"{title}_{index}" for index in range(n_components))


def _header(
    mesh: Mesh,
    labels: tuple[str, ...],
    *,
    title: str,
    unit: str,
    description: Sequence[str],
    origin: tuple[float, float, float],
) -> str:
    sizes = dict(zip(AXES, mesh.cell_size, strict=True))
    nodes = dict(zip(AXES, mesh.cells, strict=True))
    lower = dict(zip(AXES, origin, strict=True))
    lines = [
        "OOMMF OVF 2.0",
        "Segment count: 1",
        "Begin: Segment",
        "Begin: Header",
        f"Title: {_one_line(title)}",
        *(f"Desc: {_one_line(line)}" for line in description),
        "meshtype: rectangular",
        "meshunit: m",
        *(f"{axis}min: {lower[axis]:.17g}" for axis in AXES),
        *(f"{axis}max: {lower[axis] + sizes[axis] * nodes[axis]!r}" for axis in AXES),
        f"valuedim: {len(labels)}",
        f"valuelabels: {' '.join(_tcl_word(label) for label in labels)}",
        f"valueunits: {' '.join([_tcl_word(unit)] * len(labels))}",
        *(f"{axis}base: {lower[axis] + sizes[axis] / 2!r}" for axis in AXES),
        *(f"{axis}nodes: {nodes[axis]}" for axis in AXES),
        *(f"{axis}stepsize: {sizes[axis]!r}" for axis in AXES),
        "End: Header",
    ]
    return "".join(f"# {line}\n" for line in lines)


def _one_line(text: str) -> str:
    # "##" begins a comment in a header.
    return " ".join(text.split()).replace("##", "#")


def _tcl_word(text: str) -> str:
    """Return the text as one word of a Tcl list, the form of labels and units."""
    word = _one_line(text)
    return word if word and " " not in word else "{" + word + "}"


def _tcl_words(text: str) -> tuple[str, ...]:
    words: list[str] = []
    rest = text.strip()
    while rest:
        if rest.startswith("{") and "}" in rest:
            word, _, rest = rest[1:].partition("}")
        elif rest.startswith('"') and '"' in rest[1:]:
            word, _, rest = rest[1:].partition('"')
        else:
            word, _, rest = rest.partition(" ")
        words.append(word)
        rest = rest.strip()
    return tuple(words)


def _parse(stream: BufferedReader) -> OvfField:
    version, header, kind, start = _read_header(stream.read(_LONGEST_HEADER))
    if header.get("meshtype", "rectangular").lower() != "rectangular":
        raise OvfError(f"meshtype is {header['meshtype']}; only rectangular is read")
    if header.get("segment count", "1") != "1":
        raise OvfError(f"it has {header['segment count']} segments; only one is read")
    scale = _METRES.get(header.get("meshunit", "m"))
    if scale is None:
        raise OvfError(f"meshunit is {header['meshunit']}; known are {', '.join(_METRES)}")
    nx, ny, nz = (_count(header, f"{axis}nodes") for axis in AXES)
    dx, dy, dz = (_number(header, f"{axis}stepsize", positive=True) * scale for axis in AXES)
    x, y, z = (_number(header, f"{axis}min", 0.0) * scale for axis in AXES)
    n_components = _count(header, "valuedim") if version == 2 else 3
    stream.seek(start)
    data = _read_values(stream, kind, (n_components, nx * ny * nz), version)
    if version == 1 and header.get("valuemultiplier", "1") not in {"1", "1.0"}:
        data *= data.dtype.type(_number(header, "valuemultiplier"))
    units = _tcl_words(header.get("valueunits" if version == 2 else "valueunit", ""))
    return OvfField(
        data=data.reshape(n_components, nz, ny, nx),
        cells=(nx, ny, nz),
        cell_size=(dx, dy, dz),
        origin=(x, y, z),
        title=header.get("title", ""),
        unit=units[0] if units else "",
        labels=_tcl_words(header.get("valuelabels", "")),
    )


def _read_header(content: bytes) -> tuple[int, dict[str, str], str, int]:
    """Return the version, the keys in lower case, the kind of data and where they begin."""
    lines = _header_lines(content)
    first, position = next(lines, ("", 0))
    version = _version(first)
    header: dict[str, str] = {}
    for line, position in lines:
        key, _, value = line.partition("##")[0].lstrip("# ").partition(":")
        name, text = key.strip().lower(), value.strip()
        if name == "begin" and text.lower().startswith("data"):
            return version, header, " ".join(text.lower().split()), position
        header[name] = text
    raise OvfError("it is cut short: no 'Begin: Data' follows the header")


def _header_lines(content: bytes) -> Iterator[tuple[str, int]]:
    """Yield each line of the header with the position behind it."""
    position = 0
    while position < len(content):
        end = content.find(b"\n", position)
        end = len(content) if end < 0 else end
        line = content[position:end].decode("utf-8", errors="replace").strip()
        if line and not line.startswith("#"):
            return
        position = end + 1
        if line:
            yield line, position


def _read_values(
    stream: BufferedReader, kind: str, shape: tuple[int, int], version: int
) -> NDArray[Any]:
    """Return the numbers that begin here, shape (n_components, n_cells)."""
    n_components, n_cells = shape
    if kind == "data text":
        numbers = _read_text(stream.read(), n_components * n_cells)
        return np.ascontiguousarray(numbers.reshape(n_cells, n_components).T)
    size = {"data binary 4": 4, "data binary 8": 8}.get(kind)
    if size is None:
        raise OvfError(f"its data are '{kind}'; read are text, binary 4 and binary 8")
    start = stream.tell()
    present = max(0, stream.seek(0, os.SEEK_END) - start)
    needed = (n_components * n_cells + 1) * size
    if present < needed:
        raise OvfError(f"it is cut short: {present} bytes of data where {needed} are needed")
    stream.seek(start)
    # OVF 1.0 is big-endian, OVF 2.0 little-endian.
    dtype = np.dtype(f"{'>' if version == 1 else '<'}f{size}")
    check = np.frombuffer(stream.read(size), dtype=dtype)[0]
    if check != CHECK_VALUES[size]:
        raise OvfError(f"its check value is {check}, not {CHECK_VALUES[size]}: damaged data")
    return _read_components(stream, dtype, shape)


def _read_components(
    stream: BufferedReader, dtype: np.dtype[Any], shape: tuple[int, int]
) -> NDArray[Any]:
    """Read numbers whose components run fastest; return them in the machine's byte order.

    A small buffer is used again and again: fresh memory for the whole file would cost several
    times the reading. A mapped file would do as well, but kills the process if it is shortened.
    """
    n_components, n_cells = shape
    data = np.empty(shape, dtype=dtype.newbyteorder("="))
    buffer = np.empty((min(n_cells, _CELLS_AT_ONCE), n_components), dtype=dtype)
    for first in range(0, n_cells, _CELLS_AT_ONCE):
        part = buffer[: n_cells - first]
        if stream.readinto(part.data.cast("B")) < part.nbytes:
            raise OvfError("it is cut short: it ended while it was read")
        for component in range(n_components):
            data[component, first : first + len(part)] = part[:, component]
    return data


def _read_text(content: bytes, count: int) -> NDArray[np.float64]:
    block, _, _ = content.partition(b"#")
    words = block.split()
    if len(words) != count:
        raise OvfError(f"it has {len(words)} numbers where {count} are needed")
    try:
        return np.array(words, dtype=np.float64)
    except ValueError as error:
        raise OvfError(f"its text data are not numbers: {error}") from error


def _count(header: dict[str, str], key: str) -> int:
    text = header.get(key, "")
    if not text.isdecimal() or len(text) > _MOST_DIGITS or int(text) < 1:
        given = text[: 2 * _MOST_DIGITS] or "missing"
        raise OvfError(f"{key} is {given}; a whole number above 0 is needed")
    return int(text)


def _number(
    header: dict[str, str],
    key: str,
    default: float | None = None,
    *,
    positive: bool = False,
) -> float:
    text = header.get(key)
    if text is None and default is not None:
        return default
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or (positive and value <= 0):
        raise OvfError(f"{key} is {text or 'missing'}; a {'positive ' * positive}number is needed")
    return value

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from solver.errors import SolverError
from solver.mesh import Mesh
from solver.mumax3.ovf import CHECK_VALUES, OvfError, read_ovf, write_ovf

MESH = Mesh(cells=(4, 3, 2), cell_size=(5e-10, 6e-10, 2e-9))

HEADER = """\
# OOMMF OVF 2.0
# Segment count: 1
# Begin: Segment
# Begin: Header
# Title: written by hand ## a comment
# Desc: Total simulation time: 0 s
# meshtype: rectangular
# meshunit: nm
# xmin: 1
# ymin: 0
# zmin: 0
# xmax: 3
# ymax: 2
# zmax: 2
# valuedim: 3
# valuelabels: {Magnetic moment} m_y "m z"
# valueunits: A/m A/m A/m
# xbase: 1.5
# ybase: 1
# zbase: 1
# xnodes: 2
# ynodes: 1
# znodes: 1
# xstepsize: 1
# ystepsize: 2
# zstepsize: 2
# End: Header
"""
TEXT = HEADER + "# Begin: Data Text\n1 2 3\n-4e-1 5 6\n# End: Data Text\n# End: Segment\n"

OVF_1 = HEADER.replace("OOMMF OVF 2.0", "OOMMF: rectangular mesh v1.0").replace(
    "# valuedim: 3\n",
    "# valuemultiplier: 2\n# valueunit: A/m\n",
)


def field(n_components: int = 3, dtype: str = "float32") -> np.ndarray:
    rng = np.random.default_rng(1)
    return rng.standard_normal((n_components, *MESH.shape)).astype(dtype)


@pytest.mark.parametrize("n_components", [1, 2, 3, 6])
@pytest.mark.parametrize("double", [False, True])
def test_write_then_read_gives_the_same(tmp_path: Path, n_components: int, double: bool):
    path = tmp_path / "m ünïcödé '\".ovf"
    data = field(n_components, "float64" if double else "float32")
    write_ovf(path, data, MESH, title="m", unit="A/m", double=double, description=["one", "two"])
    found = read_ovf(path)
    assert found.data.dtype == data.dtype
    assert found.data.flags.c_contiguous
    np.testing.assert_array_equal(found.data, data)
    assert found.cells == MESH.cells
    assert found.cell_size == MESH.cell_size
    assert (found.title, found.unit, found.origin) == ("m", "A/m", (0, 0, 0))
    assert len(found.labels) == n_components
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_origin_moves_box_and_first_centre(tmp_path: Path):
    path = tmp_path / "m.ovf"
    write_ovf(path, field(), MESH, title="m", unit="1", origin=MESH.lower_corner)
    assert read_ovf(path).origin == MESH.lower_corner
    header = dict(
        line[2:].split(": ", 1)
        for line in path.read_bytes().partition(b"# Begin: Data")[0].decode().splitlines()
        if ": " in line
    )
    for axis, n, size, lower in zip(
        "xyz", MESH.cells, MESH.cell_size, MESH.lower_corner, strict=True
    ):
        assert float(header[f"{axis}max"]) == pytest.approx(lower + n * size)
        assert float(header[f"{axis}base"]) == pytest.approx(lower + size / 2)


@pytest.mark.parametrize(("double", "size", "code"), [(False, 4, "<f"), (True, 8, "<d")])
def test_binary_block_is_little_endian_with_x_fastest(tmp_path: Path, double, size, code):
    path = tmp_path / "m.ovf"
    data = field()
    write_ovf(path, data, MESH, title="m", unit="", double=double)
    content = path.read_bytes()
    mark = f"# Begin: Data Binary {size}\n".encode()
    start = content.index(mark) + len(mark)
    numbers = [value for (value,) in struct.iter_unpack(code, content[start : start + 8 * size])]
    assert numbers[0] == CHECK_VALUES[size]
    expected = [*data[:, 0, 0, 0], *data[:, 0, 0, 1]]
    assert numbers[1:7] == pytest.approx([float(value) for value in expected])
    assert content.endswith(f"\n# End: Data Binary {size}\n# End: Segment\n".encode())


def test_header_keeps_to_the_keys_that_mumax3_knows(tmp_path: Path):
    path = tmp_path / "m.ovf"
    write_ovf(path, field(), MESH, title="two\nlines", unit="", description=["a"])
    header = path.read_bytes().partition(b"# Begin: Data")[0].decode()
    axes = {
        f"{axis}{name}" for axis in "xyz" for name in ("min", "max", "base", "nodes", "stepsize")
    }
    known = {
        "Segment count",
        "Begin",
        "End",
        "Title",
        "Desc",
        "meshtype",
        "meshunit",
        "valuedim",
        "valuelabels",
        "valueunits",
    } | axes
    lines = header.splitlines()
    assert lines[0] == "# OOMMF OVF 2.0"
    assert {line[2:].partition(":")[0] for line in lines[1:]} == known
    assert "# Title: two lines" in lines
    assert "# valueunits: 1 1 1" in lines


def test_text_written_by_hand_is_read(tmp_path: Path):
    path = tmp_path / "hand.ovf"
    path.write_text(TEXT)
    found = read_ovf(path)
    assert found.data.shape == (3, 1, 1, 2)
    np.testing.assert_array_equal(found.data[:, 0, 0, :], [[1, -0.4], [2, 5], [3, 6]])
    assert found.cells == (2, 1, 1)
    assert found.cell_size == pytest.approx((1e-9, 2e-9, 2e-9))
    assert found.origin == pytest.approx((1e-9, 0, 0))
    assert (found.title, found.unit) == ("written by hand", "A/m")
    assert found.labels == ("Magnetic moment", "m_y", "m z")


def test_windows_line_ends_are_read(tmp_path: Path):
    path = tmp_path / "hand.ovf"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert read_ovf(path).data[2, 0, 0, 1] == 6


@pytest.mark.parametrize(("size", "code"), [(4, ">7f"), (8, ">7d")])
def test_version_1_is_big_endian_and_scaled(tmp_path: Path, size: int, code: str):
    path = tmp_path / "old.omf"
    block = struct.pack(code, CHECK_VALUES[size], 1, 2, 3, 4, 5, 6)
    mark = f"# Begin: Data Binary {size}\n".encode()
    path.write_bytes(OVF_1.encode() + mark + block + b"\n# End: Data\n")
    found = read_ovf(path)
    np.testing.assert_array_equal(found.data[:, 0, 0, :], [[2, 8], [4, 10], [6, 12]])
    assert found.unit == "A/m"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "not an OVF file"),
        ("\x89PNG\r\n", "not an OVF file"),
        ("# OOMMF OVF 2.0\n", "no 'Begin: Data'"),
        (HEADER, "no 'Begin: Data'"),
        (TEXT.replace("xnodes: 2", "xnodes: 3"), "6 numbers where 9"),
        (TEXT.replace("xnodes: 2", "xnodes: -2"), "xnodes is -2"),
        (TEXT.replace("xnodes: 2", "xnodes: " + "9" * 5000), "xnodes is 999"),
        (TEXT.replace("# ynodes: 1\n", ""), "ynodes is missing"),
        (TEXT.replace("xstepsize: 1", "xstepsize: 0"), "xstepsize is 0"),
        (TEXT.replace("xstepsize: 1", "xstepsize: nan"), "xstepsize is nan"),
        (TEXT.replace("-4e-1", "four"), "not numbers"),
        (TEXT.replace("meshtype: rectangular", "meshtype: irregular"), "irregular"),
        (TEXT.replace("meshunit: nm", "meshunit: inch"), "inch"),
        (TEXT.replace("count: 1", "count: 2"), "2 segments"),
        (TEXT.replace("Data Text", "Data CSV"), "data csv"),
    ],
)
def test_file_that_is_not_ovf_is_refused_with_its_name(tmp_path: Path, content: str, says: str):
    path = tmp_path / "strange.ovf"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(OvfError, match=says) as caught:
        read_ovf(path)
    assert str(path) in str(caught.value)
    assert isinstance(caught.value, SolverError)


@pytest.mark.parametrize("keep", [700, -80, -200])
def test_truncated_file_is_refused(tmp_path: Path, keep: int):
    path = tmp_path / "m.ovf"
    write_ovf(path, field(), MESH, title="m", unit="")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(OvfError, match="cut short"):
        read_ovf(path)


def test_wrong_check_value_is_refused(tmp_path: Path):
    path = tmp_path / "m.ovf"
    write_ovf(path, field(), MESH, title="m", unit="")
    content = path.read_bytes()
    good = struct.pack("<f", CHECK_VALUES[4])
    path.write_bytes(content.replace(good, good[::-1]))
    with pytest.raises(OvfError, match="check value"):
        read_ovf(path)


def test_missing_file_is_refused_with_the_reason(tmp_path: Path):
    with pytest.raises(OvfError, match="No such file"):
        read_ovf(tmp_path / "none.ovf")


def test_data_that_do_not_fit_the_mesh_are_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="shape"):
        write_ovf(tmp_path / "m.ovf", np.zeros((3, 1, 1, 1)), MESH, title="m", unit="")
    with pytest.raises(ValueError, match="2 labels for 3"):
        write_ovf(tmp_path / "m.ovf", field(), MESH, title="m", unit="", labels=("a", "b"))


@pytest.mark.parametrize("double", [False, True])
def test_more_cells_than_are_read_at_once_keep_their_places(tmp_path: Path, double: bool):
    mesh = Mesh(cells=(197, 201, 3), cell_size=(1e-9, 1e-9, 1e-9))
    data = np.random.default_rng(5).standard_normal((3, *mesh.shape)).astype("float32")
    write_ovf(tmp_path / "m.ovf", data, mesh, title="m", unit="1", double=double)
    assert np.array_equal(read_ovf(tmp_path / "m.ovf").data, data)

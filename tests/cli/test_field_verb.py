"""``field FILE``: fields and energies of a given state."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from smcogui.design.design_file import load_designs
from smcogui.design.nanostructure import build_nanostructure
from smcogui.units import MU0
from solver.mesh import Mesh
from solver.mumax3.ovf import read_ovf, write_ovf

TERMS = ("exchange", "anisotropy", "zeeman", "demag")


@pytest.fixture
def uniform_state(small_file, tmp_path):
    """Return the file of a state along the easy axis."""
    mesh = build_nanostructure(load_designs(small_file)[0]).mesh
    m = np.zeros((3, *mesh.shape))
    m[1] = 1.0
    path = tmp_path / "state.ovf"
    write_ovf(path, m, mesh, title="m", unit="1")
    return path


def test_fields_of_a_uniform_state_are_known(call, small_file, uniform_state, tmp_path):
    out = tmp_path / "fields"
    words = ("field", small_file, "--state", uniform_state, "--mu0H", "-1.5e0", "--out", out)
    answer = call(*words, "--json")
    assert answer.code == 0, answer.err
    fields = {name: read_ovf(out / f"{name}.ovf") for name in TERMS}
    assert all(field.unit == "A/m" for field in fields.values())
    assert all(field.data.dtype == np.float64 for field in fields.values())
    assert np.abs(fields["exchange"].data).max() == pytest.approx(0.0, abs=1e-3)
    assert fields["zeeman"].data[1] == pytest.approx(-1.5 / MU0 / np.sqrt(2))
    structure = build_nanostructure(load_designs(small_file)[0])
    H_ani = np.array([structure.phases[p].H_ani for p in sorted(structure.phases)])
    assert fields["anisotropy"].data[1] == pytest.approx(H_ani[structure.regions])
    assert answer.value == json.loads((out / "energies.json").read_text())
    assert {"E_exchange_J", "E_anisotropy_J", "E_zeeman_J", "E_demag_J"} <= set(answer.value)
    assert answer.value["E_zeeman_J"] > 0
    assert answer.value["E_demag_J"] > 0


def test_state_of_another_mesh_gives_2(call, small_file, tmp_path):
    mesh = Mesh(cells=(8, 8, 1), cell_size=(1e-9, 1e-9, 2e-9))
    m = np.zeros((3, 1, 8, 8))
    m[1] = 1.0
    write_ovf(tmp_path / "state.ovf", m, mesh, title="m", unit="1")
    answer = call(
        "field",
        small_file,
        "--state",
        tmp_path / "state.ovf",
        "--mu0H",
        0,
        "--out",
        tmp_path / "out",
        "--json",
    )
    assert answer.code == 2
    assert answer.value["error"]["given"] == "8x8x1"
    assert answer.value["error"]["allowed"] == "24x24x1"


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"# OOMMF OVF 2.0\n# Begin: Header\n"])
def test_damaged_state_gives_2(call, small_file, tmp_path, content):
    (tmp_path / "state.ovf").write_bytes(content)
    answer = call(
        "field",
        small_file,
        "--state",
        tmp_path / "state.ovf",
        "--mu0H",
        0,
        "--out",
        tmp_path / "out",
        "--json",
    )
    assert answer.code == 2
    assert answer.value["error"]["key"] == "state"


def test_state_in_A_m_gives_2(call, small_file, uniform_state, tmp_path):
    mesh = build_nanostructure(load_designs(small_file)[0]).mesh
    write_ovf(uniform_state, read_ovf(uniform_state).data * 8e5, mesh, title="M", unit="A/m")
    answer = call(
        "field",
        small_file,
        "--state",
        uniform_state,
        "--mu0H",
        0,
        "--out",
        tmp_path / "out",
        "--json",
    )
    assert answer.code == 2
    assert "unit vectors" in answer.value["error"]["message"]


def test_field_that_is_not_a_number_gives_2(call, small_file, uniform_state, tmp_path):
    answer = call(
        "field",
        small_file,
        "--state",
        uniform_state,
        "--mu0H",
        "nan",
        "--out",
        tmp_path / "out",
        "--json",
    )
    assert answer.code == 2
    assert answer.value["error"]["key"] == "mu0H"


def _with_bytes(path, changes):
    """Change bytes of the file's data, counted from the first number."""
    content = bytearray(path.read_bytes())
    start = content.index(b"Begin: Data Binary 4\n") + 21 + 4
    for offset, new in changes.items():
        content[start + offset : start + offset + len(new)] = new
    path.write_bytes(content)


def _with_header(path, old, new):
    content = path.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: _with_bytes(path, {12 * 25: b"\x00\x00\xc0\x7f"}), "(x, y, z) = (1, 1, 0)"),
        (lambda path: _with_bytes(path, {0: bytes(12)}), "the length 0"),
        (lambda path: path.write_bytes(path.read_bytes()[:-500]), "cut short"),
        (lambda path: _with_header(path, b"xstepsize: 1e-09", b"xstepsize: 2e-09"), "2 x 1 x 2 nm"),
        (
            lambda path: _with_header(path, b"xstepsize: 1e-09", b"xstepsize: nan"),
            "xstepsize is nan",
        ),
        (lambda path: _with_header(path, b"xnodes: 24", b"xnodes: 12"), "12x24x1 cells"),
        (lambda path: _with_header(path, b"xnodes: 24", b"xnodes: 99999999"), "cut short"),
        (lambda path: _with_header(path, b"valuedim: 3", b"valuedim: 1"), "1 components"),
    ],
)
def test_damaged_state_gives_2_and_says_what_is_wrong(
    call, small_file, uniform_state, tmp_path, damage, words
):
    damage(uniform_state)
    out = tmp_path / "out"
    answer = call(
        "field", small_file, "--state", uniform_state, "--mu0H", 0, "--out", out, "--json"
    )
    assert answer.code == 2
    message = answer.value["error"]["message"]
    assert words in message
    assert message.count(str(uniform_state)) == 1
    assert not out.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipe_is_refused_instead_of_waited_for(call, small_file, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    out = tmp_path / "out"
    answer = call("field", small_file, "--state", pipe, "--mu0H", 0, "--out", out, "--json")
    assert answer.code == 2
    assert "no file" in answer.value["error"]["message"]
    folder = tmp_path / "problem"
    folder.mkdir()
    os.mkfifo(folder / "problem.json")
    answer = call("solve", folder, "--json")
    assert answer.code == 2
    assert "no file" in answer.value["error"]["message"]

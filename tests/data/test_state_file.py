"""Magnetisations of other programs."""

from __future__ import annotations

import numpy as np
import pytest

from smcogui.app.session import Session
from smcogui.data.state_file import read_state_file
from smcogui.errors import InputError
from solver.mesh import Mesh
from solver.mumax3.ovf import write_ovf

MESH = Mesh(cells=(4, 3, 2), cell_size=(1e-9, 2e-9, 3e-9))


def write(path, data):
    write_ovf(path, data, MESH, title="m", unit="A/m")
    return path


def test_magnetisation_in_any_unit_becomes_unit_vectors(tmp_path):
    data = np.random.default_rng(1).normal(size=(3, *MESH.shape)) * 1e6
    data[:, 0, 0, 0] = 0
    m, mesh = read_state_file(write(tmp_path / "M.ovf", data))
    assert mesh.cells == MESH.cells
    assert mesh.cell_size == pytest.approx(MESH.cell_size)
    length = np.linalg.norm(m, axis=0)
    assert length[0, 0, 0] == 0
    assert np.delete(length.ravel(), 0) == pytest.approx(1.0)
    assert np.cross(m, data, axis=0) == pytest.approx(0, abs=1)


def test_field_of_one_component_is_refused(tmp_path):
    path = write(tmp_path / "regions.ovf", np.zeros((1, *MESH.shape)))
    with pytest.raises(InputError, match="holds 1 number per cell"):
        read_state_file(path)


def test_regions_of_an_exported_structure_are_called_so(tmp_path):
    session = Session(tmp_path / "project")
    session.exports.structure(session.example("base"), tmp_path / "cells.ovf", "ovf")
    with pytest.raises(InputError, match=r"phases of a structure.*design lies beside it in cells"):
        read_state_file(tmp_path / "cells.ovf")


def test_nan_is_refused(tmp_path):
    path = write(tmp_path / "nan.ovf", np.full((3, *MESH.shape), np.nan))
    with pytest.raises(InputError, match="not finite"):
        read_state_file(path)


def test_missing_and_damaged_files_are_named(tmp_path):
    (tmp_path / "bad.ovf").write_text("no field")
    for name in ("bad.ovf", "none.ovf"):
        with pytest.raises(InputError, match=f"{name} cannot be read as an OVF file"):
            read_state_file(tmp_path / name)

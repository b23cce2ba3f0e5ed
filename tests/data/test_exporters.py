from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest

import smcogui
from smcogui.data.exporters import write_file, write_provenance, write_vti
from smcogui.errors import InputError, RunFolderError
from solver.mesh import Mesh


def test_vti_is_read_by_pyvista_as_written(tmp_path: Path):
    import pyvista

    mesh = Mesh(cells=(4, 3, 2), cell_size=(5e-10, 1e-9, 2e-9))
    regions = np.arange(24, dtype=np.uint8).reshape(mesh.shape)
    m = np.random.default_rng(0).standard_normal((3, *mesh.shape))
    path = tmp_path / "structure & 'more'.vti"
    write_vti(path, mesh, {"region": regions, "m <unit>": m})
    image = pyvista.read(path)
    assert image.dimensions == (5, 4, 3)
    assert image.spacing == pytest.approx((0.5, 1, 2))
    assert image.origin == pytest.approx((-1, -1.5, 0))
    np.testing.assert_array_equal(image.cell_data["region"], np.arange(24))
    np.testing.assert_array_equal(image.cell_data["m <unit>"], m.reshape(3, -1).T)
    assert image.cell_data["region"].dtype == np.uint8


def test_vti_refuses_other_suffixes_shapes_and_types(tmp_path: Path):
    mesh = Mesh(cells=(2, 2, 1), cell_size=(1e-9, 1e-9, 1e-9))
    with pytest.raises(InputError, match=r"\.vti"):
        write_vti(tmp_path / "a.vtk", mesh, {})
    with pytest.raises(ValueError, match="shape"):
        write_vti(tmp_path / "a.vti", mesh, {"a": np.zeros((2, 2))})
    with pytest.raises(ValueError, match="complex"):
        write_vti(tmp_path / "a.vti", mesh, {"a": np.zeros(mesh.shape, dtype=complex)})


def test_provenance_names_program_version_and_facts(tmp_path: Path):
    path = tmp_path / "figure.pdf.json"
    write_provenance(
        path,
        source="simulated",
        seed=np.int64(3),
        folder=tmp_path,
        fields=np.array([1.0, -2.0]),
    )
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["program"] == "SmCo Studio"
    assert found["version"] == smcogui.__version__
    assert found["written_at"].endswith("+00:00")
    assert (found["source"], found["seed"], found["fields"]) == ("simulated", 3, [1, -2])
    assert found["folder"] == str(tmp_path)


def test_missing_folder_is_named_with_what_to_do(tmp_path: Path):
    path = tmp_path / "none" / "file.bin"
    with pytest.raises(RunFolderError, match="choose another folder") as caught:
        write_file(path, b"new content")
    assert str(path) in str(caught.value)


def test_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    path = tmp_path / "file.bin"
    path.write_text("old")

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunFolderError, match="full"):
        write_file(path, b"new content")
    assert os.listdir(tmp_path) == ["file.bin"]
    assert path.read_text() == "old"


@pytest.mark.parametrize("name", ["", ".", "/", "folder"])
def test_name_of_a_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="is a folder; give the name of the file"):
        write_file(Path(name), b"content")
    assert os.listdir(tmp_path) == ["folder"]

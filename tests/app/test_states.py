"""Stored states and structures for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from smcogui.app.session import Session
from smcogui.app.states import reasons_of, reversal
from smcogui.errors import InputError
from smcogui.rendering.voxel_faces import cell_triangles
from solver.mumax3.ovf import read_ovf

if TYPE_CHECKING:
    from pathlib import Path

TINY = """
[nanostructure]
L_nm = 20
d_nm = 10
wS_nm = 4
wZ_nm = 2
[material]
z_phase = "DFT"
[mesh]
domain_nm = 32
cell_nm = 1
[field]
alpha_deg = 45
[run]
cycles = 1
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return a session with one finished run."""
    folder = tmp_path_factory.mktemp("states")
    (folder / "tiny.toml").write_text(TINY, encoding="utf-8")
    session = Session(folder / "project")
    session.start_run(session.load_designs(folder / "tiny.toml")[0]).wait(timeout_s=120)
    return session


@pytest.mark.parametrize("kind", ["ovf", "vti"])
def test_state_comes_back_as_it_was_stored(project: Session, tmp_path: Path, kind: str) -> None:
    run_id = project.runs()[0].run_id
    shot = project.snapshots(run_id)[-1]
    path = tmp_path / f"state.{kind}"
    project.exports.state(run_id, shot.cycle, shot.index, path, kind)
    stored, mesh = project.load_snapshot(run_id, shot.cycle, shot.index)
    if kind == "ovf":
        np.testing.assert_allclose(read_ovf(path).data, stored, atol=1e-6)
        assert read_ovf(path).origin == pytest.approx(mesh.lower_corner)
    else:
        import pyvista

        image = pyvista.read(path)
        np.testing.assert_allclose(image.cell_data["m"], stored.reshape(3, -1).T, atol=1e-6)
        regions = image.cell_data["region"].reshape(mesh.shape)
        assert set(np.unique(regions)) <= {0, 1, 2, 3}
        assert len(np.unique(regions)) > 1
    facts = json.loads((tmp_path / f"state.{kind}.json").read_text(encoding="utf-8"))
    assert facts["mu0_H_T"] == shot.mu0_H_T
    assert facts["runs"][0]["run_id"] == run_id


def test_unknown_kind_is_refused(project: Session, tmp_path: Path) -> None:
    run_id = project.runs()[0].run_id
    shot = project.snapshots(run_id)[0]
    with pytest.raises(InputError, match="ovf, vti"):
        project.exports.state(run_id, shot.cycle, shot.index, tmp_path / "a.txt", "txt")


def test_reversal_has_each_field_once_in_falling_order(project: Session) -> None:
    shots = project.snapshots(project.runs()[0].run_id)
    steps = reversal(shots, 0)
    fields = [shot.mu0_H_T for shot in steps]
    assert fields == sorted(fields, reverse=True)
    assert len({shot.index for shot in steps}) == len(steps) == len({s.index for s in shots})
    assert "remanence" in reasons_of(shots, 0, steps[0].index)


def test_states_at_hp_say_that_it_is_hp_by_the_jump(project: Session) -> None:
    shots = project.snapshots(project.runs()[0].run_id)
    at_jump = next(each for each in shots if each.reason == "Hp")
    assert "at Hp (jump)" in reasons_of(shots, at_jump.cycle, at_jump.index)


def test_stl_surfaces_are_closed_and_hold_the_volume(project: Session, tmp_path: Path) -> None:
    import pyvista

    design = project.runs()[0].design
    path = tmp_path / "cells.stl"
    facts_path = project.exports.structure(design, path, "stl")
    fractions = {
        row["region"]: row["fraction"]
        for row in json.loads(facts_path.read_text(encoding="utf-8"))["regions"]
    }
    total = 0
    for region, fraction in fractions.items():
        surface = pyvista.read(tmp_path / f"cells-region-{region}.stl")
        assert surface.n_open_edges == 0
        # Depth of one cell along z.
        assert surface.volume == pytest.approx(fraction * 32 * 32 * design.mesh.cell_z * 1e9)
        total += surface.n_cells
    assert pyvista.read(path).n_cells == total
    attributes = np.frombuffer(path.read_bytes()[84:], dtype=np.uint8).reshape(-1, 50)[:, 48]
    assert set(attributes) == set(fractions)


def test_every_format_of_a_structure_has_one_origin(project: Session, tmp_path: Path) -> None:
    import pyvista

    design = project.runs()[0].design
    files = {kind: tmp_path / f"cells.{kind}" for kind in ("ovf", "vti", "stl", "csv")}
    for kind, path in files.items():
        project.exports.structure(design, path, kind)
    ovf = read_ovf(files["ovf"])
    edges = [1e9 * n * size for n, size in zip(ovf.cells, ovf.cell_size, strict=True)]
    corners = [(-edge / 2, edge / 2) for edge in edges[:2]] + [(0.0, edges[2])]
    box = pytest.approx(np.array(corners).ravel(), abs=1e-4)
    assert [1e9 * place for place in ovf.origin] == pytest.approx([c[0] for c in corners])
    assert list(pyvista.read(files["vti"]).bounds) == box
    assert list(pyvista.read(files["stl"]).bounds) == box
    centres = np.loadtxt(files["csv"], delimiter=",", skiprows=1)[:, :3]
    half = 0.5e9 * np.array(ovf.cell_size)
    assert np.c_[centres.min(0) - half, centres.max(0) + half].ravel() == box


def test_triangles_of_any_body_point_outwards() -> None:
    mask = np.random.default_rng(3).random((4, 5, 6)) < 0.5
    triangles = cell_triangles(mask, (1.0, 2.0, 3.0)).astype(float)
    # The divergence theorem with signed volumes: right only if every triangle turns outwards.
    volume = np.einsum("ij,ij->", triangles[:, 0], np.cross(triangles[:, 1], triangles[:, 2])) / 6
    assert volume == pytest.approx(mask.sum() * 6.0)

"""Runs of MuMax3 and OOMMF from elsewhere become runs of a project."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smcogui.app.session import Session
from smcogui.design.design import Design
from smcogui.errors import InputError
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState
from solver.mumax3.ovf import write_ovf

FIELDS = (1.0, 0.0, -1.0, -2.0, -3.0, -3.1, -3.2)
M = (0.99, 0.98, 0.97, 0.96, 0.95, -0.9, -0.901)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Return a session on an empty project."""
    return Session(tmp_path / "project")


@pytest.fixture
def design(session: Session) -> Design:
    """Return a design of 16 x 16 cells with the field along c."""
    base = session.example()
    return replace(base, name="mine", mesh=replace(base.mesh, domain=16e-9, cell=1e-9), alpha=0.0)


def mean_Ms(design: Design) -> float:
    """Return the mean Ms of the first half-cycle."""
    return make_run_spec(replace(design, run=replace(design.run, cycles=1))).cycles[0].Ms


@pytest.fixture
def mumax3_run(tmp_path: Path, design: Design) -> Path:
    """Return the output folder of a MuMax3 run: full loop, one state per row."""
    folder = tmp_path / "elsewhere" / "loop.out"
    folder.mkdir(parents=True)
    Ms = mean_Ms(design)
    lines = ["# t (s)\tmx ()\tmy ()\tmz ()\tm_fullx (A/m)\tm_fully (A/m)\tm_fullz (A/m)"]
    lines[0] += "\tB_extx (T)\tB_exty (T)\tB_extz (T)"
    rows = [*zip(FIELDS, M, strict=True), (-1.0, -0.96), (1.0, 0.9)]
    for field, m in rows:
        lines.append(f"0\t0\t{m}\t0\t0\t{m * Ms}\t0\t0\t{field}\t0")
    (folder / "table.txt").write_text("\n".join(lines) + "\n")
    (folder / "log.txt").write_text("//mumax 3.11.1 [linux_amd64 go1.25 CUDA-12.8]\n")
    mesh = make_run_spec(design).cycles[0].problem.mesh
    for number, (_, m) in enumerate(rows):
        state = np.zeros((3, *mesh.shape))
        state[1] = 1.0 if m > 0 else -1.0
        write_ovf(folder / f"m{number:06d}.ovf", state, mesh, title="m", unit="1")
    return folder


def test_mumax3_run_is_imported_with_its_falling_branch_and_states(session, design, mumax3_run):
    run_id = session.import_run(mumax3_run, design)
    record = session.run(run_id)
    assert record.state is RunState.DONE
    assert record.message == f"imported from {mumax3_run / 'table.txt'}"
    assert record.info.solver == "imported"
    assert record.info.solver_version.startswith("MuMax3 3.11.1 (table ")
    (steps,) = session.load_steps(run_id)
    assert [step.mu0_H_T for step in steps] == list(FIELDS)
    assert [step.M_over_Ms for step in steps] == pytest.approx(list(M))
    assert [step.jump for step in steps] == [False] * 5 + [True, False]
    result = session.load_result(run_id)
    assert result["mu0_Hc_T"] == pytest.approx(3.05, abs=0.051)
    assert result["field_resolution_T"] == pytest.approx(0.1)
    shots = session.snapshots(run_id)
    assert [shot.mu0_H_T for shot in shots] == list(FIELDS)
    m, _ = session.load_snapshot(run_id, 0, 5)
    assert m[1].mean() == -1.0
    # A second time it is the same run.
    assert session.import_run(mumax3_run / "table.txt", design) == run_id
    assert len(session.runs()) == 1
    assert "imported" in session.exports.methods([run_id])


def test_imported_run_is_not_computed_here(session, design, mumax3_run):
    run_id = session.import_run(mumax3_run, design)
    with pytest.raises(InputError, match="was imported: it was computed elsewhere"):
        session.rerun(run_id)
    assert session.run(run_id).state is RunState.DONE


def test_design_that_was_exported_beside_the_script_is_found(session, design, mumax3_run):
    session.exports.structure(design, mumax3_run.parent / "loop.mx3", "mx3")
    record = session.run(session.import_run(mumax3_run, name="found"))
    assert record.name == "found"
    assert record.design.mesh.domain == pytest.approx(16e-9)


def test_oommf_table_is_read_with_its_units_and_iterations(session, design, tmp_path):
    folder = tmp_path / "oommf"
    folder.mkdir()
    names = "{Oxs_UZeeman::Bx} {Oxs_UZeeman::By} {Oxs_UZeeman::Bz} {Oxs_MinDriver::Iteration} \\\n"
    more = "# {Oxs_MinDriver::mx} {Oxs_MinDriver::my} {Oxs_MinDriver::mz}\n"
    text = (
        f"# ODT 1.0\n# Table Start\n# Columns: {names}{more}# Units: mT mT mT {{}} {{}} {{}} {{}}\n"
    )
    for number, (field, m) in enumerate(zip(FIELDS, M, strict=True)):
        text += f"0 {1e3 * field} 0 {10 * number} 0 {m} 0\n"
    (folder / "loop.odt").write_text(text + "# Table End\n")
    mesh = make_run_spec(design).cycles[0].problem.mesh
    state = np.zeros((3, *mesh.shape))
    state[1] = 8e5
    name = "loop-Oxs_MinDriver-Magnetization-02-0000020.omf"
    write_ovf(folder / name, state, mesh, title="m", unit="A/m")
    run_id = session.import_run(folder, design)
    record = session.run(run_id)
    assert record.info.solver_version.startswith("OOMMF (table ")
    (steps,) = session.load_steps(run_id)
    assert [step.mu0_H_T for step in steps] == list(FIELDS)
    (shot,) = session.snapshots(run_id)
    assert (shot.index, shot.mu0_H_T) == (2, -1.0)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "has no rows"),
        ("# t (s)\tmx ()\tmy ()\tmz ()\n0\t0\t1\t0\n", "no columns of the applied field"),
        ("hello\n", "cannot be understood"),
        ("# ODT 1.0\n# Columns: a b\n# Units: {}\n1 2\n", "do not fit together"),
    ],
)
def test_tables_that_are_none_are_refused_in_words(session, design, tmp_path, table, words):
    path = tmp_path / "table.txt"
    path.write_text(table)
    with pytest.raises(InputError, match="cannot be imported as a run") as caught:
        session.import_run(path, design)
    assert words in str(caught.value)
    assert session.runs() == []


def test_what_does_not_fit_the_design_is_refused(session, design, mumax3_run, tmp_path):
    with pytest.raises(InputError, match="off the design's direction"):
        session.import_run(mumax3_run, replace(design, alpha=math.radians(45)))
    table = mumax3_run / "table.txt"
    table.write_text(table.read_text().replace(f"{0.99 * mean_Ms(design)}", "2e6"))
    with pytest.raises(InputError, match=r"M/Ms of .* reaches"):
        session.import_run(mumax3_run, design)
    (mumax3_run / "table.txt").rename(tmp_path / "alone.txt")
    with pytest.raises(InputError, match="holds no tables of runs"):
        session.import_run(mumax3_run, design)
    with pytest.raises(InputError, match="name a design file"):
        session.import_run(tmp_path / "alone.txt")

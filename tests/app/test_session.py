"""The façade with a real project and the real solver on a mesh of 24 x 24 cells."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
from dataclasses import replace

import numpy as np
import pytest

from smcogui.app.session import FigureSpec, Session, with_overrides
from smcogui.design.design import Design
from smcogui.design.parameters import NanostructureParameters
from smcogui.errors import InputError, RunFolderError
from smcogui.runs.events import CycleSnapshot, CycleStep, StateChanged
from smcogui.runs.lock import holder_of
from smcogui.runs.state import RunState

TIMEOUT_S = 120.0


@pytest.fixture(scope="module")
def design() -> Design:
    """Return a design of 24 x 24 cells and two half-cycles."""
    base = Session.example("base")
    return replace(
        with_overrides(base, cycles=2),
        name="small",
        parameters=NanostructureParameters(L=30e-9, d=16e-9, w_S=4e-9, w_Z=3e-9),
        mesh=replace(base.mesh, domain=24e-9, cell=1e-9),
        alpha=np.deg2rad(45),
    )


@pytest.fixture(scope="module")
def finished(design, tmp_path_factory, wait_until):
    """Return a session with one finished run, its id and all events that it sent."""
    session = Session(tmp_path_factory.mktemp("project") / "ünï 'code'")
    handle = session.start_run(design)
    events = []

    def has_ended():
        events.extend(handle.poll())
        return not handle.state.is_active

    wait_until(has_ended, "end of the run", TIMEOUT_S)
    assert handle.wait(TIMEOUT_S) is RunState.DONE
    events.extend(handle.poll())
    return session, handle.run_id, events


def test_started_run_sends_states_steps_and_snapshots(finished):
    session, run_id, events = finished
    states = [event.state for event in events if isinstance(event, StateChanged)]
    assert states == [RunState.PENDING, RunState.RUNNING, RunState.DONE]
    steps = [event for event in events if isinstance(event, CycleStep)]
    assert {step.cycle for step in steps} == {0, 1}
    assert len(steps) == sum(len(one) for one in session.load_steps(run_id))
    assert any(isinstance(event, CycleSnapshot) for event in events)


def test_finished_run_is_listed_with_its_result(finished, design):
    session, run_id, _ = finished
    (record,) = session.runs()
    assert record.run_id == run_id
    assert record.state is RunState.DONE
    assert record.design == design
    assert record.progress == 1.0
    assert record.result == session.load_result(run_id)
    assert record.result["run_dir"] == str(record.folder)


def test_same_design_again_gives_the_finished_run_at_once(finished, design):
    session, run_id, _ = finished
    handle = session.start_run(design)
    assert handle.run_id == run_id
    assert handle.state is RunState.DONE
    assert len(session.runs()) == 1


def test_readings_of_the_curves_are_those_of_the_result(finished):
    session, run_id, _ = finished
    assert len(session.load_curves(run_id)) == 2
    summary = session.load_summary(run_id)
    result = session.load_result(run_id)
    assert summary.mean.Hc * 4e-7 * np.pi == pytest.approx(result["mu0_Hc_T"], rel=1e-6)


def test_snapshot_holds_unit_vectors_on_the_mesh(finished):
    session, run_id, _ = finished
    shots = session.snapshots(run_id)
    assert {"remanence", "Hc"} <= {shot.reason for shot in shots}
    m, mesh = session.load_snapshot(run_id, shots[0].cycle, shots[0].index)
    assert m.shape == (3, *mesh.shape)
    assert np.linalg.norm(m, axis=0) == pytest.approx(1.0, abs=1e-5)


def test_snapshot_that_is_not_there_names_those_that_are(finished):
    session, run_id, _ = finished
    with pytest.raises(InputError, match="stored"):
        session.load_snapshot(run_id, 7, 0)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_table_comes_with_its_provenance(finished, tmp_path, suffix):
    session, run_id, _ = finished
    facts = session.exports.table([run_id], tmp_path / "sub" / f"runs.{suffix}")
    assert (tmp_path / "sub" / f"runs.{suffix}").stat().st_size > 0
    data = json.loads(facts.read_text(encoding="utf-8"))
    assert data["runs"][0]["run_id"] == run_id
    assert data["source"] == "simulated"
    session.exports.curves([run_id], tmp_path / f"curves.{suffix}")
    assert (tmp_path / f"curves.{suffix}").stat().st_size > 0


def test_curve_table_holds_internal_field_and_flux_density(finished, tmp_path):
    session, run_id, _ = finished
    facts = session.exports.curves([run_id], tmp_path / "curves.csv", N=0.5)
    with (tmp_path / "curves.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == sum(len(steps) for steps in session.load_steps(run_id))
    for row in rows:
        applied, internal, J = (float(row[k]) for k in ("mu0_H_T", "mu0_H_int_T", "J_T"))
        assert internal == pytest.approx(applied - 0.5 * J)
        assert float(row["B_T"]) == pytest.approx(internal + J)
    assert json.loads(facts.read_text(encoding="utf-8"))["N"] == 0.5


def test_curve_table_counts_and_measures_as_the_window_does(finished, tmp_path):
    session, run_id, _ = finished
    facts = session.exports.curves([run_id], tmp_path / "curves.csv", field_unit="kOe")
    with (tmp_path / "curves.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    steps = session.load_steps(run_id)
    assert {row["half_cycle"] for row in rows} == {str(k + 1) for k in range(len(steps))}
    told = [step.mu0_H_T for cycle in steps for step in cycle]
    assert [float(row["H_kOe"]) for row in rows] == pytest.approx([10 * each for each in told])
    assert all(len(row["H_kOe"]) <= 14 for row in rows)
    assert not {"mu0_H_T", "H_kA_m", "cycle"} & set(rows[0])
    assert json.loads(facts.read_text(encoding="utf-8"))["field_unit"] == "kOe"
    session.exports.table([run_id], tmp_path / "runs.csv")
    with (tmp_path / "runs.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["state"] == "done"
    assert float(row["theta_deg"]) == pytest.approx(30)


def test_methods_count_in_plain_words(finished):
    session, run_id, _ = finished
    text = session.exports.methods([run_id])
    assert "2 half-cycles per design were run from" in text
    assert "and seed " in text
    assert "(s)" not in text


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png"])
def test_figure_comes_with_its_provenance(finished, tmp_path, suffix):
    session, run_id, _ = finished
    spec = FigureSpec(unit="kOe", width_mm=178)
    facts = session.exports.figure([run_id], tmp_path / f"mh.{suffix}", spec)
    assert (tmp_path / f"mh.{suffix}").stat().st_size > 1000
    assert json.loads(facts.read_text(encoding="utf-8"))["figure"]["unit"] == "kOe"


def test_figure_of_no_run_is_refused(finished, tmp_path):
    session, _, _ = finished
    with pytest.raises(InputError, match="no curve"):
        session.exports.figure([], tmp_path / "mh.pdf")


@pytest.fixture
def slow_run(design, tmp_path, wait_until):
    """Return a session and the handle of a run that has begun and takes some seconds."""
    session = Session(tmp_path / "project")
    slow = replace(
        design,
        field=replace(design.field, largest_step_T=0.01, smallest_step_T=0.01),
        run=replace(design.run, cycles=1),
    )
    handle = session.start_run(slow)
    wait_until(
        lambda: any(isinstance(event, CycleStep) for event in handle.poll()), "step", TIMEOUT_S
    )
    return session, handle


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("number", "state"),
    [
        (signal.SIGTERM, RunState.CANCELLED),
        (signal.SIGKILL, RunState.LOST),
    ],
)
def test_worker_that_is_ended_from_outside_leaves_a_resumable_run(slow_run, number, state):
    session, handle = slow_run
    os.kill(holder_of(handle.folder)["pid"], number)
    assert handle.wait(TIMEOUT_S) is state
    assert session.run(handle.run_id).state is state
    events = handle.poll()
    assert [e.state for e in events if isinstance(e, StateChanged)][-1] is state
    again = session.resume_run(handle.run_id)
    again.cancel()
    assert again.wait(TIMEOUT_S) is RunState.CANCELLED


def test_second_session_attaches_to_a_run_at_work(slow_run):
    session, handle = slow_run
    other = Session(session.project)
    (record,) = other.runs()
    assert record.state is RunState.RUNNING
    again = other.start_run(record.design)
    assert again.state is RunState.RUNNING
    again.cancel()
    assert handle.wait(TIMEOUT_S) is RunState.CANCELLED


def test_cancelled_run_resumes_to_its_end(slow_run):
    session, handle = slow_run
    with pytest.raises(RunFolderError, match="stop it"):
        session.library.trash_run(handle.run_id)
    session.cancel_run(handle.run_id)
    assert handle.wait(TIMEOUT_S) is RunState.CANCELLED
    kept = sum(len(one) for one in session.load_steps(handle.run_id))
    assert kept > 0
    again = session.resume_run(handle.run_id)
    assert again.wait(TIMEOUT_S) is RunState.DONE
    assert sum(len(one) for one in session.load_steps(handle.run_id)) > kept
    session.library.trash_run(handle.run_id)
    assert session.runs() == []


def test_default_project_is_the_one_of_the_environment(project_folder):
    assert Session().project == project_folder.resolve()
    assert json.loads((project_folder / "project.json").read_text())["schema_version"] == 2


def test_new_project_refuses_a_folder_that_holds_something(tmp_path):
    (tmp_path / "file").write_text("mine")
    session = Session(tmp_path / "project")
    with pytest.raises(InputError, match="already holds something"):
        session.new_project(tmp_path)
    session.new_project(tmp_path / "other")
    assert session.project == (tmp_path / "other").resolve()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ('{"schema_version": 99}', "Update the program"),
        ("{", "damaged"),
        ("[]", "no JSON object"),
    ],
)
def test_project_that_cannot_be_read_is_named(tmp_path, content, error):
    (tmp_path / "project.json").write_text(content)
    with pytest.raises(InputError, match=error):
        Session(tmp_path)


def test_project_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match="choose another folder"):
        Session(tmp_path / "file" / "project")


@pytest.mark.parametrize("run_id", ["", "..", "0123", "a/b"])
def test_unknown_run_is_named(tmp_path, run_id):
    with pytest.raises(InputError, match="there is no run"):
        Session(tmp_path).run(run_id)


def test_damaged_run_folder_does_not_hide_the_others(finished, caplog):
    session, run_id, _ = finished
    broken = session.runs_folder / "broken"
    broken.mkdir()
    (broken / "spec.json").write_text("{")
    assert [record.run_id for record in session.runs()] == [run_id]
    assert "left out" in caplog.text


@pytest.mark.parametrize("content", ["", "{}", '{"mu0_Hc_T": NaN}'])
def test_damaged_result_is_written_again_from_the_field_steps(finished, tmp_path, content, caplog):
    session, run_id, _ = finished
    shutil.copytree(session.project, tmp_path / "copy")
    other = Session(tmp_path / "copy")
    before = other.load_result(run_id)
    (other.runs_folder / run_id / "result.json").write_text(content)
    again = other.runs()[0].result
    # To the last digit of the time the run is known only while it is at work.
    assert again == {**before, "wall_s": pytest.approx(before["wall_s"], abs=0.2)}
    assert "written again" in caplog.text


def test_result_without_its_steps_is_put_aside_and_computed_again(finished, design, tmp_path):
    session, run_id, _ = finished
    shutil.copytree(session.project, tmp_path / "copy")
    other = Session(tmp_path / "copy")
    before = other.load_result(run_id)
    folder = other.runs_folder / run_id
    (folder / "result.json").write_text("{}")
    (folder / "cycle-00" / "events.jsonl").unlink()
    assert other.runs()[0].result is None
    assert (folder / "result.json.damaged").read_text() == "{}"
    assert other.start_run(design).wait(TIMEOUT_S) is RunState.DONE
    assert other.runs()[0].result["mu0_Hc_T"] == before["mu0_Hc_T"]


def test_unknown_example_names_those_that_ship():
    with pytest.raises(InputError, match="base"):
        Session.example("bse")


def test_design_survives_its_file(design, tmp_path):
    session = Session(tmp_path / "project")
    session.save_design(design, tmp_path / "sub" / "design.toml")
    assert session.load_designs(tmp_path / "sub" / "design.toml") == [design]
    assert session.describe(design)["phi_S"] == pytest.approx(4 / 30)


def test_structure_export_is_reachable_without_the_command_line(design, tmp_path):
    facts = Session(tmp_path / "project").exports.structure(design, tmp_path / "x.csv", "csv")
    assert facts.exists()

"""``run --backend mumax3``, ``compare`` and ``doctor`` with the stand-in for MuMax3."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import sys
from pathlib import Path

import pytest

from smcogui.app import doctor
from smcogui.app.check import Check
from smcogui.app.session import Session
from smcogui.cli.command_line import main
from solver.mumax3.executable import VARIABLE
from solver.mumax3.gpu_queue import FOLDER_VARIABLE
from solver.mumax3.probe import identify

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "mumax3" / "stand_in"))
from install import install

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs shell scripts")


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """Give each test GPU locks of its own, and no other MuMax3."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "locks"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    identify.__globals__["_identify"].cache_clear()


@pytest.fixture
def mumax3(tmp_path, monkeypatch):
    """Return a function that installs the stand-in, with its variables."""

    def put(**variables: str) -> Path:
        path = install(tmp_path / "bin", STAND_IN_FLUSH_S="0.05", **variables)
        monkeypatch.setenv(VARIABLE, str(path))
        return path

    return put


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """Put an nvidia-smi with one GPU on the path."""
    program = tmp_path / "driver" / "nvidia-smi"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho '0, GPU-aa, A card, 535.1, 8000, 7000'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


@pytest.fixture(scope="module")
def both(small_text, tmp_path_factory) -> tuple[Path, Path, dict]:
    """Return a design file, the folder of its comparison, and what that said."""
    folder = tmp_path_factory.mktemp("compared")
    design = folder / "small.toml"
    design.write_text(small_text)
    written = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(written):
        patch.setenv(FOLDER_VARIABLE, str(folder / "locks"))
        patch.setenv("PATH", "/usr/bin:/bin")
        patch.setenv(VARIABLE, str(install(folder / "bin", STAND_IN_FLUSH_S="0.05")))
        identify.__globals__["_identify"].cache_clear()
        words = ["compare", design, "--cycles", 1, "--out", folder / "both", "--json"]
        assert main([str(word) for word in words]) == 0
    return design, folder / "both", json.loads(written.getvalue())


def test_compare_runs_both_and_tells_the_differences(call, both, mumax3):
    mumax3()
    small_file, out, compared = both
    builtin, other = compared["backends"]
    assert (builtin["solver"]["name"], other["solver"]["name"]) == ("builtin", "mumax3")
    assert other["solver"]["version"] == "3.11.1"
    assert builtin["run_id"] != other["run_id"]
    rows = {row["quantity"]: row for row in compared["differences"]}
    assert set(rows) == {"mu0_Hc_T", "mu0_Hp_T", "Phi_p"}
    phi_p = rows["Phi_p"]
    assert phi_p["difference"] == pytest.approx(other["Phi_p"] - builtin["Phi_p"])
    expected = [
        0.05 * (row["mu0_Hc_T"] + row["mu0_Hp_T"]) / row["mu0_Hc_T"] ** 2
        for row in (builtin, other)
    ]
    assert phi_p["resolution"] == pytest.approx(max(expected))
    hc = rows["mu0_Hc_T"]
    assert hc["difference_T"] == pytest.approx(other["mu0_Hc_T"] - builtin["mu0_Hc_T"])
    assert hc["field_resolution_T"] == pytest.approx(0.05)
    assert hc["within_field_step"] is True
    table = list(csv.reader(Path(compared["table"]).read_text().splitlines()))
    assert table[0][:3] == ["quantity", f"built-in {builtin['solver']['version']}", "MuMax3 3.11.1"]
    assert any(row[0] == "mu0_Hc_T" and float(row[2]) == other["mu0_Hc_T"] for row in table)
    curves = Path(compared["curves"]).read_text().splitlines()
    assert {line.split(",")[0] for line in curves[1:]} == set(table[0][1:3])
    assert Path(compared["figure"]).stat().st_size > 1000
    # The same command computes nothing again, also as text.
    again = call("compare", small_file, "--cycles", 1, "--out", out)
    assert again.code == 0
    assert "difference of mu0_Hc_T" in again.out
    assert "within the field step of 0.05 T" in again.out
    # What run says of the same folder: every attempt is on record.
    ran = call(
        *("run", small_file, "--cycles", 1, "--backend", "mumax3", "--json"),
        *("--out", out / "small" / "mumax3"),
    )
    assert ran.value["solver"] == {"name": "mumax3", "version": "3.11.1"}
    (attempt,) = ran.value["cycles"][0]["attempts"]
    assert (attempt["failure"], attempt["repairs"]) == ("", [])
    mixed = call("run", small_file, "--cycles", 1, "--out", out / "small" / "mumax3", "--json")
    assert mixed.code == 3
    assert "by solver mumax3 3.11.1" in mixed.value["error"]["message"]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"STAND_IN_MISBEHAVE": "no-gpu"}, "CUDA_ERROR_NO_DEVICE"),
        ({"STAND_IN_MISBEHAVE": "no-libcuda"}, "install the NVIDIA driver"),
        ({"STAND_IN_MISBEHAVE": "garbage"}, "is no MuMax3"),
    ],
)
def test_mumax3_that_cannot_be_used_gives_3_before_anything_is_made(
    call, small_file, mumax3, tmp_path, variables, words
):
    mumax3(**variables)
    out = tmp_path / "out"
    answer = call("run", small_file, "--backend", "mumax3", "--out", out, "--json")
    assert answer.code == 3
    assert words in answer.value["error"]["message"]
    assert not out.exists()
    answer = call("compare", small_file, "--out", out, "--json")
    assert answer.code == 3
    assert not out.exists()


def test_other_exchange_rule_and_unknown_gpu_give_2(call, small_file, mumax3, driver):
    mumax3(STAND_IN_VERSION="3.9.3")
    answer = call("run", small_file, "--backend", "mumax3", "--json")
    assert answer.code == 2
    assert answer.value["error"]["key"] == "solver.exchange_rule"
    answer = call("run", small_file, "--backend", "mumax3", "--gpu", 4, "--json")
    assert answer.code == 2
    assert "this machine has GPU 0 (A card)" in answer.value["error"]["message"]
    answer = call("run", small_file, "--gpu", 0, "--json")
    assert answer.code == 2
    assert "uses no GPU" in answer.value["error"]["message"]


@pytest.mark.parametrize("backends", ["builtin", "builtin,builtin", "builtin,oommf"])
def test_backends_that_cannot_be_compared_give_2(call, small_file, backends):
    answer = call("compare", small_file, "--backends", backends, "--json")
    assert answer.code == 2
    assert "builtin" in answer.value["error"]["allowed"]


def test_doctor_runs_a_simulation_where_mumax3_is(call, mumax3, driver, monkeypatch):
    monkeypatch.setattr(doctor, "check_opengl", lambda: Check(check="OpenGL", ok=True, message=""))
    mumax3()
    rows = {row["check"]: row for row in call("doctor", "--json").value}
    assert "GPU 0 (A card), driver 535.1, 7.3 of 8.4 GB free" in rows["NVIDIA GPU"]["message"]
    assert "version 3.11.1" in rows["MuMax3"]["message"]
    assert "conservative exchange rule" in rows["MuMax3"]["message"]
    assert rows["MuMax3 simulation"]["ok"]
    assert "M/Ms = 1.0" in rows["MuMax3 simulation"]["message"]


def test_doctor_says_what_is_missing_and_what_to_do(call, mumax3, monkeypatch):
    monkeypatch.setattr(doctor, "check_opengl", lambda: Check(check="OpenGL", ok=True, message=""))
    mumax3(STAND_IN_MISBEHAVE="driver-too-old")
    answer = call("doctor", "--json")
    assert answer.code == 0
    rows = {row["check"]: row for row in answer.value}
    assert "no nvidia-smi" in rows["NVIDIA GPU"]["message"]
    assert not rows["MuMax3"]["ok"]
    assert "UNSUPPORTED_PTX_VERSION" in rows["MuMax3"]["message"]
    assert rows["MuMax3"]["remedy"].startswith("update the NVIDIA driver")
    assert "MuMax3 simulation" not in rows
    mumax3(STAND_IN_MISBEHAVE="cuda-error:1")
    rows = {row["check"]: row for row in call("doctor", "--json").value}
    assert not rows["MuMax3 simulation"]["ok"]
    assert "CUDA_ERROR_LAUNCH_FAILED" in rows["MuMax3 simulation"]["message"]


def test_project_runs_and_resumes_on_mumax3(small_file, mumax3, tmp_path):
    mumax3(STAND_IN_MISBEHAVE="disk-full:3")
    session = Session(tmp_path / "project")
    (design,) = session.load_designs(small_file)
    assert session.engines.availability() == {"builtin": None, "mumax3": None}
    run = session.start_run(design, cycles=1, backend="mumax3")
    assert run.wait(120).value == "FAILED"
    assert "no space left on device" in session.run(run.run_id).message
    mumax3()
    assert session.resume_run(run.run_id).wait(120).value == "DONE"
    assert "--backend mumax3" in session.as_command(run.run_id)
    assert "backend='mumax3'" in session.as_python(run.run_id)
    for worker in session.engines.mumax3._workers:
        worker.wait()


def test_finished_run_from_elsewhere_is_imported(call, both, tmp_path):
    small_file, out, compared = both
    ran = compared["backends"][1]
    project = tmp_path / "project"
    Session(project)
    (foreign,) = out.glob("small/mumax3/cycle-00/mumax3/attempt-01/out")
    answer = call("project", "--import-run", project, foreign, "--design", small_file, "--json")
    assert answer.code == 0, answer.err
    assert answer.value["solver"].startswith("imported MuMax3 3.11.1")
    assert answer.value["mu0_Hc_T"] == pytest.approx(ran["mu0_Hc_T"])
    assert answer.value["message"].startswith("imported from")
    answer = call("project", "--import-run", project, foreign, "--json")
    assert answer.code == 2
    assert answer.value["error"]["key"] == "design"

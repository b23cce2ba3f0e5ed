"""``doctor``."""

from __future__ import annotations

import sys

from smcogui.app import doctor
from smcogui.app.doctor import Check
from smcogui.rendering import drawing_process


def test_doctor_lists_checks_and_missing_extras_are_no_failure(call, monkeypatch):
    monkeypatch.setattr(doctor, "check_opengl", lambda: Check(check="OpenGL", ok=True, message=""))
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    answer = call("doctor", "--json")
    assert answer.code == 0
    by_name = {row["check"]: row for row in answer.value}
    assert set(answer.value[0]) == {"check", "ok", "message", "remedy"}
    assert by_name["MuMax3"]["ok"] is False
    assert by_name["MuMax3"]["remedy"]
    assert by_name["package numba"]["ok"] is True


def test_doctor_ends_with_3_where_runs_cannot_work(call, monkeypatch):
    monkeypatch.setattr(doctor, "check_opengl", lambda: Check(check="OpenGL", ok=True, message=""))
    monkeypatch.setattr(
        doctor,
        "check_package",
        lambda name, needed: Check(check=name, ok=name != "numba", message="", needed=needed),
    )
    assert call("doctor").code == 3
    assert "broken  numba" in call("doctor").out


def test_opengl_trial_that_ends_its_process_is_reported(monkeypatch):
    crash = [sys.executable, "-c", "import os; os.abort()"]
    monkeypatch.setattr(drawing_process, "drawing_command", lambda: crash)
    check = doctor.check_opengl()
    assert not check.ok
    assert "crashed" in check.message
    assert check.remedy


def test_opengl_trial_names_what_draws():
    check = doctor.check_opengl()
    assert check.ok
    assert "llvmpipe" in check.message

"""What a report tells, and what it keeps to itself."""

from __future__ import annotations

import getpass
import os
import socket
from pathlib import Path

import pytest

import smcogui
from smcogui.app import report
from smcogui.app.report import make_report, without_names


@pytest.fixture(autouse=True)
def names(monkeypatch):
    monkeypatch.setattr(getpass, "getuser", lambda: "marie")
    monkeypatch.setattr(socket, "gethostname", lambda: "workshop.example.org")


def test_report_tells_what_is_needed_to_repair(monkeypatch):
    text = make_report("It broke.", "Traceback …", "a line", {"OpenGL": "llvmpipe"})
    for word in (smcogui.__version__, "numpy ", "Python: 3", "OpenGL: llvmpipe", "It broke.", "…"):
        assert word in text
    assert text.index("Traceback:") < text.index("Last lines of the log:") < text.index("a line")


def test_names_of_people_and_machines_are_left_out():
    home = Path.home()
    details = f'File "{home}/project/main.py" of Marie on workshop.example.org, WORKSHOP: {home}'
    text = make_report("x", details, f"{home} {home}s /data/marie/runs marietta", {})
    assert str(home) + "/" not in text
    assert 'File "~/project/main.py" of <user> on <host>, <host>: ~' in text
    assert "/data/<user>/runs marietta" in text
    assert "workshop" not in text.lower()


def test_variables_of_the_environment_are_left_out(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    text = make_report("x", "y", "z", {})
    assert "hunter2" not in text
    for value in (os.environ["PATH"], os.environ.get("PYTHONPATH", "no such value")):
        assert value not in text


def test_user_without_a_name_is_no_problem(monkeypatch):
    def fail():
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr(getpass, "getuser", fail)
    assert without_names("text") == "text"


def test_library_that_is_missing_is_said():
    assert report.library_version("no-such-library") == "not found"

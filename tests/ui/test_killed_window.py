"""kill -9 of the real window at random moments of a run: nothing that was computed is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smcogui.app.session import Session
from smcogui.runs.lock import is_locked
from smcogui.runs.state import RunState

KILLS = 20
SEED = 20_240_803
# A window of its own process that starts a run of the design file and then stays open.
_DRIVER = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from smcogui.app.session import Session
from smcogui.ui.application import make_application
from smcogui.ui.main_window import MainWindow

project, design = Path(sys.argv[1]), Path(sys.argv[2])
app = make_application()
window = MainWindow(Session(project))
window.show()
window.document.apply(window.session.load_designs(design)[0], "Open the design of the test")
QTimer.singleShot(0, window.actions_by_id["run.start"].trigger)
sys.stdout.write("open\\n")
sys.stdout.flush()
app.exec()
"""
_DESIGN = """
name = "to be killed"
[nanostructure]
L_nm = 50
d_nm = 20
wS_nm = 6
wZ_nm = 4
[material]
z_phase = "DFT"
[mesh]
domain_nm = 64
cell_nm = 0.5
[field]
alpha_deg = 30
[run]
cycles = 2
"""


def _open_window(project: Path, design: Path, checkout: Path) -> subprocess.Popen[str]:
    window = subprocess.Popen(
        [sys.executable, "-c", _DRIVER, str(project), str(design)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=checkout,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert window.stdout is not None
    assert window.stdout.readline() == "open\n"
    return window


def _kill(window: subprocess.Popen[str]) -> None:
    window.send_signal(signal.SIGKILL)
    window.wait(timeout=20)
    assert window.stdout is not None
    window.stdout.close()


def _only_run(session: Session) -> str | None:
    runs = session.runs()
    assert len(runs) <= 1
    return runs[0].run_id if runs else None


def _curves(session: Session, run_id: str) -> list[list[tuple[float, float]]]:
    return [
        [(step.mu0_H_T, step.M_over_Ms) for step in steps] for steps in session.load_steps(run_id)
    ]


@pytest.mark.slow
def test_run_outlives_twenty_kills_of_its_window(
    tmp_path: Path, checkout: Path, wait_until: Callable[..., Any]
) -> None:
    """The window dies at any moment; the run goes on, or is resumed, and gives the same curve."""
    design = tmp_path / "design.toml"
    design.write_text(_DESIGN, encoding="utf-8")
    reference = Session(tmp_path / "reference")
    handle = reference.start_run(reference.load_designs(design)[0])
    began = time.monotonic()
    handle.wait(timeout_s=300)
    length_s = time.monotonic() - began
    expected = _curves(reference, handle.run_id)
    chance = random.Random(SEED)
    for number in range(KILLS):
        project = tmp_path / f"project-{number}"
        window = _open_window(project, design, checkout)
        session = Session(project)
        # Not until something holds: the moment itself is what is tested.
        time.sleep(chance.uniform(0.0, 1.2 * length_s))
        seen = _curves(session, run_id) if (run_id := _only_run(session)) else []
        _kill(window)
        run_id = _only_run(session)
        if run_id is None:
            # killed before anything was started: nothing to lose
            continue
        for before, now in zip(seen, _curves(session, run_id), strict=True):
            assert now[: len(before)] == before
        folder = session.run(run_id).folder
        wait_until(lambda folder=folder: not is_locked(folder), "end of the worker", 300)
        if session.run(run_id).state is not RunState.DONE:
            session.resume_run(run_id).wait(timeout_s=300)
        record = session.run(run_id)
        assert record.state is RunState.DONE, record.message
        assert _curves(session, run_id) == expected

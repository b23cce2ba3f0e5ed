"""A minute of live plotting at full rate: nothing grows, nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smcogui.app.session import Session
from smcogui.runs.folder import prepare_folder
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from smcogui.design.design import Design
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.simulation_tab.live_run import LiveRun

SECONDS = 60.0
WARM_UP_S = 15.0
CYCLES = 20
STEPS = 500
TOLERANCE_MB = 16.0
"""Of which the steps that come after the warm-up need about 6 themselves; one pen, legend entry or
line lost a frame would be hundreds."""
_SUPERVISE = """
import sys
from pathlib import Path
from smcogui.app.results import write_results
from smcogui.runs.worker import Supervisor
command = lambda folder: [sys.executable, sys.argv[2], str(folder)]
run = Path(sys.argv[1])
Supervisor(run, complete=write_results, command=command, processes=int(sys.argv[3])).run()
"""


def _resident_MB() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _system_threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


@pytest.fixture
def start_run(tmp_path: Path, tiny: Design, checkout: Path) -> Iterator[Callable[[], str]]:
    """Return a function that starts a run of 20 half-cycles side by side; the id of the run."""
    session = Session(tmp_path / "project")
    spec = make_run_spec(replace(tiny, run=replace(tiny.run, cycles=CYCLES)))
    folder = session.runs_folder / spec.run_id
    prepare_folder(spec, folder)
    workers: list[subprocess.Popen[bytes]] = []

    def start() -> str:
        solver = Path(__file__).with_name("soak_solver.py")
        command = [sys.executable, "-c", _SUPERVISE, str(folder), str(solver), str(CYCLES)]
        pace = {"SOAK_STEPS": str(STEPS), "SOAK_SECONDS": str(SECONDS)}
        workers.append(subprocess.Popen(command, cwd=checkout, env={**os.environ, **pace}))
        return spec.run_id

    yield start
    for worker in workers:
        worker.terminate()
        worker.wait(timeout=30)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_minute_of_live_plotting_grows_nothing(
    make_window: Callable[..., MainWindow],
    tmp_path: Path,
    start_run: Callable[[], str],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = make_window(project=tmp_path / "project")
    tab = window.simulation_tab
    window.tabs.setCurrentWidget(tab)
    run_id = start_run()
    qtbot.waitUntil(lambda: window.session.run(run_id).state is RunState.RUNNING, timeout=60_000)
    tab.select_run(run_id)
    qtbot.waitUntil(lambda: tab.plot.canvas is not None, timeout=60_000)
    frames = _count_frames(tab.plot.canvas, monkeypatch)

    began = time.monotonic()
    _look_about(tab, began + WARM_UP_S, qtbot)
    before = (_resident_MB(), threading.active_count(), _system_threads())
    live = tab.live(run_id)
    assert live is not None
    steps_before = live.step_count
    _look_about(tab, began + SECONDS, qtbot)
    after = (_resident_MB(), threading.active_count(), _system_threads())

    seconds = SECONDS - WARM_UP_S
    assert live.step_count - steps_before > 0.5 * CYCLES * STEPS * seconds / SECONDS
    assert after[0] - before[0] < TOLERANCE_MB, f"{before[0]:.1f} MB grew to {after[0]:.1f} MB"
    assert after[1:] == before[1:]
    assert len(frames) <= 31 * (time.monotonic() - began)
    qtbot.waitUntil(lambda: live.state is RunState.DONE, timeout=120_000)
    qtbot.waitUntil(lambda: _stored_steps(live) == CYCLES * STEPS, timeout=30_000)
    assert live.step_count == CYCLES * STEPS
    assert len(tab.plot.curves) == CYCLES + 1
    assert len(tab.jumps.jumps) == CYCLES


def _stored_steps(live: LiveRun) -> int:
    """Return how many stored steps are in the curves of a run."""
    lines = () if live.picture is None else live.picture.half_cycles
    return sum(int(line.is_step.sum()) for line in lines if line.is_step is not None)


def _count_frames(canvas: Any, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the time of every frame that is drawn from now on."""
    frames: list[float] = []
    show = canvas.show_things

    def counted(*arguments: object) -> None:
        frames.append(time.monotonic())
        show(*arguments)

    monkeypatch.setattr(canvas, "show_things", counted)
    return frames


def _look_about(tab: Any, until: float, qtbot: QtBot) -> None:
    """Move the crosshair and zoom in and out, as somebody does who watches."""
    while time.monotonic() < until:
        qtbot.wait(250)
        tab.plot.step_along(-3)
        tab.plot.change_curve(1)
        tab.plot.zoom_by(1)
        qtbot.wait(250)
        tab.plot.show_everything()

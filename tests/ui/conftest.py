"""Windows on a temporary project, closed properly whatever a test does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from smcogui.app.samples import provide_sample_project
from smcogui.app.session import Session
from smcogui.data.importers import suggest_choice
from smcogui.data.text_table import read_text_table
from smcogui.ui.application import make_application
from smcogui.ui.main_window import MainWindow

if TYPE_CHECKING:
    from smcogui.design.design import Design

TINY_DESIGN = Path(__file__).resolve().parents[1] / "tiny.toml"
WAIT_MS = 30_000

MakeWindow = Callable[..., MainWindow]


class PatientBot(QtBot):
    """Waits as long as a busy machine may need; a test that holds ends no later for it.

    Five seconds, what pytest-qt gives, pass while others compute on all cores.
    """

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = WAIT_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = WAIT_MS, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitExposed(self, widget: Any, *, timeout: int = WAIT_MS) -> Any:
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    """Return the robot of pytest-qt with more patience."""
    return PatientBot(request)


@pytest.fixture
def make_window(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeWindow]:
    """Return a function that opens a window; by default without the 3-D view."""
    make_application()
    opened: list[MainWindow] = []

    def open_window(
        *, project: Path | None = None, session: Session | None = None, with_3d: bool = False
    ) -> MainWindow:
        if not with_3d:
            monkeypatch.setattr(MainWindow, "start_3d", _without_3d)
        window = MainWindow(session or Session(project or tmp_path / "project"))
        opened.append(window)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: window.design_tab.preview.section.has_picture(), timeout=WAIT_MS)
        return window

    yield open_window
    for window in opened:
        if not isValid(window):
            continue
        window.simulation_tab.stop_all()
        monkeypatch.setattr(window, "_may_close", lambda: True)
        window.close()
        for run in window.session.runs():
            live = window.simulation_tab.live(run.run_id)
            if live is not None:
                live.handle.wait(timeout_s=20)
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _without_3d(window: MainWindow) -> None:
    window.design_tab.preview.explain_missing("this test uses none")


@pytest.fixture
def active_window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return an open window that has the keyboard, as shortcuts and focus need it."""
    # There is no window manager under Xvfb that would give it the keyboard.
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    """Return an open window without the 3-D view."""
    return make_window()


@pytest.fixture
def sample_window(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> Callable[..., MainWindow]:
    """Return a function that opens a window on the sample runs, with an edited design."""

    def open_window(**options: bool) -> MainWindow:
        assert provide_sample_project(tmp_path / "samples")
        window = make_window(project=tmp_path / "samples", **options)
        window.activateWindow()
        qtbot.waitUntil(lambda: len(window.analysis_tab.table.runs) > 1)
        window.simulation_tab.select_run(window.analysis_tab.table.runs[0].run_id)
        window.editor.set_key("nanostructure.L_nm", 60.0)
        return window

    return open_window


@pytest.fixture(scope="session")
def finished_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with one finished tiny run; copy it before changing it."""
    project = tmp_path_factory.mktemp("finished") / "project"
    session = Session(project)
    handle = session.start_run(tiny_design(session))
    handle.wait(timeout_s=120)
    run = session.run(handle.run_id)
    assert run.result is not None, f"{run.state}: {run.message}"
    return project


@pytest.fixture
def project_with_run(finished_project: Path, tmp_path: Path) -> Path:
    """Return a copy of a project with one finished tiny run."""
    project = tmp_path / "with run"
    shutil.copytree(finished_project, project)
    return project


@pytest.fixture
def analysis(make_window: MakeWindow, qtbot: QtBot, project_with_run: Path) -> MainWindow:
    """Return a window whose only run is selected in the Analysis tab."""
    window = make_window(project=project_with_run)
    tab = window.analysis_tab
    window.tabs.setCurrentWidget(tab)
    qtbot.waitUntil(lambda: len(tab.table.runs) == 1)
    tab.table.selectRow(0)
    qtbot.waitUntil(lambda: bool(tab.plot.curves), timeout=WAIT_MS)
    return window


@pytest.fixture
def measured_curve(analysis: MainWindow, qtbot: QtBot, tmp_path: Path) -> str:
    """Return the name of a measured curve that is drawn in the Analysis tab."""
    path = tmp_path / "vsm.csv"
    fields = range(30_000, -50_001, -2_000)
    lines = [f"{H},{900 if H > -20_000 else -900}" for H in fields]
    path.write_text("\n".join(["Field (Oe),Moment (emu/cm3)", *lines]), encoding="utf-8")
    table = read_text_table(path)
    name = analysis.session.measured.add(table, suggest_choice(table), "Sample A").name
    analysis.measured.curves.refresh()
    qtbot.waitUntil(lambda: analysis.analysis_tab.measured == (name,))
    return name


@pytest.fixture
def tiny(tmp_path: Path) -> Design:
    """Return a design that runs in about a second."""
    return tiny_design(Session(tmp_path / "project"))


def tiny_design(session: Session) -> Design:
    """Return a design that runs in about a second."""
    return session.load_designs(TINY_DESIGN)[0]

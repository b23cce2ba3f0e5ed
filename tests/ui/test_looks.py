"""Both themes can be read, nothing is cut or lies over something else, and the focus is seen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from structure_checks import (
    clipped_texts,
    contrast,
    nameless,
    overlapping_siblings,
    poor_contrast,
    problems,
    unseen_focus,
)

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

SMALL = QSize(1366, 768)


@pytest.fixture
def full_window(
    make_window: Callable[..., MainWindow], project_with_run: Path, qtbot: QtBot
) -> MainWindow:
    """Return a small window with a finished run selected and every dock open."""
    window = make_window(project=project_with_run)
    window.resize(SMALL)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: len(window.analysis_tab.table.runs) == 1)
    run_id = window.analysis_tab.table.runs[0].run_id
    window.simulation_tab.select_run(run_id)
    window.analysis_tab.table.select([run_id])
    window.docks.jobs.set_shown(True)
    window.editor.set_key("nanostructure.L_nm", 60.0)
    return window


def show_page(window: MainWindow, page: int, qtbot: QtBot) -> None:
    window.tabs.setCurrentIndex(page)
    qtbot.wait(50)


def choose_theme(window: MainWindow, theme: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.theme.changed, raising=False, timeout=1000):
        window.actions_by_id[f"view.theme_{theme}"].trigger()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(
    full_window: MainWindow, qtbot: QtBot, theme: str
) -> None:
    choose_theme(full_window, theme, qtbot)
    wrong = []
    for page in range(3):
        show_page(full_window, page, qtbot)
        wrong += poor_contrast(full_window)
    full_window.docks.library.set_shown(True)
    qtbot.wait(50)
    wrong += poor_contrast(full_window.docks.library.window())
    for dialog in (full_window.settings_dialog, full_window.shortcut_list):
        dialog.show()
        qtbot.waitExposed(dialog)
        wrong += poor_contrast(dialog)
        dialog.close()
    assert not wrong, "\n".join(wrong)


def test_nothing_is_cut_or_covered_on_a_small_screen(full_window: MainWindow, qtbot: QtBot) -> None:
    wrong = []
    for page in range(3):
        show_page(full_window, page, qtbot)
        wrong += [f"page {page + 1}: {each}" for each in problems(full_window)]
    full_window.docks.library.set_shown(True)
    qtbot.wait(50)
    wrong += [f"library: {each}" for each in problems(full_window)]
    assert full_window.size() == SMALL
    assert not wrong, "\n".join(wrong)


def test_dialogs_are_not_cut(full_window: MainWindow, qtbot: QtBot) -> None:
    for dialog in (full_window.settings_dialog, full_window.shortcut_list):
        dialog.show()
        qtbot.waitExposed(dialog)
        assert not problems(dialog), "\n".join(problems(dialog))
        dialog.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_focus_is_seen_everywhere(full_window: MainWindow, qtbot: QtBot, theme: str) -> None:
    choose_theme(full_window, theme, qtbot)
    wrong = []
    for page in range(3):
        show_page(full_window, page, qtbot)
        wrong += [f"page {page + 1}: {each}" for each in unseen_focus(full_window)]
    full_window.docks.library.set_shown(True)
    qtbot.wait(50)
    wrong += [f"library: {each}" for each in unseen_focus(full_window)]
    assert not wrong, "\n".join(wrong)


def test_every_widget_has_a_name(full_window: MainWindow) -> None:
    for window in (full_window, full_window.settings_dialog, full_window.shortcut_list):
        assert not nameless(window), "\n".join(nameless(window))


def test_tab_goes_down_the_parameters(full_window: MainWindow) -> None:
    editor = full_window.editor
    full_window.editor.number("nanostructure.L_nm").slider.setFocus()
    seen = []
    for _ in range(6):
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append((focused.mapTo(editor, focused.rect().topLeft()).y(), focused.accessibleName()))
        full_window.focusNextChild()
    assert [y for y, _ in seen] == sorted(y for y, _ in seen), seen
    assert len({name for _, name in seen}) == 6


_AT_200_PERCENT = """
import sys
import time
from pathlib import Path
from PySide6.QtTest import QTest
from smcogui.app.session import Session
from smcogui.ui.application import make_application
from smcogui.ui.main_window import MainWindow
from structure_checks import problems

app = make_application()
MainWindow.start_3d = lambda self: self.design_tab.preview.explain_missing("none here")
window = MainWindow(Session(Path(sys.argv[1])))
window.show()
assert window.devicePixelRatio() == 2.0
for size in ((1366, 768), (960, 540)):
    window.resize(*size)
    for page in range(3):
        window.tabs.setCurrentIndex(page)
        # what is computed in the background changes the layout once more when it arrives
        settled = time.monotonic() + 10
        while problems(window) and time.monotonic() < settled:
            QTest.qWait(50)
        assert (window.width(), window.height()) == size, window.size()
        for each in problems(window):
            print(f"{size}, page {page + 1}: {each}")
window.close()
print("looked")
"""


def test_nothing_is_cut_at_200_percent(tmp_path: Path, checkout: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", _AT_200_PERCENT, str(tmp_path / "project")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=checkout,
        env={
            **os.environ,
            "QT_SCALE_FACTOR": "2",
            "PYTHONPATH": os.pathsep.join([str(checkout), str(Path(__file__).parent)]),
        },
    )
    assert child.stdout.strip() == "looked", child.stdout + child.stderr


# ---------------------------------------------------------------- the checks themselves
def test_checks_find_what_is_planted(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    label = QLabel("a text that is far too long")
    pale = QLabel("pale")
    pale.setStyleSheet("color: #bbbbbb; background: #ffffff;")
    button = QPushButton()
    for widget in (label, pale, button):
        layout.addWidget(widget)
    window.resize(300, 200)
    window.show()
    qtbot.waitExposed(window)
    assert clipped_texts(window) == []
    assert overlapping_siblings(window) == []
    assert len(poor_contrast(window)) == 1
    assert len(nameless(window)) == 1
    label.setGeometry(0, 0, 40, 20)
    pale.setGeometry(0, 0, 60, 20)
    assert "far too long" in clipped_texts(window)[0]
    assert "pale" in overlapping_siblings(window)[0]
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)

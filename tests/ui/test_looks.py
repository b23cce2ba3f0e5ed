"""The focus is seen, everything has a name, and the checks of looks find what is planted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from contrast_checks import contrast, poor_contrast
from focus_checks import nameless, unseen_focus
from photographs import THEMES, choose_theme
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from structure_checks import clipped_texts, overlapping_siblings

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


@pytest.mark.parametrize("theme", THEMES)
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

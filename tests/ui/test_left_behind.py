"""A closed window leaves nothing behind: no widget, thread or process, and no reference too few."""

from __future__ import annotations

import gc
import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QProcess, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from widget_finder import describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

_WAIT_MS = 40_000
_CALLS = 10_000


def test_closed_window_leaves_no_widget_thread_or_process(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    threads, widgets = set(threading.enumerate()), set(QApplication.allWidgets())
    window = make_window(with_3d=True)
    qtbot.waitUntil(lambda: window.design_tab.preview.has_3d, timeout=_WAIT_MS)
    drawing = window.drawing.findChild(QProcess)
    assert drawing is not None
    assert drawing.state() is QProcess.ProcessState.Running
    assert set(threading.enumerate()) > threads
    window.settings_dialog.open_dialog()
    window.shortcut_list.open_list()
    window.close()
    assert drawing.state() is QProcess.ProcessState.NotRunning
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert set(threading.enumerate()) <= threads
    assert [describe(each) for each in QApplication.allWidgets() if each not in widgets] == []


class _Painted(QWidget):
    """Draws itself by many calls that return nothing."""

    told = Signal(int)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        for x in range(self.width()):
            painter.drawLine(x, 0, x, 10)
        painter.end()


def test_void_qt_calls_keep_the_reference_count_of_none(qtbot: QtBot) -> None:
    widget = _Painted()
    qtbot.addWidget(widget)
    widget.told.connect(lambda _number: None)
    before = sys.getrefcount(None)
    for number in range(_CALLS):
        widget.setToolTip("a")
        widget.resize(100 + number % 7, 100)
        widget.told.emit(number)
        if number % 100 == 0:
            widget.grab()
    # A binding that loses one reference a call would have lost 40 000.
    assert sys.getrefcount(None) > before - 2_000

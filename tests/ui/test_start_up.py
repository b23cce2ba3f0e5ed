"""What the first paint costs, and that nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

_FIRST_PAINT = """
import sys
from pathlib import Path
from smcogui.app.session import Session
from smcogui.ui.application import make_application
from smcogui.ui import main_window

app = make_application()
loaded = []
main_window.MainWindow._after_first_paint = lambda self: (loaded.extend(sys.modules), app.quit())
window = main_window.MainWindow(Session(Path(sys.argv[1])))
window.show()
app.exec()
window.close()
heavy = {"torch", "sklearn", "pandas", "pyvista", "vtkmodules", "matplotlib", "pyqtgraph", "numba"}
print("heavy:", sorted(heavy & set(loaded)), len(loaded) > 100)
"""


def test_first_paint_loads_no_heavy_library(tmp_path: Path, checkout: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", _FIRST_PAINT, str(tmp_path / "project")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=checkout,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert child.stdout.strip() == "heavy: [] True", child.stderr


def test_close_leaves_no_thread_and_no_widget(
    make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    threads = set(threading.enumerate())
    widgets = set(QApplication.topLevelWidgets())
    window = make_window()
    assert set(threading.enumerate()) > threads
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert set(threading.enumerate()) <= threads
    left = [each for each in QApplication.topLevelWidgets() if each not in widgets]
    assert [each for each in left if each.isVisible()] == []


def test_void_qt_calls_keep_the_reference_count_of_none(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for number in range(20_000):
        widget.setToolTip("a")
        widget.resize(100 + number % 7, 100)
    # A binding that loses one reference a call would have lost 40 000.
    assert sys.getrefcount(None) > before - 2_000

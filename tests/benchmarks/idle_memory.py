"""Memory of the window and of its drawing process while nothing is done, beside a bare window.

The resident size (RSS) does not depend on what else runs on the machine, but counts the pages of
libraries in both processes; the proportional size (PSS) beside it counts each by its share.
Linux only.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from measure import BenchmarkError, Measure, in_child
from window_stalls import Drive, Script, project_with_run, screen, until

WINDOW_BAR_MB = 350.0
DRAWING_BAR_MB = 500.0
QUIET_S = 3.0


def idle_memory(_repeats: int) -> list[Measure]:
    """Open a window, and a bare one with a plot, and read their memory when they have settled."""
    with tempfile.TemporaryDirectory(prefix="smco-idle-") as folder:
        result = in_child("idle_memory", "measure_window", folder=folder)
    bare = in_child("idle_memory", "measure_bare_window")["window"]
    heavy = ", ".join(result["heavy"]) or "none"
    ratio = result["window"]["Rss"] / bare["Rss"]
    return [
        _measure(
            "window",
            result["window"],
            WINDOW_BAR_MB,
            f"{ratio:.1f} times the bare window; heavy packages loaded: {heavy}",
        ),
        _measure(
            "drawing_process",
            result["drawing"],
            DRAWING_BAR_MB,
            f"a structure of 256×256 cells by {result['renderer']}",
        ),
        _measure("bare_window", bare, None, "an empty QMainWindow with a pyqtgraph plot"),
    ]


def _measure(name: str, memory: dict[str, float], bar: float | None, note: str) -> Measure:
    return Measure(
        name=f"idle_memory/{name}",
        value=round(memory["Rss"], 1),
        unit="MB",
        bar=bar,
        better="lower",
        note=f"PSS {memory['Pss']:.0f} MB; {note}",
    )


def measure_window(folder: str) -> dict[str, Any]:
    """Open the program on a project with one run; in a child process."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = folder
    with screen():
        return IdleDrive(project_with_run(Path(folder))).run()


def measure_bare_window() -> dict[str, Any]:
    """Open what a program of this kind cannot do without; in a child process."""
    with screen():
        import pyqtgraph
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication, QMainWindow

        app = QApplication([])
        window = QMainWindow()
        window.setCentralWidget(pyqtgraph.PlotWidget())
        window.resize(1366, 768)
        window.show()
        QTest.qWait(round(1e3 * QUIET_S))
        found = memory_MB(os.getpid())
        window.close()
        app.quit()
    return {"window": found}


class IdleDrive(Drive):
    """A window that is only looked at: every tab once, then nothing."""

    def run(self) -> dict[str, Any]:
        """Return the memory of both processes."""
        self.found: dict[str, Any] = {}
        super().run()
        return self.found

    def _everything(self) -> Script:
        import sys

        from start_up import HEAVY

        window, preview = self.window, self.window.design_tab.preview
        yield from until(lambda: preview.has_3d and preview.solid.is_settled)
        for name in ("simulation", "analysis", "design"):
            window.actions_by_id[f"view.{name}"].trigger()
            yield QUIET_S
        self.found = {
            "window": memory_MB(os.getpid()),
            "drawing": memory_MB(next(filter(_is_drawing, _children()))),
            "renderer": self.renderer,
            "heavy": [name for name in HEAVY if name in sys.modules and name != "PySide6"],
        }


def memory_MB(process: int) -> dict[str, float]:
    """Return resident and proportional size of a process in MB (10^6 bytes)."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError as error:
        raise BenchmarkError(f"the memory of a process is known on Linux only: {error}") from error
    rows = dict(row.split(":") for row in text.splitlines()[1:])
    return {name: int(rows[name].split()[0]) * 1024 / 1e6 for name in ("Rss", "Pss")}


def _children() -> list[int]:
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(number) for task in tasks for number in task.read_text().split()]


def _is_drawing(process: int) -> bool:
    return b"python" in Path(f"/proc/{process}/cmdline").read_bytes()

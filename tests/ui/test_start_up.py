"""What the first paint costs."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

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
heavy |= {"smcogui.app.project_clusters", "smcogui.runs.cluster.slurm"}
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

"""Importing the program's session: everything but the window."""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from measure import Measure, in_child

HEAVY = ("PySide6", "matplotlib", "numba", "pandas", "paramiko", "pyvista", "sklearn", "torch")
"""What must not be loaded before it is needed."""


def import_session() -> dict[str, Any]:
    """Import smcogui.app.session; called in a child process."""
    began = time.perf_counter()
    import smcogui.app.session  # noqa: F401

    wall_s = time.perf_counter() - began
    return {"wall_s": wall_s, "heavy": [name for name in HEAVY if name in sys.modules]}


def session_import(repeats: int) -> list[Measure]:
    """Measure the import in fresh processes; the file cache is warm after the first."""
    results = [in_child("start_up", "import_session") for _ in range(repeats + 1)][1:]
    heavy = ", ".join(results[0]["heavy"]) or "none"
    return [
        Measure(
            name="start_up/import_session",
            value=statistics.median(result["wall_s"] for result in results),
            unit="s",
            better="lower",
            note=f"heavy packages loaded: {heavy}",
        )
    ]

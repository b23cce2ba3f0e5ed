"""Checks of the machine: what runs need, what the window needs, what is not there."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import smcogui
from smcogui.app.check import Check
from smcogui.app.display import find_display
from smcogui.app.mumax3_checks import check_mumax3
from smcogui.app.report import without_names
from smcogui.app.settings import APPLICATION
from smcogui.app.settings_file import SettingsFile
from smcogui.errors import SmCoError
from smcogui.rendering.drawing_process import DrawingProcess
from smcogui.runs.children import is_frozen, process_count
from solver.memory import available_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

_RUN_PACKAGES: Final = ("numpy", "numba", "scipy", "pydantic", "platformdirs", "matplotlib")
_WINDOW_PACKAGES: Final = ("PySide6_Essentials", "pyqtgraph", "pyvista", "vtk")
_PYTHONS: Final = ((3, 11), (3, 13))
_ENOUGH_DISK_GB: Final = 1.0
_ENOUGH_MEMORY_GB: Final = 1.5


def examine(settings_file: SettingsFile | None = None, *, smoke: bool = True) -> list[Check]:
    """Return all checks; takes a few seconds, as OpenGL and MuMax3 are tried in child processes.

    ``smoke`` lets MuMax3 compute for two seconds, where it starts.
    """
    settings_file = settings_file or SettingsFile()
    settings = settings_file.settings
    return [
        check_python(),
        *(check_package(name, needed=True) for name in _RUN_PACKAGES),
        *(check_package(name, needed=False) for name in _WINDOW_PACKAGES),
        check_processors(settings.processes),
        check_memory(),
        check_disk(settings.project_folder),
        check_temporary_folder(),
        check_settings(settings_file),
        check_display(),
        check_opengl(),
        *check_mumax3(settings, smoke=smoke),
    ]


def report_text(checks: Sequence[Check]) -> str:
    """Return checks as text to pass on, without names of people and machines."""
    lines = [f"{APPLICATION} {smcogui.__version__}, {platform.system()} {platform.release()}", ""]
    for check in checks:
        mark = "ok" if check.ok else "broken" if check.needed else "missing"
        lines.append(f"{mark}: {check.check}: {check.message}")
        lines += [] if check.ok else [f"    {check.remedy}"]
    return without_names("\n".join(lines)) + "\n"


def check_python() -> Check:
    """Python's version."""
    version = platform.python_version()
    return Check(
        check="python",
        ok=_PYTHONS[0] <= sys.version_info[:2] <= _PYTHONS[1],
        message=f"Python {version}, {sys.executable}",
        remedy="install Python 3.11 to 3.13 and run `make run` again",
        needed=True,
    )


def check_package(name: str, *, needed: bool) -> Check:
    """Whether a package is installed, and its version."""
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Check(
            check=f"package {name}",
            ok=False,
            message="is not installed",
            remedy=(
                "install the program anew"
                if is_frozen()
                else "run `make run` once more; it installs what is missing"
            ),
            needed=needed,
        )
    return Check(check=f"package {name}", ok=True, message=version, needed=needed)


def check_processors(processes: int = 0) -> Check:
    """Processors, and the vector instructions that the kernels profit from.

    Parameters
    ----------
    processes : int
        Half-cycles at once as the settings have it; 0 for every processor.
    """
    at_once = processes or process_count()
    vectors = next((name for name in ("avx512f", "avx2", "avx") if name in _cpu_flags()), None)
    text = vectors.upper() if vectors else "vector instructions unknown"
    return Check(
        check="processors",
        ok=True,
        message=f"{at_once} half-cycles at once on {os.cpu_count()} processors; {text}",
    )


def check_settings(settings_file: SettingsFile) -> Check:
    """Whether every setting could be used."""
    return Check(
        check="settings",
        ok=not settings_file.notes,
        message=" ".join(settings_file.notes) or str(settings_file.path),
        remedy="choose the settings again in the window (Ctrl+,), or mend the file",
    )


def check_memory() -> Check:
    """Memory that is free now."""
    free = available_memory()
    if free is None:
        return Check(check="memory", ok=True, message="free memory is not known here")
    free_GB = free / 1e9
    return Check(
        check="memory",
        ok=free_GB >= _ENOUGH_MEMORY_GB,
        message=f"{free_GB:.1f} GB free",
        remedy=f"close other programs; a 3-D run needs about {_ENOUGH_MEMORY_GB} GB per half-cycle",
    )


def check_disk(folder: Path) -> Check:
    """Free disk space where the project lies."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free_GB = shutil.disk_usage(existing).free / 1e9
    return Check(
        check="disk space",
        ok=free_GB >= _ENOUGH_DISK_GB,
        message=f"{free_GB:.1f} GB free at {folder}",
        remedy="free some space, or set SMCOGUI_PROJECT to a folder on another disk",
    )


def check_temporary_folder() -> Check:
    """Whether files can be written and renamed at all."""
    try:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "a.tmp"
            path.write_bytes(b"x")
            path.replace(Path(name) / "a")
    except OSError as error:
        return Check(
            check="temporary files",
            ok=False,
            message=str(error),
            remedy="set TMPDIR to a folder that can be written",
            needed=True,
        )
    return Check(check="temporary files", ok=True, message=tempfile.gettempdir(), needed=True)


def check_display() -> Check:
    """Whether a window could open."""
    found = find_display()
    return Check(
        check="display",
        ok=found is not None,
        message=found or "there is none",
        remedy="log in on a desktop, use `ssh -X`, or `xvfb-run`; the command line needs none",
    )


def check_opengl() -> Check:
    """Whether 3-D pictures can be drawn; tried in a child, as a bad driver ends the process."""
    remedy = (
        "update the graphics driver or install Mesa (libgl1-mesa-dri, libegl1); "
        "all else works without 3-D pictures"
    )
    try:
        with DrawingProcess() as drawing:
            return Check(check="OpenGL", ok=True, message=drawing.renderer or "works")
    except (SmCoError, OSError) as error:
        return Check(check="OpenGL", ok=False, message=f"the trial failed: {error}", remedy=remedy)


def _cpu_flags() -> frozenset[str]:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return frozenset()
    line = next((one for one in text.splitlines() if one.startswith("flags")), "")
    return frozenset(line.split())

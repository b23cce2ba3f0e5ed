"""The report of an error that people can pass on: what happened and on what, and nothing private.

Versions and the traceback help to repair; names of people and machines and the environment's
variables, which may hold passwords, do not and are left out.
"""

from __future__ import annotations

import getpass
import importlib.metadata
import os
import platform
import re
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import smcogui
from smcogui.app.settings import APPLICATION
from smcogui.runs.children import is_frozen
from solver import __version__ as solver_version

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIBRARIES: Final = (
    "PySide6_Essentials",
    "numba",
    "numpy",
    "pydantic",
    "pyqtgraph",
    "pyvista",
    "scipy",
    "vtk",
)
_SHORTEST_NAME: Final = 2
"""A name of one letter could not be told from the letter."""


def make_report(what: str, details: str, log: str, facts: Mapping[str, str]) -> str:
    """Return a report as text.

    Parameters
    ----------
    what : str
        What happened, in a sentence.
    details : str
        The traceback.
    log : str
        The last lines of the log.
    facts : mapping of str to str
        What only the window knows, such as the OpenGL renderer.
    """
    now = datetime.now(UTC)
    libraries = ", ".join(f"{name} {library_version(name)}" for name in _LIBRARIES)
    rows = {
        "Program": f"{APPLICATION} {smcogui.__version__}, solver {solver_version}",
        "Time": f"{now:%Y-%m-%d %H:%M:%S} UTC",
        "System": f"{platform.system()} {platform.release()} ({platform.machine()})",
        "Python": f"{platform.python_version()}{' (frozen)' * is_frozen()}",
        "Libraries": libraries,
        **facts,
    }
    lines = [what, "", *(f"{name}: {value}" for name, value in rows.items())]
    for title, text in (("Traceback", details), ("Last lines of the log", log)):
        lines += ["", f"{title}:", text.strip() or "(none)"]
    return without_names("\n".join(lines)) + "\n"


def library_version(name: str) -> str:
    """Return the version of an installed library, or that there is none."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not found"


def without_names(text: str) -> str:
    """Return a text without the home folder and the names of the user and of the machine."""
    for home in {str(Path.home()), os.path.realpath(Path.home())} - {os.sep}:
        text = re.sub(re.escape(home) + r"(?![\w.-])", "~", text)
    for name, stands_for in _names().items():
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", stands_for, text, flags=re.IGNORECASE)
    return text


def _names() -> dict[str, str]:
    """Return what people and machines are called here, and what is written in its place."""
    host = socket.gethostname()
    names = {host: "<host>", host.partition(".")[0]: "<host>", Path.home().name: "<user>"}
    try:
        names[getpass.getuser()] = "<user>"
    except (OSError, KeyError):
        # A user without a name, as in some containers, has none to hide.
        names.pop("", None)
    return {name: word for name, word in names.items() if len(name) >= _SHORTEST_NAME}

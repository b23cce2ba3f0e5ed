"""Child processes: how this program starts parts of itself, from a checkout or frozen."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import solver
from smcogui.errors import RunError
from solver.solve_program import PARENT_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROCESSES_VARIABLE: Final = "SMCOGUI_PROCESSES"

CHECKOUT: Final = Path(solver.__file__).resolve().parent.parent
ONE_THREAD: Final[Mapping[str, str]] = {
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""Variables of a child that computes in one thread."""


def is_frozen() -> bool:
    """Whether this is the packaged program, which has one executable for everything."""
    return bool(getattr(sys, "frozen", False))


def program_name() -> str:
    """Return what users call the program on a command line."""
    return Path(sys.executable).stem if is_frozen() else "main.py"


def program(module: str, option: str) -> list[str]:
    """Return the command that starts a part of this program.

    Parameters
    ----------
    module : str
        What ``python -m`` runs in a checkout.
    option : str
        The option of the frozen program that does the same.
    """
    if is_frozen():
        return [sys.executable, option]
    # -P: a folder named "solver" in the working directory must not be taken for ours.
    return [sys.executable, "-P", "-m", module]


_SOLVERS: Final = {
    "builtin": ("solver", "--solve"),
    "mumax3": ("solver.mumax3", "--solve-mumax3"),
}


def solver_command(folder: Path, engine: str = "builtin") -> list[str]:
    """Return the command that solves one problem folder.

    Raises
    ------
    RunError
        If no engine has that name, as with runs that were imported.
    """
    if engine not in _SOLVERS:
        raise RunError(
            f"a run of {engine!r} cannot be computed here; this program has {', '.join(_SOLVERS)}",
            key="solver",
            given=engine,
            allowed=", ".join(_SOLVERS),
        )
    return [*program(*_SOLVERS[engine]), str(folder)]


def start(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child that is independent of this process's terminal and working directory.

    Parameters
    ----------
    command : sequence of str
    log : Path
        What it writes on its outputs is appended here.
    environment : mapping, optional
        Variables added to this process's own.
    """
    with log.open("ab") as stream:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=child_environment(environment),
            cwd=CHECKOUT,
            start_new_session=sys.platform != "win32",
            creationflags=_WINDOWS_FLAGS,
        )


def start_detached(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Start a child that nobody waits for; see :func:`start`."""
    child = start(command, log, environment)
    # One that has ended would stay in the system's list of processes until somebody asks for it.
    threading.Thread(target=child.wait, name=f"reaper-{child.pid}", daemon=True).start()


def child_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's variables and some more, for a child that finds this program."""
    variables = {**os.environ, **(more or {})}
    known = [str(CHECKOUT), *filter(None, [variables.get("PYTHONPATH")])]
    variables["PYTHONPATH"] = os.pathsep.join(known)
    return variables


if sys.platform == "win32":
    _WINDOWS_FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
else:
    _WINDOWS_FLAGS = 0


def start_solver(
    command: Sequence[str],
    folder: Path,
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a solver child of one thread that ends when this process does."""
    folder.mkdir(exist_ok=True)
    variables = {**ONE_THREAD, **(environment or {})}
    if os.name == "posix":
        # On Windows a virtual environment's Python is itself a parent in between.
        variables[PARENT_VARIABLE] = str(os.getpid())
    return start(command, log, variables)


def process_count() -> int:
    """Return how many solvers may run at once: the processors, or ``SMCOGUI_PROCESSES``."""
    given = os.environ.get(PROCESSES_VARIABLE, "")
    if given.isdigit() and int(given) > 0:
        return int(given)
    return _usable_processors()


def _usable_processors() -> int:
    # A container or a batch system may allow fewer than the machine has; only Linux tells.
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1

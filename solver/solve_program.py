"""A solve as a program of its own: signals, a parent that may vanish, exit codes.

Exit codes: 0 done, 2 bad input, 3 failed, 130 stopped.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from solver.errors import CancelledError, ProblemError, SolverError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PARENT_VARIABLE = "SOLVER_PARENT_PID"
"""Where set, the solve stops when the process of this number is no longer its parent."""


class StopRequest:
    """Remembers SIGTERM and SIGINT, and notices when the parent is gone."""

    def __init__(self) -> None:
        self._asked = False
        self._parent = int(os.environ.get(PARENT_VARIABLE, "0"))
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), self._ask)

    def _ask(self, number: int, frame: object) -> None:
        self._asked = True

    def __call__(self) -> bool:
        """Whether this process is asked to stop."""
        return self._asked or (self._parent > 0 and os.getppid() != self._parent)


def run_solve(
    arguments: Sequence[str], usage: str, solve: Callable[[Path, Callable[[], bool]], None]
) -> int:
    """Solve the folder that is named; return the exit code.

    Parameters
    ----------
    arguments : sequence of str
        The words after the program's name: one folder.
    usage : str
        Written where they are anything else.
    solve : callable
        ``solve(folder, should_stop)``.
    """
    if len(arguments) != 1 or arguments[0] in {"-h", "--help"}:
        sys.stderr.write(usage)
        return 0 if arguments and arguments[0] in {"-h", "--help"} else 2
    stop = StopRequest()
    try:
        solve(Path(arguments[0]), stop)
    except ProblemError as error:
        return _report(error, 2)
    except CancelledError as error:
        return _report(error, 130)
    except SolverError as error:
        return _report(error, 3)
    return 0


def _report(error: Exception, code: int) -> int:
    sys.stderr.write(f"{error}\n")
    return code

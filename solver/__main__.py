"""``python -m solver FOLDER`` solves one problem folder (docs/formats.md).

Exit codes: 0 done, 2 bad input, 3 failed, 130 stopped.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from solver.solve_program import run_solve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def main(arguments: list[str]) -> int:
    """Solve the folder that is named; return the exit code."""
    return run_solve(arguments, "usage: python -m solver FOLDER\n" + (__doc__ or ""), _solve)


def _solve(folder: Path, should_stop: Callable[[], bool]) -> None:
    # one thread a solve: half-cycles run side by side as processes
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    from solver.solve import solve_folder

    solve_folder(folder, should_stop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

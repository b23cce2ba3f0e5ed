"""``python -m solver.mumax3 FOLDER`` solves one problem folder with the user's own MuMax3.

The variable MUMAX3 names the program, MUMAX3_GPU the GPUs that may be used (docs/mumax3.md).
Exit codes: 0 done, 2 bad input, 3 failed, 130 stopped.
"""

from __future__ import annotations

import sys

from solver.mumax3.solve import solve_folder
from solver.mumax3.windows_job import end_children_with_this_process
from solver.solve_program import run_solve


def main(arguments: list[str]) -> int:
    """Solve the folder that is named; return the exit code."""
    end_children_with_this_process()
    usage = "usage: python -m solver.mumax3 FOLDER\n" + (__doc__ or "")
    return run_solve(arguments, usage, solve_folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

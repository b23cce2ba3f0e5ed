"""``python -m solver.batch --device cuda FOLDER…`` solves many problem folders at once.

``@FILE`` among the folders stands for the lines of a file. Failures of single folders are named on
standard error and in the folder's events. Exit codes: 0 all done, 2 bad input, 3 some failed,
130 stopped.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from solver.batch.device import DEVICES, LARGEST_BATCH, open_device
from solver.errors import CancelledError, DeviceError, SolverError
from solver.solve_program import StopRequest

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Solve the folders that are named; return the exit code."""
    options = _parser().parse_args(arguments)
    stop = StopRequest()
    failed: list[str] = []

    def tell(folder: Path, error: SolverError | None) -> None:
        if error is not None and not isinstance(error, CancelledError):
            failed.append(f"{folder}: {error}")
            sys.stderr.write(failed[-1] + "\n")

    try:
        device = open_device(options.device)
        # not before: it needs torch
        from solver.batch.engine import Orders, solve_folders

        orders = Orders(should_stop=stop, ended=tell)
        solve_folders(options.folders, device, orders, most=options.most)
    except DeviceError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except CancelledError as error:
        sys.stderr.write(f"{error}\n")
        return 130
    return 3 if failed else 0


def _count(word: str) -> int:
    if not word.isdecimal() or int(word) == 0:
        raise argparse.ArgumentTypeError(f"{word!r} given, a whole number from 1 on is needed")
    return int(word)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m solver.batch",
        description=__doc__,
        fromfile_prefix_chars="@",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=Path)
    parser.add_argument("--device", choices=DEVICES, default="cuda", help="default cuda")
    parser.add_argument(
        "--most",
        type=_count,
        default=LARGEST_BATCH,
        help=f"problems at once, as far as they fit (default {LARGEST_BATCH})",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

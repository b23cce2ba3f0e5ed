"""Run the benchmarks: a table to the screen, JSON into build/benchmarks (README.md says what).

A missed bar is printed, not punished: the exit code is 1 only where a benchmark could not run.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import batch_engine
import compile_time
import field_evaluation
import half_cycle
import idle_memory
import ovf_reading
import plot_redraw
import run_listing
import start_up
import surrogate
import table_stalls
import window_stalls
from machine import describe_machine, load_average
from measure import CHECKOUT, BenchmarkError, Measure, in_child
from report import format_row, write_results

# Compiling comes first: it fills the cache of kernels that all others load from.
BENCHMARKS: dict[str, Callable[[int], list[Measure]]] = {
    "compile": compile_time.compile_and_load,
    "half_cycle_256": half_cycle.reference_designs,
    "half_cycle_384": half_cycle.large_domain,
    "field_2d": field_evaluation.flat,
    "field_3d": field_evaluation.stacked,
    "start_up": start_up.session_import,
    "ovf": ovf_reading.million_cells,
    "window": window_stalls.window_stalls,
    "plot_redraw": plot_redraw.fifty_curves,
    "idle_memory": idle_memory.idle_memory,
    "tables": table_stalls.table_stalls,
    "run_listing": run_listing.project_of_20000_runs,
    "batch_engine": batch_engine.batch_engine,
    "surrogate": surrogate.surrogate_queries,
}


def main() -> int:
    """Run what is asked for and write the results."""
    options = _parse()
    machine = describe_machine()
    _say(f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_average']}")
    measures: list[Measure] = []
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="smco-kernels-") as cache:
        os.environ["NUMBA_CACHE_DIR"] = cache
        if options.only and "compile" not in options.only:
            # a process that compiles takes 100 MB more: fill the cache before anything is measured
            in_child("compile_time", "compile_kernels")
        for name in options.only or BENCHMARKS:
            try:
                found = BENCHMARKS[name](options.repeats)
            except BenchmarkError as error:
                failures.append(str(error))
                _say(f"{name}: {error}")
                continue
            measures += found
            for measure in found:
                _say(format_row(measure))
    machine["load_average_at_end"] = load_average()
    _say(f"load {machine['load_average_at_end']} at the end (1 is this program's own)")
    _say(f"written: {write_results(options.out, measures, machine, failures)}")
    return 1 if failures else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each design (default 3)")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, help="only these benchmarks")
    parser.add_argument(
        "--out", type=Path, default=CHECKOUT / "build" / "benchmarks", help="folder for the JSON"
    )
    options = parser.parse_args()
    if options.repeats < 1:
        parser.error(f"--repeats is {options.repeats}; at least 1 is needed")
    # whatever the order on the command line, compiling needs the empty cache
    options.only = [name for name in BENCHMARKS if name in options.only] if options.only else None
    return options


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""What one benchmark gives, how a piece of code is timed, and the child process it runs in."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).resolve().parent
CHECKOUT = FOLDER.parents[1]
EXAMPLES = CHECKOUT / "resources" / "examples"
LONGEST_S = 1800
"""No benchmark takes longer, also on a busy machine."""
THREAD_VARIABLES = (
    "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
)


class BenchmarkError(Exception):
    """A child process failed; the message holds the end of what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number of a benchmark.

    Parameters
    ----------
    name : str
        ``benchmark/quantity``; two files are compared by it.
    value : float
    unit : str
    bar : float, optional
        The largest value that is good enough.
    better : {"lower", "higher"}, optional
        Which way is faster or smaller; without it the number is for people and not compared.
    note : str
        What stands beside it in the table.
    """

    name: str
    value: float
    unit: str
    bar: float | None = None
    better: Literal["lower", "higher"] | None = None
    note: str = ""


def in_child(module: str, function: str, **arguments: Any) -> dict[str, Any]:
    """Call ``module.function(**arguments)`` in a fresh single-threaded process.

    The function returns a dict that JSON knows; ``peak_memory_MB`` is added where it is not there.
    """
    environment = os.environ | dict.fromkeys(THREAD_VARIABLES, "1")
    paths = [str(CHECKOUT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    command = [sys.executable, str(FOLDER / "child.py"), module, function, json.dumps(arguments)]
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchmarkError(f"{module}.{function} took more than {LONGEST_S} s") from error
    if done.returncode != 0:
        raise BenchmarkError(f"{module}.{function} failed: {done.stderr.strip()[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def peak_memory_MB() -> float:
    """Return the largest resident memory of this process so far in MB (10^6 bytes).

    On Linux ``ru_maxrss`` of a child counts its parent's memory at the moment of the start too,
    so that the kernel's figure for the present program is taken there.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def median_ms(calls: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Return the median wall time of each call in ms.

    The calls take turns, so that a disturbance meets all of them; the first turn is not counted.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats + 1):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            times[name].append(1e3 * (time.perf_counter() - began))
    return {name: statistics.median(values[1:]) for name, values in times.items()}

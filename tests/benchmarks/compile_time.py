"""Compiling the kernels, and loading them once they are compiled."""

from __future__ import annotations

import os
import statistics
from typing import Any

from measure import EXAMPLES, Measure, in_child


def compile_kernels() -> dict[str, Any]:
    """Compile or load the kernels of a 2-D problem; called in a child process."""
    from smcogui.design import build_nanostructure, load_designs, make_problem
    from solver.hysteresis import HalfCycle

    design = load_designs(EXAMPLES / "base_centred.toml")[0]
    half_cycle = HalfCycle(make_problem(design, build_nanostructure(design, 0), 0))
    return {"cpu_s": half_cycle.compile()}


def compile_and_load(repeats: int) -> list[Measure]:
    """Compile into the empty cache that NUMBA_CACHE_DIR names, then load from it."""
    cache = os.environ["NUMBA_CACHE_DIR"]
    if os.listdir(cache):
        raise ValueError(f"{cache} is not empty; compiling would only load")
    first = in_child("compile_time", "compile_kernels")
    loads = [in_child("compile_time", "compile_kernels")["cpu_s"] for _ in range(repeats)]
    return [
        Measure(
            name="kernels/first_compile",
            value=first["cpu_s"],
            unit="CPU s",
            better="lower",
            note=f"once per machine; peak memory {first['peak_memory_MB']:.0f} MB",
        ),
        Measure(
            name="kernels/load",
            value=statistics.median(loads),
            unit="CPU s",
            better="lower",
            note="from the cache, every process",
        ),
    ]

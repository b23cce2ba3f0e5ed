"""Complete half-cycles: the four reference designs at 256², one of Fig. 2a at 384²."""

from __future__ import annotations

import statistics
import time
from typing import Any

from measure import EXAMPLES, Measure, in_child

# Hc and Hp in T that an independent implementation found (docs/physics.md).
PROTOTYPE = {
    "base_centred": (4.07, 4.07),
    "reference_2": (3.92, 3.18),
    "reference_3": (3.42, 2.80),
    "reference_4": (3.61, 3.61),
}
CPU_BAR_S = 3.0
MEMORY_BAR_MB = 400.0
FIELD_BAR_T = 0.1


def solve(example: str) -> dict[str, Any]:
    """Solve the first half-cycle of an example's first design; called in a child process."""
    from smcogui.curves.coercivity import extract_coercivity
    from smcogui.curves.mh_curve import MHCurve
    from smcogui.design import build_nanostructure, load_designs, make_problem
    from smcogui.units import MU0
    from solver.hysteresis import HalfCycle

    design = load_designs(EXAMPLES / f"{example}.toml")[0]
    problem = make_problem(design, build_nanostructure(design, 0), 0)
    began = time.process_time()
    half_cycle = HalfCycle(problem)
    setup_s = time.process_time() - began
    load_s = half_cycle.compile()
    began_wall = time.perf_counter()
    steps = []
    while not half_cycle.state.is_finished:
        steps += [accepted.step for accepted in half_cycle.advance()]
    cpu_s = time.process_time() - began - load_s
    wall_s = time.perf_counter() - began_wall
    reading = extract_coercivity(MHCurve.from_steps(steps, float(problem.per_cell("Ms").mean())))
    effort = half_cycle.state.effort
    return {
        "cells": list(problem.mesh.cells),
        "cpu_s": cpu_s,
        "wall_s": wall_s,
        "setup_s": setup_s,
        "load_s": load_s,
        "iterations": effort.iterations,
        "demag_evaluations": effort.demag_evaluations,
        "field_steps": len(steps),
        "mu0_Hc_T": None if reading.Hc is None else reading.Hc * MU0,
        "mu0_Hp_T": None if reading.Hp_jump is None else reading.Hp_jump * MU0,
    }


def reference_designs(repeats: int) -> list[Measure]:
    """Measure the four reference designs at 256², each ``repeats`` times, taking turns."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in PROTOTYPE}
    for _ in range(repeats):
        for name, results in runs.items():
            results.append(in_child("half_cycle", "solve", example=name))
    measures = [measure for name, results in runs.items() for measure in _design(name, results)]
    cpu_s = [_median(results, "cpu_s") for results in runs.values()]
    everything = [result for results in runs.values() for result in results]
    return [
        *measures,
        Measure(
            name="half_cycle_256/median_of_four",
            value=statistics.median(cpu_s),
            unit="CPU s",
            bar=CPU_BAR_S,
            better="lower",
            note=f"largest {max(cpu_s):.2f}",
        ),
        Measure(
            name="half_cycle_256/peak_memory",
            value=max(result["peak_memory_MB"] for result in everything),
            unit="MB",
            bar=MEMORY_BAR_MB,
            better="lower",
            note="largest of all runs, design code included",
        ),
    ]


def large_domain(repeats: int) -> list[Measure]:
    """Measure the first design of Fig. 2a, 192 nm wide, once: its time is not held to a bar."""
    del repeats
    result = in_child("half_cycle", "solve", example="fig2a")
    group = f"half_cycle_{result['cells'][0]}/fig2a_0deg"
    return [
        *_cost(group, [result]),
        Measure(
            name=f"{group}/peak_memory",
            value=result["peak_memory_MB"],
            unit="MB",
            bar=MEMORY_BAR_MB,
            better="lower",
            note=_fields(result),
        ),
    ]


def _design(name: str, results: list[dict[str, Any]]) -> list[Measure]:
    group = f"half_cycle_256/{name}"
    result = results[0]
    Hc, Hp = PROTOTYPE[name]
    return [
        *_cost(group, results),
        Measure(
            name=f"{group}/field_error",
            value=max(_difference(result["mu0_Hc_T"], Hc), _difference(result["mu0_Hp_T"], Hp)),
            unit="T",
            bar=FIELD_BAR_T,
            note=f"{_fields(result)}; prototype {Hc:.2f} / {Hp:.2f}",
        ),
    ]


def _cost(group: str, results: list[dict[str, Any]]) -> list[Measure]:
    first = results[0]
    times = [result["cpu_s"] for result in results]
    wall = _median(results, "wall_s")
    return [
        Measure(
            name=f"{group}/cpu",
            value=statistics.median(times),
            unit="CPU s",
            better="lower",
            note=f"{min(times):.2f} to {max(times):.2f}; wall {wall:.2f} s; "
            f"kernels loaded in {_median(results, 'load_s'):.2f} s apart",
        ),
        Measure(
            name=f"{group}/iterations",
            value=first["iterations"],
            unit="",
            better="lower",
            note=f"{first['demag_evaluations']} demag evaluations, "
            f"{first['field_steps']} field steps{_repeatable(results)}",
        ),
    ]


def _repeatable(results: list[dict[str, Any]]) -> str:
    """Say so where runs of one seed were not the same: they have to be, bit for bit."""
    keys = ("iterations", "demag_evaluations", "mu0_Hc_T", "mu0_Hp_T")
    kinds = {tuple(result[key] for key in keys) for result in results}
    return "" if len(kinds) == 1 else "; NOT THE SAME in every run"


def _median(results: list[dict[str, Any]], key: str) -> float:
    return float(statistics.median(result[key] for result in results))


def _difference(value: float | None, expected: float) -> float:
    # no reversal at all is as wrong as the whole field
    return abs((value or 0.0) - expected)


def _fields(result: dict[str, Any]) -> str:
    return " / ".join(
        "none" if result[key] is None else f"{result[key]:.2f}" for key in ("mu0_Hc_T", "mu0_Hp_T")
    ).join(("Hc / Hp ", " T"))

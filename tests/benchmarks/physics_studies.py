"""The studies of docs/physics.md: mesh, open choices of the paper, Fig. 2a and Table 1.

Each entry is computed once and written at once to docs/data/physics_studies.json; a second start
goes on where the first ended. Remove the file to compute everything anew.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from smcogui.design import build_nanostructure, load_designs, make_problem
from smcogui.design.design_file import parse_design_text
from solver import __version__
from solver.hysteresis import HalfCycle

CHECKOUT = Path(__file__).resolve().parents[2]
EXAMPLES = CHECKOUT / "resources" / "examples"
RESULTS = CHECKOUT / "docs" / "data" / "physics_studies.json"
BASE = """
preset = "physical"
[nanostructure]
L_nm = 100
d_nm = 25
wS_nm = 6
wZ_nm = 4
theta_deg = {theta}
offsets = "centred"
[material]
z_phase = "DFT"
[grain_boundary]
layer = "{layer}"
[mesh]
cell_nm = {cell}
[solver]
exchange_rule = "{rule}"
[field]
alpha_deg = 0
[run]
cycles = 1
"""
DEFAULTS = {"theta": 30, "layer": "one_perpendicular_c", "cell": 0.5, "rule": "conservative"}
LAYERS = (
    "none",
    "one_perpendicular_c",
    "one_parallel_c",
    "both_perpendicular_c",
    "both_parallel_c",
    "all",
)


def studies() -> Iterator[tuple[str, Any, int]]:
    """Yield (name, design, half-cycles), the quick ones first."""
    for row in ("table1_row2", "table1_row3"):
        yield row, load_designs(EXAMPLES / f"{row}.toml")[0], 1
        physical = (EXAMPLES / f"{row}.toml").read_text().replace('"paper"', '"physical"')
        yield f"{row}_physical", parse_design_text(physical, row)[0], 5
    for name, change in _choices():
        yield name, parse_design_text(BASE.format(**(DEFAULTS | change)), name)[0], 1
    for design in load_designs(EXAMPLES / "fig2a.toml"):
        degrees = round(np.degrees(design.alpha))
        paper = replace_preset(design)
        yield f"fig2a_paper_{degrees}", paper, 1
        yield f"fig2a_physical_{degrees}", design, 5
    yield "cell_0.25", parse_design_text(BASE.format(**(DEFAULTS | {"cell": 0.25})), "cell")[0], 1


def replace_preset(design: Any) -> Any:
    """Return the design with the choices of the paper preset."""
    layer = replace(design.grain_boundary, thickness=1e-9)
    return replace(design, preset="paper", grain_boundary=layer, offsets="centred")


def _choices() -> Iterator[tuple[str, dict[str, Any]]]:
    for cell in (1.0, 0.5):
        yield f"cell_{cell}", {"cell": cell}
    for layer in LAYERS:
        yield f"layer_{layer}", {"layer": layer}
    for theta in (20, 40):
        yield f"theta_{theta}", {"theta": theta}
    yield "rule_2014", {"rule": "mumax3_2014"}


def run_half_cycle(design: Any, cycle: int) -> dict[str, Any]:
    """Solve one half-cycle; return its curve and cost."""
    problem = make_problem(design, build_nanostructure(design, cycle), cycle)
    half_cycle = HalfCycle(problem)
    half_cycle.compile()
    began = time.process_time()
    steps = []
    while not half_cycle.state.is_finished:
        steps += [accepted.step for accepted in half_cycle.advance()]
    return {
        "mu0_H_T": [step.mu0_H_T for step in steps],
        "M_over_Ms": [round(step.M_over_Ms, 6) for step in steps],
        "jump": [step.jump for step in steps],
        "Ms_A_m": float(problem.per_cell("Ms").mean()),
        "iterations": half_cycle.state.effort.iterations,
        "cpu_s": round(time.process_time() - began, 2),
    }


def main() -> int:
    """Compute what is missing, with as many processes as SMCOGUI_PROCESSES says (default 1)."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    with ProcessPoolExecutor(int(os.environ.get("SMCOGUI_PROCESSES", "1"))) as pool:
        for name, design, cycles in studies():
            if name in results:
                continue
            curves = list(pool.map(run_half_cycle, [design] * cycles, range(cycles)))
            results[name] = {"solver": __version__, "cycles": curves}
            temporary = RESULTS.with_suffix(".tmp")
            temporary.write_text(json.dumps(results, indent=1) + "\n")
            temporary.replace(RESULTS)
            ends = [curve["mu0_H_T"][-1] for curve in curves]
            sys.stdout.write(f"{name}: last field {ends} T\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

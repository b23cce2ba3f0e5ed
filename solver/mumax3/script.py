"""A Problem as a MuMax3 script.

MuMax3 minimises with its own driver (Exl et al. 2014), so the script states the same problem, not
the same path of numerics. Three things differ by necessity: a cross-section that is infinite along
z becomes a long stack of images; the adaptive steps become the smallest step wherever the field is
reversed, as a script cannot take a step back; the random tilt at every field step is a kick of
thermal noise whose strength gives the same mean tilt.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from solver.errors import ProblemError
from solver.mesh import EXACT, OPEN
from solver.problem import unit_vector

if TYPE_CHECKING:
    from solver.mesh import Mesh
    from solver.problem import Problem

MINIMIZER_STOP: Final = 1e-6
"""MuMax3's own default of the largest |Δm|; the program's solver has another criterion."""

STACK_OVER_WIDTH: Final = 10
"""Length of the stack of images over the widest edge, where the problem has infinitely many: the
field in the middle is then within about 3 mT of the limit."""

THICKEST_CELL: Final = 16
"""Thickness of a cell over its edge in x or y, in a cross-section that is uniform along z: thick
cells need fewer images, and MuMax3 refuses an aspect ratio above 100."""

_MOST_REGIONS: Final = 256
_BOLTZMANN: Final = 1.380649e-23
_GAMMA: Final = 1.7595e11
_KICK_STEPS: Final = 10
_KICK_DT: Final = 1e-15

_SAVE_END: Final = 'SaveAs(m, "m_final")'

_RULES: Final = {
    "conservative": "needs MuMax3 3.10 or newer (exchange that follows from an energy)",
    "mumax3_2014": "needs MuMax3 3.9.3 or older (harmonic mean of A/Ms at interfaces)",
}


def mx3_script(problem: Problem, regions_file: str, *, state_file: str | None = None) -> str:
    """Return the script for one half-cycle.

    Parameters
    ----------
    problem : Problem
    regions_file : str
        Name of the OVF file with the region id of each cell; MuMax3 looks for it where it is
        started. It must have the problem's number of cells, as MuMax3 resamples without a word.
    state_file : str, optional
        Name of the OVF file with ``problem.initial_state``, needed where there is one.

    Returns
    -------
    str

    Raises
    ------
    ProblemError
        If the problem has more regions than MuMax3, or an initial state and no file for it.
    """
    if len(problem.materials) > _MOST_REGIONS:
        raise ProblemError(
            f"materials: {len(problem.materials)} regions; MuMax3 has {_MOST_REGIONS}",
            key="materials",
            given=str(len(problem.materials)),
            allowed=f"<= {_MOST_REGIONS}",
        )
    if problem.initial_state is not None and state_file is None:
        raise ProblemError(
            "initial_state: the script must load it from an OVF file; name one with state_file",
            key="initial_state",
        )
    sections = (
        _head(problem),
        _mesh(problem.mesh, regions_file),
        _materials(problem),
        _exchange(problem),
        _start(problem, state_file),
        _sweep(problem),
    )
    return "\n".join("\n".join(lines) + "\n" for lines in sections)


def image_count(mesh: Mesh) -> int:
    """Return n of ``SetPBC(0, 0, n)`` that stands for infinitely many images along z.

    MuMax3 takes offsets of up to n Nz − 1 cells either way.
    """
    length = STACK_OVER_WIDTH * max(
        mesh.cells[0] * mesh.cell_size[0], mesh.cells[1] * mesh.cell_size[1]
    )
    layers = math.ceil((length / _thickness(mesh) + 1) / 2)
    return max(2, math.ceil(layers / mesh.cells[2]))


def _thickness(mesh: Mesh) -> float:
    """Return the thickness of a cell in m, which is free where nothing varies along z."""
    if not mesh.is_z_invariant:
        return mesh.cell_size[2]
    return THICKEST_CELL * min(mesh.cell_size[:2])


def _head(problem: Problem) -> list[str]:
    label = " ".join(problem.label.split())
    rule = _RULES[problem.options.exchange_rule]
    return [
        f"// {label or 'half-cycle of the hysteresis loop'}",
        f"// {rule}",
        "// start it in the folder of this file, without the web page:",
        '//     mumax3 -http="" FILE.mx3',
    ]


def _mesh(mesh: Mesh, regions_file: str) -> list[str]:
    nx, ny, nz = mesh.cells
    dx, dy, _ = mesh.cell_size
    edges = ", ".join(f"{edge:.12g}" for edge in (dx, dy, _thickness(mesh)))
    lines = [f"SetGridSize({nx}, {ny}, {nz})", f"SetCellSize({edges})"]
    images = [image_count(mesh) if n == EXACT else n for n in mesh.pbc]
    if mesh.pbc[2] == EXACT:
        lines.insert(
            0,
            "// the problem is periodic along z without end; this stack is "
            f"{STACK_OVER_WIDTH} times as long as wide",
        )
    if mesh.is_z_invariant:
        lines.insert(1, "// nothing varies along z, so the cells may be thick")
    if any(n != OPEN for n in images):
        lines.append(f"SetPBC({', '.join(str(n) for n in images)})")
    return [
        *lines,
        f"regions.LoadFile(`{regions_file}`)",
        f"// must come back as it went in, {nx} x {ny} x {nz} region ids",
        'SaveAs(regions, "regions")',
    ]


def _materials(problem: Problem) -> list[str]:
    lines: list[str] = []
    for region in _present(problem):
        material = problem.materials[region]
        axis = ", ".join(f"{value:.12g}" for value in unit_vector(material.easy_axis))
        lines += [
            f"Msat.SetRegion({region}, {material.Ms:.12g})",
            f"Aex.SetRegion({region}, {material.Aex:.12g})",
            f"Ku1.SetRegion({region}, {material.Ku1:.12g})",
            f"anisU.SetRegion({region}, vector({axis}))",
        ]
    return [*lines, "alpha = 1", *([] if problem.options.demag else ["EnableDemag = false"])]


def _exchange(problem: Problem) -> list[str]:
    factor = problem.options.interface_factor
    if factor == 1:
        return ["// exchange between regions: unscaled"]
    present = _present(problem)
    return [
        f"ext_ScaleExchange({i}, {j}, {factor!r})" for i in present for j in present if i < j
    ] or ["// one region only: no interface to scale"]


def _start(problem: Problem, state_file: str | None) -> list[str]:
    hx, hy, hz = unit_vector(problem.sweep.direction)
    options = problem.options
    lines = [f"m = Uniform({hx:.12g}, {hy:.12g}, {hz:.12g})"]
    if state_file is not None:
        lines = [f"m.LoadFile(`{state_file}`)"]
    if options.perturbation > 0:
        lines += [
            f"// at every field step {_KICK_STEPS} steps of thermal noise tilt m by about "
            f"{options.perturbation:g}:",
            "// without it symmetric designs keep a wall that real ones do not",
            "SetSolver(2)",
            f"FixDt = {_KICK_DT!r}",
            f"Temp = {_kick_temperature(problem):.6g}",
            f"ThermSeed({options.seed % 2**31})",
        ]
    return [
        *lines,
        f"MinimizerStop = {MINIMIZER_STOP!r}",
        "TableAdd(m_full)",
        "TableAdd(B_ext)",
    ]


def _kick_temperature(problem: Problem) -> float:
    """Return the temperature in K at which the noise tilts m by the perturbation on the average.

    With damping 1 the squared tilt grows as γ k T t / (Ms V) per transverse component.
    """
    mesh = problem.mesh
    volume = mesh.cell_size[0] * mesh.cell_size[1] * _thickness(mesh)
    Ms = float(np.mean(problem.per_cell("Ms")))
    duration = _KICK_STEPS * _KICK_DT
    return problem.options.perturbation**2 * Ms * volume / (2 * _GAMMA * _BOLTZMANN * duration)


def _sweep(problem: Problem) -> list[str]:
    sweep = problem.sweep
    if sweep.mode == "fixed":
        values = sweep.values_T or tuple(_arange(sweep.start_T, sweep.stop_T, sweep.largest_step_T))
        steps = [line for value in values for line in _visit(f"{value!r}", problem, indent="")]
        return [*steps, _SAVE_END]
    return _adaptive(problem)


def _adaptive(problem: Problem) -> list[str]:
    """Return a sweep in the largest step while the field is positive, then in the smallest.

    It ends after M along the field has passed zero, or at the last field.
    """
    sweep = problem.sweep
    split = min(sweep.start_T, max(sweep.stop_T, 0.0))
    coarse = _arange(sweep.start_T, split, sweep.largest_step_T)
    coarse = coarse if coarse[-1] == split else [*coarse, split]
    n_fine = math.ceil((split - sweep.stop_T) / sweep.smallest_step_T - 1e-9)
    hx, hy, hz = unit_vector(sweep.direction)
    # Names in a script do not tell m from M.
    along = " + ".join(
        f"m_full.Comp({c}).Average()*{h:.12g}" for c, h in enumerate((hx, hy, hz)) if h != 0
    )
    going = "" if sweep.until_stop else " && along > 0"
    return [
        *(line for value in coarse for line in _visit(f"{value!r}", problem, indent="")),
        f"along := {along}",
        f"for i := 1; i <= {n_fine}{going}; i++ {{",
        f"\tfield := max({split!r} - i*{sweep.smallest_step_T!r}, {sweep.stop_T!r})",
        *_visit("field", problem, indent="\t"),
        f"\talong = {along}",
        "}",
        _SAVE_END,
    ]


def _visit(B: str, problem: Problem, *, indent: str) -> list[str]:
    components = ", ".join(
        f"{B}*{h:.12g}" if h != 0 else "0" for h in unit_vector(problem.sweep.direction)
    )
    kick = [f"Steps({_KICK_STEPS})"] if problem.options.perturbation > 0 else []
    lines = [f"B_ext = vector({components})", *kick, "Minimize()", "TableSave()"]
    return [indent + line for line in lines]


def _arange(start: float, stop: float, step: float) -> list[float]:
    count = math.floor((start - stop) / step + 1e-9)
    return [round(start - i * step, 12) for i in range(count + 1)]


def _present(problem: Problem) -> list[int]:
    return [int(region) for region in np.unique(problem.regions)]

"""A Problem as a MuMax3 script.

The script states the same problem and walks the same half-cycle as :mod:`solver.hysteresis`: fixed
sweeps exactly, adaptive ones with a real step back. What stays different, and why:

- MuMax3 minimises with its own driver (Exl et al. 2014) in single precision, at one tolerance. A
  trial cannot be given up early, so that one which loses the reversal runs to its end before it is
  taken back; loose trials, extrapolated starts and the check of the last state have no use there.
- A cross-section that is infinite along z becomes a long stack of images (:func:`mumax3_mesh`),
  and the demagnetising kernel is integrated numerically where this program has Newell's formulas.
- The first state carries the tilt of the built-in solver, from the same seed, in the file that the
  script loads. Later trials are tilted by a short kick of thermal noise, whose strength gives the
  same mean square in every region: the amplitude is the same, the random numbers are MuMax3's.
- Minimize has no limit on its iterations in most versions, and a script cannot watch it: whoever
  starts MuMax3 watches, and may write the script again with ``method="relax"``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from solver.errors import ProblemError
from solver.mesh import EXACT, OPEN, Mesh
from solver.mumax3.layout import (
    LOADED_REGIONS_FILE,
    REGIONS_SUFFIX,
    START_SUFFIX,
    ResumePoint,
)
from solver.mumax3.ovf import write_ovf
from solver.mumax3.sweep import KICK_STEPS, Method, number, sweep_lines
from solver.problem import unit_vector, write_atomically
from solver.tilt import tilted

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from solver.problem import Problem

MINIMIZER_STOP: Final = 1e-6
"""MuMax3's own default of the largest |Δm|; in single precision a finer one may never be met."""

STACK_OVER_WIDTH: Final = 10
"""Length of the stack of images over the widest edge, where the problem has infinitely many: the
field in the middle is then within about 3 mT of the limit."""

THICKEST_CELL: Final = 16
"""Thickness of a cell over its edge in x or y, in a cross-section that is uniform along z: thick
cells need fewer images, and MuMax3 refuses an aspect ratio above 100."""

BOLTZMANN: Final = 1.380649e-23
GAMMA_LL: Final = 1.7595e11
"""MuMax3's gyromagnetic ratio in rad/(T s)."""
KICK_DT: Final = 1e-15
"""Time step of the kick in s."""

_MOST_REGIONS: Final = 256
_CHECKED_CELLS: Final = 24
_UNSAFE_IN_A_NAME: Final = "`\n\r"

_RULES: Final = {
    "conservative": "needs MuMax3 3.10 or newer (exchange that follows from an energy)",
    "mumax3_2014": "needs MuMax3 3.9.3 or older (harmonic mean of A/Ms at interfaces)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptOptions:
    """How the script goes about it; none of it changes the problem.

    Parameters
    ----------
    method : {"minimize", "relax"}
        What finds the minimum at each field: MuMax3's steepest descent, or its damped dynamics,
        slower and more robust.
    minimizer_stop : float
        Largest |Δm| of a step, over ten of them, at which the descent ends.
    keeps_states : bool
        Store every accepted state, so that a run that ended early can be gone on with.
    resume : ResumePoint, optional
        Where to go on.
    resume_state : ndarray of shape (3, nz, ny, nx), optional
        The state there, needed with ``resume``.
    """

    method: Method = "minimize"
    minimizer_stop: float = MINIMIZER_STOP
    keeps_states: bool = False
    resume: ResumePoint | None = None
    resume_state: NDArray[Any] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (self.resume is None) != (self.resume_state is None):
            raise ValueError("resume and resume_state belong together")


def write_mx3(problem: Problem, path: Path, options: ScriptOptions | None = None) -> list[Path]:
    """Write the script and, beside it, the files that it loads.

    Parameters
    ----------
    problem : Problem
    path : Path
        Of the script; ``NAME.regions.ovf`` and ``NAME.start.ovf`` are written beside it. MuMax3
        must be started in their folder.
    options : ScriptOptions, optional

    Returns
    -------
    list of Path
        All files, the script last.

    Raises
    ------
    ProblemError
        If the problem has more regions than MuMax3, or the name cannot stand in a script.
    OSError
        If a file cannot be written.
    """
    options = options or ScriptOptions()
    if set(path.name) & set(_UNSAFE_IN_A_NAME):
        raise ProblemError(
            f"the script's name {path.name!r} holds a back quote or a line break; choose another",
            key="path",
            given=path.name,
        )
    regions = path.with_name(path.name + REGIONS_SUFFIX)
    start = path.with_name(path.name + START_SUFFIX)
    m = start_state(problem) if options.resume_state is None else options.resume_state
    text = mx3_script(
        problem, regions.name, start_file=None if m is None else start.name, options=options
    )
    written = [regions]
    data = problem.regions[np.newaxis].astype(np.float32)
    write_ovf(regions, data, problem.mesh, title="region", unit="1", labels=("region",))
    if m is not None:
        # 8 bytes a number: MuMax3 rounds them to single precision by itself
        write_ovf(start, m, problem.mesh, title="m", unit="1", double=True)
        written.append(start)
    write_atomically(path, text.encode())
    return [*written, path]


def start_state(problem: Problem) -> NDArray[Any] | None:
    """Return the state of the first trial as the built-in solver has it, or None for saturation.

    It is the initial state with the first random tilt, of unit vectors in the problem's precision.
    """
    options = problem.options
    if problem.initial_state is None and options.perturbation == 0:
        return None
    m = np.empty((3, *problem.mesh.shape), dtype=options.precision)
    if problem.initial_state is None:
        m[...] = unit_vector(problem.sweep.direction)[:, None, None, None]
    else:
        m[...] = problem.initial_state
    m = tilted(m, options, 1)
    return np.asarray(m / np.sqrt((m * m).sum(axis=0, dtype=m.dtype)))


def mx3_script(
    problem: Problem,
    regions_file: str,
    *,
    start_file: str | None = None,
    options: ScriptOptions | None = None,
) -> str:
    """Return the script for one half-cycle.

    Parameters
    ----------
    problem : Problem
    regions_file : str
        Name of the OVF file with the region id of each cell; MuMax3 looks for it where it is
        started. It must have the problem's number of cells, as MuMax3 resamples without a word.
    start_file : str, optional
        Name of the OVF file with the first state, needed where :func:`start_state` gives one or a
        run is gone on with.
    options : ScriptOptions, optional

    Raises
    ------
    ProblemError
        If the problem has more regions than MuMax3, or a first state and no file for it.
    """
    options = options or ScriptOptions()
    if len(problem.materials) > _MOST_REGIONS:
        raise ProblemError(
            f"materials: {len(problem.materials)} regions; MuMax3 has {_MOST_REGIONS}",
            key="materials",
            given=str(len(problem.materials)),
            allowed=f"<= {_MOST_REGIONS}",
        )
    needs_file = options.resume is not None or start_state(problem) is not None
    if needs_file and start_file is None:
        raise ProblemError(
            "initial_state: the script must load it from an OVF file; name one with start_file",
            key="initial_state",
        )
    sections = (
        _head(problem),
        _mesh(problem.mesh),
        _regions(problem, regions_file),
        _materials(problem),
        _exchange(problem),
        _start(problem, start_file),
        _settings(problem, options),
        sweep_lines(
            problem,
            method=options.method,
            temperatures=_kick_temperatures(problem),
            keeps_states=options.keeps_states,
            resume=options.resume,
        ),
    )
    return "\n".join("\n".join(lines) + "\n" for lines in sections)


def mumax3_mesh(mesh: Mesh) -> Mesh:
    """Return the mesh that the script states: what MuMax3 computes in place of endless images.

    The images make a stack of ``STACK_OVER_WIDTH`` times the widest edge; where nothing varies
    along z the cells are thick. A mesh without endless images is returned as it is.
    """
    if mesh.pbc[2] != EXACT:
        return mesh
    dx, dy, dz = mesh.cell_size
    if mesh.is_z_invariant:
        dz = THICKEST_CELL * min(dx, dy)
    length = STACK_OVER_WIDTH * max(mesh.cells[0] * dx, mesh.cells[1] * dy)
    # MuMax3 takes offsets of up to n Nz - 1 cells either way
    layers = math.ceil((length / dz + 1) / 2)
    images = max(2, math.ceil(layers / mesh.cells[2]))
    return replace(mesh, cell_size=(dx, dy, dz), pbc=(*mesh.pbc[:2], images))


def _head(problem: Problem) -> list[str]:
    label = " ".join(problem.label.split())
    rule = _RULES[problem.options.exchange_rule]
    return [
        f"// {label or 'half-cycle of the hysteresis loop'}",
        f"// {rule}",
        "// start it in the folder of this file, without the web page:",
        '//     mumax3 -http="" FILE.mx3',
    ]


def _mesh(mesh: Mesh) -> list[str]:
    stated = mumax3_mesh(mesh)
    cells = ", ".join(str(n) for n in stated.cells)
    edges = ", ".join(number(edge) for edge in stated.cell_size)
    lines = [f"SetGridSize({cells})", f"SetCellSize({edges})"]
    if mesh.is_z_invariant:
        lines.insert(0, "// nothing varies along z, so the cells may be thick")
    if mesh.pbc[2] == EXACT:
        lines.insert(
            0,
            "// the problem is periodic along z without end; this stack is "
            f"{STACK_OVER_WIDTH} times as long as wide",
        )
    if any(n != OPEN for n in stated.pbc):
        lines.append(f"SetPBC({', '.join(str(n) for n in stated.pbc)})")
    return lines


def _regions(problem: Problem, regions_file: str) -> list[str]:
    """Return the loading of the regions, and what stops the script if others come back.

    MuMax3 resamples a file of another size without a word: the mean and a few cells tell it at
    once, the stored file tells it cell by cell.
    """
    mean = float(problem.regions.mean())
    checks = [
        f'Expect("region of cell {i}, {j}, {k}", regions.GetCell({i}, {j}, {k}), '
        f"{int(problem.regions[k, j, i])}, 0)"
        for i, j, k in _telling_cells(problem.regions)
    ]
    return [
        f"regions.LoadFile(`{regions_file}`)",
        f'SaveAs(regions, "{LOADED_REGIONS_FILE}")',
        f'Expect("mean region", regions.Average(), {number(mean)}, {number(1e-4 * (1 + mean))})',
        *checks,
    ]


def _telling_cells(regions: NDArray[np.uint8]) -> list[tuple[int, int, int]]:
    """Return cells (i, j, k) that would differ in most other orders of the cells.

    They lie on both sides of where the region changes along x, y and z, and at both ends.
    """
    chosen: list[tuple[int, int, int]] = []
    for axis in range(3):
        changes = np.argwhere(np.diff(regions.astype(int), axis=axis) != 0)
        picked = changes[:: max(1, len(changes) // 3)][:3]
        step = np.eye(3, dtype=int)[axis]
        for cell in picked:
            for k, j, i in (cell, cell + step):
                chosen.append((int(i), int(j), int(k)))
    nz, ny, nx = regions.shape
    ends = [(0, 0, 0), (nx - 1, 0, 0), (0, ny - 1, 0), (nx - 1, ny - 1, nz - 1)]
    return list(dict.fromkeys([*ends, *chosen]))[:_CHECKED_CELLS]


def _materials(problem: Problem) -> list[str]:
    lines: list[str] = []
    for region in _present(problem):
        material = problem.materials[region]
        axis = ", ".join(number(value) for value in unit_vector(material.easy_axis))
        lines += [
            f"Msat.SetRegion({region}, {number(material.Ms)})",
            f"Aex.SetRegion({region}, {number(material.Aex)})",
            f"Ku1.SetRegion({region}, {number(material.Ku1)})",
            f"anisU.SetRegion({region}, vector({axis}))",
        ]
    return [*lines, *([] if problem.options.demag else ["EnableDemag = false"])]


def _exchange(problem: Problem) -> list[str]:
    factor = problem.options.interface_factor
    if factor == 1:
        return ["// exchange between regions: unscaled"]
    present = _present(problem)
    return [
        f"ext_ScaleExchange({i}, {j}, {number(factor)})" for i in present for j in present if i < j
    ] or ["// one region only: no interface to scale"]


def _start(problem: Problem, start_file: str | None) -> list[str]:
    if start_file is not None:
        return [f"m.LoadFile(`{start_file}`)"]
    h = ", ".join(number(value) for value in unit_vector(problem.sweep.direction))
    return [f"m = Uniform({h})"]


def _settings(problem: Problem, options: ScriptOptions) -> list[str]:
    # without precession the largest torque is |m x (m x B)|, as in the built-in solver
    lines = ["alpha = 1", "DoPrecess = false"]
    if options.method == "minimize":
        lines.append(f"MinimizerStop = {number(options.minimizer_stop)}")
    if problem.options.perturbation == 0:
        return lines
    seed = problem.options.seed + (0 if options.resume is None else options.resume.index + 1)
    return [
        *lines,
        f"// at every trial {KICK_STEPS} steps of thermal noise tilt m by about "
        f"{problem.options.perturbation:g}:",
        "// without it symmetric designs keep a wall that real ones do not",
        "SetSolver(2)",
        f"FixDt = {number(KICK_DT)}",
        f"ThermSeed({seed % 2**31})",
    ]


def _kick_temperatures(problem: Problem) -> list[tuple[int, float]]:
    """Return the temperature in K of each region at which the noise has the tilt's mean square.

    The built-in tilt adds uniform numbers of ±p to each component: p²/3 a component. With damping
    1 and no precession the noise gives 2 γ k T t / (Ms V) to each transverse one.
    """
    p = problem.options.perturbation
    if p == 0:
        return []
    V = mumax3_mesh(problem.mesh).cell_volume
    duration = KICK_STEPS * KICK_DT
    return [
        (
            region,
            p**2 * problem.materials[region].Ms * V / (6 * GAMMA_LL * BOLTZMANN * duration),
        )
        for region in _present(problem)
    ]


def _present(problem: Problem) -> list[int]:
    return [int(region) for region in np.unique(problem.regions)]

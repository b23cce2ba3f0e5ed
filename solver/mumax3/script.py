"""A Problem as a MuMax3 script.

The script states the same problem and walks the same half-cycle as :mod:`solver.sweep`: fixed
sweeps exactly, adaptive ones with a real step back. What stays different, and why:

- MuMax3 minimises with its own driver (Exl et al. 2014) in single precision, at one tolerance. A
  trial cannot be given up early, so that one which loses the reversal, or turns over too many
  cells, runs to its end before it is taken back; loose trials, extrapolated starts and the check of
  the last state have no use there.
- A cross-section that is infinite along z becomes a long stack of images (``mumax3_mesh``),
  and the demagnetising kernel is integrated numerically where this program has Newell's formulas.
- The first state carries the tilt of the built-in solver, from the same seed, in the file that the
  script loads. Later trials are tilted by a short kick of thermal noise, whose strength gives the
  same mean square in every region: the amplitude is the same, the random numbers are MuMax3's.
- Minimize has no limit on its iterations in most versions, and a script cannot watch it: whoever
  starts MuMax3 watches, and may write the script again with ``method="relax"``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from solver.errors import ProblemError
from solver.mumax3.flipped import COUNTING, Counting
from solver.mumax3.kick import kick_settings
from solver.mumax3.layout import REGIONS_SUFFIX, START_SUFFIX, ResumePoint
from solver.mumax3.ovf import write_ovf
from solver.mumax3.statement import (
    exchange_lines,
    material_lines,
    mesh_lines,
    number,
    region_lines,
)
from solver.mumax3.sweep import Method, sweep_lines
from solver.problem import unit_vector, write_atomically
from solver.tilt import tilted

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from solver.problem import Problem

MINIMIZER_STOP: Final = 1e-6
"""MuMax3's own default of the largest |Δm|; in single precision a finer one may never be met."""

_MOST_REGIONS: Final = 256
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
    counting : {"field", "loop"}, optional
        What counts the flipped cells: by default what the versions with the problem's exchange
        rule have.
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
    counting: Counting | None = None
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
        mesh_lines(problem.mesh),
        region_lines(problem, regions_file),
        [*material_lines(problem), *_demag(problem)],
        exchange_lines(problem),
        _start(problem, start_file),
        _settings(problem, options),
        sweep_lines(
            problem,
            method=options.method,
            counting=options.counting or COUNTING[problem.options.exchange_rule],
            keeps_states=options.keeps_states,
            resume=options.resume,
        ),
    )
    return "\n".join("\n".join(lines) + "\n" for lines in sections)


def _head(problem: Problem) -> list[str]:
    label = " ".join(problem.label.split())
    rule = _RULES[problem.options.exchange_rule]
    return [
        f"// {label or 'half-cycle of the hysteresis loop'}",
        f"// {rule}",
        "// start it in the folder of this file, without the web page:",
        '//     mumax3 -http="" FILE.mx3',
    ]


def _demag(problem: Problem) -> list[str]:
    return [] if problem.options.demag else ["EnableDemag = false"]


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
    first_trial = 0 if options.resume is None else options.resume.index + 1
    return [*lines, *kick_settings(problem, first_trial=first_trial)]

"""The kick of thermal noise that tilts m before a trial, as the built-in solver's tilt does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from solver.mumax3.statement import mumax3_mesh, number, present_regions

if TYPE_CHECKING:
    from solver.problem import Problem

KICK_STEPS: Final = 10
BOLTZMANN: Final = 1.380649e-23
GAMMA_LL: Final = 1.7595e11
"""MuMax3's gyromagnetic ratio in rad/(T s)."""
KICK_DT: Final = 1e-15
"""Time step of the kick in s."""


def kick_settings(problem: Problem, *, first_trial: int) -> list[str]:
    """Return what is set once; a run that is gone on with takes other random numbers."""
    p = problem.options.perturbation
    if p == 0:
        return []
    return [
        f"// at every trial {KICK_STEPS} steps of thermal noise tilt m by about {p:g}:",
        "// without it symmetric designs keep a wall that real ones do not",
        "SetSolver(2)",
        f"FixDt = {number(KICK_DT)}",
        f"ThermSeed({(problem.options.seed + first_trial) % 2**31})",
    ]


def kick_lines(problem: Problem) -> list[str]:
    """Return the kick before a trial; the first trial's tilt is in the state that is loaded."""
    if problem.options.perturbation == 0:
        return []
    return [
        "if trials > 0 {",
        *(f"\tTemp.SetRegion({region}, {number(T)})" for region, T in _temperatures(problem)),
        f"\tSteps({KICK_STEPS})",
        # it is a part of MuMax3's field and energy: off before anything is read
        "\tTemp = 0",
        "}",
    ]


def _temperatures(problem: Problem) -> list[tuple[int, float]]:
    """Return the temperature in K of each region at which the noise has the tilt's mean square.

    The built-in tilt adds uniform numbers of ±p to each component: p²/3 a component. With damping
    1 and no precession the noise gives 2 γ k T t / (Ms V) to each transverse one.
    """
    p = problem.options.perturbation
    V = mumax3_mesh(problem.mesh).cell_volume
    duration = KICK_STEPS * KICK_DT
    return [
        (
            region,
            p**2 * problem.materials[region].Ms * V / (6 * GAMMA_LL * BOLTZMANN * duration),
        )
        for region in present_regions(problem)
    ]

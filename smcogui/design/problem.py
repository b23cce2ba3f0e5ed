"""From a design and its nanostructure to the problem that the solver takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.design.phases import Phase
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions

if TYPE_CHECKING:
    from smcogui.design.design import Design
    from smcogui.design.nanostructure import Nanostructure

EASY_AXIS: Final = (0.0, 1.0, 0.0)
PERTURBATION: Final = 0.02
"""Amplitude of the random tilt at every field step; without it a mirror-symmetric design traps a
360° wall on its axis."""

_TILT_STREAM: Final = 1
"""Keeps the seed of the tilt apart from that of the offsets, which is [seed, cycle]."""


def make_problem(design: Design, nanostructure: Nanostructure, cycle: int = 0) -> Problem:
    """Return the solver's problem for one half-cycle.

    The rows of ``materials`` are the values of :class:`Phase`, all four of them whatever is
    present; the easy axis is y in every phase and the field turns in the x–y plane.

    Parameters
    ----------
    design : Design
    nanostructure : Nanostructure
        What :func:`build_nanostructure` made of the same design and cycle.
    cycle : int
        Number of the half-cycle, from 0.
    """
    phases = nanostructure.phases
    return Problem(
        mesh=nanostructure.mesh,
        regions=nanostructure.regions,
        materials=tuple(
            RegionMaterial(
                Ms=phases[phase].Ms,
                Aex=phases[phase].Aex,
                Ku1=phases[phase].Ku1,
                easy_axis=EASY_AXIS,
            )
            for phase in Phase
        ),
        sweep=_sweep(design),
        options=_options(design, cycle),
        label=f"{design.name}, half-cycle {cycle}",
    )


def field_direction(alpha: float) -> tuple[float, float, float]:
    """Return the unit vector of the field at an angle ``alpha`` (rad) from the easy axis y."""
    # Rounded, so that a field across c has no component of 6e-17 along it.
    return round(math.sin(alpha), 15), round(math.cos(alpha), 15), 0.0


def tilt_seed(seed: int, cycle: int) -> int:
    """Return the seed of a half-cycle's random tilts, the same on every machine."""
    state = np.random.SeedSequence([seed, cycle, _TILT_STREAM]).generate_state(1, np.uint32)
    return int(state[0])


def _sweep(design: Design) -> FieldSweep:
    choice = design.field
    return FieldSweep(
        mode="adaptive",
        direction=field_direction(design.alpha),
        start_T=choice.start_T,
        stop_T=choice.stop_T,
        largest_step_T=choice.largest_step_T,
        smallest_step_T=choice.smallest_step_T,
    )


def _options(design: Design, cycle: int) -> SolverOptions:
    choice = design.solver
    return SolverOptions(
        exchange_rule=choice.exchange_rule,
        interface_factor=choice.interface_factor,
        demag=choice.demag,
        precision=choice.precision,
        perturbation=PERTURBATION,
        seed=tilt_seed(design.run.seed, cycle),
    )

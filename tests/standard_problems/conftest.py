"""Problems with an analytic answer, and a way to solve them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from solver.events import FieldStep
from solver.hysteresis import HalfCycle
from solver.problem import Problem


@pytest.fixture
def solve() -> Callable[[Problem], list[FieldStep]]:
    """Return a function that walks a whole half-cycle and returns its steps."""

    def solve_problem(problem: Problem) -> list[FieldStep]:
        half_cycle = HalfCycle(problem)
        steps = []
        while not half_cycle.state.is_finished:
            steps += [accepted.step for accepted in half_cycle.advance()]
        return steps

    return solve_problem


@pytest.fixture
def wall_profile() -> Callable[[int, float, float, float], np.ndarray]:
    """Return a Bloch wall along x: -y on the left of ``centre``, +y on its right."""

    def profile(n: int, cell: float, centre: float, width: float) -> np.ndarray:
        x = (np.arange(n) + 0.5) * cell
        m = np.zeros((3, 1, 1, n))
        m[1, 0, 0] = np.tanh((x - centre) / width)
        m[2, 0, 0] = 1 / np.cosh((x - centre) / width)
        return m

    return profile

"""Where the descents of a batch stand: the numbers that choose every step, one column a problem."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch

from solver.relaxation import LONGEST_STEP, QUIET_STEPS

TAU: Final = 0
"""Next step in 1/T."""
LARGEST: Final = 1
"""Largest torque in T."""
QUIET: Final = 2
"""How many steps running moved less than the limit."""
COUNT: Final = 3
"""Number of the next iteration; its parity picks the formula."""
LEFT: Final = 4
"""Iterations that are left before the demagnetising field is refreshed."""
ACTIVE: Final = 5
"""1 while the problem descends, 0 where it waits for a refresh or is none."""
TORQUE_LIMIT: Final = 6
MOVE_LIMIT: Final = 7
ROWS: Final = 8


def new_steps(slots: int) -> Any:
    """Return the numbers of idle slots, an array of shape (ROWS, slots)."""
    return np.zeros((ROWS, slots))


def clamped(steps: Any) -> Any:
    """Return the steps in 1/T that are taken."""
    # a cell turns by 1 rad at most: beyond that the Cayley step overshoots the field
    longest = 1.0 / steps[LARGEST].clamp(min=1e-12)
    return torch.minimum(steps[TAU].clamp(max=LONGEST_STEP), longest)


def follow(steps: Any, taken: Any, sums: Any) -> None:
    """Choose the next step of every active problem, as :func:`solver.kernels.numba_cpu.descend`.

    Parameters
    ----------
    steps : tensor of float64, shape (ROWS, problems)
        Changed in place.
    taken : tensor of shape (problems,)
        The step that was taken.
    sums : tensor of float64, shape (4, problems)
        s·s, s·y, y·y, and the square of the largest torque.
    """
    ss, sy, yy, square = sums
    active = steps[ACTIVE] > 0
    largest = square.sqrt()
    count = steps[COUNT] + 1
    left = steps[LEFT] - 1
    quiet = torch.where(taken * steps[LARGEST] < steps[MOVE_LIMIT], steps[QUIET] + 1, 0.0)
    converged = (largest < steps[TORQUE_LIMIT]) | (quiet >= QUIET_STEPS)
    # where the energy is not convex along the step, longer steps leave the region soonest
    following = torch.where(
        sy <= 0, 2 * taken, torch.where(count.remainder(2) == 0, ss / sy, sy / yy)
    )
    tau = torch.where(converged, taken, following)
    goes_on = (~converged & (left > 0)).to(steps.dtype)
    new = torch.stack((tau, largest, quiet, count, left, goes_on))
    steps[: ACTIVE + 1] = torch.where(active, new, steps[: ACTIVE + 1])

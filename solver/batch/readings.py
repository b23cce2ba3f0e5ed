"""What is read of states whose demagnetising field is up to date: the ground of all decisions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from solver.batch.tables import local_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.batch.demag import BatchDemag
    from solver.batch.local_pass import LocalPass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Largest torque in T, mean of m weighted by Ms, and the flipped fraction of the cells."""

    torque: float
    is_finite: bool
    moments: tuple[float, float, float]
    flipped: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Reading:
        """Return what a row of :func:`refresh` says."""
        torque, checked, x, y, z, flipped = numbers
        return cls(
            torque=torque,
            is_finite=math.isfinite(torque + checked),
            moments=(x, y, z),
            flipped=flipped,
        )


def refresh(batch: LocalPass, demag: BatchDemag, rows: Any) -> Any:
    """Compute demagnetising field and torque of some slots anew and read their states.

    Returns
    -------
    tensor of float64, shape (problems, 6)
        Largest torque, a number that is finite where every torque is, three moments, flipped.
    """
    coefficients, tables = batch.coefficients(rows), batch.tables
    m = batch.state(rows)
    J = (tables.polarisation[rows][:, None, None, None] * coefficients.moment) * m[:, :2]
    batch.set_demag(rows, demag.field(J))
    largest, total = batch.evaluate(rows)
    m = batch.state(rows)
    moments = (coefficients.moment * m).sum((2, 3), dtype=torch.float64)
    against = (m * tables.start[rows][:, :, None, None]).sum(1) < 0
    flipped = against.sum((1, 2)).double() / against[0].numel()
    return torch.stack((largest.sqrt(), total, *moments.T, flipped)).T


def energies_of(batch: LocalPass, rows: Any, m: Any) -> Any:
    """Return energies over the total moments in T, as kernels/numba_cpu.py defines them.

    ``m`` are the states of some slots, (problems, 3, ny, nx), whose fields are up to date.
    """
    coefficients = batch.coefficients(rows)
    inner = local_field(m, coefficients)
    inner[:, :2] += batch.demag(rows)
    applied = batch.tables.applied[rows][:, :, None, None]
    work = ((inner + 2 * applied) * m).sum(1, keepdim=True)
    return -0.5 * (coefficients.moment * work).sum((1, 2, 3), dtype=torch.float64)

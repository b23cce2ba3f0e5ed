"""Descents of many problems in plain torch operations: for processors, and without Triton.

The arithmetic is that of :mod:`solver.kernels.numba_cpu` for a single open plane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from solver.batch.steps import ACTIVE, clamped, follow
from solver.batch.tables import Coefficients, RegionTables, by_cell, local_field

if TYPE_CHECKING:
    from solver.batch.shape import BatchShape


class PlainPass:
    """States, torques and fields of a batch, and the descents in its frozen fields.

    Parameters
    ----------
    shape : BatchShape
    slots : int
        Problems at once.
    device : torch.device
    """

    def __init__(self, shape: BatchShape, slots: int, device: Any) -> None:
        dtype = getattr(torch, shape.precision)

        def make(components: int) -> Any:
            return torch.zeros((slots, components, *shape.cells), dtype=dtype, device=device)

        self.tables = RegionTables.zeros(shape, slots, device)
        self.regions = torch.zeros((slots, *shape.cells), dtype=torch.uint8, device=device)
        self._m, self._t, self._demag = make(3), make(3), make(2)
        rows = self.regions.new_zeros((slots,), dtype=torch.long)
        coefficients = by_cell(self.tables, rows, self.regions)
        self._coefficients = coefficients

    def load(self, slot: int) -> None:
        """Take over what was put into :attr:`tables` and :attr:`regions` of a slot."""
        rows = torch.tensor([slot], device=self.regions.device)
        new = by_cell(self.tables, rows, self.regions[rows])
        for name in Coefficients.__slots__:
            getattr(self._coefficients, name)[slot] = getattr(new, name)[0]

    def set_state(self, slot: int, m: Any) -> None:
        """Put unit vectors of shape (3, ny, nx) into a slot."""
        self._m[slot] = m
        # what an earlier problem left, NaN perhaps, must not enter the first sums
        self._t[slot] = 0.0

    def state(self, slots: Any) -> Any:
        """Return the states of some slots, shape (problems, 3, ny, nx)."""
        return self._m[slots]

    def torque(self, slots: Any) -> Any:
        """Return the torque fields of some slots in T, shape (problems, 3, ny, nx)."""
        return self._t[slots]

    def demag(self, slots: Any) -> Any:
        """Return the frozen demagnetising fields in T, shape (problems, 2, ny, nx)."""
        return self._demag[slots]

    def set_demag(self, slots: Any, field: Any) -> None:
        """Freeze other demagnetising fields."""
        self._demag[slots] = field

    def coefficients(self, slots: Any) -> Coefficients:
        """Return the coefficients of some slots by cell."""
        return Coefficients(
            *(getattr(self._coefficients, name)[slots] for name in Coefficients.__slots__)
        )

    def evaluate(self, slots: Any) -> Any:
        """Write the torque of some slots; return its largest square in T² and a sum over all.

        The sum is finite only where every torque is. Shape (2, problems), float64.
        """
        work = _Work(self, slots)
        sums = work.sweep(torch.zeros(len(slots), dtype=torch.float64, device=slots.device), None)
        work.store(self, slots)
        return torch.stack((sums[3], sums[2]))

    def descend(self, slots: Any, steps: Any, iterations: int) -> None:
        """Take Barzilai-Borwein steps in some slots, as long as they are active.

        ``steps`` (:mod:`solver.batch.steps`) holds all slots and is changed in place.
        """
        work, own = _Work(self, slots), steps[:, slots]
        for _ in range(iterations):
            taken = clamped(own)
            follow(own, taken, work.sweep(taken, own[ACTIVE] > 0))
        work.store(self, slots)
        steps[:, slots] = own


class _Work:
    """Some problems of a batch, taken out for the sweeps of one round."""

    def __init__(self, batch: PlainPass, slots: Any) -> None:
        self.m, self.t = batch.state(slots), batch.torque(slots)
        self._c = batch.coefficients(slots)
        applied = batch.tables.applied[slots][:, :, None, None]
        self._field = applied.expand(-1, -1, *self.m.shape[2:]).clone()
        self._field[:, :2] += batch.demag(slots)

    def store(self, batch: PlainPass, slots: Any) -> None:
        batch._m[slots], batch._t[slots] = self.m, self.t  # noqa: SLF001

    def sweep(self, taken: Any, active: Any | None) -> Any:
        """Move the active problems and evaluate them; return the four sums of each."""
        tau = taken.to(self.m.dtype)[:, None, None, None]
        m = _moved(self.m, self.t, tau)
        t = local_field(m, self._c) + self._field
        t -= (t * m).sum(1, keepdim=True) * m
        sums = _sums(self.t, t, tau, self._c.moment)
        if active is not None:
            chosen = active[:, None, None, None]
            m, t = torch.where(chosen, m, self.m), torch.where(chosen, t, self.t)
        self.m, self.t = m, t
        return sums


def _moved(m: Any, t: Any, tau: Any) -> Any:
    """Rotate cells by the Cayley transform of the step ``tau`` (1/T) along the torque field."""
    a = tau * tau * (t * t).sum(1, keepdim=True)
    inverse = 1 / (4 + a)
    moved = ((4 - a) * inverse) * m + (4 * tau * inverse) * t
    # one Newton step to unit length: rounding errors grow where the field opposes m
    return moved * (0.5 * (3 - (moved * moved).sum(1, keepdim=True)))


def _sums(old: Any, new: Any, tau: Any, moment: Any) -> Any:
    """Return s·s, s·y, y·y and the largest square of the torque, shape (4, problems)."""
    y = old - new
    t2 = (old * old).sum(1, keepdim=True)
    ty = (old * y).sum(1, keepdim=True)
    a = tau * tau * t2
    inverse = 4 * tau / (16 - a * a)
    parts = (
        tau * t2 * (4 - a) * inverse,
        ((4 + a) * ty - (a + a) * t2) * inverse,
        (y * y).sum(1, keepdim=True),
    )
    sums = [(moment * part).sum((1, 2, 3)).double() for part in parts]
    return torch.stack((*sums, (new * new).sum(1).amax((1, 2)).double()))

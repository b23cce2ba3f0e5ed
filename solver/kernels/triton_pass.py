"""Descents of many problems on an NVIDIA card, by the fused sweep of triton_sweep.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
import triton

from solver.batch.steps import ACTIVE
from solver.batch.tables import Coefficients, RegionTables, by_cell
from solver.kernels.triton_sweep import BLOCK, WARPS, follow, sweep

if TYPE_CHECKING:
    from solver.batch.shape import BatchShape


class FusedPass:
    """The same as :class:`solver.kernels.torch_pass.PlainPass`, in fused kernels.

    Parameters
    ----------
    shape : BatchShape
    slots : int
        Problems at once.
    device : torch.device
    """

    def __init__(self, shape: BatchShape, slots: int, device: Any) -> None:
        dtype = getattr(torch, shape.precision)
        (ny, nx), self._slots = shape.cells, slots
        self._blocks = triton.cdiv(ny * nx, BLOCK)
        self.tables = RegionTables.zeros(shape, slots, device)
        self.regions = torch.zeros((slots, ny, nx), dtype=torch.uint8, device=device)
        self._m = torch.zeros((2, slots, 3, ny, nx), dtype=dtype, device=device)
        self._t = torch.zeros_like(self._m)
        self._demag = torch.zeros((slots, 2, ny, nx), dtype=dtype, device=device)
        self._sides = torch.zeros(slots, dtype=torch.int32, device=device)
        self._partial = torch.zeros((slots, self._blocks, 4), dtype=dtype, device=device)
        self._idle = torch.zeros((ACTIVE + 1, slots), dtype=torch.float64, device=device)

    def load(self, slot: int) -> None:
        """Nothing to do: the sweeps read :attr:`tables` and :attr:`regions` themselves."""

    def set_state(self, slot: int, m: Any) -> None:
        """Put unit vectors of shape (3, ny, nx) into a slot."""
        self._m[:, slot] = m
        # what an earlier problem left, NaN perhaps, must not enter the first sums
        self._t[:, slot] = 0.0

    def state(self, slots: Any) -> Any:
        """Return the states of some slots, shape (problems, 3, ny, nx)."""
        return self._m[self._sides[slots].long(), slots]

    def torque(self, slots: Any) -> Any:
        """Return the torque fields of some slots in T, shape (problems, 3, ny, nx)."""
        return self._t[self._sides[slots].long(), slots]

    def demag(self, slots: Any) -> Any:
        """Return the frozen demagnetising fields in T, shape (problems, 2, ny, nx)."""
        return self._demag[slots]

    def set_demag(self, slots: Any, field: Any) -> None:
        """Freeze other demagnetising fields."""
        self._demag[slots] = field

    def coefficients(self, slots: Any) -> Coefficients:
        """Return the coefficients of some slots by cell."""
        return by_cell(self.tables, slots, self.regions[slots])

    def evaluate(self, slots: Any) -> Any:
        """Write the torque of some slots; return its largest square in T² and a sum over all.

        The sum is finite only where every torque is. Shape (2, problems), float64.
        """
        self._launch_sweep(slots, self._idle, moves=False)
        self._sides[slots] = 1 - self._sides[slots]
        sums = self._partial[slots].double()
        return torch.stack((sums[..., 3].amax(1), sums[..., 2].sum(1)))

    def descend(self, slots: Any, steps: Any, iterations: int) -> None:
        """Take Barzilai-Borwein steps in some slots, as long as they are active.

        ``steps`` (:mod:`solver.batch.steps`) holds all slots and is changed in place.
        """
        padded = triton.next_power_of_2(self._blocks)
        for _ in range(iterations):
            self._launch_sweep(slots, steps, moves=True)
            follow[(len(slots),)](
                self._sides, slots, steps, self._partial, self._slots, self._blocks, BLOCKS=padded
            )

    def _launch_sweep(self, slots: Any, steps: Any, *, moves: bool) -> None:
        tables = self.tables
        ny, nx = self.regions.shape[1:]
        sweep[(self._blocks, len(slots))](
            self._m, self._t, self._demag, self.regions, self._sides, slots, steps, self._partial,
            tables.links, tables.weights, tables.axis, tables.applied, self._slots, nx, ny,
            MOVES=moves, REGIONS=tables.links.shape[-1], BLOCK=BLOCK, num_warps=WARPS,
        )  # fmt: skip

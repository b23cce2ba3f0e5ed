"""The coefficients of one problem by region, and of many problems by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from solver.batch.device import upload
from solver.problem import unit_vector
from solver.terms.anisotropy import strength_table
from solver.terms.constants import MU0
from solver.terms.exchange import link_tables, weight_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.batch.shape import BatchShape
    from solver.problem import Problem


@dataclass(frozen=True, slots=True)
class RegionTables:
    """Coefficients by region of as many problems as a batch holds, on its device.

    Attributes
    ----------
    links : tensor of shape (slots, 2, regions, regions)
        Exchange between two regions along x and y, in units of a scale of each problem.
    weights : tensor of shape (slots, 3, regions)
        Exchange weight in 1/scale, 2 Ku1 / Ms in T, and the moment Ms V over the total moment.
    axis, applied, start : tensor of shape (slots, 3)
        Easy axis; applied field in T; easy axis in the sense of the start.
    polarisation : tensor of shape (slots,)
        mu0 times the sum of Ms over the cells in T; 0 where no demagnetising field acts.
    """

    links: Any
    weights: Any
    axis: Any
    applied: Any
    start: Any
    polarisation: Any

    @classmethod
    def zeros(cls, shape: BatchShape, slots: int, device: Any) -> RegionTables:
        """Return tables with room for so many problems."""
        dtype, regions = getattr(torch, shape.precision), shape.regions

        def make(*size: int) -> Any:
            return torch.zeros((slots, *size), dtype=dtype, device=device)

        return cls(make(2, regions, regions), make(3, regions), make(3), make(3), make(3), make())

    def load(self, slot: int, problem: Problem) -> None:
        """Put the coefficients of a problem into a slot."""
        weights = weight_table(problem)
        scale = 1.0 / weights.min()
        counts = np.bincount(problem.regions.ravel(), minlength=len(weights))
        moment = problem.table("Ms")
        total = float(counts @ moment)
        regions = len(weights)
        self._put(self.links[slot, :, :regions, :regions], link_tables(problem)[:2] / scale)
        table = np.stack((weights * scale, strength_table(problem), moment / total))
        self._put(self.weights[slot, :, :regions], table)
        self._put(self.axis[slot], problem.easy_axes()[0])
        self._put(self.start[slot], problem.axis_of_start())
        self.polarisation[slot] = MU0 * total if problem.options.demag else 0.0

    def apply(self, slot: int, problem: Problem, mu0_H: float) -> None:
        """Set the applied field of a slot in T."""
        self._put(self.applied[slot], mu0_H * unit_vector(problem.sweep.direction))

    @staticmethod
    def _put(target: Any, values: NDArray[np.float64]) -> None:
        # cast there, where what is too large becomes infinite without a warning: it is found later
        target.copy_(upload(values, target.device))


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Coefficients of some problems by cell.

    Attributes
    ----------
    link_x, link_y : tensor of shape (problems, 1, ny, nx - 1) and (problems, 1, ny - 1, nx)
        Exchange to the next cell along x and y.
    weight, strength, moment : tensor of shape (problems, 1, ny, nx)
    axis : tensor of shape (problems, 3, 1, 1)
    """

    link_x: Any
    link_y: Any
    weight: Any
    strength: Any
    moment: Any
    axis: Any


def by_cell(tables: RegionTables, slots: Any, regions: Any) -> Coefficients:
    """Return the coefficients of the problems in some slots by cell.

    Parameters
    ----------
    tables : RegionTables
    slots : tensor of shape (problems,)
    regions : tensor of uint8, shape (problems, ny, nx)
        Region ids of these problems.
    """
    ids = regions.long()
    count, width = len(ids), tables.links.shape[-1]
    links = tables.links[slots].reshape(count, 2, -1)

    def linked(axis: int, pair: Any) -> Any:
        return links[:, axis].gather(1, pair.reshape(count, -1)).reshape(pair.shape)[:, None]

    weights = tables.weights[slots].gather(2, ids.reshape(count, 1, -1).expand(-1, 3, -1))
    weight, strength, moment = weights.reshape(count, 3, 1, *ids.shape[1:]).unbind(1)
    return Coefficients(
        linked(0, ids[:, :, :-1] * width + ids[:, :, 1:]),
        linked(1, ids[:, :-1] * width + ids[:, 1:]),
        weight,
        strength,
        moment,
        tables.axis[slots][:, :, None, None],
    )


def local_field(m: Any, coefficients: Coefficients) -> Any:
    """Return the fields of exchange and anisotropy in T, shape (problems, 3, ny, nx)."""
    c = coefficients
    along_x = c.link_x * (m[..., 1:] - m[..., :-1])
    along_y = c.link_y * (m[..., 1:, :] - m[..., :-1, :])
    field = torch.zeros_like(m)
    field[..., :-1] += along_x
    field[..., 1:] -= along_x
    field[..., :-1, :] += along_y
    field[..., 1:, :] -= along_y
    field *= c.weight
    field += (c.strength * (m * c.axis).sum(1, keepdim=True)) * c.axis
    return field

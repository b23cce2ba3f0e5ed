"""What problems of one batch have in common, and what one of them takes of memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from solver.errors import ProblemError
from solver.mesh import OPEN
from solver.terms.demag_kernel_2d import padded_size

if TYPE_CHECKING:
    from solver.mesh import Mesh
    from solver.problem import Precision, Problem

FEWEST_REGIONS: Final = 4
REFRESHED_AT_ONCE: Final = 32
"""Problems whose fields are refreshed in one go, which bounds the memory that this takes."""
_FUSED_NUMBERS: Final = 2 * 6 + 2
"""State and torque, both in two copies, and the demagnetising field."""
_PLAIN_NUMBERS: Final = 2 * 13 + 20
"""State, torque, fields and coefficients, a copy of those at work, and intermediate results."""
_SPECTRUM_COPIES: Final = 4
_REFRESH_NUMBERS: Final = 30
"""Coefficients by cell, copies of the state, and indices, while a problem is refreshed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchShape:
    """The mesh, the precision, and how many regions the tables have room for."""

    mesh: Mesh
    precision: Precision
    regions: int

    @classmethod
    def of(cls, problem: Problem) -> BatchShape:
        """Return the shape of a problem.

        Raises
        ------
        ProblemError
            If the batch engine cannot compute it.
        """
        _require_two_dimensions(problem)
        axes = problem.easy_axes()
        if not np.allclose(axes, axes[0]):
            raise ProblemError(
                "the regions have easy axes that differ, and the batch engine knows one for all; "
                "use --device cpu",
                key="materials",
                given="easy axes that differ",
                allowed="one easy axis",
            )
        regions = FEWEST_REGIONS
        while regions < len(problem.materials):
            regions *= 2
        return cls(mesh=problem.mesh, precision=problem.options.precision, regions=regions)

    @property
    def cells(self) -> tuple[int, int]:
        """Cells along y and x, the shape of arrays."""
        return self.mesh.cells[1], self.mesh.cells[0]

    @property
    def padded(self) -> tuple[int, int]:
        """Length of the transforms along y and x."""
        return padded_size(self.mesh, 1), padded_size(self.mesh, 0)

    def problem_bytes(self, *, is_fused: bool) -> int:
        """Return what one problem takes on the device, estimated from the arrays held."""
        itemsize = np.dtype(self.precision).itemsize
        numbers = _FUSED_NUMBERS if is_fused else _PLAIN_NUMBERS
        # a byte more a cell for the region ids
        return self.mesh.n_cells * (numbers * itemsize + 1)

    def refresh_bytes(self, problems: int) -> int:
        """Return what the refreshes of so many problems take beside that."""
        rows, columns = self.padded
        itemsize = np.dtype(self.precision).itemsize
        spectrum = 2 * rows * (columns // 2 + 1) * 2 * itemsize
        each = _SPECTRUM_COPIES * spectrum + _REFRESH_NUMBERS * itemsize * self.mesh.n_cells
        return each * min(problems, REFRESHED_AT_ONCE) + spectrum


def _require_two_dimensions(problem: Problem) -> None:
    mesh = problem.mesh
    if mesh.is_z_invariant and mesh.pbc[:2] == (OPEN, OPEN):
        return
    raise ProblemError(
        f"a mesh of {mesh.cells} cells with the periodicity {mesh.pbc}: the batch engine computes "
        "cross-sections only, one cell along z with the exact limit, open along x and y; "
        "use --device cpu",
        key="mesh",
        given=f"{mesh.cells}, {mesh.pbc}",
        allowed="(nx, ny, 1), (0, 0, -1)",
    )

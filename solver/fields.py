"""The fields and energies of a state, in float64 by the plain reference of every term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.terms.anisotropy import anisotropy_field
from solver.terms.constants import MU0
from solver.terms.demag import make_demag
from solver.terms.exchange import exchange_field
from solver.terms.zeeman import zeeman_field

if TYPE_CHECKING:
    from solver.problem import Problem

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Fields H in A/m, each of shape (3, nz, ny, nx), and energies of the mesh's volume in J.

    The anisotropy energy is -sum Ku1 (m·u)² V, zero for m across u. Where the 2014 exchange rule
    couples cells of different Ms no energy exists; E_exchange_J is then -sum Ms m·B V / 2.
    """

    exchange: Array
    anisotropy: Array
    zeeman: Array
    demag: Array
    energies: dict[str, float]

    def by_name(self) -> dict[str, Array]:
        """Return the four fields by the names that the ``field`` verb writes."""
        return {
            "exchange": self.exchange,
            "anisotropy": self.anisotropy,
            "zeeman": self.zeeman,
            "demag": self.demag,
        }


def evaluate_fields(problem: Problem, m: Array, mu0_H_T: float) -> Fields:
    """Evaluate every term for one state.

    Parameters
    ----------
    problem : Problem
    m : ndarray of shape (3, nz, ny, nx)
        Unit vectors.
    mu0_H_T : float
        Applied field in T along the sweep's direction.
    """
    m = np.asarray(m, dtype=np.float64)
    Ms = problem.per_cell("Ms")
    demag = np.zeros_like(m)
    if problem.options.demag:
        make_demag(problem.mesh).write_field(MU0 * Ms * m, demag)
    exchange = exchange_field(problem, m)
    anisotropy = anisotropy_field(problem, m)
    zeeman = zeeman_field(problem, mu0_H_T)
    volume = problem.mesh.cell_volume
    energies = {
        "E_exchange_J": -0.5 * _work(Ms, m, exchange) * volume,
        "E_anisotropy_J": -0.5 * _work(Ms, m, anisotropy) * volume,
        "E_zeeman_J": -_work(Ms, m, zeeman) * volume,
        "E_demag_J": -0.5 * _work(Ms, m, demag) * volume,
    }
    return Fields(
        exchange=exchange / MU0,
        anisotropy=anisotropy / MU0,
        zeeman=zeeman / MU0,
        demag=demag / MU0,
        energies=energies,
    )


def _work(Ms: Array, m: Array, field: Array) -> float:
    return float((Ms * (m * field).sum(axis=0)).sum())

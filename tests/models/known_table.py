"""A table whose outputs are known functions of its inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.variables import Variable

INPUTS = (
    Variable(name="a_nm", unit="nm", low=0, usual=(1, 500), other_units={"m": 1e9}),
    Variable(name="b_nm", unit="nm", low=0, usual=(1, 500), other_units={"m": 1e9}),
)
OUTPUTS = (
    Variable(name="field_T", unit="T", low=-100, high=100),
    Variable(name="share", low=0, high=1),
)


@dataclass(frozen=True)
class Table:
    """Inputs (n, 2), outputs (n, 2) with gaps in the second, and groups of four rows."""

    X: NDArray[np.float64]
    Y: NDArray[np.float64]
    groups: NDArray[np.intp]


def truth(X: NDArray[np.float64]) -> NDArray[np.float64]:
    a, b = X[:, 0] / 100, X[:, 1] / 100
    return np.column_stack([2 * np.sin(3 * a) + b, 0.5 + 0.4 * np.cos(2 * a * b)])


def make_table(n: int = 320, seed: int = 0) -> Table:
    generator = np.random.default_rng(seed)
    X = generator.uniform(10, 110, (n, 2))
    Y = truth(X)
    Y[generator.random(n) < 0.3, 1] = np.nan
    return Table(X=X, Y=Y, groups=np.arange(n) // 4)

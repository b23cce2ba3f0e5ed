"""Models that are fitted to the analysed designs themselves, for sensitivities and surfaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.comparison import MODELS, fit_model
from models.evaluate import group_folds
from models.fnn import fit_fnn
from smcogui.analysis.design_table import INPUTS, READINGS, symbol_of
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from smcogui.analysis.design_table import DesignTable

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Predict = Callable[[Array], Array]

FNN: Final = "f-NN"
FITTED_MODELS: Final = (*MODELS, FNN)
"""The six of the paper's comparison with scikit-learn's settings, and the paper's network."""
DEFAULT_MODEL: Final = "neural network"
FEWEST: Final = 40
"""Designs with both readings that a model needs."""
FOLDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """A model and rows that it was not fitted to."""

    predict: Predict
    rows: Rows


def check_fittable(table: DesignTable, readings: Sequence[str] = READINGS) -> str:
    """Return why no model can be fitted to designs, empty where one can."""
    counts = [int(np.isfinite(table[key]).sum()) for key in readings]
    structures = np.unique(table.groups).size
    if min(counts) < FEWEST or structures < FOLDS:
        first, second = (symbol_of(key) for key in readings)
        return (
            f"a model needs at least {FEWEST} designs with {first} and with {second}, of at least "
            f"{FOLDS} structures; there are {counts[0]} with {first}, {counts[1]} with {second}, "
            f"of {structures}"
        )
    return ""


def fit(
    name: str, table: DesignTable, readings: Sequence[str] = READINGS, *, seed: int = 0
) -> Predict:
    """Fit a model to all designs.

    Parameters
    ----------
    name : str
        One of :data:`FITTED_MODELS`.
    table : DesignTable
    readings : sequence of str
        Two.
    seed : int

    Returns
    -------
    callable
        From inputs, shape (n, 8) in the order of
        :data:`~smcogui.analysis.design_table.INPUTS`, to the readings, shape (n, 2).

    Raises
    ------
    InputError
        If there is no model of that name, or there are too few designs.
    MissingPackageError
        For the f-NN, without torch.
    """
    _check(name, table, readings)
    return _fit(name, table.matrix(INPUTS), table.matrix(readings), table.groups, seed)


def cross_fitted(
    name: str,
    table: DesignTable,
    readings: Sequence[str] = READINGS,
    *,
    folds: int = FOLDS,
    seed: int = 0,
) -> list[Split]:
    """Fit a model to each part but one of the structures; every design is held out once.

    Parameters and errors as for :func:`fit`.
    """
    _check(name, table, readings)
    X, Y = table.matrix(INPUTS), table.matrix(readings)
    return [
        Split(predict=_fit(name, X[inside], Y[inside], table.groups[inside], seed), rows=outside)
        for inside, outside in group_folds(table.groups, folds, seed)
    ]


def predictions(splits: list[Split], table: DesignTable) -> Array:
    """Return what the models say of the rows that they were not fitted to, shape (n, 2)."""
    X = table.matrix(INPUTS)
    found = np.full((len(table), len(READINGS)), np.nan)
    for split in splits:
        found[split.rows] = split.predict(X[split.rows])
    return found


def _check(name: str, table: DesignTable, readings: Sequence[str]) -> None:
    if name not in FITTED_MODELS:
        allowed = ", ".join(FITTED_MODELS)
        raise InputError(
            f"there is no model {name!r}; allowed are {allowed}",
            key="model",
            given=name,
            allowed=allowed,
        )
    why = check_fittable(table, readings)
    if why:
        raise InputError(why, key="dataset", given=f"{len(table)} designs")


def _fit(name: str, X: Array, Y: Array, groups: NDArray[Any], seed: int) -> Predict:
    if name == FNN:
        return fit_fnn(X, Y, groups, seed)
    return fit_model(name, {}, X, Y, seed)

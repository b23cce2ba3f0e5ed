"""Designs as rows of numbers, and the physics features that the networks see.

A query is the paper's eight inputs: geometry, angle, and magnetisation, wall energy and wall width
of the Z phase. The features are closed formulas of them. Their derivatives come from complex steps
(Squire and Trapp 1998), which are exact to the last digits, so that a search can follow gradients.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.variables import Variable
from smcogui.data.dataset import design_columns
from smcogui.design.analytic import astroid, pinning_of_constants
from smcogui.design.tables import load_phase
from smcogui.units import MU0

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from smcogui.design.design import Design

    Array = NDArray[np.float64]

_LENGTHS: Final = {"m": 1e9, "µm": 1e3, "Å": 0.1}
_FIELDS: Final = {"A/m": MU0, "kA/m": MU0 * 1e3, "kOe": 0.1, "mT": 1e-3}

INPUTS: Final = (
    Variable(name="L_nm", unit="nm", low=0, usual=(5, 1000), other_units=_LENGTHS),
    Variable(name="d_nm", unit="nm", low=0, usual=(2, 1000), other_units=_LENGTHS),
    Variable(name="wS_nm", unit="nm", low=0, usual=(0.3, 500), other_units=_LENGTHS),
    Variable(name="wZ_nm", unit="nm", low=0, usual=(0.3, 500), other_units=_LENGTHS),
    Variable(
        name="alpha_deg",
        unit="°",
        low=0,
        high=90,
        usual=(2, 90),
        other_units={"rad": math.degrees(1)},
    ),
    Variable(
        name="Ms_z_kA_m",
        unit="kA/m",
        low=0,
        usual=(20, 3000),
        other_units={"A/m": 1e-3, "T": 1e-3 / MU0, "MA/m": 1e3},
    ),
    Variable(
        name="sigma_dw_z_mJ_m2",
        unit="mJ/m²",
        low=0,
        usual=(0.2, 200),
        other_units={"J/m²": 1e3},
    ),
    Variable(name="l_dw_z_nm", unit="nm", low=0, usual=(0.3, 100), other_units=_LENGTHS),
)
"""The paper's eight inputs X."""
GEOMETRY: Final = ("L_nm", "d_nm", "wS_nm", "wZ_nm")
Z_PHASE: Final = ("Ms_z_kA_m", "sigma_dw_z_mJ_m2", "l_dw_z_nm")

OUTPUTS: Final = (
    Variable(name="mu0_Hc_T", unit="T", low=-100, high=100, usual=(0.01, 50), other_units=_FIELDS),
    Variable(name="mu0_Hp_T", unit="T", low=-100, high=100, usual=(0.01, 50), other_units=_FIELDS),
    Variable(name="Phi_p", low=0, high=1),
    Variable(name="Mr_over_Ms", low=-1.0001, high=1.0001),
    Variable(name="BHmax_kJ_m3", unit="kJ/m³", low=0, high=10_000),
)
"""What is learned of a half-cycle."""

_COMPLEX_STEP: Final = 1e-30
_LEAST_ANGLE: Final = math.radians(0.5)
"""The astroid has a cusp at 0."""
_THIN_NM: Final = 0.05
"""Gaps of less are as good as none."""


def query_of(design: Design) -> Array:
    """Return the inputs of a design, shape (n_inputs,)."""
    query: Array = queries_of([design_columns(design)])[0]
    return query


def queries_of(rows: Iterable[Mapping[str, Any]]) -> Array:
    """Return the inputs of rows that have the columns of a dataset, shape (n, n_inputs)."""
    table = [[_number(row[variable.name]) for variable in INPUTS] for row in rows]
    return np.array(table, dtype=float).reshape(-1, len(INPUTS))


def outputs_of(rows: Iterable[Mapping[str, Any]]) -> Array:
    """Return the outputs of rows of a dataset, shape (n, n_outputs); NaN where there is none.

    Hp is read as the preset reads it: the first jump, in the paper's preset the slope.
    """
    table = []
    for row in rows:
        reading = "mu0_Hp_slope_T" if row["preset"] == "paper" else "mu0_Hp_jump_T"
        values = {**row, "mu0_Hp_T": row[reading]}
        table.append([_number(values[variable.name]) for variable in OUTPUTS])
    return np.array(table, dtype=float).reshape(-1, len(OUTPUTS))


def features_of(X: NDArray[Any]) -> NDArray[Any]:
    """Return the features of queries, shape (n, n_features); complex where X is.

    Parameters
    ----------
    X : ndarray, shape (n, n_inputs)
        Columns of :data:`INPUTS`.
    """
    L, d, w_S, w_Z, alpha_deg, Ms_kA_m, sigma, l_dw = X.T
    alpha = np.radians(1.0) * alpha_deg
    Aex, Ku1 = sigma * l_dw * 1e-12 / (4 * math.pi), math.pi * sigma * 1e6 / (4 * l_dw)
    columns = {
        "ln_L": np.log(L),
        "ln_d": np.log(d),
        "ln_wS": np.log(w_S),
        "ln_wZ": np.log(w_Z),
        "phi_S": w_S / L,
        "phi_Z": w_Z / d,
        "ln_gap_S": np.log(_at_least(L - w_S, _THIN_NM)),
        "ln_gap_Z": np.log(_at_least(d - w_Z, _THIN_NM)),
        "alpha": alpha,
        "cos_alpha": np.cos(alpha),
        "stoner_wohlfarth": _stoner_wohlfarth(alpha),
        "ln_Ms_z": np.log(Ms_kA_m),
        "ln_sigma_z": np.log(sigma),
        "ln_l_z": np.log(l_dw),
        "ln_K_z": np.log(Ku1),
        "wZ_over_l": np.tanh(w_Z / (2 * l_dw)),
        "pinning_T": _pinning(Ku1, Aex, Ms_kA_m * 1e3),
    }
    return np.stack(list(columns.values()), axis=1)


def features_and_pullback(X: Array) -> tuple[Array, Array]:
    """Return the features of queries and their derivatives.

    Returns
    -------
    F : ndarray, shape (n, n_features)
    jacobian : ndarray, shape (n, n_features, n_inputs)
        dF/dX: ``np.einsum("nf,nfi->ni", dJ_dF, jacobian)`` is dJ/dX.
    """
    return values_and_jacobian(features_of, X)


def values_and_jacobian(
    function: Callable[[NDArray[Any]], NDArray[Any]], X: Array
) -> tuple[Array, Array]:
    """Return the values of a function of rows and their derivatives by complex steps.

    Parameters
    ----------
    function : callable
        From rows of shape (m, n_inputs) to (m, n_outputs), in operations that take complex numbers.
        It gets n_inputs blocks of as many rows as X has, one behind the other.
    X : ndarray, shape (n, n_inputs)

    Returns
    -------
    values : ndarray, shape (n, n_outputs)
    jacobian : ndarray, shape (n, n_outputs, n_inputs)
    """
    n, count = X.shape
    stepped = np.repeat(X[None].astype(complex), count, axis=0)
    stepped[np.arange(count), :, np.arange(count)] += 1j * _COMPLEX_STEP
    Y = function(stepped.reshape(count * n, count)).reshape(count, n, -1)
    return Y[0].real.copy(), np.moveaxis(Y.imag, 0, 2) / _COMPLEX_STEP


def _pinning(Ku1: NDArray[Any], Aex: NDArray[Any], Ms: NDArray[Any]) -> NDArray[Any]:
    """Return the field in T that drives a wall over a border of Z and 2:17, either way."""
    cell = load_phase("2:17")
    out_of_Z = pinning_of_constants((Ku1, Aex, Ms), (cell.Ku1, cell.Aex, cell.Ms))
    into_Z = pinning_of_constants((cell.Ku1, cell.Aex, cell.Ms), (Ku1, Aex, Ms))
    field: NDArray[Any] = MU0 * np.where(out_of_Z.real > 0, out_of_Z, into_Z)
    return field


def _stoner_wohlfarth(alpha: NDArray[Any]) -> NDArray[Any]:
    """Return the coercive field of a uniform particle over its anisotropy field."""
    is_steep = alpha.real > math.pi / 4
    below = np.where(is_steep, math.pi / 4, _at_least(alpha, _LEAST_ANGLE))
    values: NDArray[Any] = np.where(is_steep, np.sin(2 * alpha) / 2, astroid(below))
    return values


def _at_least(values: NDArray[Any], least: float) -> NDArray[Any]:
    # np.maximum orders complex numbers by their imaginary part too.
    return np.where(values.real < least, least, values)


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


FEATURES: Final = (
    *("ln_L", "ln_d", "ln_wS", "ln_wZ", "phi_S", "phi_Z", "ln_gap_S", "ln_gap_Z"),
    *("alpha", "cos_alpha", "stoner_wohlfarth"),
    *("ln_Ms_z", "ln_sigma_z", "ln_l_z", "ln_K_z", "wZ_over_l", "pinning_T"),
)
"""Names of the columns of :func:`features_of`."""

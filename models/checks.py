"""Whether a table can be learned from: shapes, NaN, duplicates, constant columns, units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from models.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.variables import Variable

    Array = NDArray[np.float64]

LEAST_ROWS: Final = 40
"""Below this neither scores nor intervals say anything."""
LEAST_VALUES: Final = 20
"""Of an output that may be missing in some rows."""
_MOST_TOLD: Final = 3


def check_table(
    X: Array,
    Y: Array,
    inputs: Sequence[Variable],
    outputs: Sequence[Variable],
    *,
    may_be_constant: Sequence[str] = (),
    least_rows: int = LEAST_ROWS,
) -> None:
    """Refuse a table that nothing can be learned from.

    Parameters
    ----------
    X : ndarray, shape (n, n_inputs)
        Complete.
    Y : ndarray, shape (n, n_outputs)
        NaN where an output is missing.
    inputs, outputs : sequence of Variable
    may_be_constant : sequence of str
        Inputs that may have one value only, since the model is meant for that value.
    least_rows : int

    Raises
    ------
    DataError
        Naming row (from 1) and column.
    """
    _check_shape(X, inputs, "inputs")
    _check_shape(Y, outputs, "outputs")
    if len(X) != len(Y):
        raise DataError(f"there are {len(X)} rows of inputs and {len(Y)} of outputs")
    if len(X) < least_rows:
        raise DataError(
            f"there are {len(X)} designs; at least {least_rows} are needed to train and to say "
            "how good the model is",
            key="rows",
            given=str(len(X)),
            allowed=f"at least {least_rows}",
        )
    check_inputs(X, inputs)
    check_units(X, inputs)
    check_units(Y, outputs)
    _check_outputs(Y, outputs)
    _check_constant(X, inputs, may_be_constant)
    _check_duplicates(X, Y)


def check_inputs(X: Array, inputs: Sequence[Variable]) -> None:
    """Refuse inputs that are not finite or impossible; raises DataError with row and column."""
    _check_shape(X, inputs, "inputs")
    for column, variable in enumerate(inputs):
        values = X[:, column]
        _refuse_rows(~np.isfinite(values), variable, values, "a finite number")
        outside = (values < variable.low) | (values > variable.high)
        _refuse_rows(outside, variable, values, f"{variable.low:g} to {variable.high:g}")


def check_units(values: Array, variables: Sequence[Variable]) -> None:
    """Refuse columns that look as if given in another unit, such as metres for nanometres."""
    for column, variable in enumerate(variables):
        known = values[:, column][np.isfinite(values[:, column])]
        typical = float(np.median(np.abs(known))) if known.size else 0.0
        low, high = variable.usual
        if low <= typical <= high or typical == 0:
            continue
        for unit, factor in variable.other_units.items():
            if low <= typical * factor <= high:
                raise DataError(
                    f"{variable.name} is around {typical:.3g}: that looks like {unit}, and "
                    f"{variable.unit} is expected. Multiply the column by {factor:g}",
                    key=variable.name,
                    given=f"{typical:.3g}, probably in {unit}",
                    allowed=f"usually {low:g} to {high:g} {variable.unit}",
                )


def _check_shape(values: Array, variables: Sequence[Variable], what: str) -> None:
    if values.ndim != 2 or values.shape[1] != len(variables):
        names = ", ".join(variable.name for variable in variables)
        raise DataError(
            f"the {what} have the shape {values.shape}; {len(variables)} columns are expected: "
            f"{names}",
            key=what,
            given=str(values.shape),
            allowed=f"(rows, {len(variables)})",
        )


def _refuse_rows(wrong: NDArray[np.bool_], variable: Variable, values: Array, allowed: str) -> None:
    rows = np.flatnonzero(wrong)
    if not rows.size:
        return
    told = ", ".join(f"row {row + 1}: {values[row]:g}" for row in rows[:_MOST_TOLD])
    more = f" and {rows.size - _MOST_TOLD} more rows" if rows.size > _MOST_TOLD else ""
    unit = f" {variable.unit}" if variable.unit else ""
    raise DataError(
        f"{variable.name} cannot be used: {told}{more}; allowed is {allowed}{unit}",
        key=variable.name,
        given=told,
        allowed=f"{allowed}{unit}",
    )


def _check_outputs(Y: Array, outputs: Sequence[Variable]) -> None:
    for column, variable in enumerate(outputs):
        values = Y[:, column]
        _refuse_rows(np.isinf(values), variable, values, "a finite number, or empty")
        outside = (values < variable.low) | (values > variable.high)
        _refuse_rows(outside, variable, values, f"{variable.low:g} to {variable.high:g}")
        known = values[np.isfinite(values)]
        if known.size < LEAST_VALUES:
            raise DataError(
                f"only {known.size} rows have a {variable.name}; at least {LEAST_VALUES} must",
                key=variable.name,
                given=str(known.size),
                allowed=f"at least {LEAST_VALUES}",
            )
        if np.ptp(known) == 0:
            raise DataError(
                f"{variable.name} is {known[0]:g} in every row; there is nothing to learn",
                key=variable.name,
                given=f"{known[0]:g}",
                allowed="a column that varies",
            )


def _check_constant(X: Array, inputs: Sequence[Variable], allowed: Sequence[str]) -> None:
    constant = [
        f"{variable.name} = {X[0, column]:g}"
        for column, variable in enumerate(inputs)
        if np.ptp(X[:, column]) == 0 and variable.name not in allowed
    ]
    if constant:
        raise DataError(
            f"the same in every row: {', '.join(constant)}. A model cannot learn what this does; "
            "vary it, or say that the model is for this value only",
            key=constant[0].split(" = ")[0],
            given=", ".join(constant),
            allowed="columns that vary, or columns named as fixed",
        )


def _check_duplicates(X: Array, Y: Array) -> None:
    """Refuse rows that are there twice; the same inputs with other outputs are repeats."""
    first: dict[bytes, int] = {}
    for row, values in enumerate(np.hstack([X, Y])):
        key = values.tobytes()
        if key in first:
            raise DataError(
                f"row {row + 1} is row {first[key] + 1} again; remove one of them, or the scores "
                "would be too good",
                key="rows",
                given=f"rows {first[key] + 1} and {row + 1}",
                allowed="each design once",
            )
        first[key] = row

"""What an import would give, before it is done: the loop, its branches, the curve, the doubts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.curves.measured_curve import choose_branch, find_branches
from smcogui.data.importers import import_curve, read_loop
from smcogui.errors import InputError
from smcogui.units import MU0

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.curves.measured_curve import Branch, MeasuredCurve
    from smcogui.data.importers import ImportChoice
    from smcogui.data.text_table import TextTable

    Array = NDArray[np.float64]

MOST_M: Final = 1.95e6
"""A/m; Fe65Co35 has the largest magnetisation of all alloys at room temperature, 2.45 T."""
LEAST_M: Final = 1e4
MOST_H: Final = 6e7
"""A/m; 75 T is beyond every magnet that measures loops."""
MOST_OVERCORRECTED: Final = 0.01
_MOST_LINES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportPreview:
    """What the columns of a file give with a choice.

    Parameters
    ----------
    H, M : array of float, shape (n,)
        Every line of the file that has both, in A/m, with the applied field.
    branches : tuple of Branch
    branch : int or None
        Number of the branch that is taken; None where none can be.
    curve : MeasuredCurve or None
        None where the choice gives no curve; ``problem`` then says why.
    problem : InputError or None
    doubts : tuple of str
        What is possible and yet looks wrong, such as a unit that is off by a thousand.
    """

    H: Array
    M: Array
    branches: tuple[Branch, ...]
    branch: int | None
    curve: MeasuredCurve | None
    problem: InputError | None
    doubts: tuple[str, ...]


def preview_import(table: TextTable, choice: ImportChoice, name: str) -> ImportPreview:
    """Return what an import would give; a branch that is none is told, not raised.

    Raises
    ------
    InputError
        If not even the loop can be read with this choice, as
        :func:`~smcogui.data.importers.read_loop`.
    """
    H, M = read_loop(table, choice)
    branches = tuple(find_branches(H))
    number, curve, problem = choice.branch, None, None
    try:
        number = choose_branch(list(branches), H, M) if number is None else number
        curve = import_curve(table, replace(choice, branch=number), name)
    except InputError as error:
        problem = error
    return ImportPreview(
        H=H,
        M=M,
        branches=branches,
        branch=number,
        curve=curve,
        problem=problem,
        doubts=(*_left_out(table, choice), *(() if curve is None else _doubts(curve))),
    )


def _left_out(table: TextTable, choice: ImportChoice) -> tuple[str, ...]:
    lines = table.lines_without(choice.field_column, choice.moment_column)
    if not lines:
        return ()
    if len(lines) == 1:
        return (f"Line {lines[0]} of the file is left out, as a number is missing there",)
    more = f", … ({len(lines)} in all)" if len(lines) > _MOST_LINES else ""
    named = ", ".join(map(str, lines[:_MOST_LINES])) + more
    return (f"Lines {named} of the file are left out, as a number is missing there",)


def _doubts(curve: MeasuredCurve) -> tuple[str, ...]:
    found = []
    largest, field = float(np.abs(curve.M).max()), float(np.abs(curve.H_applied).max())
    if largest > MOST_M:
        found.append(
            f"The largest J is {MU0 * largest:.3g} T, more than any magnet has (2.45 T). Check the "
            "unit of the moment, and mass, density or volume of the sample"
        )
    elif largest < LEAST_M:
        found.append(
            f"The largest J is {1e3 * MU0 * largest:.3g} mT, which is little for a magnet. Check "
            "the unit of the moment, and mass, density or volume of the sample"
        )
    if field > MOST_H:
        found.append(
            f"The largest μ₀H is {MU0 * field:.3g} T, more than any magnetometer reaches. Check "
            "the unit of the field"
        )
    if curve.overcorrected > MOST_OVERCORRECTED:
        found.append(
            f"With N = {curve.N:.3g} the internal field comes back by "
            f"{100 * curve.overcorrected:.0f} % of its span, which no magnet does: N is too large, "
            "or M is"
        )
    return tuple(found)

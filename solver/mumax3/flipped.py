"""How a script counts the cells that point against the start along the easy axis.

Two ways, with the same result; which one a version of MuMax3 has:

- "field", from 3.10 on: arithmetic of quantities on the GPU; the mean over all cells is that of a
  crop. There is no sign of a quantity, but ``Normalized`` turns a vector of which one component is
  left into that component's sign.
- "loop", in 3.9.3 and older, which have no such arithmetic: a copy in host memory, cell by cell.
  The script is interpreted, so that this takes some microseconds a cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from solver.mumax3.statement import number

if TYPE_CHECKING:
    from solver.problem import ExchangeRule, Problem

Counting = Literal["field", "loop"]

COUNTING: Final[dict[ExchangeRule, Counting]] = {"conservative": "field", "mumax3_2014": "loop"}
"""The exchange rule tells the version that a script is for."""

FIELD_FUNCTIONS: Final = ("ConstVector", "MulMV", "Normalized", "Dot", "Add", "CropZ")
"""What "field" calls; betas of 3.10 may lack some of it."""


def flipped_quantities(problem: Problem, counting: Counting) -> list[str]:
    """Return what is declared once; quantities are computed when their mean is asked for."""
    if counting == "loop":
        return []
    axis = ", ".join(number(value) for value in problem.axis_of_start())
    return [
        "// the sign s of m along the easy axis, as the vector (s, 0, 0)",
        "nothing := ConstVector(0, 0, 0)",
        f"side := Normalized(MulMV(ConstVector({axis}), nothing, nothing, m))",
        "// s (s - 1): 2 where a cell points against the start, 0 elsewhere",
        "against := Dot(side, Add(side, ConstVector(-1, 0, 0)))",
        f"all_against := CropZ(against, 0, {problem.mesh.cells[2]})",
    ]


def flipped_lines(problem: Problem, counting: Counting) -> list[str]:
    """Return what sets ``flipped`` to the fraction of cells that point against the start."""
    if counting == "field":
        return ["flipped = all_against.Average()[0] / 2"]
    nx, ny, nz = problem.mesh.cells
    along = " + ".join(
        f"spins.Get({c}, i, j, k) * {number(value)}"
        for c, value in enumerate(problem.axis_of_start())
        if value != 0
    )
    return [
        "spins := m.Buffer().HostCopy()",
        "against := 0.0",
        f"for k := 0; k < {nz}; k++ {{",
        f"\tfor j := 0; j < {ny}; j++ {{",
        f"\t\tfor i := 0; i < {nx}; i++ {{",
        f"\t\t\tif {along} < 0 {{ against++ }}",
        "\t\t}",
        "\t}",
        "}",
        f"flipped = against / {problem.mesh.n_cells}",
    ]

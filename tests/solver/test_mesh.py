"""The mesh: what it knows and what it refuses."""

from __future__ import annotations

import math

import pytest

from solver.errors import ProblemError
from solver.mesh import Mesh

SIZE = (0.5e-9, 0.5e-9, 2e-9)


def test_shape_runs_fastest_along_x():
    mesh = Mesh(cells=(4, 3, 2), cell_size=SIZE)
    assert mesh.shape == (2, 3, 4)
    assert mesh.n_cells == 24
    assert mesh.cell_volume == pytest.approx(0.5e-27)


@pytest.mark.parametrize(
    ("cells", "pbc", "expected"),
    [((4, 3, 1), (0, 0, -1), True), ((4, 3, 2), (0, 0, -1), False), ((4, 3, 1), (0, 0, 0), False)],
)
def test_only_one_exactly_periodic_plane_is_z_invariant(cells, pbc, expected):
    assert Mesh(cells=cells, cell_size=SIZE, pbc=pbc).is_z_invariant is expected


@pytest.mark.parametrize(
    "cells",
    [
        (0, 3, 1),
        (4, -1, 1),
        (4, 3, 0),
        (4.5, 3, 1),
        ("4", 3, 1),
        (True, 3, 1),
        (4, 3),
        (4, 3, 1, 1),
        4,
        None,
    ],
)
def test_cells_that_cannot_be_counted_are_refused(cells):
    with pytest.raises(ProblemError, match=r"mesh\.cells") as caught:
        Mesh(cells=cells, cell_size=SIZE)
    assert caught.value.key == "mesh.cells"


@pytest.mark.parametrize("size", [0.0, -1e-9, math.nan, math.inf, "1e-9", None, True])
def test_cell_size_that_is_no_length_is_refused(size):
    with pytest.raises(ProblemError, match=r"mesh\.cell_size") as caught:
        Mesh(cells=(4, 3, 1), cell_size=(1e-9, size, 1e-9))
    assert caught.value.key == "mesh.cell_size"


@pytest.mark.parametrize(
    "pbc", [(-1, 0, 0), (0, -1, 0), (0, 0, -2), (0, 0.5, 0), ("x", 0, 0), (0, 0), 1]
)
def test_unknown_periodicity_is_refused(pbc):
    with pytest.raises(ProblemError, match=r"mesh\.pbc") as caught:
        Mesh(cells=(4, 3, 1), cell_size=SIZE, pbc=pbc)
    assert caught.value.key == "mesh.pbc"

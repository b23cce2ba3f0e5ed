"""Nearest rows are found alike one by one, in blocks and by a tree."""

from __future__ import annotations

import numpy as np
import pytest

from models import neighbours
from models.neighbours import Neighbours


@pytest.mark.parametrize("count", [1, 3, 40])
def test_distances_are_those_of_every_pair_however_many_ask(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    generator = np.random.default_rng(0)
    rows, queries = generator.normal(size=(40, 5)), generator.normal(size=(600, 5))
    queries[0] = rows[7]
    every = np.linalg.norm(queries[:, None] - rows[None], axis=2)
    expected = np.sort(every, axis=1)[:, :count]
    known = Neighbours(rows)

    np.testing.assert_allclose(known.distances(queries, count), expected, atol=1e-6)
    np.testing.assert_allclose(known.distances(queries[:2], count), expected[:2], atol=1e-6)
    monkeypatch.setattr(neighbours, "_MANY", 100)
    np.testing.assert_allclose(known.distances(queries, count), expected, atol=1e-6)


def test_more_neighbours_than_rows_are_all_rows() -> None:
    assert Neighbours(np.zeros((2, 3))).distances(np.ones((1, 3)), 5).shape == (1, 2)

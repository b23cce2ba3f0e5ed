"""Which designs a campaign simulates: grids, Sobol points, Latin hypercubes, lists.

A sampling is a rule, not a list: the same rule gives the same designs everywhere, and a rule that
goes on where another ended gives none of its points again.
"""

from __future__ import annotations

import math
import tomllib
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from smcogui.campaigns.axes import (
    Axis,
    Point,
    apply_point,
    check_axes,
    check_coordinates,
    coordinate,
)
from smcogui.design.design_file import read_design_table
from smcogui.design.region_map import KEY as REGION_MAP
from smcogui.design.region_map import check_varied
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from smcogui.design.design import Design

Method = Literal["grid", "sobol", "latin", "list"]
MOST_POINTS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """A rule that gives points.

    Parameters
    ----------
    name : str
        Opens the names of its designs.
    method : {"grid", "sobol", "latin", "list"}
        ``grid`` takes every combination of the axes' values, or ``count`` of them drawn without
        replacement; ``sobol`` a scrambled Sobol sequence (Owen 1998), ``latin`` a Latin hypercube
        (McKay 1979), ``list`` the given points.
    base : str
        Text of a design file: everything that no axis sets.
    axes : tuple of Axis
    count : int, optional
        Number of points; None is all of a grid or a list.
    start : int
        Number of points of the same rule that were taken before.
    seed : int
        Of the draws, and of the half-cycles: point number i has the seed ``seed + i``.
    points : tuple of dict
        Values by coordinate, for ``list``.

    Raises
    ------
    InputError
        If the axes contradict each other or do not suit the method, or a number is not allowed.
    """

    name: str
    method: Method
    base: str
    axes: tuple[Axis, ...] = ()
    count: int | None = None
    start: int = 0
    seed: int = 0
    points: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            raise _refused("method", repr(self.method), ", ".join(get_args(Method)))
        if self.start < 0 or self.seed < 0:
            raise _refused("start", f"{self.start} and seed {self.seed}", "whole numbers from 0")
        if self.method == "list":
            _check_points(self.points)
        else:
            self._check_axes()
        self._check_structure()
        if self.count is None and self.method in {"sobol", "latin"}:
            raise _refused("count", "none", f"1 to {MOST_POINTS}")
        if self.count is not None and not 1 <= self.count <= MOST_POINTS:
            raise _refused("count", str(self.count), f"1 to {MOST_POINTS}")
        if self.available is not None and self.start >= self.available:
            raise _refused("start", str(self.start), f"below the {self.available} points there are")

    def _check_axes(self) -> None:
        if not self.axes:
            raise _refused("axes", "none", "at least one axis")
        check_axes(self.axes)
        if self.method == "grid":
            for axis in self.axes:
                if not axis.values:
                    raise _refused("axes", f"{axis.key} as a range", "values, for a grid")
            if math.prod(len(axis.values) for axis in self.axes) > MOST_POINTS:
                raise _refused("axes", "a grid too large", f"at most {MOST_POINTS} points")

    def _check_structure(self) -> None:
        """Refuse lengths as coordinates of a structure that was drawn."""
        drawn = _table_of(self.base).get(REGION_MAP) if REGION_MAP in self.base else None
        if drawn is not None:
            keys = self.points[0] if self.method == "list" else [axis.key for axis in self.axes]
            for key in keys:
                check_varied(coordinate(key).path or key, drawn["source"])

    @property
    def available(self) -> int | None:
        """Number of points of the whole rule; None where it is endless."""
        if self.method == "list":
            return len(self.points)
        if self.method == "grid":
            return math.prod(len(axis.values) for axis in self.axes)
        return None

    @property
    def size(self) -> int:
        """Number of points that this sampling takes."""
        if self.available is None:
            return self.count or 0
        left = self.available - self.start
        return left if self.count is None else min(self.count, left)

    def continued(self, count: int) -> Sampling:
        """Return the sampling that goes on behind this one; none of its points comes again.

        A Latin hypercube cannot go on: its continuation is another one, of other points.
        """
        return replace(self, start=self.start + self.size, count=count)

    def draw(self) -> list[Point]:
        """Return the points, in their order."""
        if self.method == "list":
            return list(self.points[self.start : self.start + self.size])
        if self.method == "grid":
            return [self._grid_point(number) for number in self._grid_numbers()]
        shares = self._sobol() if self.method == "sobol" else self._latin()
        return [
            {axis.key: axis.at(float(share)) for axis, share in zip(self.axes, row, strict=True)}
            for row in shares
        ]

    def _grid_numbers(self) -> NDArray[np.int64]:
        total = self.available or 0
        if self.count is None:
            return np.arange(self.start, total)
        order = np.random.default_rng(self.seed).permutation(total)
        return np.sort(order[self.start : self.start + self.size])

    def _grid_point(self, number: int) -> Point:
        shape = [len(axis.values) for axis in self.axes]
        places = np.unravel_index(number, shape)
        return {
            axis.key: axis.values[int(place)] for axis, place in zip(self.axes, places, strict=True)
        }

    def _sobol(self) -> NDArray[np.float64]:
        from scipy.stats import qmc

        sequence = qmc.Sobol(d=len(self.axes), scramble=True, rng=np.random.default_rng(self.seed))
        if self.start:
            sequence.fast_forward(self.start)
        with warnings.catch_warnings():
            # A campaign takes what it can afford, not only powers of two.
            warnings.filterwarnings("ignore", message="The balance properties")
            return np.asarray(sequence.random(self.size))

    def _latin(self) -> NDArray[np.float64]:
        from scipy.stats import qmc

        generator = np.random.default_rng([self.seed, self.start])
        return np.asarray(qmc.LatinHypercube(d=len(self.axes), rng=generator).random(self.size))


def design_of(sampling: Sampling, place: int, point: Point) -> Design:
    """Return the design of a point; ``place`` counts the points of the whole rule from 0.

    Raises
    ------
    InputError
        If the design is not possible.
    """
    filled = apply_point(_table_of(sampling.base), point)
    filled["name"] = f"{sampling.name} {place + 1}"
    filled.setdefault("run", {})["seed"] = sampling.seed + place
    return read_design_table(filled, sampling.name)


@lru_cache(maxsize=8)
def _table_of(base: str) -> Mapping[str, Any]:
    """Return the content of a design file, which nobody may change: all points begin with it."""
    return tomllib.loads(base)


def _check_points(points: tuple[Point, ...]) -> None:
    if not points:
        raise _refused("points", "none", "at least one point")
    keys = set(points[0])
    for number, point in enumerate(points, start=1):
        if set(point) != keys:
            raise _refused("points", f"other columns at point {number}", "the same columns")
        for key, value in point.items():
            Axis(key=key, values=(value,))
    check_coordinates(keys)


def _refused(key: str, given: str, allowed: str) -> InputError:
    return InputError(
        f"the sampling's {key}: {given}; allowed is {allowed}",
        key=f"sampling.{key}",
        given=given,
        allowed=allowed,
    )

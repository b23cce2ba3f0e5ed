"""Surfaces over two parameters: what a model says over (L, d), and a spline over (φS, φZ)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from models.evaluate import group_folds
from smcogui.analysis.bootstrap import Estimate, percentile_interval, resamples
from smcogui.analysis.design_table import ALPHA, READINGS, Z_PHASE
from smcogui.design.composition import zr_atomic_percent
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from smcogui.analysis.design_table import DesignTable
    from smcogui.analysis.fitted_model import Predict

    Array = NDArray[np.float64]

GRID: Final = 45
NEAR_ALPHA_DEG: Final = 10.0
"""How far angles count as that of a surface."""
NEAR_THICKNESS: Final = 0.35
"""How far a thickness may lie from that of a surface, in parts of it, to be marked on it."""
SPLINE_FEWEST: Final = 20
_SMOOTHINGS: Final = (0.01, 0.1, 1.0, 10.0, 100.0)
_SPLINE_MOST: Final = 800
"""Points of a spline: its equations grow with their square."""
_FOLDS: Final = 5
_ARGMAX_DRAWS: Final = 200
_COARSE_GRID: Final = 25
_FRACTIONS: Final = ("phi_S", "phi_Z")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """A reading over two parameters.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
    z : ndarray, shape (len(y), len(x))
        NaN where no design is possible or none lies near.
    """

    x: Array
    y: Array
    z: Array


def thickness_surface(
    table: DesignTable,
    predict: Predict,
    w_S: float,
    w_Z: float,
    *,
    alpha: float = 0.0,
    z_name: str = "",
    readings: Sequence[str] = READINGS,
) -> dict[str, Surface]:
    """Return what a model says of both readings over (L, d) for chosen thicknesses.

    Parameters
    ----------
    table : DesignTable
        Gives the ranges of L and d.
    predict : callable
    w_S, w_Z : float
        In nm.
    alpha : float
        In degrees.
    z_name : str
        Z phase; the one that most designs have by default.
    readings : sequence of str
        What the model predicts.
    """
    L, d = (np.linspace(table[key].min(), table[key].max(), GRID) for key in ("L_nm", "d_nm"))
    grid_L, grid_d = (part.ravel() for part in np.meshgrid(L, d))
    constants = constants_of(table, z_name or commonest_z(table))
    queries = np.column_stack(
        [
            grid_L,
            grid_d,
            np.full(grid_L.size, w_S),
            np.full(grid_L.size, w_Z),
            np.full(grid_L.size, alpha),
            np.tile(constants, (grid_L.size, 1)),
        ]
    )
    is_possible = (grid_L > w_S) & (grid_d > w_Z)
    values = np.full((grid_L.size, len(readings)), np.nan)
    values[is_possible] = predict(queries[is_possible])
    return {
        reading: Surface(x=L, y=d, z=values[:, k].reshape(d.size, L.size))
        for k, reading in enumerate(readings)
    }


def near_thickness(
    table: DesignTable, w_S: float, w_Z: float, *, alpha: float = 0.0
) -> NDArray[np.bool_]:
    """Return which designs lie near a surface of :func:`thickness_surface`, shape (n,)."""
    near: NDArray[np.bool_] = np.abs(table[ALPHA] - alpha) <= NEAR_ALPHA_DEG
    for key, value in (("wS_nm", w_S), ("wZ_nm", w_Z)):
        near = near & (np.abs(table[key] - value) <= NEAR_THICKNESS * value)
    return near


def commonest_z(table: DesignTable) -> str:
    """Return the Z phase that most designs have, of those with fixed constants where there are."""
    names = [name for name in table.z_names if name != "user"] or list(table.z_names)
    return max(sorted(set(names)), key=names.count)


def constants_of(table: DesignTable, z_name: str) -> Array:
    """Return Ms, σ_dw and l_dw of a Z phase of the designs, shape (3,); raises InputError."""
    rows = [number for number, name in enumerate(table.z_names) if name == z_name]
    if not rows:
        names = ", ".join(sorted(set(table.z_names)))
        raise InputError(
            f"no design has the Z phase {z_name!r}; there are {names}",
            key="z_phase",
            given=z_name,
            allowed=names,
        )
    constants: Array = np.median(table.matrix(Z_PHASE)[rows], axis=0)
    return constants


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FractionSpline:
    """A smoothed thin-plate spline of a reading over (φS, φZ).

    Parameters
    ----------
    surface : Surface
        x is φS, y is φZ; NaN outside the hull of the designs.
    smoothing : float
        Chosen by cross-validation over structures.
    n : int
        Designs that it goes through.
    """

    surface: Surface
    smoothing: float
    n: int

    def highest(self) -> tuple[float, float, float]:
        """Return φS, φZ and the reading where the spline is highest."""
        row, column = np.unravel_index(np.nanargmax(self.surface.z), self.surface.z.shape)
        surface = self.surface
        return float(surface.x[column]), float(surface.y[row]), float(surface.z[row, column])


def fraction_spline(table: DesignTable, reading: str, *, seed: int = 0) -> FractionSpline:
    """Fit the spline of Fig. 2d to designs; raises InputError where they are too few."""
    used = _spline_designs(table, reading, seed)
    points, values = used.matrix(_FRACTIONS), used[reading]
    smoothing = _best_smoothing(points, values, used.groups, seed)
    surface = _Hull.of(points, GRID).surface(points, values, smoothing)
    return FractionSpline(surface=surface, smoothing=smoothing, n=len(used))


def spline_maximum(
    table: DesignTable, reading: str, *, draws: int = _ARGMAX_DRAWS, seed: int = 0
) -> dict[str, Estimate]:
    """Return where the spline is highest, with 95 % bootstrap intervals of φS and φZ."""
    used = _spline_designs(table, reading, seed)
    points, values = used.matrix(_FRACTIONS), used[reading]
    smoothing = _best_smoothing(points, values, used.groups, seed)
    hull = _Hull.of(points, _COARSE_GRID)

    def place(rows: NDArray[np.intp]) -> tuple[float, float, float]:
        surface = hull.surface(points[rows], values[rows], smoothing)
        return FractionSpline(surface=surface, smoothing=smoothing, n=len(used)).highest()

    value = place(np.arange(len(used)))
    drawn = np.array([place(rows) for rows in resamples(used.groups, draws, seed)])
    low, high = percentile_interval(drawn)
    return {
        key: Estimate(value=value[k], low=float(low[k]), high=float(high[k]), n=len(used))
        for k, key in enumerate((*_FRACTIONS, reading))
    }


def zr_surface(surface: Surface) -> Array:
    """Return the zirconium content in at% over a surface's (φS, φZ)."""
    return np.array([[zr_atomic_percent(x, y) for x in surface.x] for y in surface.y])


def check_spline(table: DesignTable, reading: str) -> str:
    """Return why no spline can be fitted, empty where one can."""
    used = table.known(reading)
    points = np.unique(np.round(used.matrix(_FRACTIONS), 6), axis=0)
    if len(points) < SPLINE_FEWEST or np.ptp(points, axis=0).min() <= 0:
        return (
            f"a spline over φS and φZ needs at least {SPLINE_FEWEST} different pairs, in which "
            f"both vary; there are {len(points)}"
        )
    return ""


def _spline_designs(table: DesignTable, reading: str, seed: int) -> DesignTable:
    why = check_spline(table, reading)
    if why:
        raise InputError(why, key="dataset", given=f"{len(table)} designs")
    used = table.known(reading)
    if len(used) <= _SPLINE_MOST:
        return used
    chosen = np.random.default_rng(seed).permutation(len(used))[:_SPLINE_MOST]
    return used.take(np.sort(chosen))


def _best_smoothing(points: Array, values: Array, groups: NDArray[np.intp], seed: int) -> float:
    errors = []
    for smoothing in _SMOOTHINGS:
        squares = 0.0
        for inside, outside in group_folds(groups, _FOLDS, seed):
            spline = _spline(points[inside], values[inside], smoothing)
            squares += float(((spline(points[outside]) - values[outside]) ** 2).sum())
        errors.append(squares)
    return _SMOOTHINGS[int(np.argmin(errors))]


def _spline(points: Array, values: Array, smoothing: float) -> Callable[[Array], Array]:
    from scipy.interpolate import RBFInterpolator

    spline: Callable[[Array], Array] = RBFInterpolator(
        points, values, kernel="thin_plate_spline", smoothing=smoothing
    )
    return spline


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Hull:
    """A grid, and which of its points lie among the designs."""

    x: Array
    y: Array
    grid: Array
    inside: NDArray[np.bool_]

    @classmethod
    def of(cls, points: Array, size: int) -> _Hull:
        from scipy.spatial import Delaunay

        x, y = (np.linspace(points[:, k].min(), points[:, k].max(), size) for k in range(2))
        grid = np.column_stack([part.ravel() for part in np.meshgrid(x, y)])
        return cls(x=x, y=y, grid=grid, inside=Delaunay(points).find_simplex(grid) >= 0)

    def surface(self, points: Array, values: Array, smoothing: float) -> Surface:
        z = np.full(len(self.grid), np.nan)
        z[self.inside] = _spline(points, values, smoothing)(self.grid[self.inside])
        return Surface(x=self.x, y=self.y, z=z.reshape(self.y.size, self.x.size))

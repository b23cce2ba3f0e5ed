"""The points of all curves of a plot, of which the crosshair takes the nearest; no Qt."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smcogui.curves.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.ui.widgets.plot_curve import PlotCurve


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotPoint:
    """A stored field step.

    Parameters
    ----------
    curve : str
        Title of its curve: name and origin.
    step : int
        Its number among the stored steps of the curve.
    mu0_H_T, M_over_Ms : float
    """

    curve: str
    step: int
    mu0_H_T: float
    M_over_Ms: float


class PlotPoints:
    """Finds stored steps among the curves of a plot.

    Parameters
    ----------
    curves : sequence of PlotCurve
    """

    def __init__(self, curves: Sequence[PlotCurve]) -> None:
        self._titles = unique_titles(curves)
        self._is_simulated = [curve.origin is Origin.SIMULATED for curve in curves]
        self._lines = [_steps(curve) for curve in curves]
        self._all = np.concatenate(self._lines, axis=1) if self._lines else np.empty((2, 0))
        self._ends = np.cumsum([line.shape[1] for line in self._lines])

    def nearest(
        self, mu0_H_T: float, M_over_Ms: float, reach_T: float, reach_M: float
    ) -> PlotPoint | None:
        """Return the step nearest to a place, distances counted in the two reaches.

        With the reaches of a pixel the step is the one nearest on the screen.
        """
        if self._all.shape[1] == 0:
            return None
        H, M = self._all
        distance = ((H - mu0_H_T) / reach_T) ** 2 + ((M - M_over_Ms) / reach_M) ** 2
        place = int(np.argmin(distance))
        line = int(np.searchsorted(self._ends, place, side="right"))
        return self._point(line, place - int(self._ends[line]) + self._lines[line].shape[1])

    def at(self, curve: str, step: int) -> PlotPoint | None:
        """Return a step of a curve, the last one where it has fewer; None without the curve."""
        line = self._line(curve)
        if line is None:
            return None
        return self._point(line, min(max(step, 0), self._lines[line].shape[1] - 1))

    def at_field(self, curve: str, mu0_H_T: float) -> PlotPoint | None:
        """Return the step of a curve that is nearest to a field; None without the curve."""
        line = self._line(curve)
        if line is None:
            return None
        return self._point(line, int(np.argmin(np.abs(self._lines[line][0] - mu0_H_T))))

    def beside(self, point: PlotPoint, steps: int) -> PlotPoint | None:
        """Return the step so many steps to the right (or left, where negative) of another one."""
        line = self._line(point.curve)
        if line is None:
            return None
        H = self._lines[line][0]
        return self.at(point.curve, point.step + (steps if H[-1] >= H[0] else -steps))

    def on_other_curve(self, point: PlotPoint, curves: int) -> PlotPoint | None:
        """Return the step at about the same field, so many curves further in their order."""
        shown = [title for title in self._titles if self._line(title) is not None]
        if point.curve not in shown:
            return None
        other = shown[(shown.index(point.curve) + curves) % len(shown)]
        return self.at_field(other, point.mu0_H_T)

    def first(self) -> PlotPoint | None:
        """Return the step at which the keyboard begins: the last one of the foremost curve.

        That is the last simulated one; where there is none, the last one of all.
        """
        shown = [number for number, line in enumerate(self._lines) if line.size]
        if not shown:
            return None
        foremost = max(shown, key=lambda number: (self._is_simulated[number], number))
        return self._point(foremost, self._lines[foremost].shape[1] - 1)

    def _line(self, curve: str) -> int | None:
        if curve not in self._titles:
            return None
        line = self._titles.index(curve)
        return line if self._lines[line].size else None

    def _point(self, line: int, step: int) -> PlotPoint:
        H, M = self._lines[line][:, step]
        return PlotPoint(curve=self._titles[line], step=step, mu0_H_T=float(H), M_over_Ms=float(M))


def unique_titles(curves: Sequence[PlotCurve]) -> list[str]:
    """Return the titles of curves; one that was there before gets a number behind it."""
    seen: Counter[str] = Counter()
    titles = []
    for curve in curves:
        seen[curve.title] += 1
        again = f" ({seen[curve.title]})" if seen[curve.title] > 1 else ""
        titles.append(f"{curve.title}{again}")
    return titles


def _steps(curve: PlotCurve) -> np.ndarray:
    """Return fields and magnetisations of the stored steps of a curve, shape (2, n)."""
    points = np.array([curve.mu0_H_T, curve.M_over_Ms], dtype=float)
    return points if curve.is_step is None else points[:, curve.is_step]

"""How long 50 curves of 500 points take to redraw, changed in place and made anew."""

from __future__ import annotations

import os
import tempfile
import time
from typing import Any

from measure import Measure, in_child, median_ms
from window_stalls import screen

CURVES = 50
POINTS = 500
FRAME_MS = 33.0
SIZE = (820, 540)


def fifty_curves(repeats: int) -> list[Measure]:
    """Redraw a plot of a Simulation tab's size; both ways take turns in one process."""
    with tempfile.TemporaryDirectory(prefix="smco-plot-") as folder:
        times = in_child("plot_redraw", "redraw", folder=folder, repeats=5 * repeats)
    in_place, remade = times["in_place"], times["remade"]
    what = f"{CURVES} curves of {POINTS} points, {SIZE[0]}×{SIZE[1]}, painting included"
    return [
        Measure(
            name="plot_redraw/in_place",
            value=round(in_place, 1),
            unit="ms",
            bar=FRAME_MS,
            better="lower",
            note=what,
        ),
        Measure(
            name="plot_redraw/remade",
            value=round(remade, 1),
            unit="ms",
            note=f"the same curves taken away and added again: {remade / in_place:.1f} times",
        ),
        Measure(
            name="plot_redraw/one_grown",
            value=round(times["one_grown"], 1),
            unit="ms",
            bar=FRAME_MS,
            better="lower",
            note="one of them has new points, as while a run is followed",
        ),
    ]


def redraw(folder: str, repeats: int) -> dict[str, Any]:
    """Measure in a child process, on a screen of its own."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = folder
    with screen():
        return _Plots().measure(repeats)


class _Plots:
    def __init__(self) -> None:
        from smcogui.ui.application import make_application
        from smcogui.ui.field_unit import FieldUnitSwitch
        from smcogui.ui.widgets.curve_plot import CurvePlot

        self.app = make_application()
        self.units = FieldUnitSwitch()
        self.plot = CurvePlot(self.units, "")
        self.plot.resize(*SIZE)
        self.plot.show()
        self.number = 0
        self.curves = self._new_curves()
        self.plot.show_curves(self.curves)
        while self.plot.canvas is None:
            self.app.processEvents()
            time.sleep(0.01)

    def measure(self, repeats: int) -> dict[str, Any]:
        calls = {"in_place": self._in_place, "remade": self._remade, "one_grown": self._one_grown}
        times = median_ms(calls, repeats)
        self.plot.close()
        return dict(times)

    def _new_curves(self) -> list[Any]:
        self.number += 1
        return [self._curve(place) for place in range(CURVES)]

    def _curve(self, place: int) -> Any:
        import numpy as np

        from smcogui.ui.widgets.plot_curve import PlotCurve

        fields = np.linspace(1.0, -6.0, POINTS)
        shift = 3.0 + 0.05 * place + 1e-3 * self.number
        return PlotCurve(
            mu0_H_T=fields, M_over_Ms=np.tanh(3 * (fields + shift)), is_thin=True, name=f"{place}"
        )

    def _in_place(self) -> None:
        self.curves = self._new_curves()
        self._show()

    def _remade(self) -> None:
        self.curves = self._new_curves()
        canvas: Any = self.plot.canvas
        canvas.lines.show_curves((), self.units.unit, self.plot.palette())
        self._show()

    def _one_grown(self) -> None:
        self.number += 1
        self.curves = [self._curve(0), *self.curves[1:]]
        self._show()

    def _show(self) -> None:
        """Draw and paint at once, without the pause to the next frame."""
        self.plot.show_curves(self.curves)
        self.plot._frame.stop()
        self.plot._draw()
        canvas: Any = self.plot.canvas
        canvas.viewport().repaint()

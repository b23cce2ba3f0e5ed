"""A measured curve as the plots of runs show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.curves.origin import Origin
from smcogui.ui.widgets.plot_curve import PlotCurve

if TYPE_CHECKING:
    from smcogui.curves.measured_curve import MeasuredCurve


def measured_plot_curve(curve: MeasuredCurve, colour: int) -> PlotCurve:
    """Return a curve over the internal field, which is what simulations apply."""
    mu0_H_T, M_over_Ms = curve.plot_points()
    return PlotCurve(
        mu0_H_T=mu0_H_T,
        M_over_Ms=M_over_Ms,
        label=curve.name,
        origin=Origin.MEASURED,
        colour=colour,
    )

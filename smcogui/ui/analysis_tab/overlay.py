"""Mean curves of several runs and measured curves, read in a worker thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.app.run_labels import curve_labels
from smcogui.curves.mh_curve import average_curves
from smcogui.ui.measured.measured_plot import measured_plot_curve
from smcogui.ui.widgets.plot_curve import PlotCurve
from smcogui.units import MU0

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.session import Session


def read_mean_curves(
    session: Session, run_ids: Sequence[str], measured: Sequence[str] = ()
) -> list[PlotCurve]:
    """Return one named and coloured curve per run that has any, and one per measured curve.

    That of a run is the mean over its half-cycles. Raises InputError where there is no run or no
    measured curve of a name.
    """
    found: list[PlotCurve] = []
    labels = curve_labels([session.run(run_id) for run_id in run_ids])
    for run_id, label in zip(run_ids, labels, strict=True):
        curves = session.load_curves(run_id)
        if not curves:
            continue
        mean = average_curves(curves)
        H, M = mean.outline()
        found.append(
            PlotCurve(
                mu0_H_T=MU0 * H,
                M_over_Ms=M / mean.Ms,
                colour=len(found),
                label=label,
            )
        )
    for name in measured:
        found.append(measured_plot_curve(session.measured.load(name).curve, len(found)))
    return found

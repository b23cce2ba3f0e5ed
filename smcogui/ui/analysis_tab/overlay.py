"""Mean curves of several runs, read in a worker thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.curves.mh_curve import average_curves
from smcogui.ui.widgets.plot_curve import PlotCurve
from smcogui.units import MU0

if TYPE_CHECKING:
    from smcogui.app.session import Session


def read_mean_curves(session: Session, run_ids: list[str]) -> list[PlotCurve]:
    """Return one curve per run that has any, the mean over its half-cycles, named and coloured."""
    found: list[PlotCurve] = []
    for run_id in run_ids:
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
                label=session.run(run_id).name,
            )
        )
    return found

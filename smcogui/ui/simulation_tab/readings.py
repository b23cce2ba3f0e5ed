"""Mean curve and readings of a run so far, read in a worker thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.curves.mh_curve import average_curves
from smcogui.ui.simulation_tab.live_run import LiveReadings
from smcogui.units import to_tesla

if TYPE_CHECKING:
    from smcogui.app.session import Session


def read_readings(session: Session, run_id: str) -> LiveReadings:
    """Return what a run's half-cycles say together, as far as they have come."""
    curves = session.load_curves(run_id)
    if not curves:
        return LiveReadings()
    mean = average_curves(curves)
    H, M = mean.outline()
    summary = session.load_summary(run_id)
    found = summary.mean
    return LiveReadings(
        mean_mu0_H_T=tuple(to_tesla(value) for value in H.tolist()),
        mean_M_over_Ms=tuple((M / mean.Ms).tolist()),
        mu0_Hc_T=None if found.Hc is None else to_tesla(found.Hc),
        mu0_Hp_T=None if found.Hp is None else to_tesla(found.Hp),
        Phi_p=found.Phi_p,
        hp_reading=summary.reading,
    )

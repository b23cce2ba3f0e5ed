"""A campaign at work: bar, numbers, the latest curves, the coercivities so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from smcogui.campaigns.progress import MemberState
from smcogui.ui.campaigns.hc_histogram import HcHistogram
from smcogui.ui.campaigns.state_bar import StateBar
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.units.durations import duration_text
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.campaign_watch import CampaignView
    from smcogui.campaigns.progress import Overview
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.widgets.plot_curve import PlotCurve

_EMPTY: Final = "The mean curves of the designs that were done last appear here."
_NONE: Final = (
    "A campaign holds many designs, drawn from a sampling of the current design’s numbers. A queue "
    "works them off, one per core, and goes on when the window is closed."
)


class OverviewPage(QWidget):
    """Where a campaign stands, at a glance."""

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = StateBar()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.plot = CurvePlot(units, _EMPTY)
        self.plot.setAccessibleName("M–H curves of the latest designs")
        self.histogram = HcHistogram(units)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(8)
        halves.addWidget(self.plot)
        halves.addWidget(self.histogram)
        halves.setSizes([560, 420])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.bar)
        layout.addWidget(self.words)
        layout.addWidget(halves, 1)

    def show_view(self, view: CampaignView | None) -> None:
        """Show the numbers of a campaign."""
        if view is None:
            self.bar.show_counts({})
            self.words.setText(_NONE)
            self.histogram.show_fields(())
            return
        self.bar.show_counts(view.overview.counts)
        self.words.setText(overview_text(view.overview))
        self.histogram.show_fields(view.overview.mu0_Hc_T)

    def show_curves(self, curves: Sequence[PlotCurve]) -> None:
        """Show the curves of the latest designs."""
        self.plot.show_curves(curves)


def overview_text(overview: Overview) -> str:
    """Return a campaign in a sentence."""
    counts = overview.counts
    if not overview.total:
        return "It has no designs yet. “Add designs” draws a sampling into it."
    parts = [
        f"{counts[MemberState.DONE]} of {overview.total} designs done",
        f"{counts[MemberState.RUNNING]} running",
        f"{submitted} submitted" if (submitted := counts[MemberState.SUBMITTED]) else "",
        f"{counts[MemberState.FAILED]} failed",
        f"{overview.left} left",
    ]
    if overview.left:
        parts += [pace_text(overview), eta_text(overview)]
    return ", ".join(filter(None, parts)) + "."


def pace_text(overview: Overview) -> str:
    """Return the rate in words; empty where nothing is at work, or was measured yet."""
    rate = overview.rate_per_h
    return "" if rate is None or not overview.is_at_work else f"{rate_text(rate)} per hour"


def rate_text(rate: float) -> str:
    """Return a rate with three digits, and without an exponent.

    Examples
    --------
    >>> rate_text(8130.2), rate_text(0.5)
    ('8130', '0.5')
    """
    return format_number(rate, 3)


def eta_text(overview: Overview) -> str:
    """Return the time to go in words; empty where nothing was measured."""
    if overview.eta_s is None:
        return "time to go not known before the first is done"
    about = "about " if overview.eta_s >= 1 else ""
    return f"{about}{duration_text(overview.eta_s)} to go"

"""What the plot and the list of jumps show of a run, made in a worker thread; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smcogui.app.readings import FEWEST_STEPS
from smcogui.curves.mh_curve import MHCurve, average_curves, envelope
from smcogui.curves.summary import summarise
from smcogui.design.analytic_overlay import AnalyticOverlay, analytic_overlay
from smcogui.ui.widgets.plot_colours import BACKGROUND
from smcogui.ui.widgets.plot_curve import PlotBand, PlotCurve
from smcogui.units import MU0, to_tesla

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smcogui.app.session import RunRecord, Session
    from smcogui.curves.summary import CurveSummary
    from solver.events import FieldStep


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpRow:
    """An irreversible drop: half-cycle from 0, field step, field in T, and fall of M/Ms."""

    cycle: int
    step: int
    mu0_H_T: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveReadings:
    """Readings of a run so far, means over its half-cycles; in T, None where undefined."""

    mu0_Hc_T: float | None = None
    mu0_Hp_T: float | None = None
    mu0_Hp_jump_T: float | None = None
    mu0_Hp_slope_T: float | None = None
    Phi_p: float | None = None
    hp_reading: str = "jump"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPicture:
    """Curves, jumps and readings of a run as far as it has come.

    Parameters
    ----------
    half_cycles : tuple of PlotCurve
    mean : PlotCurve or None
        Of two or more half-cycles.
    band : PlotBand or None
        From the lowest to the highest of them.
    jumps : tuple of JumpRow
        By half-cycle and falling field.
    readings : LiveReadings
    analytic : AnalyticOverlay
        The closed formulas of the run's design.
    """

    half_cycles: tuple[PlotCurve, ...]
    mean: PlotCurve | None
    band: PlotBand | None
    jumps: tuple[JumpRow, ...]
    readings: LiveReadings
    analytic: AnalyticOverlay


def half_cycle_title(cycle: int) -> str:
    """Return what the curve of a half-cycle is called, as :attr:`PlotCurve.title` has it."""
    return f"{_name(cycle)}, simulated"


@dataclass(slots=True)
class RunReader:
    """Makes pictures of one run; what has not changed since the last one is the same object.

    Used by one thread at a time.
    """

    session: Session
    run_id: str
    _record: RunRecord | None = None
    _analytic: AnalyticOverlay | None = None
    _curves: dict[int, tuple[int, MHCurve, PlotCurve]] = field(default_factory=dict)
    _picture: RunPicture | None = None

    def read(self, steps: Mapping[int, Sequence[FieldStep]]) -> RunPicture | None:
        """Return what these steps show; None before a half-cycle has two of them."""
        if self._record is None or self._analytic is None:
            self._record = self.session.run(self.run_id)
            self._analytic = analytic_overlay(self._record.design)
        cycles = self._record.info.cycles
        grown = [
            self._update(number, steps.get(number, ()), cycle.Ms_A_m, is_only=len(cycles) == 1)
            for number, cycle in enumerate(cycles)
        ]
        if any(grown):
            self._picture = self._draw(self._record, self._analytic)
        return self._picture

    def _draw(self, record: RunRecord, analytic: AnalyticOverlay) -> RunPicture:
        found = dict(sorted(self._curves.items()))
        curves = [curve for _, curve, _ in found.values()]
        several = len(curves) > 1
        return RunPicture(
            half_cycles=tuple(line for _, _, line in found.values()),
            mean=_mean(curves) if several else None,
            band=_band(curves) if several else None,
            jumps=tuple(
                JumpRow(cycle=number, step=jump.index, mu0_H_T=to_tesla(jump.H), size=jump.size)
                for number, (_, curve, _) in found.items()
                for jump in curve.irreversible()
            ),
            readings=_readings(summarise(curves, record.design.hp_reading)),
            analytic=analytic,
        )

    def _update(self, number: int, steps: Sequence[FieldStep], Ms: float, *, is_only: bool) -> bool:
        """Take over the steps of a half-cycle; return whether that changes its curve."""
        known = self._curves.get(number)
        if len(steps) < FEWEST_STEPS or (known is not None and known[0] == len(steps)):
            return False
        curve = MHCurve.from_steps(steps, Ms)
        self._curves[number] = (len(steps), curve, _half_cycle(number, curve, is_only=is_only))
        return True


def _name(cycle: int) -> str:
    return f"Half-cycle {cycle + 1}"


def _half_cycle(number: int, curve: MHCurve, *, is_only: bool) -> PlotCurve:
    # The outline keeps irreversible drops vertical.
    H, M = curve.outline()
    repeats = "Half-cycles" if number == 0 else ""
    return PlotCurve(
        mu0_H_T=MU0 * H,
        M_over_Ms=M / curve.Ms,
        label=_name(number) if is_only else repeats,
        name=_name(number),
        colour=0 if is_only else BACKGROUND,
        is_thin=not is_only,
        is_step=curve.is_point(),
    )


def _mean(curves: list[MHCurve]) -> PlotCurve:
    mean = average_curves(curves)
    H, M = mean.outline()
    return PlotCurve(mu0_H_T=MU0 * H, M_over_Ms=M / mean.Ms, label="Mean", is_step=mean.is_point())


def _band(curves: list[MHCurve]) -> PlotBand:
    H, low, high = envelope(curves)
    return PlotBand(mu0_H_T=MU0 * H, low=low, high=high, label="Lowest to highest")


def _readings(summary: CurveSummary) -> LiveReadings:
    def in_tesla(field_A_m: float | None) -> float | None:
        return None if field_A_m is None else to_tesla(field_A_m)

    found = summary.mean
    return LiveReadings(
        mu0_Hc_T=in_tesla(found.Hc),
        mu0_Hp_T=in_tesla(found.Hp),
        mu0_Hp_jump_T=in_tesla(found.Hp_jump),
        mu0_Hp_slope_T=in_tesla(found.Hp_slope),
        Phi_p=found.Phi_p,
        hp_reading=summary.reading,
    )

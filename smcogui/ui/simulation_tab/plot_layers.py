"""Which of the things that a run has to show are drawn; no Qt, no physics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smcogui.curves.origin import Origin
from smcogui.ui.widgets.plot_curve import FieldMarker, PlotCurve
from smcogui.units import MU0, to_tesla

if TYPE_CHECKING:
    from smcogui.app.settings import Settings
    from smcogui.design.analytic_overlay import AnalyticOverlay
    from smcogui.ui.simulation_tab.run_picture import LiveReadings, RunPicture
    from smcogui.ui.widgets.plot_curve import PlotBand

_HC_COLOUR, _HP_COLOUR, _WALL_COLOUR, _ANISOTROPY_COLOUR, _ROTATION_COLOUR = 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotLayers:
    """What is drawn beside the mean of a run."""

    half_cycles: bool = True
    band: bool = True
    anisotropy: bool = False
    pinning: bool = False
    rotation: bool = False

    @classmethod
    def of(cls, settings: Settings) -> PlotLayers:
        """Return what the settings ask for."""
        return cls(
            half_cycles=settings.plot_half_cycles,
            band=settings.plot_band,
            anisotropy=settings.plot_anisotropy,
            pinning=settings.plot_pinning,
            rotation=settings.plot_rotation,
        )

    def curves(self, picture: RunPicture) -> list[PlotCurve]:
        """Return the curves to draw, the background first."""
        # Where there is no mean, the one half-cycle is what the plot is about.
        shown = list(picture.half_cycles) if self.half_cycles or picture.mean is None else []
        if picture.mean is not None:
            shown.append(picture.mean)
        if self.rotation and picture.analytic.rotation_H.size:
            shown.append(_rotation(picture.analytic))
        return shown

    def bands(self, picture: RunPicture) -> list[PlotBand]:
        """Return the bands to draw."""
        return [picture.band] if self.band and picture.band is not None else []

    def markers(self, picture: RunPicture) -> list[FieldMarker]:
        """Return the marks to draw; all fields point against the first magnetisation."""
        found = _reading_marks(picture.readings)
        if self.pinning:
            found += [
                _analytic(f"Wall {each.weak.label} → {each.strong.label}", each.H, _WALL_COLOUR)
                for each in picture.analytic.pinning
            ]
        if self.anisotropy:
            found += [
                _analytic(f"Hₐₙᵢ {each.phase.label}", each.H, _ANISOTROPY_COLOUR)
                for each in picture.analytic.anisotropy
            ]
        return found


def _reading_marks(readings: LiveReadings) -> list[FieldMarker]:
    found = (
        ("Hc", readings.mu0_Hc_T, _HC_COLOUR),
        (f"Hp ({readings.hp_reading})", readings.mu0_Hp_T, _HP_COLOUR),
    )
    return [
        FieldMarker(mu0_H_T=-value, name=name, origin=Origin.SIMULATED, colour=colour)
        for name, value, colour in found
        if value is not None
    ]


def _analytic(name: str, H: float, colour: int) -> FieldMarker:
    return FieldMarker(mu0_H_T=-to_tesla(H), name=name, origin=Origin.ANALYTIC, colour=colour)


def _rotation(analytic: AnalyticOverlay) -> PlotCurve:
    return PlotCurve(
        mu0_H_T=MU0 * analytic.rotation_H,
        M_over_Ms=analytic.rotation_M,
        label="Stoner–Wohlfarth 2:17",
        origin=Origin.ANALYTIC,
        colour=_ROTATION_COLOUR,
        is_thin=True,
    )

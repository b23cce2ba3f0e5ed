"""All readings of a run: of each half-cycle, their mean and spread, and of the averaged curve."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.curves.coercivity import HpReading, extract_coercivity
from smcogui.curves.magnet_figures import magnet_figures
from smcogui.curves.mh_curve import average_curves
from smcogui.errors import InputError
from smcogui.units import MU0

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.curves.mh_curve import MHCurve

# Name in JSON, name here, factor from SI to the unit in the name.
_JSON_KEYS: Final = (
    ("mu0_Hc_T", "Hc", MU0),
    ("mu0_Hp_T", "Hp", MU0),
    ("Phi_p", "Phi_p", 1.0),
    ("mu0_Hp_jump_T", "Hp_jump", MU0),
    ("mu0_Hp_slope_T", "Hp_slope", MU0),
    ("field_resolution_T", "resolution", MU0),
    ("Mr_over_Ms", "Mr_over_Ms", 1.0),
    ("BHmax_kJ_m3", "BHmax", 1e-3),
    ("squareness", "squareness", 1.0),
    ("mu0_Hk_T", "Hk", MU0),
    ("mu0_HcB_T", "HcB", MU0),
)
READING_KEYS: Final = tuple(key for key, _, _ in _JSON_KEYS)
"""The readings of a curve as files, tables and the command line name them, in their order."""
_JSON_DECIMALS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveReadings:
    """Everything that is read from one curve, or the mean or spread of that over several.

    Fields are in A/m, positive where reversed, (BH)max in J/m³; None is undefined. ``Hp`` and
    ``Phi_p`` follow the reading chosen; see :class:`~smcogui.curves.coercivity.Coercivity` and
    :class:`~smcogui.curves.magnet_figures.MagnetFigures` for each.
    """

    Hc: float | None
    Hp: float | None
    Phi_p: float | None
    Hp_jump: float | None
    Hp_slope: float | None
    resolution: float | None
    Mr_over_Ms: float | None
    BHmax: float | None
    squareness: float | None
    Hk: float | None
    HcB: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveSummary:
    """The readings of a run.

    Parameters
    ----------
    reading : {"jump", "slope"}
        Which Hp is in ``Hp`` and ``Phi_p``.
    per_cycle : tuple of CurveReadings
        One per half-cycle.
    mean : CurveReadings
        Mean over the half-cycles. A quantity that one half-cycle lacks has no mean: the mean of
        those that reversed in time would be too low. The resolution is the coarsest.
    spread : CurveReadings
        Standard deviation over the half-cycles; None with fewer than two.
    averaged : CurveReadings
        Readings of the averaged curve, as the paper read its curves.
    reversed_cycles : int
        Number of half-cycles that have an Hc.
    """

    reading: HpReading
    per_cycle: tuple[CurveReadings, ...]
    mean: CurveReadings
    spread: CurveReadings
    averaged: CurveReadings
    reversed_cycles: int


def read_curve(curve: MHCurve, reading: HpReading = "jump", N: float = 0.0) -> CurveReadings:
    """Read one curve; N is the demagnetising factor of the magnet's shape.

    Raises
    ------
    InputError
        If N is outside 0 to 1.
    """
    coercivity, figures = extract_coercivity(curve, reading), magnet_figures(curve, N)
    return CurveReadings(
        Hc=coercivity.Hc,
        Hp=coercivity.Hp,
        Phi_p=coercivity.Phi_p,
        Hp_jump=coercivity.Hp_jump,
        Hp_slope=coercivity.Hp_slope,
        resolution=coercivity.resolution,
        Mr_over_Ms=None if figures.Mr is None else figures.Mr / curve.Ms,
        BHmax=figures.BHmax,
        squareness=figures.squareness,
        Hk=figures.Hk,
        HcB=figures.HcB,
    )


def summarise(
    cycles: Sequence[MHCurve],
    reading: HpReading = "jump",
    N: float = 0.0,
) -> CurveSummary:
    """Read each half-cycle, then average; keep the readings of the averaged curve beside.

    Raises
    ------
    InputError
        If there is no half-cycle, one is empty, or N is outside 0 to 1.
    """
    if not cycles:
        raise InputError(
            "there is no half-cycle to read; a run gives one or more",
            key="cycles",
            given="0",
            allowed=">= 1",
        )
    per_cycle = tuple(read_curve(curve, reading, N) for curve in cycles)
    return CurveSummary(
        reading=reading,
        per_cycle=per_cycle,
        mean=_combine(per_cycle, _mean),
        spread=_combine(per_cycle, _spread),
        averaged=read_curve(average_curves(cycles), reading, N),
        reversed_cycles=sum(row.Hc is not None for row in per_cycle),
    )


def readings_to_json(readings: CurveReadings) -> dict[str, float | None]:
    """Return the readings with the keys and units of ``run --json``."""
    values = {key: (getattr(readings, name), factor) for key, name, factor in _JSON_KEYS}
    return {
        key: None if value is None else round(value * factor, _JSON_DECIMALS)
        for key, (value, factor) in values.items()
    }


def summary_to_json(summary: CurveSummary) -> dict[str, Any]:
    """Return the curve's part of the ``run --json`` value.

    The mean of each reading, ``hp_reading``, ``reversed_cycles``, ``spread`` with the same keys,
    ``cycles`` (a list with the same keys each) and ``averaged_curve``.
    """
    return {
        **readings_to_json(summary.mean),
        "hp_reading": summary.reading,
        "reversed_cycles": summary.reversed_cycles,
        "spread": readings_to_json(summary.spread),
        "cycles": [readings_to_json(row) for row in summary.per_cycle],
        "averaged_curve": readings_to_json(summary.averaged),
    }


def _combine(
    rows: Sequence[CurveReadings],
    rule: Callable[[str, list[float | None]], float | None],
) -> CurveReadings:
    names = [field.name for field in fields(CurveReadings)]
    return CurveReadings(**{name: rule(name, [getattr(r, name) for r in rows]) for name in names})


def _mean(name: str, values: list[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values):
        return None
    return max(numbers) if name == "resolution" else math.fsum(numbers) / len(numbers)


def _spread(name: str, values: list[float | None]) -> float | None:
    del name
    numbers = [value for value in values if value is not None]
    if len(numbers) < max(2, len(values)):
        return None
    return float(np.std(numbers, ddof=1))

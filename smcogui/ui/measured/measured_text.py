"""What is read from a measured curve, in words and in the units in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.units import MU0, NO_VALUE, decimal_text

if TYPE_CHECKING:
    from smcogui.curves.measured_curve import MeasuredCurve
    from smcogui.ui.field_unit import FieldUnit


def readings_text(curve: MeasuredCurve, unit: FieldUnit) -> str:
    """Return Hc, remanence, (BH)max and squareness in one line."""
    readings = curve.readings()
    Hc = None if readings.Hc is None else MU0 * readings.Hc
    energy = None if readings.BHmax is None else readings.BHmax / 1e3
    Jr = NO_VALUE if readings.Mr is None else f"{decimal_text(MU0 * readings.Mr, 3)} T"
    ratio = decimal_text(readings.Mr_over_Ms, 3)
    square = decimal_text(readings.squareness, 2)
    return (
        f"Hc {unit.text(Hc)}, Jr {Jr}, Mr/Ms {ratio}, (BH)max {unit.energy_text(energy)}, "
        f"squareness {square}; measured, N = {curve.N:.3g}"
    )

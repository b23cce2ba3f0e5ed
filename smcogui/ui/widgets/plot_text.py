"""What a plot says and copies: numbers with their units, curves with name and origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.units import decimal_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.ui.field_unit import FieldUnit
    from smcogui.ui.widgets.plot_curve import FieldMarker, PlotCurve
    from smcogui.ui.widgets.plot_points import PlotPoint


def point_text(point: PlotPoint, unit: FieldUnit) -> str:
    """Return what the crosshair reads, for people."""
    M = decimal_text(point.M_over_Ms, 3)
    return f"{unit.symbol} {unit.text(point.mu0_H_T)},  M·h/Ms {M}:  {point.curve}"


def point_table(point: PlotPoint, unit: FieldUnit) -> str:
    """Return what the crosshair reads as a table of one row, with header and units."""
    row = (_number(point.mu0_H_T * unit.per_tesla), _number(point.M_over_Ms), point.curve)
    return _lines((f"{unit.symbol} ({unit.name})", "M·h/Ms", "curve"), [row])


def curve_table(curve: PlotCurve, title: str, unit: FieldUnit) -> str:
    """Return the stored steps of a curve as a table, with header and units."""
    chosen = [True] * len(curve.mu0_H_T) if curve.is_step is None else curve.is_step
    rows = [
        (_number(float(H) * unit.per_tesla), _number(float(M)))
        for H, M, is_step in zip(curve.mu0_H_T, curve.M_over_Ms, chosen, strict=True)
        if is_step
    ]
    return _lines((f"{unit.symbol} ({unit.name})", f"M·h/Ms ({title})"), rows)


def marker_list(markers: Sequence[FieldMarker], unit: FieldUnit) -> str:
    """Return marks in words, such as ``Hc 4.10 T, simulated; …``."""
    return "; ".join(marker_text(marker, unit) for marker in markers)


def marker_text(marker: FieldMarker, unit: FieldUnit) -> str:
    """Return what stands beside a mark, such as ``Hc 4.10 T, simulated``."""
    return f"{marker.name} {unit.text(abs(marker.mu0_H_T))}, {marker.origin}"


def _number(value: float) -> str:
    # A plain minus and point, as spreadsheets take them.
    return f"{value:.9g}"


def _lines(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    return "".join("\t".join(row) + "\n" for row in (head, *rows))

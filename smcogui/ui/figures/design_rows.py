"""Designs of a dataset as rows of a table and as tool tips of their marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smcogui.ui.surrogate_words import READINGS, reading_number, reading_symbol, reading_unit
from smcogui.ui.widgets.list_table import Row
from smcogui.units import NO_VALUE, decimal_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smcogui.ui.field_unit import FieldUnit

_LENGTHS: Final = {"L_nm": "L", "d_nm": "d", "wS_nm": "wS", "wZ_nm": "wZ"}
_SHORT: Final = 8


def design_titles(unit: FieldUnit) -> tuple[str, ...]:
    """Return the titles of the columns, with the units in use."""
    readings = []
    for name in READINGS:
        symbol, in_brackets = reading_symbol(name, unit), reading_unit(name, unit)
        readings.append(f"{symbol} ({in_brackets})" if in_brackets else symbol)
    lengths = (f"{symbol} (nm)" for symbol in _LENGTHS.values())
    return ("Run", *lengths, "α (°)", "Z phase", *readings, "Zr (at%)")


def design_rows(designs: Sequence[Mapping[str, Any]], unit: FieldUnit) -> list[Row]:
    """Return designs as rows; the names of their runs are the ids."""
    return [
        Row(
            row_id=design["run_id"],
            cells=(
                (design["run_id"][:_SHORT], design["run_id"]),
                *((f"{design[key]:.4g}", design[key]) for key in _LENGTHS),
                (f"{design['alpha_deg']:.4g}", design["alpha_deg"]),
                (_z_phase(design), _z_phase(design)),
                *((reading_number(key, design[key], unit), _key(design[key])) for key in READINGS),
                (decimal_text(design["zr_at_percent"], 2), _key(design["zr_at_percent"])),
            ),
            tip=design_words(design, unit),
        )
        for design in designs
    ]


def design_words(design: Mapping[str, Any], unit: FieldUnit) -> str:
    """Return a design in words: its inputs, and its readings with where they come from."""
    lengths = ", ".join(f"{symbol} {design[key]:.4g}" for key, symbol in _LENGTHS.items())
    told = []
    for name in READINGS:
        number = reading_number(name, design[name], unit)
        if number != NO_VALUE:
            shown = f"{reading_symbol(name, unit)} {number} {reading_unit(name, unit)}"
            told.append(shown.rstrip())
    inputs = f"{lengths} nm, α {design['alpha_deg']:.4g}°, Z phase {_z_phase(design)}"
    return f"Run {design['run_id']}\n{inputs}\nSimulated: {', '.join(told) or 'no reading'}"


def _z_phase(design: Mapping[str, Any]) -> str:
    return "own" if design["z_phase"] == "user" else str(design["z_phase"])


def _key(value: float | None) -> float:
    return float("-inf") if value is None else float(value)

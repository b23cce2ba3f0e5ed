"""What a segmentation came to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.design.phases import Phase
from smcogui.ui.surrogate_words import (
    INPUT_SYMBOLS,
    MARKS,
    interval_text,
    reading_symbol,
    reading_text,
)
from smcogui.units import NO_VALUE

if TYPE_CHECKING:
    from smcogui.micrographs.preview import Preview
    from smcogui.ui.design_tab.predicted_card import ShownPrediction
    from smcogui.ui.field_unit import FieldUnit


def fractions_text(preview: Preview) -> str:
    """Return the counted fractions, in per cent."""
    shares = preview.drawn.estimates.fractions
    told = [f"{phase.label} {100 * shares[phase]:.1f} %" for phase in Phase if shares[phase] > 0]
    return f"Counted: {', '.join(told)}"


def lengths_text(preview: Preview) -> str:
    """Return the lengths that the map tells, named as estimates."""
    estimates = preview.drawn.estimates
    told = [
        f"{INPUT_SYMBOLS[key]} {NO_VALUE if value is None else f'{value:.3g} nm'}"
        for key, value in estimates.lengths().items()
    ]
    if estimates.theta_deg is not None:
        told.append(f"θ {estimates.theta_deg:.0f}°")
    return f"Estimated: {', '.join(told)}"


def prediction_text(shown: ShownPrediction, unit: FieldUnit) -> str:
    """Return what a surrogate says of the estimated lengths, which is not of the map."""
    if not shown.readings:
        return shown.note
    told = [
        f"{reading_symbol(name, unit)} {reading_text(name, shown.readings[name], unit)} "
        f"({interval_text(name, shown.readings, unit)})"
        for name in ("mu0_Hc_T", "Phi_p")
    ]
    badge = f"{MARKS[shown.trust]} {shown.trust}" if shown.trust else ""
    return (
        f"Predicted of the estimated lengths, not of this map: {', '.join(told)}, {badge}. "
        "Run it for the map's own."
    )

"""What a surrogate says, in the words and units of the window."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from smcogui.ui.design_tab import fields
from smcogui.units import NO_VALUE, decimal_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smcogui.surrogates.forward import RangeLeft, Surrogate
    from smcogui.ui.field_unit import FieldUnit

READINGS: Final = ("mu0_Hc_T", "mu0_Hp_T", "Phi_p", "Mr_over_Ms", "BHmax_kJ_m3")
MARKS: Final = {"interpolating": "●", "sparse": "◐", "extrapolating": "○", "refused": "✖"}
"""What tells the badges apart besides their words and colours."""
INPUT_SYMBOLS: Final = {
    "L_nm": "L",
    "d_nm": "d",
    "wS_nm": "wS",
    "wZ_nm": "wZ",
    "alpha_deg": "α",
    "Ms_z_kA_m": "Ms of the Z phase",
    "sigma_dw_z_mJ_m2": "σdw of the Z phase",
    "l_dw_z_nm": "ldw of the Z phase",
}
_INPUT_UNITS: Final = {
    **dict.fromkeys(("L_nm", "d_nm", "wS_nm", "wZ_nm", "l_dw_z_nm"), "nm"),
    "alpha_deg": "°",
    "Ms_z_kA_m": "kA/m",
    "sigma_dw_z_mJ_m2": "mJ/m²",
}
_STORED_UNITS: Final = {"mu0_Hc_T": " (T)", "mu0_Hp_T": " (T)", "BHmax_kJ_m3": " (kJ/m³)"}
_CONDITIONS: Final[dict[str, tuple[str, str]]] = {
    "structure": ("structure", ""),
    "preset": ("preset", ""),
    "theta_deg": ("θ", "°"),
    "layer": ("grain-boundary layer", ""),
    "layer_thickness_nm": ("layer thickness", " nm"),
    "k_gb": ("anisotropy kgb of the layer", ""),
    "exchange_rule": ("exchange rule", ""),
    "dimension": ("dimension", ""),
    "demag": ("demagnetising field", ""),
    "interface_factor": ("interface factor S", ""),
}
_CHOICES: Final = {
    value: label.lower() if label[0] != "M" else label
    for label, value in (*fields.LAYERS, *fields.RULES, *fields.PRESETS)
} | {"2d": "2-D", "3d": "3-D", True: "on", False: "off"}


def reading_symbol(name: str, unit: FieldUnit) -> str:
    """Return how a reading is written, such as μ₀Hc; without its unit."""
    vacuum = "μ₀" if unit.name == "T" else ""
    return {
        "mu0_Hc_T": f"{vacuum}Hc",
        "mu0_Hp_T": f"{vacuum}Hp",
        "Phi_p": "Φp",
        "Mr_over_Ms": "Mr/Ms",
        "BHmax_kJ_m3": "(BH)max",
    }[name]


def reading_unit(name: str, unit: FieldUnit) -> str:
    """Return the unit in which a reading is shown; empty where it has none."""
    return {"mu0_Hc_T": unit.name, "mu0_Hp_T": unit.name, "BHmax_kJ_m3": unit.energy_name}.get(
        name, ""
    )


def reading_number(name: str, value: float | None, unit: FieldUnit) -> str:
    """Return a reading without its unit, or a dash where there is none."""
    if name in ("mu0_Hc_T", "mu0_Hp_T"):
        return unit.number(value)
    if name == "BHmax_kJ_m3":
        return unit.energy_number(value)
    return decimal_text(value, 3)


def reading_text(name: str, value: float | None, unit: FieldUnit) -> str:
    """Return a reading with its unit, or a dash where there is none."""
    number = reading_number(name, value, unit)
    return number if number == NO_VALUE else f"{number} {reading_unit(name, unit)}".rstrip()


def interval_text(name: str, readings: Mapping[str, Any], unit: FieldUnit) -> str:
    """Return the interval of a reading in its unit, which is not named, or a dash for none."""
    low, high = (reading_number(name, readings[f"{name}_{end}"], unit) for end in ("low", "high"))
    return NO_VALUE if NO_VALUE in (low, high) else f"{low} to {high}"


def model_name(name: str) -> str:
    """Return how a surrogate is called in the middle of a sentence."""
    return "the shipped surrogate" if name == "shipped" else f"the surrogate “{name}”"


def trust_words(surrogate: Surrogate, trust: str) -> str:
    """Return what a badge means, in one sentence."""
    count = f"{surrogate.designs} designs"
    return {
        "interpolating": f"It lies among the {count} that {model_name(surrogate.name)} learned "
        "from.",
        "sparse": f"Few of the {count} that {model_name(surrogate.name)} learned from are near, "
        "or its members disagree: the interval may be too narrow.",
        "extrapolating": f"It lies outside of the {count} that {model_name(surrogate.name)} "
        "learned from: the interval does not hold.",
        "refused": f"It lies too far outside of the {count} that {model_name(surrogate.name)} "
        "learned from: nothing is predicted. Simulate it.",
    }[trust]


def plain_words(message: str, unit: FieldUnit) -> str:
    """Return a message of the library with symbols and units in place of names of columns."""
    words = message
    for name, symbol in INPUT_SYMBOLS.items():
        variable_unit = _INPUT_UNITS[name]
        words = re.sub(rf"\b{name}\b", f"{symbol} ({variable_unit})", words)
    for name in READINGS:
        symbol = reading_symbol(name, unit)
        words = re.sub(rf"\b{name}\b", f"{symbol}{_STORED_UNITS.get(name, '')}", words)
    return words


def range_words(left: RangeLeft) -> str:
    """Return which input left the range learned, such as ``L is 300 nm, learned 11.3 to 178.7``."""
    unit = left.variable.unit if left.variable.unit == "°" else f" {left.variable.unit}"
    symbol = INPUT_SYMBOLS[left.variable.name]
    return f"{symbol} is {left.value:g}{unit}, learned were {left.low:g} to {left.high:g}{unit}"


def difference_words(surrogate: Surrogate, differing: Mapping[str, tuple[Any, Any]]) -> str:
    """Return why a surrogate does not hold for a design with other conditions."""
    told = "; ".join(
        f"{name} {_condition(own, unit)} instead of {_condition(its, unit)}"
        for (own, its), (name, unit) in (
            (pair, _CONDITIONS.get(key, (key, ""))) for key, pair in differing.items()
        )
    )
    words = model_name(surrogate.name)
    return (
        f"{words[0].upper()}{words[1:]} does not know such designs: {told}. Simulate it, or train "
        "a surrogate on such designs."
    )


def condition_words(conditions: Mapping[str, Any]) -> str:
    """Return the conditions of a surrogate with their units."""
    return ", ".join(
        f"{name} {_condition(conditions[key], unit)}"
        for key, (name, unit) in _CONDITIONS.items()
        if key in conditions
    )


def score_words(surrogate: Surrogate, unit: FieldUnit) -> str:
    """Return how good a surrogate was on designs that it never saw; empty where nobody tested."""
    test = surrogate.about.get("test", {})
    scores = test.get("outputs", {}).get("mu0_Hc_T", {})
    if scores.get("r2") is None:
        return ""
    field = reading_text("mu0_Hc_T", scores["rmse"], unit)
    return (
        f"On {test['designs']} designs that it never saw: R² {scores['r2']:.2f}, RMSE {field} for "
        f"{reading_symbol('mu0_Hc_T', unit)}."
    )


def _condition(value: Any, unit: str) -> str:
    if isinstance(value, str | bool):
        return _CHOICES.get(value, str(value))
    return f"{value:g}{unit}"

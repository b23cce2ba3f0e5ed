from __future__ import annotations

import math

import pytest

from smcogui import units


def test_units_one_tesla_is_795_77_kA_m_and_10_kOe():
    H = units.from_tesla(1.0)
    assert units.to_kA_m(H) == pytest.approx(795.77, abs=0.01)
    assert units.to_kOe(H) == pytest.approx(10.0)
    assert units.to_tesla(H) == pytest.approx(1.0)


def test_units_one_MGOe_is_7_9577_kJ_m3():
    assert units.to_MGOe(7957.747) == pytest.approx(1.0, rel=1e-6)
    assert units.to_kJ_m3(7957.747) == pytest.approx(7.957747)


@pytest.mark.parametrize("unit", [*units.FIELD_UNITS.values(), *units.ENERGY_UNITS.values()])
def test_unit_from_si_and_back_gives_the_same(unit: units.Unit):
    assert unit.to_si(unit.from_si(4.2e6)) == pytest.approx(4.2e6)


@pytest.mark.parametrize(
    ("unit", "text"),
    [("T", "4.07 T"), ("kA/m", "3239 kA/m"), ("kOe", "40.7 kOe")],
)
def test_format_field_has_number_and_unit(unit: str, text: str):
    assert units.format_field(units.from_tesla(4.07), unit) == text


@pytest.mark.parametrize(("unit", "text"), [("kJ/m³", "240.0 kJ/m³"), ("MGOe", "30.16 MGOe")])
def test_format_energy_has_number_and_unit(unit: str, text: str):
    assert units.format_energy(240e3, unit) == text


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_format_field_of_undefined_is_a_dash(value: float | None):
    assert units.format_field(value) == "–"


def test_format_field_has_no_negative_zero():
    assert units.format_field(-1e-9) == "0.00 T"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (3.825, 2, "3.83"),
        (units.to_tesla(units.from_tesla(3.825)), 2, "3.83"),
        (3.8249999999999997, 2, "3.83"),
        (3.8249, 2, "3.82"),
        (-3.825, 2, "−3.83"),
        (0.125, 2, "0.13"),
        (2.5, 0, "3"),
        (-0.004, 2, "0.00"),
        (1e300, 2, f"{10**300}.00"),
        (None, 2, "–"),
        (math.nan, 2, "–"),
    ],
)
def test_decimal_text_rounds_halves_away_from_zero(value: float | None, decimals: int, text: str):
    assert units.decimal_text(value, decimals) == text

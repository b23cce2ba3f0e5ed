"""Numbers as people type them, in any language."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smcogui.errors import InputError
from smcogui.units.quantities import (
    QUANTITIES,
    convert,
    format_number,
    parse_quantity,
    quantity_of,
)

NARROW, NO_BREAK, THIN = "\u202f", "\u00a0", "\u2009"
ALL_UNITS = [(q.name, unit) for q in QUANTITIES.values() for unit in q.units]


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("4.05", "T", 4.05),
        ("4,05", "T", 4.05),
        ("4.05 T", "T", 4.05),
        ("4,05T", "T", 4.05),
        ("40.5 kOe", "T", 4.05),
        ("3200 kA/m", "T", 4.021238597),
        ("3 200 kA/m", "T", 4.021238597),
        (f"3{NARROW}200{NO_BREAK}kA/m", "T", 4.021238597),
        ("3'200 kA/m", "T", 4.021238597),
        ("3200 kA m⁻¹", "T", 4.021238597),
        ("-12", "T", -12.0),
        ("−12 T", "T", -12.0),
        (f"–{THIN}12{NARROW}T", "T", -12.0),
        ("+0.5", "T", 0.5),
        ("100 nm", "nm", 100.0),
        ("0.1 µm", "nm", 100.0),
        ("0,1 μm", "nm", 100.0),
        ("0.1um", "nm", 100.0),
        ("40 Å", "nm", 4.0),
        ("30°", "°", 30.0),
        ("30 deg", "°", 30.0),
        ("0.5 rad", "°", math.degrees(0.5)),
        ("1e-2", "", 0.01),
        ("1,5E3", "nm", 1500.0),
        ("5 %", "", 0.05),
        (".5", "T", 0.5),
        ("4.", "T", 4.0),
        ("2100 kJ/m3", "MJ/m³", 2.1),
        ("21 Merg/cm^3", "MJ/m³", 2.1),
        ("12.74 erg/cm²", "mJ/m²", 12.74),
        ("٤٫٠٥", "T", 4.05),
    ],
)
def test_typed_number_is_read(text: str, unit: str, value: float) -> None:
    assert parse_quantity(text, unit) == pytest.approx(value, rel=1e-9)


def test_bare_number_is_in_the_unit_that_is_shown() -> None:
    assert parse_quantity("3200", "T", bare_unit="kA/m") == pytest.approx(4.0212386)
    assert parse_quantity("4.05 T", "T", bare_unit="kA/m") == 4.05


def test_magnetisation_is_told_from_field() -> None:
    kind = "magnetisation"
    assert parse_quantity("290 emu/cm³", "kA/m", quantity=kind) == pytest.approx(290)
    assert parse_quantity("1.24 T", "kA/m", quantity=kind) == pytest.approx(986.76, abs=0.01)
    assert parse_quantity("12.4 kG", "kA/m", quantity=kind) == pytest.approx(986.76, abs=0.01)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "nothing was given"),
        ("half", "no number"),
        ("nan", "no number"),
        ("inf", "no number"),
        ("1,000.5", "one decimal"),
        ("1.000,5", "one decimal"),
        ("1.2.3", "one decimal"),
        ("3 4", "one decimal"),
        ("1 0000", "one decimal"),
        ("--4", "no number"),
        ("4 -5", "no number"),
        ("1e999", "too large"),
        ("4²", "no unit"),
        ("1_000", "no unit"),
        ("5 nm", "nm is a unit of length"),
        ("5 koe", "did you mean kOe"),
        ("5 foo", "kA/m"),
    ],
)
def test_nonsense_is_refused_in_words(text: str, wanted: str) -> None:
    with pytest.raises(InputError, match="First field: ") as caught:
        parse_quantity(text, "T", what="First field")
    assert wanted in caught.value.message
    assert caught.value.given == text


@given(text=st.text(max_size=20))
def test_any_text_is_a_finite_number_or_an_input_error(text: str) -> None:
    with contextlib.suppress(InputError):
        assert math.isfinite(parse_quantity(text, "T"))


@given(
    value=st.floats(min_value=-1e6, max_value=1e6).map(lambda x: float(f"{x:.9g}")),
    pair=st.sampled_from(ALL_UNITS),
    other=st.integers(0, 10),
    comma=st.booleans(),
)
def test_shown_number_is_read_back(
    value: float, pair: tuple[str, str], other: int, comma: bool
) -> None:
    name, unit = pair
    units = list(QUANTITIES[name].units)
    shown_in = units[other % len(units)]
    shown = f"{format_number(convert(value, unit, shown_in, quantity=name))} {shown_in}".strip()
    typed = shown.replace(".", ",") if comma else shown
    read = parse_quantity(typed, unit, quantity=name, bare_unit=shown_in)
    assert read == pytest.approx(value, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (100.0, "100"),
        (0.1 * 3, "0.3"),
        (-12.0, "-12"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (123456789.25, "123456789.2"),
        (2e15, "2000000000000000"),
    ],
)
def test_format_number_is_plain(value: float, text: str) -> None:
    assert format_number(value) == text


def test_every_unit_has_a_quantity() -> None:
    assert all(unit in quantity_of(unit).units for _, unit in ALL_UNITS)
    # A unit that two have means the field, so that "kA/m" and "T" alone are never in doubt.
    assert quantity_of("kA/m").name == quantity_of("T").name == "field"
    with pytest.raises(KeyError):
        quantity_of("furlong")

"""Numbers that people type: any decimal mark, any unit of the quantity, any system's language."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NoReturn

from smcogui.errors import InputError
from smcogui.units import ENERGY_UNITS, FIELD_UNITS, MU0

if TYPE_CHECKING:
    from collections.abc import Mapping

_A_M_PER_KOE: Final = FIELD_UNITS["kOe"].si
_J_M3_PER_MGOE: Final = ENERGY_UNITS["MGOe"].si


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A kind of quantity with every unit in which it may be typed.

    Parameters
    ----------
    name : str
        What it is called, such as ``length``.
    units : mapping of str to float
        SI value of one of each unit (A/m, J/m³, m, rad).
    """

    name: str
    units: Mapping[str, float]

    def describe(self) -> str:
        """Return the units as a list for people."""
        return ", ".join(name for name in self.units if name)


QUANTITIES: Final = MappingProxyType(
    {
        quantity.name: quantity
        for quantity in (
            Quantity(
                name="length",
                units={"nm": 1e-9, "µm": 1e-6, "pm": 1e-12, "Å": 1e-10, "mm": 1e-3, "m": 1.0},
            ),
            Quantity(
                name="field",
                units={
                    "T": 1 / MU0,
                    "mT": 1e-3 / MU0,
                    "kA/m": 1e3,
                    "A/m": 1.0,
                    "MA/m": 1e6,
                    "kOe": _A_M_PER_KOE,
                    "Oe": 1e-3 * _A_M_PER_KOE,
                },
            ),
            # A magnetisation in T is a polarisation μ0M, one in kG is 4πM.
            Quantity(
                name="magnetisation",
                units={
                    "kA/m": 1e3,
                    "A/m": 1.0,
                    "MA/m": 1e6,
                    "emu/cm³": 1e3,
                    "T": 1 / MU0,
                    "kG": 0.1 / MU0,
                },
            ),
            Quantity(
                name="energy density",
                units={
                    "MJ/m³": 1e6,
                    "kJ/m³": 1e3,
                    "J/m³": 1.0,
                    "MGOe": _J_M3_PER_MGOE,
                    "Merg/cm³": 1e5,
                    "erg/cm³": 0.1,
                },
            ),
            Quantity(name="wall energy", units={"mJ/m²": 1e-3, "J/m²": 1.0, "erg/cm²": 1e-3}),
            Quantity(
                name="exchange stiffness",
                units={"pJ/m": 1e-12, "J/m": 1.0, "µerg/cm": 1e-11, "erg/cm": 1e-5},
            ),
            Quantity(name="mass", units={"mg": 1e-6, "µg": 1e-9, "g": 1e-3, "kg": 1.0}),
            Quantity(name="volume", units={"mm³": 1e-9, "cm³": 1e-6, "µm³": 1e-18, "m³": 1.0}),
            Quantity(name="density", units={"g/cm³": 1e3, "kg/m³": 1.0}),
            Quantity(name="angle", units={"°": math.pi / 180, "rad": 1.0}),
            Quantity(name="ratio", units={"": 1.0, "%": 1e-2}),
        )
    }
)
"""What numbers can be typed, by name; a unit that several have means the first of them."""

_MINUS_SIGNS: Final = dict.fromkeys(map(ord, "−‐‑‒–—﹣－⁻"), "-")
_MARKS: Final = {ord("٫"): ".", ord("’"): "'", ord("º"): "°", ord("˚"): "°"}
_SPELLINGS: Final = MappingProxyType(
    {"um": "µm", "deg": "°", "degree": "°", "degrees": "°", "angstrom": "Å", "uerg/cm": "µerg/cm"}
)
# A sign; digits, alone or in groups of three; one decimal mark; an exponent.
_NUMBER: Final = re.compile(
    r"(?P<sign>[+-]?) ?(?P<whole>\d{1,3}(?:[ ']\d{3})+(?![\d])|\d*)"
    r"(?:[.,](?P<part>\d*))?(?P<exponent>[eE][+-]?\d+)?"
)


def parse_quantity(
    text: str, unit: str, *, quantity: str = "", bare_unit: str = "", what: str = ""
) -> float:
    """Read a number that a person typed, with or without its unit, whatever the locale.

    Point and comma are both decimal marks; spaces of any kind and apostrophes may group digits
    by three, a comma or a point may not. Any minus sign is one.

    Parameters
    ----------
    text : str
        Such as ``4.05``, ``4,05 T``, ``−3 200 kA/m``, ``0.1 µm``, ``30°`` or ``1e-2``.
    unit : str
        Unit of the value returned.
    quantity : str, optional
        Key of :data:`QUANTITIES`; by default the first that knows the unit.
    bare_unit : str, optional
        Unit of a number without one, by default ``unit``.
    what : str, optional
        Name of the number, for the message.

    Raises
    ------
    InputError
        If it is no finite number, or the unit is not one of this quantity; the message names
        what was given, what is allowed, and the nearest unit.
    """
    kind = QUANTITIES[quantity] if quantity else quantity_of(unit)
    value, given_unit = _split(text, kind, bare_unit or unit, what)
    if not given_unit:
        given_unit = bare_unit or unit
    if given_unit not in kind.units:
        _refuse_unit(text, given_unit, kind, what)
    if given_unit != unit:
        value *= kind.units[given_unit] / kind.units[unit]
    if not math.isfinite(value):
        _refuse(text, "it is too large", "a finite number", what)
    return value


def convert(value: float, unit: str, to: str, *, quantity: str = "") -> float:
    """Return a value given in one unit in another one of the same quantity."""
    if unit == to:
        return value
    kind = QUANTITIES[quantity] if quantity else quantity_of(unit)
    return value * kind.units[unit] / kind.units[to]


def quantity_of(unit: str) -> Quantity:
    """Return the first quantity that has this unit.

    Raises
    ------
    KeyError
        If none has it.
    """
    for quantity in QUANTITIES.values():
        if unit in quantity.units:
            return quantity
    raise KeyError(unit)


def format_number(value: float, digits: int = 10) -> str:
    """Return a number with a decimal point and without grouping, exponent or trailing zeros.

    Parameters
    ----------
    value : float
    digits : int, optional
        Significant digits.
    """
    rounded = float(f"{value:.{digits}g}") + 0.0
    return f"{Decimal(repr(rounded)):f}".removesuffix(".0")


def _split(text: str, kind: Quantity, shown_unit: str, what: str) -> tuple[float, str]:
    """Return the number and the unit behind it; the unit is empty where none was given."""
    plain = " ".join(text.translate(_MINUS_SIGNS).translate(_MARKS).split())
    # Digits of other scripts; superscripts are not among them.
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    found = _NUMBER.match(plain)
    whole, part = (found["whole"], found["part"] or "") if found else ("", "")
    rest = plain[found.end() :].strip() if found else plain
    if (
        found is None
        or not (whole or part)
        or (rest and (rest[0].isdecimal() or rest[0] in ".,'-+"))
    ):
        example = f"4.05 {shown_unit}".strip()
        _refuse(
            text,
            "it is no number" if plain else "nothing was given",
            f"a number such as {example}, with one decimal point or comma",
            what,
        )
    digits = re.sub(r"[ ']", "", whole) or "0"
    value = float(f"{found['sign']}{digits}.{part or 0}{found['exponent'] or ''}")
    return value, _unit_name(rest, kind)


def _unit_name(text: str, kind: Quantity) -> str:
    """Return the unit by its name here, also where it is spelled kJ/m3, kJ/m^3, kJ m⁻³ or um."""
    if not text:
        return ""
    plain = _plain_unit(text)
    for name in (*kind.units, *(n for q in QUANTITIES.values() for n in q.units)):
        if name and _plain_unit(name) == plain:
            return name
    return _SPELLINGS.get(plain.lower() if len(plain) > 3 else plain, text)


def _plain_unit(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS_SIGNS)
    plain = re.sub(r"[\s^·*]", "", plain)
    return re.sub(r"(c?m)-([123])$", lambda m: f"/{m[1]}{m[2] if m[2] != '1' else ''}", plain)


def _refuse_unit(text: str, given: str, kind: Quantity, what: str) -> NoReturn:
    others = [q.name for q in QUANTITIES.values() if given in q.units]
    known = {name.lower(): name for name in kind.units if name}
    near = get_close_matches(given.lower(), known, n=1, cutoff=0.5)
    if others:
        reason = f"{given} is a unit of {others[0]}"
    else:
        hint = f" (did you mean {known[near[0]]}?)" if near else ""
        reason = f"“{given}” is no unit of this number{hint}"
    units = kind.describe()
    article = "an" if kind.name[0] in "aeiou" else "a"
    _refuse(text, reason, f"{article} {kind.name} in {units}" if units else "a bare number", what)


def _refuse(text: str, reason: str, allowed: str, what: str) -> NoReturn:
    name = f"{what}: " if what else ""
    given = f"“{text.strip()}” cannot be read, {reason}" if text.strip() else reason
    raise InputError(f"{name}{given}; allowed is {allowed}.", key=what, given=text, allowed=allowed)

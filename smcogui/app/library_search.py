"""Searching designs and runs: words, ``tag:`` and comparisons such as ``L>90 Hc>=4 T``.

All parts of a query must hold. A word is looked for in name, tags, note, Z phase, preset, state and
run id, whatever its case; ``tag:word`` in the tags only. A comparison has one of ``< <= > >= = !=``
between the name of a quantity and a number with or without a unit; what is not known of a design or
a run fulfils none. ``=`` allows for one part in a thousand, as numbers are shown rounded.
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, TypeVar

from smcogui.design.canonical import NM, to_degrees, to_unit
from smcogui.design.composition import zr_atomic_percent
from smcogui.errors import InputError
from smcogui.units.quantities import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from smcogui.data.design_shelf import DesignEntry
    from smcogui.data.store import RunRecord
    from smcogui.design.design import Design

_T = TypeVar("_T")
# Name, unit in which it is kept here ("" for a bare number), other spellings.
_QUANTITIES: Final = (
    ("L", "nm", ()),
    ("d", "nm", ()),
    ("wS", "nm", ()),
    ("wZ", "nm", ()),
    ("theta", "°", ("θ",)),
    ("alpha", "°", ("α",)),
    ("phiS", "", ("φs",)),
    ("phiZ", "", ("φz",)),
    ("Zr", "", ()),
    ("cell", "nm", ()),
    ("domain", "nm", ()),
    ("cycles", "", ()),
    ("seed", "", ()),
    ("Hc", "T", ()),
    ("Hp", "T", ()),
    ("Phip", "", ("φp",)),
    ("Mr", "", ()),
    ("BHmax", "kJ/m³", ("(bh)max",)),
)
NAMES: Final = tuple(name for name, _, _ in _QUANTITIES)
"""What can be compared; Zr in at%, phi, Phip and Mr (over Ms) without a unit."""

_KEYS: Final = {
    spelling.casefold(): (name, unit)
    for name, unit, others in _QUANTITIES
    for spelling in (name, *others)
}
_UNIT_WORDS: Final = r"nm|µm|um|mT|T|kA/m|A/m|kOe|Oe|°|deg|kJ/m[³3]|MGOe|at%|%"
_COMPARISON: Final = re.compile(
    r"(?P<name>[^\s<>=!≤≥≠]+)\s*(?P<how><=|>=|!=|≤|≥|≠|=|<|>)\s*"
    rf"(?P<number>[^\s<>=!≤≥≠]+(?:\s+(?:{_UNIT_WORDS})(?=\s|$))?)",
    re.IGNORECASE,
)
_OPERATORS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "≤": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "≥": operator.ge,
    "=": lambda a, b: math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-9),
    "!=": lambda a, b: not math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-9),
    "≠": lambda a, b: not math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-9),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """What can be searched of a design or a run; numbers by name, in the unit of the name."""

    words: str
    tags: tuple[str, ...]
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    name: str
    holds: Callable[[float, float], bool]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query that was read; an empty one is fulfilled by everything."""

    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    comparisons: tuple[_Comparison, ...] = ()

    def matches(self, item: Searchable) -> bool:
        """Whether every part holds."""
        text, tags = item.words.casefold(), " ".join(item.tags).casefold()
        return (
            all(word in text or word in tags for word in self.words)
            and all(tag in tags for tag in self.tags)
            and all(
                each.name in item.numbers and each.holds(item.numbers[each.name], each.value)
                for each in self.comparisons
            )
        )


class Finder:
    """Finds designs and runs, and remembers what can be searched of each of them."""

    def __init__(self) -> None:
        self._facts: dict[str, tuple[object, Searchable]] = {}

    def designs(self, query: Query, entries: Sequence[DesignEntry]) -> list[DesignEntry]:
        """Return the designs that fulfil a query."""
        return [e for e in entries if query.matches(self._of(e.design_id, e, of_design))]

    def runs(self, query: Query, records: Sequence[RunRecord]) -> list[RunRecord]:
        """Return the runs that fulfil a query."""
        return [r for r in records if query.matches(self._of(r.run_id, r, of_run))]

    def _of(self, item_id: str, item: _T, describe: Callable[[_T], Searchable]) -> Searchable:
        known, facts = self._facts.get(item_id, (None, None))
        if known is not item or facts is None:
            facts = describe(item)
            self._facts[item_id] = (item, facts)
        return facts


def parse_query(text: str, field_unit: str = "T", energy_unit: str = "kJ/m³") -> Query:
    """Read a query.

    Parameters
    ----------
    text : str
    field_unit, energy_unit : str
        Units of numbers that are given without one.

    Raises
    ------
    InputError
        If a quantity is not known, or its number cannot be read; the message names the nearest
        quantity, or the units allowed.
    """
    comparisons: list[_Comparison] = []

    def take(found: re.Match[str]) -> str:
        name, unit = _quantity(found["name"])
        bare = {"T": field_unit, "kJ/m³": energy_unit}.get(unit, unit)
        number = found["number"].removesuffix("at%")
        value = parse_quantity(number, unit, bare_unit=bare, what=name)
        comparisons.append(_Comparison(name=name, holds=_OPERATORS[found["how"]], value=value))
        return " "

    rest = _COMPARISON.sub(take, text).split()
    unfinished = next((word for word in rest if re.search("[<>=≤≥≠]", word)), None)
    if unfinished is not None:
        raise InputError(
            f"{unfinished!r} is no comparison yet; write a quantity, a sign and a number, such as "
            "L>90",
            key="search",
            given=unfinished,
            allowed="a comparison such as L>90",
        )
    words = [word.casefold() for word in rest]
    return Query(
        words=tuple(word for word in words if not word.startswith("tag:")),
        tags=tuple(word.removeprefix("tag:") for word in words if word.startswith("tag:")),
        comparisons=tuple(comparisons),
    )


def of_run(record: RunRecord) -> Searchable:
    """Return what can be searched of a run."""
    result = record.result or {}
    readings = {
        "Hc": result.get("mu0_Hc_T"),
        "Hp": result.get("mu0_Hp_T"),
        "Phip": result.get("Phi_p"),
        "Mr": result.get("Mr_over_Ms"),
        "BHmax": result.get("BHmax_kJ_m3"),
    }
    design = record.design
    return Searchable(
        words=" ".join(
            (
                *(record.name, record.info.name, record.note, record.run_id),
                *(record.state.value, record.state.words),
                *(design.z_phase.name, design.preset, record.info.engine.label),
            )
        ),
        tags=record.tags,
        numbers={
            **_numbers(design),
            **{name: float(value) for name, value in readings.items() if value is not None},
        },
    )


def of_design(entry: DesignEntry) -> Searchable:
    """Return what can be searched of a design of the library."""
    design = entry.design
    described = () if design is None else (design.z_phase.name, design.preset)
    shipped = "shipped" if entry.is_shipped else ""
    return Searchable(
        words=" ".join((entry.name, entry.note, entry.path.stem, shipped, *described)),
        tags=entry.tags,
        numbers={} if design is None else _numbers(design),
    )


def _numbers(design: Design) -> dict[str, float]:
    parameters = design.parameters
    return {
        "L": to_unit(parameters.L, NM),
        "d": to_unit(parameters.d, NM),
        "wS": to_unit(parameters.w_S, NM),
        "wZ": to_unit(parameters.w_Z, NM),
        "theta": to_degrees(parameters.theta),
        "alpha": to_degrees(design.alpha),
        "phiS": parameters.phi_S,
        "phiZ": parameters.phi_Z,
        "Zr": zr_atomic_percent(parameters.phi_S, parameters.phi_Z),
        "cell": to_unit(design.mesh.cell, NM),
        "domain": to_unit(design.domain, NM),
        "cycles": float(design.run.cycles),
        "seed": float(design.run.seed),
    }


def _quantity(given: str) -> tuple[str, str]:
    """Return name and unit of a quantity that somebody typed."""
    plain = given.replace("_", "").replace("μ0", "").casefold()
    found = _KEYS.get(plain)
    if found is not None:
        return found
    near = get_close_matches(plain, _KEYS, n=1, cutoff=0.5)
    hint = f"; did you mean {_KEYS[near[0]][0]}?" if near else "."
    raise InputError(
        f"{given!r} is no quantity that can be compared{hint} There are: {', '.join(NAMES)}",
        key="search",
        given=given,
        allowed=", ".join(NAMES),
    )

"""Candidates of a search and their verification, as rows of tables and sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from smcogui.ui.surrogate_words import (
    INPUT_SYMBOLS,
    MARKS,
    READINGS,
    interval_text,
    model_name,
    plain_words,
    reading_number,
    reading_symbol,
    reading_text,
    reading_unit,
)
from smcogui.ui.widgets.list_table import Row
from smcogui.units import NO_VALUE, decimal_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from smcogui.app.verification import Verification
    from smcogui.surrogates.candidates import Candidate
    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.inverse import InverseAnswer
    from smcogui.surrogates.optimise import ParetoFront
    from smcogui.surrogates.reading_ranges import Standing
    from smcogui.ui.field_unit import FieldUnit

_LENGTHS: Final = ("L_nm", "d_nm", "wS_nm", "wZ_nm")
_SHOWN: Final = ("mu0_Hc_T", "Phi_p")
"""Readings that stand first, and alone among the verified ones."""
_OTHERS: Final = tuple(name for name in READINGS if name not in _SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDesigns:
    """What a search found.

    Parameters
    ----------
    candidates : tuple of Candidate
        The best first; the nearest one where nothing was reachable.
    surrogate : Surrogate
        What predicted them.
    wanted : dict
        Values by reading; empty for a front.
    best : dict
        For a front whether more is better, by reading; empty otherwise.
    is_reachable : bool
    notes : tuple of str
        What the search has to say.
    standings : dict
        Where each wanted reading lies among those of the designs that were learned from.
    """

    candidates: tuple[Candidate, ...]
    surrogate: Surrogate
    wanted: dict[str, float]
    best: dict[str, bool]
    is_reachable: bool
    notes: tuple[str, ...]
    standings: dict[str, Standing] = field(default_factory=dict)


def found_by_search(
    answer: InverseAnswer, wanted: dict[str, float], surrogate: Surrogate
) -> FoundDesigns:
    """Return what a search for wanted readings found."""
    nearest = () if answer.nearest is None else (answer.nearest,)
    return FoundDesigns(
        candidates=answer.candidates or nearest,
        surrogate=surrogate,
        wanted=wanted,
        best={},
        is_reachable=answer.is_reachable,
        # The last note of an unreachable query is what the window says in its own units.
        notes=answer.notes if answer.is_reachable else answer.notes[:-1],
        standings=answer.standings,
    )


def found_by_front(front: ParetoFront, surrogate: Surrogate) -> FoundDesigns:
    """Return the designs of a front."""
    return FoundDesigns(
        candidates=front.candidates,
        surrogate=surrogate,
        wanted={},
        best=front.objectives,
        is_reachable=True,
        notes=front.notes,
    )


def candidate_titles(unit: FieldUnit) -> tuple[str, ...]:
    """Return the titles of the columns, with the units in use."""
    lengths = (f"{INPUT_SYMBOLS[name]} (nm)" for name in _LENGTHS)
    first, others = ([titled(name, unit) for name in names] for names in (_SHOWN, _OTHERS))
    return ("#", "Trust", *first, *lengths, "α (°)", "Z phase", "Zr (at%)", *others)


def candidate_row(number: int, candidate: Candidate, unit: FieldUnit) -> Row:
    """Return a candidate as a row; ``number`` counts from 1."""
    facts = candidate.facts()
    trust = str(facts["trust"])
    cells: list[tuple[str, float | str]] = [
        (str(number), float(number)),
        (f"{MARKS[trust]} {trust}", str(list(MARKS).index(trust))),
    ]
    cells += [(_reading(name, facts, unit), float(facts[name])) for name in _SHOWN]
    cells += [(f"{facts[name]:g}", float(facts[name])) for name in (*_LENGTHS, "alpha_deg")]
    z_phase = "own" if facts["z_phase"] == "user" else str(facts["z_phase"])
    zr = facts["zr_at_percent"]
    cells += [(z_phase, z_phase), (decimal_text(zr, 2), float(zr))]
    cells += [(_reading(name, facts, unit), float(facts[name])) for name in _OTHERS]
    return Row(row_id=str(number), cells=tuple(cells), tip=candidate_text(candidate, unit))


def candidate_text(candidate: Candidate, unit: FieldUnit) -> str:
    """Return a candidate in words: its inputs, constants of Z, what scatter does."""
    facts = candidate.facts()
    lengths = ", ".join(f"{INPUT_SYMBOLS[name]} {facts[name]:g} nm" for name in _LENGTHS)
    z_phase = "own constants" if facts["z_phase"] == "user" else facts["z_phase"]
    told = [
        f"{lengths}, α {facts['alpha_deg']:g}°, Z phase {z_phase}, "
        f"{decimal_text(facts['zr_at_percent'], 2)} at% Zr."
    ]
    if facts["z_phase"] == "user":
        told.append(
            f"Z phase with Ms {facts['Ms_z_kA_m']:g} kA/m, σdw {facts['sigma_dw_z_mJ_m2']:g} "
            f"mJ/m², ldw {facts['l_dw_z_nm']:g} nm."
        )
    if candidate.doubts:
        told.append(f"Trusted less: {'; '.join(candidate.doubts)}.")
    for name, under in candidate.under_scatter.items():
        low, high = (reading_text(name, under[key], unit) for key in ("low", "high"))
        told.append(
            f"Under scatter {reading_symbol(name, unit)} is {low} to {high}, expected "
            f"{reading_text(name, under['expected'], unit)}."
        )
    return " ".join(told)


def found_text(found: FoundDesigns, unit: FieldUnit) -> str:
    """Return what a search found, in words."""
    surrogate, count = found.surrogate, len(found.candidates)
    by = f"predicted by {model_name(surrogate.name)} from {surrogate.designs} designs"
    notes = [plain_words(note, unit) for note in found.notes]
    if found.best:
        ends = (
            f"{'high' if more else 'low'} {reading_symbol(name, unit)}"
            for name, more in found.best.items()
        )
        first = (
            f"{count} designs of which none is better in every respect ({', '.join(ends)}), {by}; "
            "only a simulation verifies."
        )
    elif found.is_reachable:
        are = "1 design is" if count == 1 else f"{count} designs are"
        wanted = _told(found.wanted, unit)
        first = f"{are} {by} to have {wanted}; only a simulation verifies."
    else:
        nearest = {name: found.candidates[0].readings[name] for name in found.wanted}
        first = (
            f"Not reachable: no design within these limits is {by} to have "
            f"{_told(found.wanted, unit)}. The nearest is shown: {_told(nearest, unit)}."
        )
    told = (standing_text(name, each, unit) for name, each in found.standings.items())
    return " ".join([first, *told, *(f"{_as_sentence(note)}." for note in notes)])


def standing_text(name: str, standing: Standing, unit: FieldUnit) -> str:
    """Return where a wanted reading lies among those of the designs, in a sentence."""
    ends = [reading_number(name, getattr(standing, key), unit) for key in ("low", "high")]
    middle = [reading_number(name, getattr(standing, key), unit) for key in ("q25", "q75")]
    of_unit = reading_unit(name, unit)
    return (
        f"{reading_symbol(name, unit)} lies {standing.place}: the {standing.designs} designs at "
        f"α {standing.alpha_from:g} to {standing.alpha_to:g}° have {ends[0]} to {ends[1]}"
        f"{' ' + of_unit if of_unit else ''}, half of them {middle[0]} to {middle[1]}."
    )


def verified_titles(unit: FieldUnit) -> tuple[str, ...]:
    """Return the titles of the columns of verified candidates."""
    readings = []
    for name in _SHOWN:
        title = titled(name, unit)
        readings += [f"{title} predicted", "simulated", "error"]
    return ("Design", "State", *readings, "Wanted", "Predicted by")


def verified_row(found: Verification, unit: FieldUnit) -> Row:
    """Return a candidate that is or was put to the test as a row."""
    cells: list[tuple[str, float | str]] = [
        (found.name, found.name.casefold()),
        (found.state.value, found.state.value),
    ]
    compared = _compared(found)
    for name in _SHOWN:
        each = compared.get(name, {})
        guess, value, error = found.predicted.get(name), each.get("simulated"), each.get("error")
        cells += [
            (_reading(name, found.predicted, unit), _key(guess)),
            (reading_number(name, value, unit), _key(value)),
            (_error(name, error, unit, is_inside=bool(each.get("inside"))), _key(error)),
        ]
    wanted = _told(found.wanted, unit)
    cells += [(wanted, wanted), (found.model, found.model)]
    return Row(row_id=found.key, cells=tuple(cells), tip=_comparison(compared, unit))


def verified_text(rows: Sequence[Verification], unit: FieldUnit) -> str:
    """Return how predictions have held so far, in a sentence."""
    done = [_compared(row) for row in rows if row.simulated is not None]
    if not rows:
        return ""
    if not done:
        return f"None of {len(rows)} candidates is simulated yet."
    told = [_held(name, done, unit) for name in _SHOWN]
    return f"{len(done)} of {len(rows)} candidates are simulated. {' '.join(filter(None, told))}"


def titled(name: str, unit: FieldUnit) -> str:
    """Return a reading with its unit in brackets, as the title of a column."""
    in_brackets = reading_unit(name, unit)
    symbol = reading_symbol(name, unit)
    return f"{symbol} ({in_brackets})" if in_brackets else symbol


def _held(name: str, done: Sequence[Mapping[str, Any]], unit: FieldUnit) -> str:
    known = [each[name] for each in done if each[name]["error"] is not None]
    if not known:
        return ""
    size = reading_text(name, median(abs(each["error"]) for each in known), unit)
    inside = sum(each["inside"] for each in known)
    return (
        f"{reading_symbol(name, unit)}: median error {size}, {inside} of {len(known)} inside the "
        "interval."
    )


def _comparison(compared: Mapping[str, Mapping[str, Any]], unit: FieldUnit) -> str:
    lines = [
        f"{reading_symbol(name, unit)}: predicted {reading_text(name, each['predicted'], unit)}, "
        f"simulated {reading_text(name, each['simulated'], unit)}"
        for name, each in compared.items()
    ]
    return "\n".join(lines)


def _compared(found: Verification) -> dict[str, dict[str, Any]]:
    # Not at the top: the window opens before anybody verifies.
    from smcogui.app.verification import compare_readings

    return {} if found.simulated is None else compare_readings(found.predicted, found.simulated)


def _reading(name: str, facts: Mapping[str, Any], unit: FieldUnit) -> str:
    number = reading_number(name, facts[name], unit)
    return number if number == NO_VALUE else f"{number} ({interval_text(name, facts, unit)})"


def _error(name: str, error: float | None, unit: FieldUnit, *, is_inside: bool) -> str:
    if error is None:
        return NO_VALUE
    size = reading_number(name, abs(error), unit)
    return f"{'✔' if is_inside else '✖'} {'+' if error > 0 else '−'}{size}"


def _key(value: float | None) -> float:
    return float("-inf") if value is None else float(value)


def _as_sentence(note: str) -> str:
    """Return words with a capital in front; a Greek symbol stays what it is."""
    return f"{note[0].upper()}{note[1:]}" if note[0].isascii() else note


def _told(values: Mapping[str, float], unit: FieldUnit) -> str:
    names: Iterable[str] = (name for name in READINGS if name in values)
    return ", ".join(
        f"{reading_symbol(name, unit)} {reading_text(name, values[name], unit)}" for name in names
    )

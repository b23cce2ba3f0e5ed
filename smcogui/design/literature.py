"""Samples of the literature (Suppl. Table 1) as designs: what is known of them, what is missing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from smcogui.design.canonical import NM, from_unit, to_unit
from smcogui.design.design import LONGEST_NAME, Design
from smcogui.design.parameters import LENGTHS
from smcogui.design.tables import ELEMENTS, literature_rows
from smcogui.errors import InputError

if TYPE_CHECKING:
    from smcogui.design.tables import LiteratureRow

SOURCE: Final = "measured"
"""Where the numbers of the table come from."""


def literature_row(number: int) -> LiteratureRow:
    """Return a row of the table by its number, from 1; raises InputError where there is none."""
    rows = literature_rows()
    if not 1 <= number <= len(rows):
        raise InputError(
            f"there is no row {number} in the table of the literature; it has 1 to {len(rows)}",
            key="row",
            given=str(number),
            allowed=f"1 to {len(rows)}",
        )
    return rows[number - 1]


def short_citation(row: LiteratureRow) -> str:
    """Return first author and year: ``Maury 1993``."""
    author = row.citation.partition(",")[0]
    years = re.findall(r"\((\d{4})\)", row.citation)
    return f"{author} {years[-1]}"


def missing_lengths(row: LiteratureRow) -> tuple[str, ...]:
    """Return the columns of L, d, w_S and w_Z in which the table gives no number."""
    return tuple(key for key in LENGTHS if getattr(row, key) is None)


def sample_design(row: LiteratureRow, base: Design) -> Design:
    """Return the design of a sample: its lengths, and everything else of another design.

    Parameters
    ----------
    row : LiteratureRow
    base : Design
        Also gives the lengths that the table does not have; the name of the design says which.

    Raises
    ------
    InputError
        If the lengths do not go together, as where a platelet is thicker than their interval.
    """
    missing = missing_lengths(row)
    known = {
        attribute: from_unit(getattr(row, key), NM)
        for key, attribute in LENGTHS.items()
        if key not in missing
    }
    name = f"{short_citation(row)}, Suppl. Table 1 row {row.number}"
    if missing:
        filled = ", ".join(key.removesuffix("_nm") for key in missing)
        name = f"{name}, with {filled} of {base.name}"
    try:
        return replace(
            base,
            name=name[:LONGEST_NAME],
            parameters=replace(base.parameters, **known),
            region_map=None,
        )
    except InputError as error:
        raise InputError(
            f"row {row.number} of Suppl. Table 1 ({short_citation(row)}) cannot be a design with "
            f"the other values of {base.name!r}: {error.message}",
            key=error.key,
            given=error.given,
            allowed=error.allowed,
        ) from error


def filled_lengths(row: LiteratureRow, base: Design) -> dict[str, float]:
    """Return the lengths in nm that a sample takes from another design, by column."""
    return {
        key: to_unit(getattr(base.parameters, LENGTHS[key]), NM) for key in missing_lengths(row)
    }


def sample_facts(row: LiteratureRow) -> dict[str, Any]:
    """Return a row as plain values; None where the table gives no number."""
    return {
        "row": row.number,
        "name": short_citation(row),
        "reference": row.reference,
        "citation": row.citation,
        "sample": row.sample or None,
        "preparation": row.preparation or None,
        **{f"{element}_at_percent": row.composition[element] for element in ELEMENTS},
        **{key: getattr(row, key) for key in LENGTHS},
        "missing": list(missing_lengths(row)),
        "source": SOURCE,
    }

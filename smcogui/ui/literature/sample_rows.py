"""Samples of the literature as rows of a table and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.design.composition import zr_atomic_percent
from smcogui.design.literature import filled_lengths, missing_lengths, short_citation
from smcogui.design.parameters import LENGTHS
from smcogui.design.tables import ELEMENTS
from smcogui.ui.surrogate_words import INPUT_SYMBOLS
from smcogui.ui.widgets.list_table import Row
from smcogui.units import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smcogui.design.design import Design
    from smcogui.design.tables import LiteratureRow

SAMPLE_TITLES: Final = (
    *("Row", "Reference", "Sample", "Made by"),
    *(f"{element} (at%)" for element in ELEMENTS),
    *(f"{INPUT_SYMBOLS[key]} (nm)" for key in LENGTHS),
)


def sample_row(row: LiteratureRow) -> Row:
    """Return a sample as a row of :data:`SAMPLE_TITLES`; a dash where no number is known."""
    reference = f"{short_citation(row)} [{row.reference}]"
    words = (reference, row.sample, row.preparation)
    lengths = (getattr(row, key) for key in LENGTHS)
    return Row(
        row_id=str(row.number),
        cells=(
            (str(row.number), float(row.number)),
            *((word or NO_VALUE, word.casefold()) for word in words),
            *_numbers(row.composition[element] for element in ELEMENTS),
            *_numbers(lengths),
        ),
        tip=f"[{row.reference}] {row.citation}",
    )


def matches(row: LiteratureRow, text: str, *, complete: bool | None) -> bool:
    """Whether all words of a filter stand in a row, and it is complete or not, as wanted."""
    if complete is not None and complete is bool(missing_lengths(row)):
        return False
    shown = " ".join((*(cell for cell, _ in sample_row(row).cells), row.citation)).casefold()
    return all(word in shown for word in text.casefold().split())


def sample_text(row: LiteratureRow, base: Design) -> str:
    """Return what is to know of a sample besides its row, and how it would be loaded."""
    zr = row.composition["Zr"]
    lines = [f"[{row.reference}] {row.citation}"]
    missing = missing_lengths(row)
    if missing:
        filled = ", ".join(
            f"{INPUT_SYMBOLS[key]} = {value:g} nm"
            for key, value in filled_lengths(row, base).items()
        )
        lines.append(
            f"The table does not give {_listed(missing)}. Loaded as a design, it takes {filled} "
            f"of the current design, “{base.name}”."
        )
    else:
        nominal = zr_atomic_percent(row.wS_nm / row.L_nm, row.wZ_nm / row.d_nm)  # type: ignore[operator]
        lines.append(
            f"All four lengths are measured. Its zirconium: measured {zr:.2f} at%, "
            f"{nominal:.2f} at% by its nominal phase fractions (analytic)."
        )
    lines.append("Suppl. Table 1 gives no coercivity, so that there is none to compare with.")
    return "\n".join(lines)


def prediction_title(row: LiteratureRow, base: Design) -> str:
    """Return for what the prediction beside a sample holds."""
    missing = missing_lengths(row)
    taken = f", with {_listed(missing)} and the rest" if missing else ", with the rest"
    return f"Its lengths{taken} of the current design, “{base.name}”:"


def _listed(keys: tuple[str, ...]) -> str:
    symbols = [INPUT_SYMBOLS[key] for key in keys]
    return " and ".join((", ".join(symbols[:-1]), symbols[-1])) if len(keys) > 1 else symbols[0]


def _numbers(values: Iterable[float | None]) -> tuple[tuple[str, float], ...]:
    return tuple(
        (NO_VALUE, float("nan")) if value is None else (f"{value:.3f}", value) for value in values
    )

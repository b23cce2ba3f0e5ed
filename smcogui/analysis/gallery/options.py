"""What can be chosen of a figure beyond the designs: declared here, offered by window and verb."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.analysis.angle_bands import angle_bands
from smcogui.analysis.contours import commonest_z
from smcogui.analysis.design_table import ALL_READINGS, ALPHA, QUANTITIES, READINGS
from smcogui.analysis.fitted_model import FITTED_MODELS
from smcogui.errors import InputError
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from smcogui.analysis.gallery.subject import Subject

    Choices = Callable[[Subject], Sequence[tuple[str, str]]]

ALL: Final = "all"
_MOST_PAIRS: Final = 6
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureOption:
    """Something to choose; its values are texts, as they stand on a command line.

    Parameters
    ----------
    key : str
    label, tip : str
        For people.
    default : callable
        From designs to the value that holds where none is given.
    choices : callable, optional
        From designs to (text for people, value); without it any value that ``read`` takes.
    read : callable, optional
        Raises InputError for a value that is not allowed.
    limits, unit
        Of a number.
    """

    key: str
    label: str
    tip: str
    default: Callable[[Subject], str]
    choices: Choices | None = None
    read: Callable[[str], object] | None = None
    limits: tuple[float, float] | None = None
    unit: str = ""

    def check(self, value: str, subject: Subject) -> str:
        """Return a value that is allowed; raises InputError for another."""
        if self.choices is not None:
            allowed = [each for _, each in self.choices(subject)]
            if value not in allowed:
                near = difflib.get_close_matches(value, allowed, n=1, cutoff=0.3)
                nearest = f" The nearest is {near[0]!r}." if near else ""
                raise refused(self, value, f"{', '.join(allowed)}.{nearest}")
        elif self.limits is not None:
            low, high = self.limits
            number = _number(value)
            if not low <= number <= high:
                raise refused(self, value, f"{low:g} to {high:g} {self.unit}")
        elif self.read is not None:
            self.read(value)
        return value


def refused(option: FigureOption, value: str, allowed: str) -> InputError:
    """Return the error that says what of an option is not allowed."""
    return InputError(
        f"{option.label} ({option.key}) is {value!r}; allowed is {allowed}",
        key=option.key,
        given=value,
        allowed=allowed,
    )


def resolved(
    options: Sequence[FigureOption], given: Mapping[str, str], subject: Subject
) -> dict[str, str]:
    """Return a value for every option: what is given, else the default.

    Raises
    ------
    InputError
        If a value is not allowed, or there is no option of a name.
    """
    known = {option.key: option for option in options}
    for key in given:
        if key not in known:
            allowed = ", ".join(known) or "none"
            raise InputError(
                f"the figure has no option {key!r}; it has: {allowed}",
                key="option",
                given=key,
                allowed=allowed,
            )
    return {
        key: option.check(given[key], subject) if key in given else option.default(subject)
        for key, option in known.items()
    }


def read_pairs(text: str) -> list[tuple[float, float]]:
    """Return pairs (wS, wZ) in nm from a text such as ``3,3 6,5``; raises InputError."""
    found: list[tuple[float, float]] = []
    for word in text.split():
        parts = [_number(part) for part in word.split(",")]
        if len(parts) != 2 or not all(0 < part <= 1000 for part in parts):
            found = []
            break
        found.append((parts[0], parts[1]))
    if not 1 <= len(found) <= _MOST_PAIRS:
        raise InputError(
            f"pairs of thicknesses are {text!r}; allowed are 1 to {_MOST_PAIRS} pairs wS,wZ in nm "
            "with a space between them, such as 3,3 6,5 9,7",
            key="pairs",
            given=text,
            allowed="such as 3,3 6,5 9,7",
        )
    return found


def read_lengths(text: str) -> list[float]:
    """Return lengths in nm from a text such as ``3 6 9``; raises InputError."""
    found = [_number(word) for word in text.split()]
    if not 1 <= len(found) <= _MOST_PAIRS or not all(0 < each <= 1000 for each in found):
        raise InputError(
            f"thicknesses are {text!r}; allowed are 1 to {_MOST_PAIRS} numbers in nm with a space "
            "between them, such as 3 6 9 15",
            key="thicknesses",
            given=text,
            allowed="such as 3 6 9 15",
        )
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _readings(_subject: Subject) -> list[tuple[str, str]]:
    return [(QUANTITIES[key].label, key) for key in ALL_READINGS]


def _z_phases(subject: Subject) -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(set(subject.whole.table.z_names))]


def _some_z_phases(subject: Subject) -> list[tuple[str, str]]:
    return [("all", ALL), *_z_phases(subject)]


def _some_angles(subject: Subject) -> list[tuple[str, str]]:
    bands = angle_bands(subject.whole.table[ALPHA])
    return [("all", ALL), *((band.label, band.label.removesuffix("°")) for band in bands)]


def _structures(subject: Subject) -> list[tuple[str, str]]:
    from smcogui.analysis.gallery.families import families_of

    return [
        (f"{family.words}: {family.angles}", family.key) for family in families_of(subject.table)
    ]


def _first_structure(subject: Subject) -> str:
    found = _structures(subject)
    return found[0][1] if found else ""


def text_of_lengths(values: Sequence[float]) -> str:
    """Return lengths as the text that :func:`read_lengths` takes."""
    return " ".join(format_number(value, _DIGITS) for value in values)


READING: Final = FigureOption(
    key="reading",
    label="First reading",
    tip="What the panels on the left, or above, show.",
    default=lambda _: READINGS[0],
    choices=_readings,
)
SECOND_READING: Final = FigureOption(
    key="second",
    label="Second reading",
    tip="What the panels on the right, or below, show.",
    default=lambda _: READINGS[1],
    choices=_readings,
)
BOTH_READINGS: Final = (READING, SECOND_READING)
Z_FILTER: Final = FigureOption(
    key="z-phase",
    label="Z phase",
    tip="Only designs with this set of constants of the Z phase.",
    default=lambda _: ALL,
    choices=_some_z_phases,
)
ANGLE_FILTER: Final = FigureOption(
    key="alpha",
    label="Angle α",
    tip="Only designs with about this angle between field and easy axis.",
    default=lambda _: ALL,
    choices=_some_angles,
)
FILTERS: Final = (Z_FILTER, ANGLE_FILTER)
SURFACE_Z: Final = FigureOption(
    key="surface-z-phase",
    label="Z phase",
    tip="Of the predicted surface; dots are simulated designs of any Z phase.",
    default=lambda subject: commonest_z(subject.table),
    choices=_z_phases,
)
SURFACE_ALPHA: Final = FigureOption(
    key="surface-alpha",
    label="Angle α",
    tip="Of the predicted surface; dots are simulated designs of about this angle.",
    default=lambda _: "0",
    limits=(0.0, 90.0),
    unit="°",
)
PAIRS: Final = FigureOption(
    key="pairs",
    label="(wS, wZ) in nm",
    tip="A column of panels for each pair: 3,3 6,5 9,7 15,11 as in the paper.",
    default=lambda _: "3,3 6,5 9,7 15,11",
    read=read_pairs,
)
WALLS: Final = FigureOption(
    key="wS",
    label="wS in nm",
    tip="A column of panels for each.",
    default=lambda _: "3 6 9 15",
    read=read_lengths,
)
PLATELETS: Final = FigureOption(
    key="wZ",
    label="wZ in nm",
    tip="A row of panels for each.",
    default=lambda _: "3 5 7 11",
    read=read_lengths,
)
STRUCTURE: Final = FigureOption(
    key="structure",
    label="Structure",
    tip="One that was simulated at several angles, or the nearest there is to one.",
    default=_first_structure,
    choices=_structures,
)
MODEL: Final = FigureOption(
    key="fit",
    label="Fitted model",
    tip="Fitted to these designs and judged by structures that are held out.",
    default=lambda subject: subject.model,
    choices=lambda _: [(name, name) for name in FITTED_MODELS],
)


def within_angles(alpha: np.ndarray, label: str) -> np.ndarray:
    """Return which angles lie in the band that an option names, shape (n,)."""
    for band in angle_bands(alpha):
        if band.label.removesuffix("°") == label:
            return band.rows
    return np.ones(alpha.size, dtype=bool)

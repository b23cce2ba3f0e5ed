"""Measured curves from instrument files: which columns, in which units, of which sample.

The way: :func:`~smcogui.data.text_table.read_text_table` → :func:`suggest_choice` (what the file
says by itself) → a person confirms or corrects → :func:`import_curve`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from smcogui.curves.demagnetising_factors import (
    SPHERE,
    cylinder_factor,
    cylinder_factor_across,
    prism_factor,
)
from smcogui.curves.measured_curve import (
    Branch,
    MeasuredCurve,
    choose_branch,
    demagnetising_branch,
    find_branches,
)
from smcogui.errors import InputError
from smcogui.units import MU0

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from smcogui.data.text_table import TextTable

Needs = Literal["nothing", "volume", "density"]
Shape = Literal["factor", "sphere", "cylinder_along", "cylinder_across", "prism"]

_OE: Final = 1e3 / (4 * math.pi)

FIELD_UNITS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "Oe": _OE,
        "kOe": 1e3 * _OE,
        "T": 1 / MU0,
        "mT": 1e-3 / MU0,
        "A/m": 1.0,
        "kA/m": 1e3,
        "G": _OE,
        "kG": 1e3 * _OE,
    }
)
"""A/m per unit of the field; T, mT, G and kG are those of μ0H in vacuum."""

MOMENT_UNITS: Final[Mapping[str, tuple[float, Needs]]] = MappingProxyType(
    {
        "emu": (1e-3, "volume"),
        "A·m²": (1.0, "volume"),
        "emu/g": (1.0, "density"),
        "A·m²/kg": (1.0, "density"),
        "emu/cm³": (1e3, "nothing"),
        "A/m": (1.0, "nothing"),
        "kA/m": (1e3, "nothing"),
        "T": (1 / MU0, "nothing"),
        "mT": (1e-3 / MU0, "nothing"),
        "kG": (0.1 / MU0, "nothing"),
    }
)
"""A/m (or A·m², A·m²/kg) per unit of M or J, and what of the sample must be known to get A/m.

T, mT and kG are of the polarisation J = μ0M (4πM in cgs).
"""

_SPELLINGS: Final = {
    "oersted": "Oe",
    "tesla": "T",
    "gauss": "G",
    "am2": "A·m²",
    "am^2": "A·m²",
    "a.m2": "A·m²",
    "am²": "A·m²",
    "a*m2": "A·m²",
    "j/t": "A·m²",
    "am2/kg": "A·m²/kg",
    "am²/kg": "A·m²/kg",
    "emu/cc": "emu/cm³",
    "emu/cm3": "emu/cm³",
    "emu/cm^3": "emu/cm³",
}
_FIELD_NAME: Final = re.compile(r"field|^\s*(μ0|µ0|u0|mu0)?H\b|^B\b", re.IGNORECASE)
_MOMENT_NAME: Final = re.compile(
    r"moment|magneti[sz]ation|polari[sz]ation|^\s*[MJ]\b", re.IGNORECASE
)
_NOT_A_VALUE: Final = re.compile(r"err|std|dev|range|temp|time|angle|phase|quad", re.IGNORECASE)
_LEAST_START: Final = 0.2
_MASS_KEYS: Final = ("SAMPLE_MASS", "SAMPLE MASS", "MASS", "SAMPLE MASS (MG)", "MASS (MG)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleShape:
    """What the demagnetising factor follows from.

    Parameters
    ----------
    kind : str
        ``factor``: ``N`` as given; ``sphere``: 1/3; ``cylinder_along`` and ``cylinder_across``:
        field along or across the axis, ``sizes`` diameter and length; ``prism``: ``sizes`` the two
        edges across the field and the edge along it.
    N : float
    sizes : tuple of float
        Lengths in any one unit.
    """

    kind: Shape = "factor"
    N: float = 0.0
    sizes: tuple[float, ...] = ()

    def factor(self) -> float:
        """Return the demagnetising factor along the field.

        Raises
        ------
        InputError
            If a length is missing or not positive.
        """
        if self.kind == "factor":
            return self.N
        if self.kind == "sphere":
            return SPHERE
        needed = 3 if self.kind == "prism" else 2
        if len(self.sizes) != needed:
            raise InputError(
                f"the demagnetising factor of a {self.kind.replace('_', ', field ')} needs "
                f"{needed} lengths, not {len(self.sizes)}",
                key="shape",
                given=str(len(self.sizes)),
                allowed=str(needed),
            )
        if self.kind == "prism":
            return prism_factor(*self.sizes)
        if self.kind == "cylinder_along":
            return cylinder_factor(*self.sizes)
        return cylinder_factor_across(*self.sizes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportChoice:
    """How the columns of a file become a measured curve; SI units.

    Parameters
    ----------
    field_column, moment_column : int
        From 0.
    field_unit, moment_unit : str
        Of :data:`FIELD_UNITS` and :data:`MOMENT_UNITS`.
    mass, volume, density : float or None
        Of the sample in kg, m³, kg/m³; which of them are needed depends on the moment's unit.
    shape : SampleShape
        Shape for the demagnetising correction; N = 0 for data that are corrected already.
    reverse_field : bool
        Whether the file counts fields that demagnetise as positive.
    branch : int or None
        Number of the branch of :func:`~smcogui.curves.measured_curve.find_branches`; None finds it.
    Ms : float or None
        What M/Ms refers to, in A/m; None takes the largest measured M of the branch.
    """

    field_column: int
    moment_column: int
    field_unit: str = "Oe"
    moment_unit: str = "emu"
    mass: float | None = None
    volume: float | None = None
    density: float | None = None
    shape: SampleShape = SampleShape()
    reverse_field: bool = False
    branch: int | None = None
    Ms: float | None = None


def suggest_choice(table: TextTable) -> ImportChoice:
    """Return what the file says by itself: columns, units, mass of the sample, sign of the field.

    Raises
    ------
    InputError
        If the table has fewer than two columns of numbers.
    """
    numeric = table.numeric_columns()
    if len(numeric) < 2:
        raise InputError(
            f"{table.path.name} has {len(numeric)} column of numbers; a curve needs two. Choose "
            "another delimiter or decimal mark",
            key="file",
            given=str(len(numeric)),
            allowed=">= 2",
        )
    H = _best_column(table, numeric, _FIELD_NAME, FIELD_UNITS)
    others = [column for column in numeric if column != H]
    M = _best_column(table, others, _MOMENT_NAME, MOMENT_UNITS)
    choice = ImportChoice(
        field_column=H,
        moment_column=M,
        field_unit=_known_unit(table.units[H], FIELD_UNITS) or "Oe",
        moment_unit=_known_unit(table.units[M], MOMENT_UNITS) or "emu",
        mass=_mass(table.metadata),
    )
    return replace(choice, reverse_field=_looks_reversed(*table.columns(H, M)))


def read_loop(
    table: TextTable, choice: ImportChoice
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (H, M) in A/m of every line that has both, in the order of the file.

    Raises
    ------
    InputError
        If a unit is not known, a cell is no number (with its line), or the sample's mass, volume
        or density is missing or not positive.
    """
    if choice.field_unit not in FIELD_UNITS:
        raise _unknown("field_unit", choice.field_unit, FIELD_UNITS)
    if choice.moment_unit not in MOMENT_UNITS:
        raise _unknown("moment_unit", choice.moment_unit, MOMENT_UNITS)
    if choice.field_column == choice.moment_column:
        raise InputError(
            "field and moment are the same column; choose two different ones",
            key="column",
            given=str(choice.field_column + 1),
            allowed="two columns",
        )
    H, M = table.columns(choice.field_column, choice.moment_column)
    sign = -1.0 if choice.reverse_field else 1.0
    return sign * H * FIELD_UNITS[choice.field_unit], M * _to_A_m(choice)


def import_curve(table: TextTable, choice: ImportChoice, name: str) -> MeasuredCurve:
    """Return the demagnetising branch of a file as a measured curve.

    Raises
    ------
    InputError
        As :func:`read_loop`; and if there are fewer than three points, no branch of that number,
        or M is not positive where the branch begins.
    """
    H, M = read_loop(table, choice)
    branch = _branch(table, choice, H, M)
    H, M = demagnetising_branch(H, M, branch)
    if M.size and M[:3].max() <= _LEAST_START * np.abs(M).max():
        raise InputError(
            "M is negative or near zero where the branch begins: this is not a demagnetising "
            "branch. Choose another branch, or reverse the sign of the field",
            key="branch",
            given=f"M = {M[0] / 1e3:.4g} kA/m at the start",
            allowed=f"M above {_LEAST_START:g} of the largest M at the start",
        )
    Ms = float(np.abs(M).max()) if choice.Ms is None else choice.Ms
    return MeasuredCurve(name=name, H_applied=H, M=M, Ms=Ms, N=choice.shape.factor())


def needs_of(moment_unit: str) -> Needs:
    """Return what of the sample a unit of the moment needs."""
    return MOMENT_UNITS[moment_unit][1]


def _branch(table: TextTable, choice: ImportChoice, H: Any, M: Any) -> Branch:
    branches = find_branches(H)
    number = choose_branch(branches, H, M) if choice.branch is None else choice.branch
    if not 0 <= number < len(branches):
        raise InputError(
            f"{table.path.name} has {len(branches)} branches; there is no number {number + 1}",
            key="branch",
            given=str(number + 1),
            allowed=f"1 to {len(branches)}",
        )
    return branches[number]


def _to_A_m(choice: ImportChoice) -> float:
    factor, needs = MOMENT_UNITS[choice.moment_unit]
    if needs == "nothing":
        return factor
    if needs == "density":
        return factor * _positive("density", choice.density, choice.moment_unit)
    if choice.volume is not None:
        return factor / _positive("volume", choice.volume, choice.moment_unit)
    if choice.mass is None or choice.density is None:
        raise InputError(
            f"a moment in {choice.moment_unit} needs the sample's volume, or its mass and density",
            key="volume",
            given="neither",
            allowed="a volume, or mass and density",
        )
    mass = _positive("mass", choice.mass, choice.moment_unit)
    return factor * _positive("density", choice.density, choice.moment_unit) / mass


def _positive(key: str, value: float | None, unit: str) -> float:
    if value is None or not (math.isfinite(value) and value > 0):
        given = "not given" if value is None else f"{value:g}"
        raise InputError(
            f"a moment in {unit} needs the sample's {key}, a number above 0; it is {given}",
            key=key,
            given=given,
            allowed="above 0",
        )
    return value


def _unknown(key: str, unit: str, known: Mapping[str, Any]) -> InputError:
    allowed = ", ".join(known)
    return InputError(
        f"{key} is {unit!r}; allowed are {allowed}", key=key, given=unit, allowed=allowed
    )


def _best_column(
    table: TextTable, columns: list[int], name: re.Pattern[str], units: Mapping[str, Any]
) -> int:
    def worth(column: int) -> tuple[bool, bool, bool, int]:
        head, filled = table.names[column], _filled(table, column)
        is_value = not _NOT_A_VALUE.search(head) and filled
        unit = _known_unit(table.units[column], units) is not None
        return is_value, bool(name.search(head)), unit, -column

    return max(columns, key=worth)


def _filled(table: TextTable, column: int) -> bool:
    """Whether at least half of the lines have something in a column."""
    return 2 * sum(bool(row[column].strip()) for row in table.rows) >= len(table.rows)


def _known_unit(text: str, units: Mapping[str, Any]) -> str | None:
    plain = text.replace(" ", "")
    if plain in units:
        return plain
    spelt = _SPELLINGS.get(plain.casefold())
    if spelt in units:
        return spelt
    folded = {unit.casefold(): unit for unit in units}
    return folded.get(plain.casefold())


def _mass(metadata: Mapping[str, str]) -> float | None:
    """Return the sample's mass in kg where the header has it; instruments write it in mg."""
    for key in _MASS_KEYS:
        match = re.match(r"\s*([\d.]+(?:[eE][-+]?\d+)?)\s*(mg|g)?\s*$", metadata.get(key, ""))
        if match and float(match[1]) > 0:
            return float(match[1]) * (1e-3 if match[2] == "g" else 1e-6)
    return None


def _looks_reversed(H: NDArray[np.float64], M: NDArray[np.float64]) -> bool:
    """Whether a single branch begins at remanence and loses it in positive fields."""
    if H.size < 3:
        return False
    span = float(np.ptp(H))
    only_positive = H.min() >= -0.02 * span and H[0] < H[-1]
    return bool(only_positive and M[0] > 0 and M[-1] < 0.5 * M[0])

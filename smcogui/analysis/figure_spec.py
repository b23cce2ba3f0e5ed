"""What a figure shows, and how large: everything that a person chooses before it is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from smcogui.curves.origin import Origin
from smcogui.errors import InputError
from smcogui.units import FIELD_UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.curves.coercivity import HpReading
    from smcogui.curves.mh_curve import MHCurve

    Array = NDArray[np.float64]

Quantity = Literal["M/Ms", "M", "J", "B"]
QUANTITIES: Final[tuple[Quantity, ...]] = get_args(Quantity)

SINGLE_COLUMN_MM: Final = 85.0
DOUBLE_COLUMN_MM: Final = 178.0
FIGURE_SUFFIXES: Final = (".pdf", ".svg", ".png", ".tiff")
RASTER_SUFFIXES: Final = (".png", ".tiff")
"""Of those with dots per inch."""
SIZES_MM: Final = (40.0, 400.0)
DPI: Final = (72, 1200)
DEFAULT_DPI: Final = 600
LONGEST_TITLE: Final = 200

_HEIGHT_OVER_WIDTH: Final = {False: 0.78, True: 0.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSpec:
    """How curves are drawn.

    Parameters
    ----------
    quantity : {"M/Ms", "M", "J", "B"}
        Over the applied field, which is the internal one for simulated curves.
    unit : {"T", "kA/m", "kOe"}
        Of the field axis; M is in kA/m (emu/cm³ with kOe), J and B in T (kG with kOe).
    width_mm, height_mm : float
        85 is one column of a journal, 178 is two; 40 to 400. Without a height one that goes with
        the width is taken, and more where the legend stands below the axes.
    dpi : int
        Of a PNG; 72 to 1200.
    title : str
        Above the axes; empty for none.
    legend, mean, half_cycles, band, markers : bool
        What is drawn: names, the mean over the half-cycles, every half-cycle, mean ± standard
        deviation, marks at Hc and Hp.

    Raises
    ------
    InputError
        If a value is not allowed, or nothing of the curves is drawn.
    """

    quantity: Quantity = "M/Ms"
    unit: str = "T"
    width_mm: float = SINGLE_COLUMN_MM
    height_mm: float | None = None
    dpi: int = DEFAULT_DPI
    title: str = ""
    legend: bool = True
    mean: bool = True
    half_cycles: bool = True
    band: bool = False
    markers: bool = True

    def __post_init__(self) -> None:
        _check_choice("quantity", self.quantity, QUANTITIES)
        _check_choice("unit", self.unit, tuple(FIELD_UNITS))
        _check_size("width_mm", "wide", self.width_mm)
        if self.height_mm is not None:
            _check_size("height_mm", "high", self.height_mm)
        low, high = DPI
        if not low <= self.dpi <= high:
            raise refusal("dpi", f"{self.dpi}", f"{low} to {high} dots per inch")
        if len(self.title) > LONGEST_TITLE:
            raise refusal("title", f"{len(self.title)} letters", f"at most {LONGEST_TITLE} letters")
        if not (self.mean or self.half_cycles or self.band):
            raise InputError(
                "nothing of the simulated curves would be drawn; choose the mean, the half-cycles "
                "or the band",
                key="mean",
                given="nothing",
                allowed="the mean, the half-cycles or the band",
            )

    @property
    def height(self) -> float:
        """Height in mm, given or following from the width."""
        if self.height_mm is not None:
            return self.height_mm
        is_wide = self.width_mm > (SINGLE_COLUMN_MM + DOUBLE_COLUMN_MM) / 2
        return self.width_mm * _HEIGHT_OVER_WIDTH[is_wide]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FigureRun:
    """The half-cycles of a simulated run, with the name that the legend gives it."""

    name: str
    cycles: Sequence[MHCurve]
    hp_reading: HpReading = "jump"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FigureLine:
    """One more curve, such as a measured one: H and M in A/m, shape (n,), Ms for M/Ms."""

    name: str
    H: Array
    M: Array
    Ms: float
    origin: Origin = Origin.MEASURED


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureMark:
    """A vertical line at a reversed field H in A/m (positive), such as an analytic formula's."""

    name: str
    H: float
    origin: Origin = Origin.ANALYTIC


def check_suffix(path: Path) -> str:
    """Return pdf, svg, png or tiff; raises InputError where the path ends in something else."""
    if path.suffix.lower() not in FIGURE_SUFFIXES:
        allowed = ", ".join(FIGURE_SUFFIXES)
        raise InputError(
            f"a figure cannot be written as {path.suffix or 'a file without suffix'}: {path}. "
            f"Give a name that ends in {allowed}",
            key="path",
            given=path.suffix,
            allowed=allowed,
        )
    return path.suffix.lower()[1:]


def check_curves(runs: Sequence[FigureRun], lines: Sequence[FigureLine]) -> None:
    """Refuse a figure without any curve; raises InputError."""
    if not (runs or lines) or not all(run.cycles for run in runs):
        raise InputError(
            "there is no curve to draw; choose runs with at least two field steps",
            key="runs",
            given="no curve",
            allowed="at least one curve per run",
        )


def refusal(key: str, given: str, allowed: str) -> InputError:
    """Return the error that says what of a figure is not allowed."""
    return InputError(
        f"the figure's {key} is {given}; allowed is {allowed}",
        key=key,
        given=given,
        allowed=allowed,
    )


def _check_choice(key: str, value: str, allowed: tuple[Any, ...]) -> None:
    if value not in allowed:
        raise refusal(key, repr(value), ", ".join(allowed))


def _check_size(key: str, word: str, value: float) -> None:
    low, high = SIZES_MM
    if not (math.isfinite(value) and low <= value <= high):
        raise InputError(
            f"the figure is {value} mm {word}; allowed are {low:g} to {high:g} mm",
            key=key,
            given=str(value),
            allowed=f"{low:g} to {high:g}",
        )

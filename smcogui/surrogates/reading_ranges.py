"""Where readings lie among those of the designs that a surrogate learned from.

The paper trusts its inverse network within the box of a box plot, less between its whiskers, and
not outside (Table 1). What is asked for is told so here, at its angle. And a design whose predicted
reading few designs have is trusted less: a regression draws the ends of a range towards its middle.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.variables import names_of
from smcogui.surrogates.features import INPUTS, OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from smcogui.surrogates.training_data import LearningTable

    Array = NDArray[np.float64]
    Ranges = Sequence[Mapping[str, Any]]

ALPHA: Final = names_of(INPUTS).index("alpha_deg")
ALPHA_EDGES: Final = (0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0)
_TAIL: Final = 0.05
"""Share of the designs at either end of a reading that count as few."""
_LEAST: Final = 8
"""Designs that a range of angles needs; all angles tell instead."""
_QUANTILES: Final = {
    "low": 0.0,
    "tail_low": _TAIL,
    "q25": 0.25,
    "q75": 0.75,
    "tail_high": 1 - _TAIL,
    "high": 1.0,
}


class Place(StrEnum):
    """Where a value lies among those of the data; the value is what people read."""

    MIDDLE = "in the middle half"
    INSIDE = "in range"
    OUTSIDE = "out of range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a wanted reading lies among those of the designs.

    Parameters
    ----------
    place : Place
    low, q25, q75, high : float
        Ends and quartiles of the designs.
    alpha_from, alpha_to : float
        Angles of these designs, in degrees.
    designs : int
    """

    place: Place
    low: float
    q25: float
    q75: float
    high: float
    alpha_from: float
    alpha_to: float
    designs: int

    def words(self) -> str:
        """Return it in words, in the unit of the reading."""
        return (
            f"{self.place}: the {self.designs} designs at {self.alpha_from:g} to "
            f"{self.alpha_to:g}° have {self.low:.3g} to {self.high:.3g}, their middle half "
            f"{self.q25:.3g} to {self.q75:.3g}"
        )

    def facts(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self) | {"place": self.place.value}


def ranges_by_angle(table: LearningTable) -> list[dict[str, Any]]:
    """Return ends, tails and quartiles of all readings, for all angles and by angle, for a card."""
    alpha = table.X[:, ALPHA]
    parts = [(ALPHA_EDGES[0], ALPHA_EDGES[-1]), *itertools.pairwise(ALPHA_EDGES)]
    found = []
    for low, high in parts:
        rows = (alpha >= low) & ((alpha < high) | (high == ALPHA_EDGES[-1]))
        readings = {}
        for k, variable in enumerate(OUTPUTS):
            known = table.Y[rows, k][np.isfinite(table.Y[rows, k])]
            if known.size < _LEAST:
                continue
            values = np.quantile(known, list(_QUANTILES.values()))
            readings[variable.name] = {
                "designs": int(known.size),
                **dict(zip(_QUANTILES, values.tolist(), strict=True)),
            }
        found.append({"from": low, "to": high, "readings": readings})
    return found


def standings(
    ranges: Ranges, wanted: Mapping[str, float], alpha: tuple[float, float]
) -> dict[str, Standing]:
    """Return where wanted readings lie among those of the designs at an angle.

    Parameters
    ----------
    ranges : sequence of mapping
        As :func:`ranges_by_angle` gives them; empty for a card that does not tell them.
    wanted : mapping
        Values by reading.
    alpha : tuple of float
        Smallest and largest angle in degrees that is looked at; designs of all angles are compared
        with where one range of angles does not hold both.
    """
    found = {}
    for name, value in wanted.items():
        part = _part_of(ranges, name, alpha)
        if part is None:
            continue
        facts = part["readings"][name]
        found[name] = Standing(
            place=_place(value, facts),
            **{key: facts[key] for key in ("low", "q25", "q75", "high", "designs")},
            alpha_from=part["from"],
            alpha_to=part["to"],
        )
    return found


def has_rare_reading(
    ranges: Ranges, X: Array, mean: Array, columns: list[int]
) -> NDArray[np.bool_]:
    """Return whether a predicted reading is one that few designs have, shape (n,) of bool.

    Parameters
    ----------
    ranges : sequence of mapping
    X : ndarray, shape (n, n_inputs)
    mean : ndarray, shape (n, n_outputs)
    columns : list of int
        Readings that count.
    """
    found = np.zeros(len(X), dtype=bool)
    which = np.clip(np.digitize(X[:, ALPHA], ALPHA_EDGES) - 1, 0, len(ALPHA_EDGES) - 2)
    for number in np.unique(which):
        rows = which == number
        middle = (ALPHA_EDGES[number] + ALPHA_EDGES[number + 1]) / 2
        for column in columns:
            name = OUTPUTS[column].name
            part = _part_of(ranges, name, (middle, middle))
            if part is None:
                continue
            facts, values = part["readings"][name], mean[rows, column]
            # Many designs have a reading at the very end of what is possible, such as Φp = 0.
            too_low = (values < facts["tail_low"]) & (facts["tail_low"] > facts["low"])
            found[rows] |= too_low | (values > facts["tail_high"])
    return found


def _part_of(ranges: Ranges, name: str, alpha: tuple[float, float]) -> Mapping[str, Any] | None:
    """Return the narrowest range of angles that holds both and knows the reading."""
    fitting = [
        part
        for part in ranges
        if name in part["readings"] and part["from"] <= alpha[0] and alpha[1] <= part["to"]
    ]
    return min(fitting, key=lambda part: part["to"] - part["from"], default=None)


def _place(value: float, facts: Mapping[str, float]) -> Place:
    if not facts["low"] <= value <= facts["high"]:
        return Place.OUTSIDE
    return Place.MIDDLE if facts["q25"] <= value <= facts["q75"] else Place.INSIDE

"""Columns of inputs and outputs: name, unit and the values that make sense."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One column.

    Parameters
    ----------
    name : str
        Carries the unit where there is one: ``L_nm``.
    unit : str
        For people; empty for none.
    low, high : float
        Values outside are impossible; predictions are cut there.
    usual : tuple of float
        Where most values lie; tells a column in another unit. Nothing is checked by default.
    other_units : mapping
        Factor that brings a value in that unit into this one: ``{"m": 1e9}`` for nm.
    """

    name: str
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    usual: tuple[float, float] = (-math.inf, math.inf)
    other_units: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return name, unit and bounds, for JSON; None is no bound."""
        return {
            "name": self.name,
            "unit": self.unit,
            "low": self.low if math.isfinite(self.low) else None,
            "high": self.high if math.isfinite(self.high) else None,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Variable:
        """Return what :meth:`as_dict` wrote; raises KeyError, TypeError or ValueError."""
        low, high = values["low"], values["high"]
        return cls(
            name=str(values["name"]),
            unit=str(values["unit"]),
            low=-math.inf if low is None else float(low),
            high=math.inf if high is None else float(high),
        )


def names_of(variables: Sequence[Variable]) -> tuple[str, ...]:
    """Return the names of columns."""
    return tuple(variable.name for variable in variables)

"""What is taken into a dataset: rules on its columns, written as people write them.

``ok`` or ``scatter`` is a flag of ``quality``, ``L_nm=10:100`` a range (``:100`` and ``10:`` are
open), ``z_phase=DFT,Mod`` and ``cell_nm=0.5`` are values.
"""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.data.dataset import COLUMNS, QUALITY
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DESIGN: Final = (
    "preset",
    "L_nm",
    "d_nm",
    "wS_nm",
    "wZ_nm",
    "theta_deg",
    "alpha_deg",
    "layer",
    "layer_thickness_nm",
    "k_gb",
    "A_z_pJ_m",
    "K_z_MJ_m3",
    "Ms_z_kA_m",
)
"""Columns that say which magnet it is, however it was computed."""
IDENTITY: Final = (
    *DESIGN,
    "cell_nm",
    "domain_nm",
    "cycles",
    "seed",
    "solver",
    "exchange_rule",
)
"""Columns in which two rows differ unless they are one design."""
FLAGS: Final = ("ok", *QUALITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition on a row.

    Parameters
    ----------
    text : str
        As it was written.
    column : str
        ``quality`` for a flag.
    low, high : float, optional
        Bounds, both allowed themselves.
    values : frozenset of str
        Values that are allowed; empty for a range.
    """

    text: str
    column: str
    low: float | None = None
    high: float | None = None
    values: frozenset[str] = frozenset()

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether a row fulfils it; what is not known fulfils nothing."""
        value = row[self.column]
        if value is None:
            return False
        if self.column == "quality":
            return bool(self.values & set(str(value).split(", ")))
        if self.values:
            return any(_is_equal(value, each) for each in self.values)
        number = float(value)
        return (self.low is None or number >= self.low) and (
            self.high is None or number <= self.high
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Rules for a dataset: all of ``only`` have to hold, and none of ``exclude``."""

    only: tuple[Rule, ...] = ()
    exclude: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, only: Iterable[str] = (), exclude: Iterable[str] = ()) -> Choice:
        """Return the choice that people wrote; raises InputError where a rule is none."""
        return cls(
            only=tuple(parse_rule(text) for text in only),
            exclude=tuple(parse_rule(text) for text in exclude),
        )


ALL: Final = Choice()
"""Every row but duplicates."""


def parse_rule(text: str) -> Rule:
    """Return the rule that a text means.

    Raises
    ------
    InputError
        If it means none; the message names the nearest column or flag.
    """
    column, sign, condition = text.strip().partition("=")
    column = column.strip()
    if not sign:
        if column not in FLAGS:
            raise _unknown(text, column, FLAGS, "flag of quality")
        return Rule(text=text, column="quality", values=frozenset({column}))
    if column not in COLUMNS:
        raise _unknown(text, column, tuple(COLUMNS), "column")
    low, colon, high = condition.partition(":")
    if colon:
        bounds = _bound(text, low), _bound(text, high)
        if bounds == (None, None):
            raise _not_understood(text)
        return Rule(text=text, column=column, low=bounds[0], high=bounds[1])
    values = frozenset(part.strip() for part in condition.split(",") if part.strip())
    if not values:
        raise _not_understood(text)
    return Rule(text=text, column=column, values=values)


def choose(
    table: Sequence[Mapping[str, Any]], choice: Choice
) -> tuple[list[int], list[tuple[str, int]]]:
    """Return the rows that are taken, and how many each reason leaves out.

    A row counts for the first reason that leaves it out; duplicates are looked for last.
    """
    taken, left = [], Counter[str]()
    seen: set[tuple[Any, ...]] = set()
    for number, row in enumerate(table):
        reason = _reason(row, choice)
        identity = tuple(row[key] for key in IDENTITY)
        if not reason and identity in seen:
            reason = "duplicates of another row"
        if reason:
            left[reason] += 1
            continue
        seen.add(identity)
        taken.append(number)
    return taken, left.most_common()


def _reason(row: Mapping[str, Any], choice: Choice) -> str:
    for rule in choice.only:
        if not rule.holds(row):
            return f"not {rule.text}"
    return next((rule.text for rule in choice.exclude if rule.holds(row)), "")


def _is_equal(value: Any, text: str) -> bool:
    if isinstance(value, int | float):
        try:
            return abs(float(value) - float(text)) <= 1e-9 * max(1.0, abs(float(value)))
        except ValueError:
            return False
    return str(value) == text


def _bound(rule: str, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError as error:
        raise _not_understood(rule) from error


def _unknown(rule: str, given: str, known: Sequence[str], what: str) -> InputError:
    near = difflib.get_close_matches(given, known, n=1, cutoff=0.3)
    hint = f"; the nearest is {near[0]}" if near else ""
    return InputError(
        f"the rule {rule!r} names no {what} of a dataset: {given!r}{hint}",
        key="rule",
        given=rule,
        allowed=", ".join(known),
    )


def _not_understood(rule: str) -> InputError:
    return InputError(
        f"the rule {rule!r} is not understood. Write a flag (ok), a range (L_nm=10:100) or values "
        "(z_phase=DFT,Mod)",
        key="rule",
        given=rule,
        allowed="FLAG, COLUMN=LOW:HIGH or COLUMN=VALUE,VALUE",
    )

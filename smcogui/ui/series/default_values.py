"""Which values a series over a number offers at first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from smcogui.design.limits import LIMITS
from smcogui.design.variation import parameter_of, value_of
from smcogui.ui.design_tab import fields

if TYPE_CHECKING:
    from smcogui.design.design import Design
    from smcogui.ui.design_tab.fields import NumberField

_FIELDS: Final[dict[str, NumberField]] = {
    field.key: field for field in (*fields.STRUCTURE, fields.FIELD_ANGLE, *fields.BOUNDARY)
}
_COUNT: Final = 6
_ANGLES: Final = 7
_REPEATS: Final = 5


def default_values(design: Design, key: str) -> tuple[float, float, int]:
    """Return first value, last value and number of values.

    The range is that of the paper's samples where the number has one, else its usual range, else
    half to one and a half times what the design has.
    """
    now = value_of(design, key) or 0.0
    if parameter_of(key).is_whole:
        first = 1.0 if key == "run.cycles" else now
        return first, first + _REPEATS - 1, _REPEATS
    field = _FIELDS.get(key)
    if field is fields.FIELD_ANGLE:
        return 0.0, 90.0, _ANGLES
    if field is not None and field.literature is not None:
        low, high = field.literature
        return math.ceil(low / field.step) * field.step, _floor(high, field.step), _COUNT
    if field is not None and field.usual[0] < field.usual[1]:
        return (*field.usual, _COUNT)
    limit = LIMITS[key]
    if now == 0:
        return max(limit.low, 0.0), min(limit.high, 1.0), _COUNT
    first, last = sorted((0.5 * now, 1.5 * now))
    return max(first, limit.low), min(last, limit.high), _COUNT


def _floor(value: float, step: float) -> float:
    return math.floor(value / step) * step

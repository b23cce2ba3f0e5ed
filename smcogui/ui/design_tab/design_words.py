"""What the library says about the keys of a design file, in the words and units of the window."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.design.limits import LIMITS
from smcogui.design.variation import PARAMETERS
from smcogui.ui.design_tab import fields
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from smcogui.ui.field_unit import FieldUnit

_DIGITS: Final = 6
_NUMBER: Final = r"[-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_FORMS: Final = (
    *fields.STRUCTURE,
    fields.FIELD_ANGLE,
    *fields.SWEEP,
    *fields.BOUNDARY,
    *fields.MESH,
    *fields.MESH_3D,
    fields.INTERFACE,
)
_LABELS: Final = {
    **{f"material.z_phase.{each.key}": each.plain_label for each in fields.Z_CONSTANTS},
    **{f"material.z_phase.{each.key}": each.plain_label for each in fields.Z_WALL},
    **{each.key: each.plain_label for each in _FORMS},
    "nanostructure.offsets": "Offsets",
    "material.z_phase": "Z phase",
    "run.cycles": "Half-cycles",
    "run.seed": "Seed",
}
"""What the editor calls each key of a design file."""

_SYMBOLS: Final = {each.column: each.symbol for each in PARAMETERS.values() if "_" in each.column}
_KEY: Final = re.compile(
    rf"\b(?P<key>{'|'.join(re.escape(key) for key in sorted(_LABELS, key=len, reverse=True))})\b"
    rf"(?:(?P<verb> is )(?P<given>{_NUMBER})(?=;))?"
)
_COLUMN: Final = re.compile(rf"\b(?:{'|'.join(_SYMBOLS)})\b")
_FIELD: Final = re.compile(rf"(?:(?P<first>{_NUMBER}) to )?(?P<last>{_NUMBER}) T\b")


def label_of(key: str) -> str:
    """Return what the editor calls a key of the design file; the key where it shows it nowhere."""
    return _LABELS.get(key, key)


def constant_text(key: str, value: float) -> str:
    """Return a constant of the Z phase with what the editor calls it and its unit."""
    full = f"material.z_phase.{key}"
    return f"{label_of(full)} {value:g} {LIMITS[full].unit}"


def in_words(message: str, unit: FieldUnit) -> str:
    """Return a message of the library as the window says it.

    Parameters
    ----------
    message : str
        It names keys of a design file, such as ``field.stop_T is 5; allowed is ...``.
    unit : FieldUnit
        The unit of fields in use.

    Returns
    -------
    str
        The same with the editor's labels, a unit behind what was given, and fields in ``unit``.
    """

    def labelled(found: re.Match[str]) -> str:
        key, given = found["key"], found["given"]
        if given is None:
            return label_of(key)
        key_unit = LIMITS[key].unit if key in LIMITS else ""
        return f"{label_of(key)} is {given} {key_unit}".rstrip().replace(" °", "°")

    def converted(found: re.Match[str]) -> str:
        first, last = (_field(found[name], unit) for name in ("first", "last"))
        return f"{first} to {last} {unit.name}" if first else f"{last} {unit.name}"

    words = _KEY.sub(labelled, message)
    words = _COLUMN.sub(lambda found: _SYMBOLS[found[0]], words)
    return _FIELD.sub(converted, words).replace(" °", "°")


def _field(number_T: str | None, unit: FieldUnit) -> str:
    """Return a number of tesla in a unit; empty where there is none."""
    if number_T is None:
        return ""
    value = float(number_T.replace("−", "-")) * unit.per_tesla
    return format_number(value, _DIGITS).replace("-", "−")

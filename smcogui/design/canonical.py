"""SI values that survive the way to a file and back.

A length of 100 nm may reach the program as ``100e-9``, ``100 * 1e-9`` or ``1e-7``: three
neighbouring floats, three content hashes, three runs. Every number of a design is therefore snapped
to twelve significant digits in the unit of the design file, and only then kept in SI.
"""

from __future__ import annotations

import math
from typing import Final

NM: Final = 1e9
PJ_M: Final = 1e12
MJ_M3: Final = 1e-6
KA_M: Final = 1e-3
MJ_M2: Final = 1e3
"""Numbers of a file's unit per SI unit: nm, pJ/m, MJ/m³, kA/m, mJ/m²."""


def to_unit(value: float, scale: float) -> float:
    """Return an SI value in a file's unit, with twelve significant digits."""
    return float(f"{value * scale:.12g}")


def from_unit(number: float, scale: float) -> float:
    """Return a number in a file's unit as an SI value."""
    return number / scale


def snap(value: float, scale: float) -> float:
    """Return the SI value that the file's number stands for; idempotent."""
    return from_unit(to_unit(value, scale), scale)


def to_degrees(angle: float) -> float:
    """Return an angle in degrees, with twelve significant digits."""
    return float(f"{math.degrees(angle):.12g}")


def snap_angle(angle: float) -> float:
    """Return the angle in rad that the file's degrees stand for; idempotent."""
    return math.radians(to_degrees(angle))

"""Demagnetising factors of uniformly magnetised bodies, averaged over the volume."""

from __future__ import annotations

import math
from typing import Final

from smcogui.errors import InputError

SPHERE: Final = 1 / 3


def prism_factor(a: float, b: float, c: float) -> float:
    """Return the factor along the edge ``c`` of a rectangular prism.

    Parameters
    ----------
    a, b, c : float
        Edges in any one unit; the body is magnetised along ``c``.

    Raises
    ------
    InputError
        If an edge is not positive and finite.

    Notes
    -----
    Aharoni, J. Appl. Phys. 83, 3432 (1998), Eq. 1, with a, b, c there the half edges; only ratios
    matter.
    """
    _check(a_mm=a, b_mm=b, c_mm=c)
    # Only ratios count; near one the sums of large terms lose least.
    largest = max(a, b, c)
    a, b, c = a / largest, b / largest, c / largest
    ab, bc, ac = math.hypot(a, b), math.hypot(b, c), math.hypot(a, c)
    abc = math.sqrt(a * a + b * b + c * c)
    total = (b * b - c * c) / (2 * b * c) * math.log((abc - a) / (abc + a))
    total += (a * a - c * c) / (2 * a * c) * math.log((abc - b) / (abc + b))
    total += b / (2 * c) * math.log((ab + a) / (ab - a))
    total += a / (2 * c) * math.log((ab + b) / (ab - b))
    total += c / (2 * a) * math.log((bc - b) / (bc + b))
    total += c / (2 * b) * math.log((ac - a) / (ac + a))
    total += 2 * math.atan2(a * b, c * abc)
    total += (a**3 + b**3 - 2 * c**3) / (3 * a * b * c)
    total += (a * a + b * b - 2 * c * c) / (3 * a * b * c) * abc
    total += c / (a * b) * (ac + bc)
    total -= (ab**3 + bc**3 + ac**3) / (3 * a * b * c)
    return total / math.pi


def cylinder_factor(diameter: float, length: float) -> float:
    """Return the factor along the axis of a cylinder.

    Parameters
    ----------
    diameter, length : float
        In any one unit.

    Raises
    ------
    InputError
        If a length is not positive and finite.

    Notes
    -----
    1 less the Nagaoka coefficient of a current sheet of that shape, since the flux density that
    a uniform magnetisation makes is that of its surface current; the values are those of the
    magnetometric factor at zero susceptibility of Chen, Brug and Goldfarb, IEEE Trans. Magn. 27,
    3601 (1991).
    """
    from scipy.special import ellipe, ellipkm1

    _check(diameter_mm=diameter, length_mm=length)
    whole = math.hypot(diameter, length)
    k, k1 = diameter / whole, length / whole
    K, E = float(ellipkm1(k1 * k1)), float(ellipe(k * k))
    nagaoka = 4 / (3 * math.pi * k1) * ((k1 / k) ** 2 * (K - E) + E - k)
    return min(max(1 - nagaoka, 0.0), 1.0)


def cylinder_factor_across(diameter: float, length: float) -> float:
    """Return the factor across the axis of a cylinder; the three factors add up to 1."""
    return (1 - cylinder_factor(diameter, length)) / 2


def _check(**lengths_mm: float) -> None:
    for key, value in lengths_mm.items():
        if not (math.isfinite(value) and value > 0):
            raise InputError(
                f"{key} of the sample is {value:g}; allowed is a length above 0",
                key=key,
                given=f"{value:g}",
                allowed="above 0",
            )

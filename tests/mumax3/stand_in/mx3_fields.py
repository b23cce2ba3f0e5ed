"""Arithmetic of quantities, which MuMax3 has from 3.10 on (its engine/customfield.go, crop.go).

What these functions return has no methods that a script could call: a mean needs a crop, whose
``Average()`` is over all cells of the box, whatever the geometry. Nothing is computed before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from mx3_compile import Function, Numbers, Quantity, RunError
from mx3_engine import Array, Engine

VECTOR = 3


@dataclass(frozen=True, slots=True)
class Derived(Quantity):
    """A quantity that others make; ``read`` gives (components, nz, ny, nx)."""

    components: int
    read: Callable[[], Array]


class Cropped(Derived):
    """A box of a quantity."""

    __slots__ = ()


def _average(q: Cropped) -> Numbers:
    return Numbers(float(component.mean()) for component in q.read())


Cropped.METHODS = {"Average": Function(_average, (), Numbers)}


def field_functions(engine: Engine) -> dict[str, Function]:
    """Return the functions by the names that scripts call them by."""

    def const_vector(x: float, y: float, z: float) -> Derived:
        values = np.array((x, y, z))[:, None, None, None]
        return Derived(VECTOR, lambda: np.broadcast_to(values, (VECTOR, *engine.mesh.shape)))

    def crop_z(q: Any, z1: int, z2: int) -> Cropped:
        if not 0 <= z1 < z2 <= engine.mesh.cells[2]:
            raise RunError("illegal argument")
        return Cropped(q.components, lambda: q.read()[:, z1:z2])

    return {
        "ConstVector": Function(const_vector, (float, float, float), Quantity),
        "MulMV": Function(_mul_mv, (Quantity,) * 4, Quantity),
        "Normalized": Function(
            lambda q: Derived(VECTOR, lambda: _unit(q.read())), (Quantity,), Quantity
        ),
        "Dot": Function(
            lambda a, b: Derived(1, lambda: (a.read() * b.read()).sum(axis=0)[None]),
            (Quantity, Quantity),
            Quantity,
        ),
        "Add": Function(_add, (Quantity, Quantity), Quantity),
        "CropZ": Function(crop_z, (Quantity, int, int), Cropped),
    }


def _mul_mv(x: Any, y: Any, z: Any, q: Any) -> Derived:
    if any(each.components != VECTOR for each in (x, y, z, q)):
        raise RunError("illegal argument")

    def read() -> Array:
        values = q.read()
        return np.stack([(row.read() * values).sum(axis=0) for row in (x, y, z)])

    return Derived(VECTOR, read)


def _unit(vectors: Array) -> Array:
    """Return unit vectors; one of length 0 stays as it is."""
    length = np.sqrt((vectors * vectors).sum(axis=0))
    return vectors / np.where(length == 0, 1.0, length)


def _add(a: Any, b: Any) -> Derived:
    if a.components != b.components:
        raise RunError(
            f"Cannot point-wise Add {a.components} components by {b.components} components"
        )
    return Derived(a.components, lambda: a.read() + b.read())

"""Feasible designs of a space with their predictions, made once for each surrogate and space."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import InputError
from smcogui.surrogates.features import features_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.forward import ForwardModel
    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.search_space import SearchSpace

    Array = NDArray[np.float64]

SIZE: Final = 4096
_KEPT: Final = 8
_KNOWN: OrderedDict[tuple[Any, ...], tuple[ForwardModel, Library]] = OrderedDict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Designs that cover a space evenly.

    Parameters
    ----------
    U, X : ndarray, shape (n, n_inputs)
        Points of the space, and the designs that they stand for; all feasible.
    phase : ndarray of int, shape (n,)
        Z phase of each.
    mean, spread : ndarray, shape (n, n_outputs)
        Predicted readings, and the standard deviation of the networks.
    """

    U: Array
    X: Array
    phase: NDArray[np.intp]
    mean: Array
    spread: Array


def library_of(surrogate: Surrogate, space: SearchSpace, size: int = SIZE) -> Library:
    """Return the library of a space, which the last few searches keep.

    Raises
    ------
    InputError
        If the space holds no feasible design.
    """
    key = (id(surrogate.model), size, space.key)
    # The model is kept with it: the id of one that is gone would be given to another.
    known = _KNOWN.pop(key, None) or (surrogate.model, _made(surrogate, space, size))
    _KNOWN[key] = known
    while len(_KNOWN) > _KEPT:
        _KNOWN.popitem(last=False)
    return known[1]


def _made(surrogate: Surrogate, space: SearchSpace, size: int) -> Library:
    U, phase = space.even_points(size)
    X = space.designs(U, phase)
    fine = space.accepts(X)
    if not fine.any():
        raise InputError(
            "no design of this box fulfils all constraints: thickness, gaps and zirconium",
            key="box",
            given=f"{size} designs tried",
            allowed="a larger box, or more zirconium",
        )
    U, X, phase = U[fine], X[fine], phase[fine]
    mean, spread = surrogate.model.mean_and_spread(features_of(X))
    return Library(U=U, X=X, phase=phase, mean=mean, spread=spread)

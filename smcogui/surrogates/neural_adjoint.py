"""The neural adjoint: designs that slide down the gradient of a surrogate towards wanted readings.

Ren, Padilla and Malof (2020) with two changes. Steps are taken in coordinates whose every point is
feasible (:mod:`smcogui.surrogates.search_space`), in place of a penalty at the border. And the loss
counts how much the networks disagree, since a search drifts to where a model errs in its favour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.train import never
from smcogui.errors import TaskStoppedError
from smcogui.surrogates.features import features_of, values_and_jacobian
from smcogui.surrogates.forward import READINGS
from smcogui.surrogates.search_space import W_S, W_Z, D, L

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.search_space import SearchSpace

    Array = NDArray[np.float64]

VARIANCE: Final = 0.09
"""Weight of the variance among the networks beside the squared error of the target."""
_RATE: Final = 0.15
_DECAYS: Final = (0.9, 0.99)
_FURTHEST: Final = 9.2
"""Of a coordinate: there a share is within 0.0001 of an end, and slopes vanish."""
_THINNEST_NM: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Wanted readings.

    Parameters
    ----------
    wanted : mapping
        Values by names of :data:`smcogui.surrogates.forward.READINGS`.
    """

    wanted: Mapping[str, float]

    @property
    def columns(self) -> list[int]:
        """Outputs that are wanted."""
        return [READINGS.index(name) for name in self.wanted]

    @property
    def values(self) -> Array:
        """What they are to be, shape (n_targets,)."""
        return np.array([float(value) for value in self.wanted.values()])

    def error(self, mean: Array, scale: Array) -> Array:
        """Return the squared errors of readings (…, n_outputs) in standard deviations, summed."""
        columns = self.columns
        found: Array = (((mean[..., columns] - self.values) / scale[columns]) ** 2).sum(axis=-1)
        return found

    def loss(self, mean: Array, spread: Array, scale: Array) -> Array:
        """Return the error and the weighted variance of the networks."""
        columns = self.columns
        doubt: Array = ((spread[..., columns] / scale[columns]) ** 2).sum(axis=-1)
        return self.error(mean, scale) + VARIANCE * doubt


def stencil(scatter_nm: float) -> Array:
    """Return shifts of a design that stand for scatter in L, d, w_S and w_Z, shape (n, n_inputs).

    Its middle, and where it is scattered, both ways along each of the four lengths.
    """
    middle = np.zeros((1, 8))
    if scatter_nm == 0:
        return middle
    lengths = np.array([L, D, W_S, W_Z])
    shifts = np.zeros((2 * lengths.size, 8))
    shifts[np.arange(lengths.size), lengths] = scatter_nm
    shifts[lengths.size + np.arange(lengths.size), lengths] = -scatter_nm
    return np.vstack([middle, shifts])


def shifted(X: NDArray[Any], shifts: Array) -> NDArray[Any]:
    """Return every design with every shift, shape (n * n_shifts, n_inputs), as real structures.

    Walls stay thinner than their intervals and thicker than nothing.
    """
    found = (X[:, None, :] + shifts[None]).reshape(-1, X.shape[1])
    for wall, interval in ((W_S, L), (W_Z, D)):
        room = found[:, interval] - _THINNEST_NM
        wide = found[:, wall].real > room.real
        found[:, wall] = np.where(wide, room, found[:, wall])
        thin = found[:, wall].real < _THINNEST_NM
        found[:, wall] = np.where(thin, _THINNEST_NM, found[:, wall])
    return found


def descend(
    surrogate: Surrogate,
    space: SearchSpace,
    target: Target,
    U: Array,
    phase: NDArray[np.intp],
    *,
    steps: int,
    scatter_nm: float = 0.0,
    should_stop: Callable[[], bool] = never,
) -> Array:
    """Return points that lie nearer to a target than their starts.

    Parameters
    ----------
    surrogate : Surrogate
    space : SearchSpace
    target : Target
    U : ndarray, shape (n, n_inputs)
        Starts, in the coordinates of the space.
    phase : ndarray of int, shape (n,)
        Z phase of each; it stays.
    steps : int
        Of Adam (Kingma and Ba 2015).
    scatter_nm : float
        Above 0 the mean loss over a stencil of designs so far away is made small.
    should_stop : callable
        Asked before each step.

    Raises
    ------
    TaskStoppedError
        If it was to stop.
    """
    if not space.is_free.any():
        return U
    U = U.copy()
    shifts = stencil(scatter_nm)
    first, second = np.zeros_like(U), np.zeros_like(U)
    for step in range(1, steps + 1):
        stop_where_asked(should_stop)
        gradient = _gradient(surrogate, space, target, U, phase, shifts)
        first += (1 - _DECAYS[0]) * (gradient - first)
        second += (1 - _DECAYS[1]) * (gradient**2 - second)
        rate = _RATE * (1 - (step - 1) / steps)
        move = first / (1 - _DECAYS[0] ** step)
        U -= rate * move / (np.sqrt(second / (1 - _DECAYS[1] ** step)) + 1e-12)
        np.clip(U, -_FURTHEST, _FURTHEST, out=U)
    return U


def stop_where_asked(should_stop: Callable[[], bool]) -> None:
    """Raise TaskStoppedError where somebody wants a search to stop."""
    if should_stop():
        raise TaskStoppedError("the search was stopped")


def _gradient(
    surrogate: Surrogate,
    space: SearchSpace,
    target: Target,
    U: Array,
    phase: NDArray[np.intp],
    shifts: Array,
) -> Array:
    """Return the derivatives of the losses, shape (n, n_inputs)."""
    free, n = np.flatnonzero(space.is_free), len(U)

    def features(some: NDArray[Any]) -> NDArray[Any]:
        every = np.repeat(U[None], free.size, axis=0).astype(complex)
        every[:, :, free] = some.reshape(free.size, n, free.size)
        designs = space.designs(every.reshape(-1, U.shape[1]), np.tile(phase, free.size))
        return features_of(shifted(designs, shifts)).reshape(free.size * n, -1)

    F, jacobian = values_and_jacobian(features, U[:, free])
    count = len(shifts)
    Y, pullback = surrogate.model.value_and_pullback(F.reshape(n * count, -1))
    back = pullback(_loss_gradient(target, Y, surrogate.model.y_scaler.scale) / count)
    gradient = np.zeros_like(U)
    gradient[:, free] = np.einsum("nf,nfi->ni", back.reshape(n, -1), jacobian)
    return gradient


def _loss_gradient(target: Target, Y: Array, scale: Array) -> Array:
    """Return dJ/dY of the loss, of the shape of Y (members, n, n_outputs)."""
    columns, members = target.columns, len(Y)
    mean = Y[:, :, columns].mean(axis=0)
    squares = scale[columns] ** 2
    found = np.zeros_like(Y)
    found[:, :, columns] = (
        2 * ((mean - target.values) + VARIANCE * (Y[:, :, columns] - mean)) / squares / members
    )
    return found

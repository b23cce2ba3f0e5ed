"""Multilayer perceptrons in numpy: one, or an ensemble as a batch, with gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from models.errors import ModelError
from models.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

Activation = Literal["relu", "silu"]
ACTIVATIONS: Final = ("relu", "silu")
BLOCK: Final = 256
"""Rows at a time: hidden layers of more no longer fit the cache."""
_FEW: Final = 16
"""Up to so many rows BLAS takes one thread by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MLP:
    """An ensemble of perceptrons of one architecture; a single one is an ensemble of one.

    Parameters
    ----------
    weights : tuple of ndarray, shape (members, n_in, n_out)
        A layer each, float32.
    biases : tuple of ndarray, shape (members, 1, n_out)
    activation : {"relu", "silu"}
        Of the hidden layers; the last layer is linear.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    activation: Activation

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS or len(self.weights) != len(self.biases):
            raise ModelError(f"no network: {self.activation!r}, {len(self.weights)} layers")
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            members, n_in, n_out = weight.shape
            before = self.weights[number - 1].shape[2] if number else n_in
            if bias.shape != (members, 1, n_out) or n_in != before or members != self.members:
                raise ModelError(
                    f"layer {number + 1} has weights {weight.shape} and biases {bias.shape}; they "
                    "do not fit each other or the layer before"
                )

    @property
    def members(self) -> int:
        """Number of perceptrons."""
        return int(self.weights[0].shape[0])

    @property
    def n_inputs(self) -> int:
        """Number of input columns."""
        return int(self.weights[0].shape[1])

    @property
    def n_outputs(self) -> int:
        """Number of output columns."""
        return int(self.weights[-1].shape[2])

    @property
    def n_weights(self) -> int:
        """Number of weights and biases of one perceptron."""
        parts = (*self.weights, *self.biases)
        return sum(int(part.size) for part in parts) // self.members

    def select(self, members: slice) -> MLP:
        """Return an ensemble of some of the members."""
        return MLP(
            weights=tuple(weight[members] for weight in self.weights),
            biases=tuple(bias[members] for bias in self.biases),
            activation=self.activation,
        )

    def __call__(self, X: NDArray[np.floating]) -> Array:
        """Return the outputs, shape (members, n, n_outputs), of rows of shape (n, n_inputs)."""
        X = X.astype(np.float32, copy=False)
        if len(X) <= _FEW:
            return self._block(X)
        Y = np.empty((self.members, len(X), self.n_outputs), np.float32)
        with one_thread():
            for start in range(0, len(X), BLOCK):
                Y[:, start : start + BLOCK] = self._block(X[start : start + BLOCK])
        return Y

    def value_and_pullback(
        self, X: NDArray[np.floating]
    ) -> tuple[Array, Callable[[NDArray[np.floating]], Array]]:
        """Return the outputs, and what brings gradients of them back to the inputs.

        Parameters
        ----------
        X : ndarray, shape (n, n_inputs)

        Returns
        -------
        Y : ndarray, shape (members, n, n_outputs)
        pullback : callable
            From dJ/dY, shape (members, n, n_outputs), to dJ/dX, shape (n, n_inputs), summed over
            the members.
        """
        activate = _relu_and_slope if self.activation == "relu" else _silu_and_slope
        value, slopes = X.astype(np.float32, copy=False), []
        with one_thread():
            for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
                value, slope = activate(np.matmul(value, weight) + bias)
                slopes.append(slope)
            Y = np.matmul(value, self.weights[-1]) + self.biases[-1]

        def pullback(gradient: NDArray[np.floating]) -> Array:
            back = gradient.astype(np.float32, copy=False)
            with one_thread():
                back = np.matmul(back, _turned(self.weights[-1]))
                for weight, slope in zip(self.weights[-2::-1], reversed(slopes), strict=True):
                    back = np.matmul(back * slope, _turned(weight))
            total: Array = back.sum(axis=0)
            return total

        return Y, pullback

    def _block(self, X: Array) -> Array:
        activate = _relu if self.activation == "relu" else _silu
        value = X
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            value = np.matmul(value, weight)
            value += bias
            value = activate(value)
        Y: Array = np.matmul(value, self.weights[-1])
        Y += self.biases[-1]
        return Y


def _turned(weight: Array) -> Array:
    return weight.transpose(0, 2, 1)


def _relu(x: Array) -> Array:
    return np.maximum(x, np.float32(0), out=x)


def _silu(x: Array) -> Array:
    with np.errstate(over="ignore"):  # exp(100) is inf, and x / inf is the right 0
        divisor = np.exp(-x)
    divisor += np.float32(1)
    return np.divide(x, divisor, out=x)


def _relu_and_slope(x: Array) -> tuple[Array, Array]:
    slope = (x > 0).astype(np.float32)
    return x * slope, slope


def _silu_and_slope(x: Array) -> tuple[Array, Array]:
    with np.errstate(over="ignore"):
        sigmoid: Array = np.reciprocal(1 + np.exp(-x)).astype(np.float32, copy=False)
    value: Array = x * sigmoid
    slope: Array = sigmoid + value * (1 - sigmoid)
    return value, slope

"""The paper's inverse network, i-NN 2-128-128-4, trained through a frozen forward network.

Its loss is λ ‖I[Y] - X‖² + ‖F[I[Y]] - Y‖² in standardised units, λ = 0.02 (paper Eq. 5). A map from
two numbers to four knows one of many answers only; it is kept to compare with the paper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import TrainingStoppedError
from models.fnn import masked_square_error, network_of, new_network
from models.train import Losses, ReportLosses, ignore_losses, load_torch, never

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.mlp import MLP
    from models.scaling import Scaler

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class InnOptions:
    """How the i-NN is trained (paper, Suppl. Table 3)."""

    hidden: tuple[int, ...] = (128, 128)
    epochs: int = 100
    batch: int = 128
    learning_rate: float = 1e-3
    penalty: float = 0.02
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InverseModel:
    """The i-NN in numpy.

    Parameters
    ----------
    x_scaler, y_scaler : Scaler
        Of the four inputs that it finds and the outputs that are wanted.
    network : MLP
    """

    x_scaler: Scaler
    y_scaler: Scaler
    network: MLP

    def find(self, Y: Array) -> Array:
        """Return inputs, shape (n, n_free), for wanted outputs, shape (n, n_outputs)."""
        return self.x_scaler.invert(self.network(self.y_scaler.apply(Y))[0].astype(np.float64))


def train_inn(
    X: Array,
    Y: Array,
    forward: MLP,
    training: Rows,
    held_out: Rows,
    options: InnOptions,
    *,
    report: ReportLosses = ignore_losses,
    should_stop: Callable[[], bool] = never,
) -> MLP:
    """Train the i-NN and return its weights at the best loss on the held-out rows.

    Parameters
    ----------
    X : ndarray, shape (n, n_inputs)
        Standardised inputs of the forward network. The i-NN finds the first ``n_free`` of them,
        four in the paper; the others (angle and Z phase) are prescribed by each row.
    Y : ndarray, shape (n, n_outputs)
        Standardised, complete.
    forward : MLP
        One frozen network, from X to Y.
    training, held_out : ndarray of int
    options : InnOptions

    Raises
    ------
    MissingPackageError
    TrainingStoppedError
    """
    torch = load_torch()
    n_free = 4
    layers = new_network(torch, (Y.shape[1], *options.hidden, n_free), options.seed)
    frozen = _frozen(torch, forward)
    optimiser = torch.optim.Adam(layers.parameters(), lr=options.learning_rate)
    inputs = torch.from_numpy(X.astype(np.float32))
    wanted = torch.from_numpy(Y.astype(np.float32))

    def loss_of(index: Any) -> Any:
        found = layers(wanted[index])
        checked = frozen(torch.cat([found, inputs[index][:, n_free:]], dim=1))
        distance = masked_square_error(found, inputs[index][:, :n_free])
        return options.penalty * distance + masked_square_error(checked, wanted[index])

    best, kept = math.inf, network_of(layers)
    for epoch in range(options.epochs):
        if should_stop():
            raise TrainingStoppedError(f"training was stopped after {epoch} epochs")
        order = np.random.default_rng((options.seed, epoch)).permutation(training)
        total = 0.0
        for start in range(0, order.size, options.batch):
            index = torch.from_numpy(order[start : start + options.batch])
            loss = loss_of(index)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += float(loss.detach()) * len(index)
        with torch.no_grad():
            found = float(loss_of(torch.from_numpy(held_out)))
        report(
            Losses(
                step=epoch + 1, steps=options.epochs, training=total / order.size, held_out=found
            )
        )
        if found < best:
            best, kept = found, network_of(layers)
    return kept


def _frozen(torch: Any, network: MLP) -> Callable[[Any], Any]:
    weights = [torch.from_numpy(part[0]) for part in network.weights]
    biases = [torch.from_numpy(part[0]) for part in network.biases]
    activate = torch.relu if network.activation == "relu" else torch.nn.functional.silu

    def call(value: Any) -> Any:
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            value = activate(value @ weight + bias)
        return value @ weights[-1] + biases[-1]

    return call

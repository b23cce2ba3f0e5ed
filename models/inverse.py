"""The paper's inverse network, i-NN 2-128-128-4, trained through a frozen forward network.

Its loss is λ ‖I[Y] - X‖² + ‖F[I[Y]] - Y‖² in standardised units, λ = 0.02 (paper Eq. 5). A map from
two numbers to four knows one of many answers only; it is kept to compare with the paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.epochs import EpochOptions, masked_square_error, new_network, train_epochs
from models.train import ReportLosses, ignore_losses, load_torch, never

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.mlp import MLP
    from models.scaling import Scaler

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class InnOptions(EpochOptions):
    """How the i-NN is trained (paper, Suppl. Table 3); ``penalty`` is λ."""

    hidden: tuple[int, ...] = (128, 128)
    epochs: int = 100
    patience: int = 100
    penalty: float = 0.02


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
    inputs = torch.from_numpy(X.astype(np.float32))
    wanted = torch.from_numpy(Y.astype(np.float32))

    def loss_of(index: Any) -> Any:
        found = layers(wanted[index])
        checked = frozen(torch.cat([found, inputs[index][:, n_free:]], dim=1))
        distance = masked_square_error(found, inputs[index][:, :n_free])
        return options.penalty * distance + masked_square_error(checked, wanted[index])

    return train_epochs(
        torch, layers, loss_of, training, held_out, options, report=report, should_stop=should_stop
    )


def _frozen(torch: Any, network: MLP) -> Callable[[Any], Any]:
    weights = [torch.from_numpy(part[0]) for part in network.weights]
    biases = [torch.from_numpy(part[0]) for part in network.biases]
    activate = torch.relu if network.activation == "relu" else torch.nn.functional.silu

    def call(value: Any) -> Any:
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            value = activate(value @ weight + bias)
        return value @ weights[-1] + biases[-1]

    return call

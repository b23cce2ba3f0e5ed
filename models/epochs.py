"""A small network trained in epochs of batches, kept at its best; f-NN and i-NN of the paper."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import TrainingStoppedError
from models.mlp import MLP
from models.train import Losses, ReportLosses, ignore_losses, never

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochOptions:
    """How long, in which batches and how fast.

    Parameters
    ----------
    hidden : tuple of int
    epochs : int
        At most.
    patience : int
        Epochs without a better loss on the held-out rows until training stops.
    batch : int
    learning_rate : float
        Of Adam.
    seed : int
    """

    hidden: tuple[int, ...]
    epochs: int
    patience: int
    batch: int = 128
    learning_rate: float = 1e-3
    seed: int = 0


def train_epochs(
    torch: Any,
    layers: Any,
    loss_of: Callable[[Any], Any],
    training: Rows,
    held_out: Rows,
    options: EpochOptions,
    *,
    report: ReportLosses = ignore_losses,
    should_stop: Callable[[], bool] = never,
) -> MLP:
    """Train layers of :func:`new_network`; return them at the best loss on the held-out rows.

    Parameters
    ----------
    torch : module
    layers : torch.nn.Sequential
    loss_of : callable
        From a tensor of rows to their loss.
    training, held_out : ndarray of int
    options : EpochOptions
    report, should_stop : callable

    Raises
    ------
    TrainingStoppedError
    """
    optimiser = torch.optim.Adam(layers.parameters(), lr=options.learning_rate)
    best, best_epoch, kept = math.inf, 0, network_of(layers)
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
        mean = total / order.size
        report(Losses(step=epoch + 1, steps=options.epochs, training=mean, held_out=found))
        if found < best:
            best, best_epoch, kept = found, epoch, network_of(layers)
        elif epoch - best_epoch >= options.patience:
            break
    return kept


def new_network(torch: Any, sizes: tuple[int, ...], seed: int) -> Any:
    """Return linear layers with ReLU between, with torch's own first weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        parts = []
        for n_in, n_out in itertools.pairwise(sizes):
            parts += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
        return torch.nn.Sequential(*parts[:-1])


def network_of(layers: Any) -> MLP:
    """Return layers of :func:`new_network` as a network for numpy."""
    linear = layers[::2]
    return MLP(
        weights=tuple(layer.weight.detach().numpy().T[None].copy() for layer in linear),
        biases=tuple(layer.bias.detach().numpy()[None, None].copy() for layer in linear),
        activation="relu",
    )


def masked_square_error(guess: Any, truth: Any) -> Any:
    """Return the mean square error over the known values of torch tensors."""
    known = ~truth.isnan()
    error = (guess - truth.nan_to_num()) * known
    return (error * error).sum() / known.sum().clamp(min=1)

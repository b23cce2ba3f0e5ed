"""The paper's forward network, f-NN: 8-64-64-2, ReLU, Adam, z-scores, early stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.epochs import EpochOptions, masked_square_error, new_network, train_epochs
from models.evaluate import split_groups
from models.scaling import Scaler
from models.train import ReportLosses, ignore_losses, load_torch, never

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.mlp import MLP

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

_HELD_OUT: Final = 0.2
"""Of the groups, by which :func:`fit_fnn` stops early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FnnOptions(EpochOptions):
    """How the f-NN is trained (paper, Suppl. Table 3); the paper's stopped at epoch 247 of 2000."""

    hidden: tuple[int, ...] = (64, 64)
    epochs: int = 2000
    patience: int = 100


def train_fnn(
    X: Array,
    Y: Array,
    training: Rows,
    held_out: Rows,
    options: FnnOptions,
    *,
    report: ReportLosses = ignore_losses,
    should_stop: Callable[[], bool] = never,
) -> MLP:
    """Train the f-NN and return its weights at the best loss on the held-out rows.

    Parameters
    ----------
    X : ndarray, shape (n, n_inputs)
        Standardised.
    Y : ndarray, shape (n, n_outputs)
        Standardised; NaN adds nothing to the loss.
    training, held_out : ndarray of int
    options : FnnOptions
    report, should_stop : callable

    Raises
    ------
    MissingPackageError
    TrainingStoppedError
    """
    torch = load_torch()
    layers = new_network(torch, (X.shape[1], *options.hidden, Y.shape[1]), options.seed)
    inputs = torch.from_numpy(X.astype(np.float32))
    outputs = torch.from_numpy(Y.astype(np.float32))
    return train_epochs(
        torch,
        layers,
        lambda rows: masked_square_error(layers(inputs[rows]), outputs[rows]),
        training,
        held_out,
        options,
        report=report,
        should_stop=should_stop,
    )


def fit_fnn(
    X: Array,
    Y: Array,
    groups: NDArray[Any],
    seed: int,
    *,
    should_stop: Callable[[], bool] = never,
) -> Callable[[Array], Array]:
    """Train the f-NN on rows as they are; return what predicts queries, shape (n, n_outputs).

    It stops early by a fifth of the groups; see :func:`train_fnn` for the errors.
    """
    x_scaler, y_scaler = Scaler.fit(X), Scaler.fit(Y)
    inside, held_out = split_groups(groups, _HELD_OUT, seed)
    network = train_fnn(
        x_scaler.apply(X),
        y_scaler.apply(Y),
        inside,
        held_out,
        FnnOptions(seed=seed),
        should_stop=should_stop,
    )
    return lambda queries: y_scaler.invert(network(x_scaler.apply(queries))[0].astype(np.float64))

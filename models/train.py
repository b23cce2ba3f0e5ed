"""Training in torch: all members of an ensemble as one batched network, and the paper's f-NN.

Members differ in their rows and their seed only, so the folds of a cross-validation and the model
itself are trained in one go. Adam works element by element: together or alone makes no difference.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from models.checkpoint import Checkpoint, fingerprint, load_checkpoint, save_checkpoint
from models.errors import MissingPackageError, TrainingStoppedError
from models.mlp import MLP, Activation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

REPORT_EVERY: Final = 25
SAVE_EVERY: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsembleOptions:
    """How an ensemble is trained.

    Parameters
    ----------
    hidden : tuple of int
    activation : {"relu", "silu"}
    steps : int
        Of AdamW, with one cycle of the learning rate.
    batch : int
        Rows of each member and step.
    learning_rate, weight_decay : float
        The learning rate is the peak of the cycle.
    ema : float
        Decay of the running mean of the weights, which is what is kept.
    seed : int
    """

    hidden: tuple[int, ...] = (96, 96, 96)
    activation: Activation = "silu"
    steps: int = 3000
    batch: int = 256
    learning_rate: float = 3e-3
    weight_decay: float = 2e-3
    ema: float = 0.998
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Where training stands.

    Parameters
    ----------
    step, steps : int
    training, held_out : float
        Mean losses of the members in standardised units; NaN where nothing is held out.
    """

    step: int
    steps: int
    training: float
    held_out: float


class ReportLosses(Protocol):
    """What training calls now and then."""

    def __call__(self, losses: Losses, /) -> None:
        """Take the losses."""


def ignore_losses(_losses: Losses) -> None:
    """Do nothing with losses, where nobody wants to know."""


def never() -> bool:
    """Return False: nobody asks to stop."""
    return False


def load_torch() -> Any:
    """Return torch, for one thread: more are slower for networks of this size.

    Raises
    ------
    MissingPackageError
    """
    try:
        import torch
    except ImportError as error:
        raise MissingPackageError(
            "training needs torch, which is not installed; `pip install -r "
            "requirements-train.lock` brings it. Prediction works without it",
            key="torch",
        ) from error
    torch.set_num_threads(1)
    return torch


def bagged_rows(rows: Rows, share: float, members: int, seed: int) -> list[Rows]:
    """Return a random part of the rows for each of ``members``."""
    count = max(1, round(share * rows.size))
    generator = np.random.default_rng(seed)
    return [np.sort(generator.permutation(rows)[:count]) for _ in range(members)]


def train_ensemble(
    X: Array,
    Y: Array,
    rows: Sequence[Rows],
    options: EnsembleOptions,
    *,
    weights: Array | None = None,
    held_out: Sequence[Rows] = (),
    report: ReportLosses = ignore_losses,
    should_stop: Callable[[], bool] = never,
    checkpoint: Path | None = None,
) -> MLP:
    """Train the members of an ensemble together.

    Parameters
    ----------
    X : ndarray, shape (n, n_inputs)
        Standardised.
    Y : ndarray, shape (n, n_outputs)
        Standardised; NaN where an output is missing, which then adds nothing to the loss.
    rows : sequence of ndarray of int
        Training rows of each member.
    options : EnsembleOptions
    weights : ndarray, shape (n, n_outputs), optional
        Of each value in the loss; 1 by default.
    held_out : sequence of ndarray of int
        Rows of each member whose loss is reported; they do not change the training.
    report, should_stop : callable
    checkpoint : Path, optional
        Where the state is kept every 500 steps and when somebody asks to stop; training goes on
        from there, to the same weights as without a stop.

    Returns
    -------
    MLP
        The running mean of the weights.

    Raises
    ------
    MissingPackageError
        Without torch.
    TrainingStoppedError
    CheckpointError
        If the checkpoint belongs to other data or options.
    """
    torch = load_torch()
    sizes = (X.shape[1], *options.hidden, Y.shape[1])
    weights = np.ones_like(Y) if weights is None else weights
    mark = fingerprint(X, Y, weights, *rows, text=repr(options))
    training = _EnsembleTraining(torch, X, Y, weights, rows, held_out, options, sizes)
    begin = 0
    if checkpoint is not None and checkpoint.exists():
        begin = training.restore(load_checkpoint(checkpoint, mark))
    for step in range(begin, options.steps):
        if should_stop():
            if checkpoint is not None:
                save_checkpoint(checkpoint, training.state(step), mark)
            raise TrainingStoppedError(f"training was stopped after {step} of {options.steps}")
        loss = training.advance(step)
        done = step + 1
        if done % REPORT_EVERY == 0 or done == options.steps:
            report(
                Losses(
                    step=done, steps=options.steps, training=loss, held_out=training.held_out_loss()
                )
            )
        if checkpoint is not None and done % SAVE_EVERY == 0:
            save_checkpoint(checkpoint, training.state(done), mark)
    return training.network()


def one_cycle(step: int, steps: int) -> float:
    """Return the share of the peak learning rate: up for 30 % of the steps, then down to nothing.

    The cosine cycle of Smith and Topin (2019).
    """
    rise = max(1.0, 0.3 * steps)
    if step < rise:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * step / rise)) / 2
    return (1 + math.cos(math.pi * (step - rise) / max(1.0, steps - rise))) / 2


class _EnsembleTraining:
    """The weights, their moments and running means while an ensemble is trained."""

    def __init__(
        self,
        torch: Any,
        X: Array,
        Y: Array,
        weights: Array,
        rows: Sequence[Rows],
        held_out: Sequence[Rows],
        options: EnsembleOptions,
        sizes: Sequence[int],
    ) -> None:
        self._torch, self._options, self._rows = torch, options, rows
        self._X = torch.from_numpy(X.astype(np.float32))
        self._known = torch.from_numpy(np.isfinite(Y).astype(np.float32))
        self._Y = torch.from_numpy(np.nan_to_num(Y).astype(np.float32))
        self._weights = self._known * torch.from_numpy(weights.astype(np.float32))
        self._held_out = _held_out_mask(len(X), held_out)
        self._parameters = _new_parameters(torch, len(rows), sizes, options.seed)
        self._means = [part.detach().clone() for part in self._parameters]
        slopes, biases = self._parameters[::2], self._parameters[1::2]
        self._optimiser = torch.optim.AdamW(
            [{"params": slopes}, {"params": biases, "weight_decay": 0.0}],
            lr=options.learning_rate,
            weight_decay=options.weight_decay,
        )

    def advance(self, step: int) -> float:
        """Make one step and return the loss, the mean of the members."""
        index = self._torch.from_numpy(self._batch(step))
        for group in self._optimiser.param_groups:
            group["lr"] = self._options.learning_rate * one_cycle(step, self._options.steps)
        losses = self._loss(self._forward(self._X[index]), self._Y[index], self._weights[index])
        self._optimiser.zero_grad(set_to_none=True)
        losses.sum().backward()
        self._optimiser.step()
        # The first weights are random: early on the mean forgets faster.
        decay = min(self._options.ema, (1 + step) / (10 + step))
        with self._torch.no_grad():
            for mean, part in zip(self._means, self._parameters, strict=True):
                mean.lerp_(part, 1 - decay)
        return float(losses.detach().mean())

    def held_out_loss(self) -> float:
        """Return the mean Huber loss of the running mean on rows that were not trained on."""
        if self._held_out is None:
            return math.nan
        network = self.network()
        guess = network(self._X.numpy())
        error = np.abs(guess - self._Y.numpy())
        huber = np.where(error < 1, 0.5 * error**2, error - 0.5)
        mask = self._held_out[:, :, None] * self._known.numpy()
        return float((huber * mask).sum() / max(mask.sum(), 1.0))

    def network(self) -> MLP:
        """Return the running mean as a network for numpy."""
        parts = [mean.numpy().copy() for mean in self._means]
        return MLP(
            weights=tuple(parts[::2]),
            biases=tuple(parts[1::2]),
            activation=self._options.activation,
        )

    def state(self, step: int) -> Checkpoint:
        """Return everything that is needed to go on."""
        arrays: dict[str, NDArray[np.float32]] = {}
        for number, (part, mean) in enumerate(zip(self._parameters, self._means, strict=True)):
            arrays[f"weight.{number}"] = part.detach().numpy().copy()
            arrays[f"mean.{number}"] = mean.numpy().copy()
            moments = self._optimiser.state.get(part, {})
            for name in ("exp_avg", "exp_avg_sq"):
                value = moments.get(name)
                arrays[f"{name}.{number}"] = np.zeros_like(mean) if value is None else value.numpy()
        return Checkpoint(step=step, arrays=arrays)

    def restore(self, checkpoint: Checkpoint) -> int:
        """Go back to a checkpoint; return its step."""
        torch, arrays = self._torch, checkpoint.arrays
        with torch.no_grad():
            for number, (part, mean) in enumerate(zip(self._parameters, self._means, strict=True)):
                part.copy_(torch.from_numpy(arrays[f"weight.{number}"]))
                mean.copy_(torch.from_numpy(arrays[f"mean.{number}"]))
                self._optimiser.state[part] = {
                    "step": torch.tensor(float(checkpoint.step)),
                    "exp_avg": torch.from_numpy(arrays[f"exp_avg.{number}"]).clone(),
                    "exp_avg_sq": torch.from_numpy(arrays[f"exp_avg_sq.{number}"]).clone(),
                }
        return checkpoint.step

    def _batch(self, step: int) -> NDArray[np.int64]:
        """Return rows, shape (members, batch): each member draws among its own.

        They follow from seed and step alone, so that a stop changes nothing.
        """
        generator = np.random.default_rng((self._options.seed, step))
        size = min(self._options.batch, max(rows.size for rows in self._rows))
        places = generator.random((len(self._rows), size))
        return np.stack(
            [
                rows[(place * rows.size).astype(np.intp)]
                for rows, place in zip(self._rows, places, strict=True)
            ]
        )

    def _forward(self, value: Any) -> Any:
        torch = self._torch
        activate = torch.relu if self._options.activation == "relu" else torch.nn.functional.silu
        *hidden, last = zip(self._parameters[::2], self._parameters[1::2], strict=True)
        for weight, bias in hidden:
            value = activate(torch.baddbmm(bias, value, weight))
        return torch.baddbmm(last[1], value, last[0])

    def _loss(self, guess: Any, truth: Any, weights: Any) -> Any:
        """Return the Huber loss of each member, the weighted mean over the known outputs."""
        huber = self._torch.nn.functional.huber_loss(guess, truth, reduction="none")
        return (huber * weights).sum(dim=(1, 2)) / weights.sum(dim=(1, 2)).clamp(min=1e-6)


def _held_out_mask(n: int, held_out: Sequence[Rows]) -> NDArray[np.float32] | None:
    if not any(rows.size for rows in held_out):
        return None
    mask = np.zeros((len(held_out), n), np.float32)
    for member, rows in enumerate(held_out):
        mask[member, rows] = 1
    return mask


def _new_parameters(torch: Any, members: int, sizes: Sequence[int], seed: int) -> list[Any]:
    """Return weights and biases of all layers in turn, uniform within 1/√n_in as torch has it."""
    generator = torch.Generator().manual_seed(seed)
    parameters = []
    for n_in, n_out in itertools.pairwise(sizes):
        bound = 1 / math.sqrt(n_in)
        for shape in ((members, n_in, n_out), (members, 1, n_out)):
            values = torch.rand(shape, generator=generator) * (2 * bound) - bound
            parameters.append(values.requires_grad_())
    return parameters

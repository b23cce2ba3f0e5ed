"""The surrogates of a project as somebody looks at them: models, trainings, losses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from smcogui.app.suggestion_gain import (
    SuggestionGain,
    suggested_campaigns,
    suggestion_gains,
)
from smcogui.app.surrogate_choice import SHIPPED, choose_surrogate, trained_surrogates
from smcogui.app.training_folder import (
    LOSSES,
    TrainingFolder,
    TrainingState,
    TrainingStatus,
    requested_trainings,
)
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from smcogui.surrogates.forward import Surrogate


@dataclass(frozen=True, slots=True, kw_only=True)
class LossPoint:
    """Losses after a number of steps, in standardised units; ``held_out`` where there is any."""

    step: int
    training: float
    held_out: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurrogateView:
    """A surrogate and its training.

    Parameters
    ----------
    name : str
    status : TrainingStatus or None
        None for the one that comes with the program.
    surrogate : Surrogate or None
        The model that answers; None before there is one, and where it cannot be used.
    trouble : str
        Why it cannot be used, or why its training ended; empty otherwise.
    losses : tuple of LossPoint
        Of the training at work or last ended, else those of the model's card.
    gains : tuple of SuggestionGain
        What suggested designs brought that it learned from and another surrogate did not.
    """

    name: str
    status: TrainingStatus | None
    surrogate: Surrogate | None
    trouble: str
    losses: tuple[LossPoint, ...]
    gains: tuple[SuggestionGain, ...] = ()

    @property
    def is_at_work(self) -> bool:
        """Whether it is being trained."""
        return self.status is not None and self.status.state is TrainingState.RUNNING

    @property
    def can_go_on(self) -> bool:
        """Whether its training ended before its end."""
        ended = (TrainingState.STOPPED, TrainingState.LOST, TrainingState.FAILED)
        return self.status is not None and self.status.state in ended


def read_views(folder: Path) -> tuple[SurrogateView, ...]:
    """Return the surrogates below a folder by name, and the shipped one at the end."""
    names = {*requested_trainings(folder), *trained_surrogates(folder)}
    own = [_own_view(folder, name) for name in sorted(names)]
    surrogate, trouble = _model(SHIPPED, folder)
    shipped = SurrogateView(
        name=SHIPPED,
        status=None,
        surrogate=surrogate,
        trouble=trouble,
        losses=_of_card(surrogate),
    )
    trained = [view.surrogate for view in own if view.surrogate is not None]
    gains = suggestion_gains(trained, suggested_campaigns(folder))
    own = [
        replace(view, gains=tuple(gain for gain in gains if gain.after == view.name))
        for view in own
    ]
    return (*own, shipped)


def _own_view(folder: Path, name: str) -> SurrogateView:
    training = TrainingFolder(folder / name)
    status = training.status()
    surrogate, trouble = _model(name, folder) if training.model.is_dir() else (None, "")
    if status.state is TrainingState.LOST:
        trouble = training.last_of_log() or "the process that trained it ended without a word"
    return SurrogateView(
        name=name,
        status=status,
        surrogate=surrogate,
        trouble=str(status.error.get("message", "")) or trouble,
        # Those of the card lack what came before a training was stopped and went on.
        losses=_reported(training.events()) or _of_card(surrogate),
    )


def _model(name: str, folder: Path) -> tuple[Surrogate | None, str]:
    try:
        return choose_surrogate(name, folder), ""
    except InputError as error:
        return None, error.message


def _of_card(surrogate: Surrogate | None) -> tuple[LossPoint, ...]:
    rows = [] if surrogate is None else surrogate.about.get("losses", [])
    return tuple(
        LossPoint(step=int(step), training=training, held_out=held_out)
        for step, training, held_out in rows
    )


def _reported(events: Iterable[dict[str, Any]]) -> tuple[LossPoint, ...]:
    return tuple(
        LossPoint(step=each["step"], training=each["training"], held_out=each["held_out"])
        for each in events
        if each.get("event") == LOSSES
    )

"""Surrogates as they are looked at, and trainings that go on where they stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from smcogui.app.session import Session
from smcogui.app.surrogate_training import rows_of_dataset
from smcogui.app.training_folder import LOSSES, TrainingFolder, TrainingRequest, TrainingState
from smcogui.errors import InputError
from smcogui.runs import children
from smcogui.surrogates.training_options import TrainingOptions

SMALL = TrainingOptions(members=2, folds=2, steps=30, peers=False)


@pytest.fixture
def stopped(tmp_path: Path, checkout: Path) -> Session:
    """Return a project with a training that was stopped at a third of its steps."""
    session = Session(tmp_path / "project")
    folder = TrainingFolder(session.surrogates.folder / "mine")
    training, test, sources = rows_of_dataset(checkout / "models" / "data")
    assert folder.prepare(TrainingRequest(options=SMALL, sources=sources), training, test)
    folder.tell(LOSSES, step=10, steps=30, training=0.5, held_out=None)
    folder.tell(TrainingState.STOPPED)
    return session


def test_a_stopped_training_is_shown_and_the_same_folder_is_trained_on(
    stopped: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Sequence[str]] = []
    monkeypatch.setattr(children, "start", lambda command, *_: begun.append(command))

    mine, shipped = stopped.surrogates.views()

    assert (mine.name, shipped.name) == ("mine", "shipped")
    assert mine.can_go_on
    assert mine.surrogate is None
    assert [point.step for point in mine.losses] == [10]
    assert shipped.surrogate is not None
    assert shipped.losses[-1].step == shipped.surrogate.about["options"]["steps"]

    stopped.surrogates.resume("mine")

    assert begun[0][-1] == str(stopped.surrogates.folder / "mine")
    assert stopped.surrogates.views()[0].is_at_work


@pytest.mark.slow
def test_a_stopped_training_goes_on_to_a_model(
    stopped: Session, wait_until: Callable[..., Any]
) -> None:
    stopped.surrogates.resume("mine")
    wait_until(lambda: not stopped.surrogates.views()[0].is_at_work, "the training")

    done = stopped.surrogates.views()[0]
    assert done.status is not None
    assert done.status.state is TrainingState.DONE, done.trouble
    assert done.surrogate is not None
    assert done.losses[0].step == 10  # what came before the stop is still there
    assert done.losses[-1].step == 30


def test_nothing_goes_on_that_was_never_begun(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds nothing to train"):
        Session(tmp_path / "project").surrogates.resume("nobody")

"""The process that trains a surrogate: ``python -m smcogui.app.training_worker FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import smcogui
from models.errors import ModelError
from models.store import save_model
from smcogui.app.training_folder import CHECKPOINT_FILE, LOSSES, STOP_FILE, TrainingFolder
from smcogui.app.training_folder import TrainingState as State
from smcogui.app.worker import StopSignals
from smcogui.errors import FolderInUseError, SmCoError, TaskStoppedError
from smcogui.runs.lock import FolderLock
from smcogui.surrogates.model_errors import as_program_error
from smcogui.surrogates.training import train_surrogate
from smcogui.surrogates.training_data import learning_table, part_for_test, without_tested

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.train import Losses
    from smcogui.app.training_folder import TrainingRequest
    from smcogui.surrogates.training_data import LearningTable

_LEAST_TESTED = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Train what the folder asks for; its reports tell how it ends."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        sys.stderr.write("one argument is needed: the folder of a surrogate\n")
        return 2
    folder = TrainingFolder(Path(given[0]))
    try:
        with FolderLock(folder.path), StopSignals() as signals:
            return _train(folder, lambda: signals() or folder.is_to_stop)
    except FolderInUseError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


def tables_of(
    request: TrainingRequest,
    training: Sequence[dict[str, Any]],
    test: Sequence[dict[str, Any]],
) -> tuple[LearningTable, LearningTable, int]:
    """Return the designs to train on, those to test with, and how many were in both.

    Without designs to test with, a share of the structures is split off.

    Raises
    ------
    ModelError
    """
    table = learning_table(training, fixed=request.fixed)
    if not test:
        return *part_for_test(table, request.test_share, request.options.seed), 0
    tested = learning_table(test, fixed=request.fixed, least_rows=_LEAST_TESTED)
    kept, both = without_tested(table, tested)
    return kept, tested, both


def _train(folder: TrainingFolder, should_stop: Callable[[], bool]) -> int:
    try:
        about = _trained(folder, should_stop)
    except (ModelError, SmCoError) as error:
        told = as_program_error(error) if isinstance(error, ModelError) else error
        is_stopped = isinstance(told, TaskStoppedError)
        (folder.path / STOP_FILE).unlink(missing_ok=True)
        folder.tell(
            State.STOPPED if is_stopped else State.FAILED,
            error=told.as_dict(),
            exit_code=told.exit_code,
        )
        return told.exit_code
    (folder.path / CHECKPOINT_FILE).unlink(missing_ok=True)
    folder.tell(State.DONE, designs=about["designs"])
    return 0


def _trained(folder: TrainingFolder, should_stop: Callable[[], bool]) -> dict[str, Any]:
    request = folder.request()
    training, test, both = tables_of(request, *folder.rows())

    def report(losses: Losses, /) -> None:
        held_out = losses.held_out if losses.held_out == losses.held_out else None
        folder.tell(
            LOSSES,
            step=losses.step,
            steps=losses.steps,
            training=losses.training,
            held_out=held_out,
        )

    done = train_surrogate(
        training,
        test,
        request.options,
        report=report,
        should_stop=should_stop,
        checkpoint=folder.path / CHECKPOINT_FILE,
    )
    about = {
        "program": f"SmCo Studio {smcogui.__version__}",
        "sources": request.sources,
        "fixed": list(request.fixed),
        "left_out_as_tested": both,
        "source": "predicted: learned from simulated half-cycles",
        **done.about,
    }
    save_model(folder.model, done.model, about, replace=True)
    return about


if __name__ == "__main__":
    sys.exit(main())

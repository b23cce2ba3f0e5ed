"""Trainings of surrogates: checked, started in a process of their own, followed, gone on with."""

from __future__ import annotations

import importlib.util
import threading
from typing import TYPE_CHECKING, Any

from smcogui.app.training_folder import (
    LOG_FILE,
    TrainingFolder,
    TrainingRequest,
    TrainingState,
    TrainingStatus,
)
from smcogui.data.dataset import check_unmixed
from smcogui.data.dataset_import import SUMS_FILE, check_datasets
from smcogui.data.dataset_parts import TEST_SET, TRAINING_SET
from smcogui.runs import children

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

Rows = list[dict[str, Any]]


class Training:
    """A training that was asked for: followed, and stopped.

    Parameters
    ----------
    folder : TrainingFolder
    process : Popen or None
        None where another process is at work on it, or nothing is to be done.
    """

    def __init__(
        self, folder: TrainingFolder, process: subprocess.Popen[bytes] | None = None
    ) -> None:
        self.folder = folder
        self._process = process
        if process is not None:
            threading.Thread(target=process.wait, daemon=True).start()

    def status(self) -> TrainingStatus:
        """Return where it stands."""
        # Asked first: what it told before its end is then read.
        has_ended = self._process is not None and self._process.poll() is not None
        status = self.folder.status()
        is_ours = not self.folder.is_at_work  # else somebody was faster, and is followed
        if has_ended and is_ours and status.state is TrainingState.RUNNING:
            return TrainingStatus(
                state=TrainingState.LOST, error={"message": self.folder.last_of_log()}
            )
        return status

    def stop(self) -> None:
        """Ask it to stop; the same request goes on from its checkpoint."""
        self.folder.ask_to_stop()


def begin_training(
    folder: Path,
    request: TrainingRequest,
    training: Rows,
    test: Rows,
    *,
    sources: dict[str, list[str]],
    replace: bool = False,
) -> Training:
    """Check the designs, write down what is to be trained, and start the process.

    See :meth:`~smcogui.app.project_surrogates.ProjectSurrogates.train`.
    """
    # Not at the top: the window opens before anybody trains.
    from smcogui.app.training_worker import tables_of
    from smcogui.surrogates.model_errors import program_errors

    check_unmixed([*training, *test])
    with program_errors():
        tables_of(request, training, test)
        _check_packages()
    request = TrainingRequest(
        options=request.options,
        fixed=request.fixed,
        test_share=request.test_share,
        sources=sources,
    )
    place = TrainingFolder(folder)
    if not place.prepare(request, training, test, replace=replace):
        return Training(place)
    return _start(place)


def resume_training(place: TrainingFolder) -> Training:
    """Go on with a training that ended early.

    See :meth:`~smcogui.app.project_surrogates.ProjectSurrogates.resume`.
    """
    from smcogui.surrogates.model_errors import program_errors

    place.request()
    if place.is_at_work:
        return Training(place)
    with program_errors():
        _check_packages()
    return _start(place)


def _start(place: TrainingFolder) -> Training:
    """Start the process that trains what a folder asks for."""
    place.begin()
    process = children.start(
        [*children.program("smcogui.app.training_worker", "--train-surrogate"), str(place.path)],
        place.path / LOG_FILE,
        children.ONE_THREAD,
    )
    return Training(place, process)


def rows_of_dataset(source: Path, test: Path | None = None) -> tuple[Rows, Rows, dict[str, Any]]:
    """Return designs to train on and to test with from a dataset, and what names both.

    In a folder of several sets ``train.parquet`` and ``test_offgrid.parquet`` are taken.

    Raises
    ------
    InputError
        If it is no dataset or not whole.
    """
    sets = [source / f"{name}.parquet" for name in (TRAINING_SET, TEST_SET)]
    if source.is_dir() and sets[0].exists():
        source, test = sets[0], test or (sets[1] if sets[1].exists() else None)
    chosen = check_datasets([path for path in (source, test) if path is not None])
    named = [[f"{each.table.name}, {SUMS_FILE} {each.sha256}"] for each in chosen]
    sources = dict(zip(("training", "test"), named, strict=False))
    return chosen[0].rows, chosen[1].rows if len(chosen) > 1 else [], sources


def _check_packages() -> None:
    """Refuse before anything is written where a package is missing; does not load torch."""
    from models.errors import MissingPackageError

    missing = [name for name in ("torch", "onnx") if importlib.util.find_spec(name) is None]
    if not missing:
        return
    remedy = "`pip install -r requirements-train.lock` brings it"
    if children.is_frozen():
        remedy = "the packaged program has none; train with the program's source (README.md)"
    raise MissingPackageError(
        f"training needs {' and '.join(missing)}, which is not installed; {remedy}. Prediction "
        "works without it",
        key=missing[0],
    )

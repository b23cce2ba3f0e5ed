"""The project of the first start: real runs that came with the program, so that no tab is empty."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import resources
from smcogui.app.archive import import_project
from smcogui.errors import SmCoError
from smcogui.runs.folder import RUNS_FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.app.projects import OpenProject
    from smcogui.data.library import Library

SAMPLE_PROJECT: Final = "samples/sample-project.smco"
SAMPLE_NOTE: Final = (
    "Welcome. The runs in this project are samples that came with the program: simulated by its "
    "own solver, with 0.5 nm cells. Look at their curves in Simulation and Analysis, then press "
    "Run (F5) for a design of your own. File, Remove sample runs puts them into the trash."
)
_LOG = logging.getLogger(__name__)


def provide_sample_project(folder: Path) -> bool:
    """Make a project with sample runs where there is nothing yet; return whether it was made.

    Where that fails the program starts without samples, and the log says why.
    """
    if folder.exists():
        return False
    try:
        import_project(resources.path(SAMPLE_PROJECT), folder, lambda *_args, **_more: None)
    except SmCoError as error:
        _LOG.warning("the sample runs are left out: %s", error)
        return False
    return True


def sample_runs(project: OpenProject) -> tuple[str, ...]:
    """Return the ids of the sample runs that are still in a project."""
    runs = project.folder / RUNS_FOLDER
    return tuple(run_id for run_id in project.file.samples if (runs / run_id).is_dir())


def remove_samples(project: OpenProject, library: Library) -> int:
    """Move the sample runs to the trash and return their number.

    The project goes on listing them: a sample that is restored from the trash is one again.

    Raises
    ------
    InputError, RunFolderError
        If one of them is at work or cannot be moved; those before it are in the trash then.
    """
    found = sample_runs(project)
    for run_id in found:
        library.trash_run(run_id)
    return len(found)

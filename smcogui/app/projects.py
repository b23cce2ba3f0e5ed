"""Projects: opening and making their folders, and what a folder of one holds besides runs."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smcogui.app.project_file import (
    PROJECT_FILE,
    ProjectFile,
    new_project_file,
    read_project_file,
    write_project_file,
)
from smcogui.design.design_file import design_to_toml, load_designs
from smcogui.errors import InputError, SmCoError
from smcogui.runs.folder import RUNS_FOLDER, folder_error
from solver.problem import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.design.design import Design

DESIGN_FILE: Final = "design.toml"
UNREADABLE_DESIGN: Final = "design.unreadable.toml"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProject:
    """A project as it was opened.

    Parameters
    ----------
    folder : Path
    file : ProjectFile
    notes : tuple of str
        What is special about it, in words: read-only, an older schema that stays.
    """

    folder: Path
    file: ProjectFile
    notes: tuple[str, ...] = ()

    @property
    def is_writable(self) -> bool:
        """Whether files can be made in the folder."""
        return os.access(self.folder, os.W_OK)


def open_project(folder: Path) -> OpenProject:
    """Open the project in a folder; a folder that is new or empty becomes one.

    Raises
    ------
    InputError
        If the folder holds something else, its project.json is damaged or newer.
    RunFolderError
        If it cannot be made, read or written.
    """
    notes: list[str] = []
    try:
        if not (folder / PROJECT_FILE).exists():
            _check_may_become_project(folder)
            (folder / RUNS_FOLDER).mkdir(parents=True, exist_ok=True)
            write_project_file(folder, new_project_file(folder.name))
        file, note = read_project_file(folder)
        if note:
            notes.append(note)
        if os.access(folder, os.W_OK):
            (folder / RUNS_FOLDER).mkdir(exist_ok=True)
        else:
            notes.append(
                f"The project {folder} is read-only: its runs can be looked at and exported; to "
                "run designs, save it under another place first (File, Save project as)"
            )
    except OSError as error:
        raise folder_error(folder, error) from error
    for sentence in notes:
        _LOG.warning("%s", sentence)
    return OpenProject(folder=folder, file=file, notes=tuple(notes))


def check_new(folder: Path) -> None:
    """Raise InputError unless a folder does not exist yet or is empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            f"{folder} already holds something; open it as a project or choose a new folder",
            key="project",
            given=str(folder),
            allowed="a folder that is new or empty",
        )


def is_project(folder: Path) -> bool:
    """Whether a folder is a project, of whatever schema."""
    return (folder / PROJECT_FILE).is_file()


def save_current_design(folder: Path, design: Design) -> None:
    """Keep the design that is being worked on as ``design.toml``.

    Raises
    ------
    RunFolderError
        If it cannot be written.
    """
    try:
        write_atomically(folder / DESIGN_FILE, design_to_toml(design).encode())
    except OSError as error:
        raise folder_error(folder, error) from error


def load_current_design(folder: Path) -> tuple[Design | None, str]:
    """Return the design that was last worked on, and a note.

    A file that cannot be read is put aside as ``design.unreadable.toml``, as the next edit writes
    a new one; the note says so and the design is None.
    """
    path = folder / DESIGN_FILE
    if not path.is_file():
        return None, ""
    try:
        return load_designs(path)[0], ""
    except SmCoError as error:
        reason = str(error)
    try:
        path.replace(folder / UNREADABLE_DESIGN)
    except OSError as error:
        reason += f"; nor can it be put aside ({error.strerror})"
    note = f"the last design of the project cannot be read and is kept as {UNREADABLE_DESIGN}"
    _LOG.warning("%s: %s", note, reason)
    return None, f"{note[0].upper()}{note[1:]}: {reason}"


def _check_may_become_project(folder: Path) -> None:
    """Refuse to litter a folder of somebody's own with a project."""
    if not folder.exists() or (folder / RUNS_FOLDER).is_dir():
        return
    if not folder.is_dir():
        raise InputError(
            f"{folder} is no folder; a project is one",
            key="project",
            given=str(folder),
            allowed="a project, or a folder that is new or empty",
        )
    strangers = sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))
    if strangers:
        raise InputError(
            f"{folder} is no project: it has no {PROJECT_FILE} and holds other files "
            f"({', '.join(strangers[:3])}{', ...' if len(strangers) > 3 else ''}). Open a project, "
            "or choose a folder that is new or empty",
            key="project",
            given=str(folder),
            allowed="a project, or a folder that is new or empty",
        )

"""What people keep in a project beside its runs: designs by name, names, tags, notes, the trash."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smcogui.data.design_shelf import DESIGN_FOLDER, DesignEntry, DesignShelf
from smcogui.data.labels import LABEL_FILE, LabelFile, Labels
from smcogui.data.measurements import MEASURED_FOLDER
from smcogui.data.series import SERIES_FOLDER
from smcogui.data.trash import Trash, TrashEntry
from smcogui.errors import InputError, RunFolderError
from smcogui.runs.folder import RUNS_FOLDER, read_info
from smcogui.runs.lock import is_locked
from smcogui.runs.watch import current_state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smcogui.data.labels import Kind
    from smcogui.data.store import RunRecord
    from smcogui.design.design import Design

_LABELLED: Final[dict[str, Kind]] = {"run": "runs", "design": "designs"}


class Library:
    """Designs, labels and trash of a project; the files in its folder are the truth.

    Parameters
    ----------
    project : Path
        The project's folder.
    clock : callable
        Returns seconds since 1970.
    """

    def __init__(self, project: Path, clock: Callable[[], float] = time.time) -> None:
        self._project = project
        self._labels = LabelFile(project / LABEL_FILE)
        self._shelf = DesignShelf(project / DESIGN_FOLDER)
        self._trash = Trash(project, clock)

    @property
    def problem(self) -> str:
        """Why names, tags and notes are not shown; empty where they are."""
        return self._labels.problem

    # ------------------------------------------------------------------ designs
    def designs(self) -> list[DesignEntry]:
        """Return the project's designs by name, then the shipped ones, with their labels."""
        labels = self._labels.all_of("designs")
        found = []
        for entry in self._shelf.entries():
            given = labels.get(entry.design_id, Labels())
            found.append(replace(entry, tags=given.tags, note=given.note))
        return found

    def save_design(self, design: Design, name: str, *, overwrite: bool = False) -> str:
        """Keep a design under a name; return its design_id.

        Parameters
        ----------
        design : Design
        name : str
        overwrite : bool
            Whether a design of this name may be replaced; the old one goes to the trash.

        Raises
        ------
        InputError
            If the name is taken or cannot be one.
        RunFolderError
            If the file cannot be written.
        """
        name = " ".join(name.split())
        path = self._shelf.path_for(name)
        if path.exists():
            if not overwrite:
                raise InputError(
                    f"the library already has a design in {path.name}; choose another name",
                    key="name",
                    given=name,
                    allowed="a name that is free",
                )
            self._trash.put(path, kind="design", item_id=path.stem, name=name)
        return self._shelf.write(design, name, path)

    def is_name_taken(self, name: str) -> bool:
        """Whether a design of the project is kept under this name."""
        return self._shelf.path_for(name).exists()

    def duplicate_design(self, design_id: str) -> str:
        """Keep a copy of a design under a new name; return the copy's design_id."""
        entry = self._shelf.get(design_id)
        return self.save_design(_readable(entry), self._shelf.free_name(entry.name))

    def keep_copy(self, design: Design) -> str:
        """Keep a design under its own name, or as a copy where that is taken; return its id."""
        name = (
            self._shelf.free_name(design.name) if self.is_name_taken(design.name) else design.name
        )
        return self.save_design(design, name)

    def rename_design(self, design_id: str, name: str) -> str:
        """Give a design another name, and its file with it; return its new design_id."""
        entry = self._changeable(design_id)
        design = _readable(entry)
        name = " ".join(name.split())
        if self._shelf.path_for(name) == entry.path:
            return self._shelf.write(design, name, entry.path)
        new_id = self.save_design(design, name)
        entry.path.unlink(missing_ok=True)
        self._labels.move("designs", design_id, new_id)
        return new_id

    def trash_design(self, design_id: str) -> TrashEntry:
        """Move a design to the trash; raises InputError where it ships with the program."""
        entry = self._changeable(design_id)
        return self._trash.put(entry.path, kind="design", item_id=design_id, name=entry.name)

    # ------------------------------------------------------------------ runs
    def label_runs(self, records: Sequence[RunRecord]) -> list[RunRecord]:
        """Return the runs with the names, tags and notes that people gave them."""
        labels = self._labels.all_of("runs")
        return [_labelled(record, labels.get(record.run_id)) for record in records]

    def rename_run(self, run_id: str, name: str) -> None:
        """Give a run another name; its own is kept in its description."""
        self._relabel("runs", run_id, name=" ".join(name.split()))

    def trash_run(self, run_id: str) -> TrashEntry:
        """Move a run to the trash.

        Raises
        ------
        RunFolderError
            If there is no such run, it is at work, or cannot be moved.
        """
        folder = self._project / RUNS_FOLDER / run_id
        info = read_info(folder)
        if current_state(folder).state.is_active or is_locked(folder):
            raise RunFolderError(
                f"run {run_id} ({info.name}) is at work; stop it before deleting it",
                key="run_id",
                given=run_id,
                allowed="a run that has ended",
            )
        given = self._labels.all_of("runs").get(run_id, Labels()).name
        return self._trash.put(folder, kind="run", item_id=run_id, name=given or info.name)

    # ------------------------------------------------------------------ files with names
    def trash_measured(self, name: str) -> TrashEntry:
        """Move a measured curve with the copy of its file to the trash.

        Raises
        ------
        RunFolderError
            If there is none of that name, or it cannot be moved.
        """
        folder = self._project / MEASURED_FOLDER / name
        return self._trash.put(folder, kind="measured curve", item_id=name, name=name)

    def trash_series(self, name: str) -> TrashEntry:
        """Move the description of a series to the trash; its runs stay. Errors as above."""
        path = self._project / SERIES_FOLDER / f"{name}.json"
        return self._trash.put(path, kind="series", item_id=name, name=name)

    # ------------------------------------------------------------------ tags and notes
    def tag(self, kind: Kind, item_id: str, tags: tuple[str, ...]) -> None:
        """Give tags to a run or a design, instead of those that it has."""
        self._relabel(kind, item_id, tags=tags)

    def write_note(self, kind: Kind, item_id: str, note: str) -> None:
        """Write a note on a run or a design, instead of the one that it has."""
        self._relabel(kind, item_id, note=note.strip())

    def known_tags(self) -> list[str]:
        """Return every tag in use, in alphabetical order."""
        kinds: tuple[Kind, Kind] = ("runs", "designs")
        labels = [each for kind in kinds for each in self._labels.all_of(kind).values()]
        found = {tag for each in labels for tag in each.tags}
        return sorted(found, key=str.casefold)

    # ------------------------------------------------------------------ trash
    def trash(self) -> list[TrashEntry]:
        """Return what is in the trash, the newest first."""
        return self._trash.entries()

    def restore(self, entry_id: str) -> TrashEntry:
        """Put something of the trash back; raises InputError where its place is taken."""
        return self._trash.restore(entry_id)

    def remove_for_good(self, entry_id: str) -> TrashEntry:
        """Delete something of the trash for good."""
        entry = self._trash.remove(entry_id)
        if not (self._project / entry.place).exists():
            kind = _LABELLED.get(entry.kind)
            if kind is not None:
                self._labels.set(kind, entry.item_id, Labels())
        return entry

    def empty_trash(self) -> int:
        """Delete everything in the trash for good; return how many things that were."""
        entries = self._trash.entries()
        for entry in entries:
            self.remove_for_good(entry.entry_id)
        return len(entries)

    def _relabel(self, kind: Kind, item_id: str, **changes: object) -> None:
        labels = self._labels.all_of(kind).get(item_id, Labels())
        self._labels.set(kind, item_id, replace(labels, **changes))  # type: ignore[arg-type]

    def _changeable(self, design_id: str) -> DesignEntry:
        entry = self._shelf.get(design_id)
        if entry.is_fixed:
            why = (
                "ships with the program"
                if entry.is_shipped
                else "shares its file with other designs"
            )
            raise InputError(
                f"{entry.name} {why} and stays as it is; duplicate it and change the copy",
                key="design",
                given=design_id,
                allowed="a design of the project with a file of its own",
            )
        return entry


def _readable(entry: DesignEntry) -> Design:
    if entry.design is None:
        raise InputError(entry.problem, key="design", given=entry.design_id)
    return entry.design


def _labelled(record: RunRecord, labels: Labels | None) -> RunRecord:
    if labels is None:
        return record
    name = labels.name or record.name
    design = replace(record.design, name=name)
    return replace(record, name=name, design=design, tags=labels.tags, note=labels.note)

"""Designs kept by name: the project's own in ``PROJECT/designs/*.toml``, and those that ship."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import resources
from smcogui.data.exporters import write_file
from smcogui.data.labels import LONGEST_NAME, check_length
from smcogui.design.design_file import design_to_toml, load_designs
from smcogui.errors import InputError, SmCoError
from smcogui.runs.folder import folder_error

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.design.design import Design

DESIGN_FOLDER: Final = "designs"
_SHIPPED: Final = "shipped:"
_LONGEST_STEM: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignEntry:
    """A design of the library.

    Parameters
    ----------
    design_id : str
        Its file's stem, with ``shipped:`` before and ``#number`` behind where that applies.
    name : str
    design : Design or None
        None where the file cannot be read; ``problem`` says why.
    path : Path
    changed_s : float
        When the file was written, in seconds since 1970.
    is_fixed : bool
        Whether it cannot be renamed or deleted: it ships, or its file holds several designs.
    """

    design_id: str
    name: str
    design: Design | None
    path: Path
    changed_s: float
    problem: str = ""
    is_fixed: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_shipped(self) -> bool:
        """Whether it came with the program."""
        return self.design_id.startswith(_SHIPPED)


class DesignShelf:
    """The designs of a project, and the shipped ones.

    Parameters
    ----------
    folder : Path
        ``PROJECT/designs``; need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, tuple[tuple[int, int], list[DesignEntry]]] = {}

    def entries(self) -> list[DesignEntry]:
        """Return the project's designs by name, then the shipped ones; damaged files too."""
        own = [entry for path in self._folder.glob("*.toml") for entry in self._read(path, "")]
        shipped = [
            entry
            for name in resources.names("examples")
            for entry in self._read(resources.path(name), _SHIPPED)
        ]
        return [*sorted(own, key=lambda entry: entry.name.casefold()), *shipped]

    def get(self, design_id: str) -> DesignEntry:
        """Return one design; raises InputError where there is none."""
        for entry in self.entries():
            if entry.design_id == design_id:
                return entry
        raise InputError(
            f"there is no design {design_id!r} in {self._folder}",
            key="design",
            given=design_id,
            allowed="a design of the library",
        )

    def path_for(self, name: str) -> Path:
        """Return the file that a design of this name is kept in, there or not.

        Raises
        ------
        InputError
            If no file can be called so.
        """
        check_length("name", name, LONGEST_NAME)
        stem = file_stem(name)
        if not stem:
            raise InputError(
                f"{name!r} is no name for a design; give it letters or digits",
                key="name",
                given=name,
                allowed="a text with letters or digits",
            )
        # File systems that do not tell A from a would let one overwrite the other.
        same = (p for p in self._folder.glob("*.toml") if p.stem.casefold() == stem.casefold())
        return next(same, self._folder / f"{stem}.toml")

    def write(self, design: Design, name: str, path: Path) -> str:
        """Write a design under a name; return its design_id."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise folder_error(path.parent, error) from error
        write_file(path, design_to_toml(replace(design, name=name)).encode())
        return path.stem

    def free_name(self, name: str) -> str:
        """Return ``name copy``, or with a number behind it where that is taken."""
        number = 1
        while True:
            candidate = f"{name} copy" if number == 1 else f"{name} copy {number}"
            if not self.path_for(candidate).exists():
                return candidate
            number += 1

    def _read(self, path: Path, prefix: str) -> list[DesignEntry]:
        try:
            status = path.stat()
        except OSError:
            return []
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._known.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        entries = _entries_of(path, prefix, status.st_mtime)
        self._known[path] = (stamp, entries)
        return entries


def file_stem(name: str) -> str:
    """Return a name as a file may be called on every system; empty where nothing is left."""
    return re.sub(r"[^\w.+-]+", "_", name).strip("._")[:_LONGEST_STEM]


def _entries_of(path: Path, prefix: str, changed_s: float) -> list[DesignEntry]:
    design_id = prefix + path.stem
    try:
        designs = load_designs(path)
    except SmCoError as error:
        return [
            DesignEntry(
                design_id=design_id,
                name=path.stem,
                design=None,
                path=path,
                changed_s=changed_s,
                problem=str(error),
            )
        ]
    several = len(designs) > 1
    return [
        DesignEntry(
            design_id=f"{design_id}#{number}" if several else design_id,
            name=design.name,
            design=design,
            path=path,
            changed_s=changed_s,
            is_fixed=bool(prefix) or several,
        )
        for number, design in enumerate(designs, start=1)
    ]

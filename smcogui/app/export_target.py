"""The file that an export goes to, looked at before anything is written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from smcogui.app.provenance import companion_paths
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTarget:
    """Where an export goes.

    Parameters
    ----------
    path : Path
        Absolute, with its suffix.
    replaces, makes_folder : bool
        Whether a file lies there already; whether its folder has to be made.
    """

    path: Path
    replaces: bool
    makes_folder: bool

    def describe(self) -> str:
        """Return in words what will be written."""
        provenance, methods = (each.name for each in companion_paths(self.path))
        place = f"{self.path.parent}{', which is made' if self.makes_folder else ''}"
        return (
            f"{'Replaces' if self.replaces else 'Writes'} {self.path.name} in {place}; beside it "
            f"{provenance} (provenance) and {methods} (methods and citations)."
        )


def examine_target(text: str, suffixes: Sequence[str]) -> ExportTarget:
    """Return where an export goes that is given as text.

    Parameters
    ----------
    text : str
        An absolute path, or one that begins with ``~``.
    suffixes : sequence of str
        Those that the file may have, such as ``.pdf``; the first is taken where there is none.

    Raises
    ------
    InputError
        If nothing can be written there.
    """
    path = Path(text.strip()).expanduser()
    allowed = ", ".join(suffixes)
    if not text.strip() or not path.name:
        raise _refusal(text, "Give the file a name.")
    if not path.is_absolute():
        raise _refusal(text, f"Give the whole path of the file, not only {text.strip()}.")
    if not path.suffix:
        path = path.with_name(path.name + suffixes[0])
    if path.suffix.lower() not in suffixes:
        raise _refusal(text, f"A file of this kind ends in {allowed}, not in {path.suffix}.")
    try:
        return _look(path, text)
    except OSError as error:
        raise _refusal(text, f"{path} cannot be used: {error.strerror}.") from error


def _look(path: Path, text: str) -> ExportTarget:
    if path.is_dir():
        raise _refusal(text, f"{path} is a folder; choose the name of a file.")
    nearest = next(folder for folder in path.parents if folder.exists())
    if not nearest.is_dir():
        raise _refusal(text, f"{nearest} is a file, so that no folder can be made in it.")
    if not os.access(nearest, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise _refusal(text, f"{path} cannot be written: it is read-only. Choose another place.")
    return ExportTarget(path=path, replaces=path.exists(), makes_folder=nearest != path.parent)


def _refusal(text: str, sentence: str) -> InputError:
    return InputError(sentence, key="path", given=text, allowed="a file that can be written")

"""Files that ship with the program: icons, styles, tables, example designs, templates.

Every access goes through :func:`path`, so that a checkout, an editable install and a frozen
program find them alike.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parent


class ResourceNotFoundError(FileNotFoundError):
    """A resource of this name does not ship with the program."""


def path(name: str) -> Path:
    """Return the path of a shipped file or folder.

    Parameters
    ----------
    name : str
        Its place below the resources folder, with forward slashes: ``"examples/base.toml"``.

    Returns
    -------
    Path
        An absolute path that exists.

    Raises
    ------
    ResourceNotFoundError
        If there is none; the message names the nearest match and what exists in that folder.

    Examples
    --------
    >>> path("examples/base.toml").name
    'base.toml'
    """
    candidate = (_ROOT / name).resolve()
    if not candidate.is_relative_to(_ROOT):
        raise ResourceNotFoundError(f"{name!r} lies outside the resources of this program")
    if not candidate.exists():
        raise ResourceNotFoundError(_explain(name, candidate))
    return candidate


def names(folder: str) -> list[str]:
    """Return the sorted names of what lies in a shipped folder, each as :func:`path` takes it.

    Parameters
    ----------
    folder : str
        A folder below the resources folder; ``""`` is that folder itself.

    Raises
    ------
    ResourceNotFoundError
        If there is no such folder.
    """
    return sorted(
        child.relative_to(_ROOT).as_posix() for child in path(folder).iterdir() if _ships(child)
    )


def _ships(child: Path) -> bool:
    return child.suffix != ".py" and not child.name.startswith(("__", "."))


def _explain(name: str, candidate: Path) -> str:
    folder = next(parent for parent in candidate.parents if parent.is_dir())
    there = names(folder.relative_to(_ROOT).as_posix())
    near = difflib.get_close_matches(name, there, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return f"no resource is called {name!r}{hint} There are: {', '.join(there) or 'none'}"

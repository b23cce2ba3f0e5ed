"""The profiles on disk, one TOML file each: a bad one is told and never blocks the others."""

from __future__ import annotations

import logging
import tomllib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import tomli_w
from pydantic import ValidationError

from smcogui.errors import InputError, SettingsError
from smcogui.runs.cluster.profile import PROFILE_VERSION, ClusterProfile, explain_values
from solver.problem import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

PROFILES_FOLDER: Final = "clusters"
"""In the folder of the user's settings."""
_LOG = logging.getLogger(__name__)


class ProfileFiles:
    """The profiles of this user.

    Parameters
    ----------
    folder : Path
        ``clusters`` in the folder of the settings; it need not exist.

    Attributes
    ----------
    notes : list of str
        What could not be used at the last reading, in sentences for people.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []

    def all(self) -> tuple[ClusterProfile, ...]:
        """Return the profiles that can be used, by name; :attr:`notes` tell of the others."""
        self.notes = []
        found = []
        for path in sorted(self.folder.glob("*.toml"), key=lambda path: path.name.casefold()):
            try:
                found.append(_read(path))
            except InputError as error:
                self.notes.append(f"{error.message}.")
                _LOG.warning("%s", error.message)
        return tuple(found)

    def get(self, name: str) -> ClusterProfile:
        """Return the profile of a name.

        Raises
        ------
        InputError
            If there is none, or its file is damaged.
        """
        path = self._path(name)
        if path.is_file():
            return _read(path)
        names = [profile.name for profile in self.all()]
        near = get_close_matches(name, names, n=1)
        hint = f"; did you mean {near[0]}?" if near else "."
        known = ", ".join(names) or "none yet: add one first"
        raise InputError(
            f"there is no cluster {name!r}{hint} Known are: {known}",
            key="cluster",
            given=name,
            allowed=known,
        )

    def save(self, profile: ClusterProfile) -> None:
        """Write a profile, over an older one of the same name.

        Raises
        ------
        InputError
            If another profile has the name in other letters, capital or small.
        SettingsError
            If the file cannot be written.
        """
        path = self._path(profile.name)
        for other in self.folder.glob("*.toml"):
            if other.stem != profile.name and other.stem.casefold() == profile.name.casefold():
                raise InputError(
                    f"there is already a cluster {other.stem!r}, which some computers cannot tell "
                    f"from {profile.name!r}. Choose another name",
                    key="name",
                    given=profile.name,
                    allowed="a name of its own, whatever its capitals",
                )
        values = profile.model_dump(mode="json", exclude_none=True)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            content = tomli_w.dumps({"version": PROFILE_VERSION, **values}, multiline_strings=True)
            write_atomically(path, content.encode())
        except OSError as error:
            raise SettingsError(
                f"the profile cannot be written to {path}: {error.strerror}",
                key="name",
                given=str(path),
                allowed="a file that can be written",
            ) from error

    def remove(self, name: str) -> None:
        """Forget a profile; jobs on the cluster and records of them stay.

        Raises
        ------
        InputError
            If there is none of that name.
        SettingsError
            If its file cannot be removed.
        """
        path = self._path(name)
        if not path.is_file():
            self.get(name)
        try:
            path.unlink()
        except OSError as error:
            raise SettingsError(
                f"{path} cannot be removed: {error.strerror}", key="cluster", given=name
            ) from error

    def _path(self, name: str) -> Path:
        # no path of somebody else's choice: a name with / names no profile
        return self.folder / f"{name.replace('/', '_').replace(chr(92), '_')}.toml"


def _read(path: Path) -> ClusterProfile:
    try:
        values = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise _unusable(path, f"it cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise _unusable(path, f"it is damaged ({error})") from error
    version = values.pop("version", PROFILE_VERSION)
    if version != PROFILE_VERSION:
        raise _unusable(path, f"its version is {version!r}, this program reads {PROFILE_VERSION}")
    values.setdefault("name", path.stem)
    try:
        profile = ClusterProfile(**values)
    except ValidationError as error:
        raise _unusable(path, "; ".join(explain_values(error))) from None
    if profile.name != path.stem:
        raise _unusable(path, f"it calls itself {profile.name!r}; allowed is {path.stem!r}")
    return profile


def _unusable(path: Path, why: str) -> InputError:
    return InputError(
        f"the profile {path} is not used: {why}. Correct the file or save the profile anew",
        key="cluster",
        given=str(path),
        allowed="a profile that this program wrote, or one like it",
    )

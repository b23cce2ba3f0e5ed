"""The settings on disk: read with patience, written whole, overridden by the environment.

A file that is damaged never stops the program: what can be used is used, the file is kept beside
under another name, and :attr:`SettingsFile.notes` say what happened.
"""

from __future__ import annotations

import logging
import os
import tomllib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import tomli_w
from pydantic import ValidationError

from smcogui.app.settings import (
    SETTINGS_VERSION,
    Settings,
    user_config_folder,
    variable_of,
)
from smcogui.errors import SettingsError
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE_NAME: Final = "settings.toml"
MIGRATIONS: Final[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""How the values of one version become those of the next; applied one after the other."""

_Values = dict[str, Any]
_LOG = logging.getLogger(__name__)


class SettingsFile:
    """The settings of this user.

    Parameters
    ----------
    path : Path, optional
        ``settings.toml`` in the user's configuration folder by default.

    Attributes
    ----------
    notes : list of str
        What could not be used, in sentences for people; empty where all is well.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or user_config_folder() / FILE_NAME
        self.notes: list[str] = []
        stored = self._read()
        self._stored = self._written = Settings(**stored)
        self._overrides = self._from_environment()
        self._settings = self._stored.model_copy(update=self._overrides)
        if stored and not self.path.exists():
            self._write_good()
        for note in self.notes:
            _LOG.warning("%s", note)

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self._settings

    @property
    def overridden(self) -> frozenset[str]:
        """Names of the settings that a variable of the environment decides."""
        return frozenset(self._overrides)

    @property
    def is_written(self) -> bool:
        """Whether the settings in use are those on disk."""
        return self._stored == self._written

    def use(self, settings: Settings) -> None:
        """Use other settings from now on; those overridden stay as they are."""
        kept = {name: getattr(self._stored, name) for name in self._overrides}
        self._stored = settings.model_copy(update=kept)
        self._settings = settings.model_copy(update=self._overrides)

    def write(self) -> None:
        """Write the settings in use.

        Raises
        ------
        SettingsError
            If the file cannot be written.
        """
        stored = self._stored
        content = {"version": SETTINGS_VERSION, **stored.model_dump()}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, tomli_w.dumps(content).encode())
        except OSError as error:
            raise SettingsError(
                f"the settings cannot be written to {self.path}: {error.strerror}. "
                "They are in use until the program is closed",
                key="settings",
                given=str(self.path),
                allowed="a file that can be written",
            ) from error
        self._written = stored

    def save(self, settings: Settings) -> None:
        """Use other settings and write them; raises what :meth:`write` raises."""
        self.use(settings)
        self.write()

    def _read(self) -> _Values:
        try:
            text = self.path.read_bytes().decode()
            values = _migrated(tomllib.loads(text))
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.notes.append(f"{self.path} cannot be read ({error.strerror}); defaults are used.")
            return {}
        except (ValueError, TypeError) as error:
            self._keep_aside(f"is damaged ({error}); defaults are used")
            return {}
        good: _Values = {}
        wrong = []
        for name, value in values.items():
            reason = explain_value(name, value)
            if reason:
                wrong.append(reason)
            else:
                good[name] = value
        if wrong:
            self._keep_aside(f"has values that are not used: {'; '.join(wrong)}")
        return good

    def _keep_aside(self, what: str) -> None:
        """Rename the file, so that saving does not overwrite what somebody wrote."""
        aside = self.path.with_name(f"{self.path.name}.bad")
        number = 2
        while aside.exists():
            aside = self.path.with_name(f"{self.path.name}.{number}.bad")
            number += 1
        try:
            self.path.rename(aside)
        except OSError as error:
            self.notes.append(f"{self.path} {what}. It cannot be kept aside: {error.strerror}.")
        else:
            self.notes.append(f"{self.path} {what}. It is kept as {aside.name}.")

    def _write_good(self) -> None:
        """Write the good values of a file that was kept aside: the next start has them too."""
        try:
            self.write()
        except SettingsError as error:
            self.notes.append(f"{error.message}.")

    def _from_environment(self) -> _Values:
        values: _Values = {}
        for name in Settings.model_fields:
            variable = variable_of(name)
            given = os.environ.get(variable, "")
            if not given:
                continue
            reason = explain_value(name, given)
            if reason:
                self.notes.append(f"The variable {variable} is not used: {reason}.")
            else:
                values[name] = getattr(Settings(**{name: given}), name)
        return values


def explain_value(name: str, value: Any) -> str:
    """Return why a value of a setting is not allowed; an empty text where it is."""
    field = Settings.model_fields.get(name)
    if field is None:
        near = get_close_matches(name, Settings.model_fields, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"{name} is no setting{hint}"
    try:
        Settings(**{name: value})
    except ValidationError:
        extra = field.json_schema_extra
        allowed = extra["allowed"] if isinstance(extra, dict) else ""
        given = f"{value:g}" if isinstance(value, float) else repr(value)
        return f"{name} is {given}; allowed is {allowed}"
    return ""


def _migrated(data: _Values) -> _Values:
    """Return the values of a file as this version of the program names them.

    Raises
    ------
    ValueError
        If the file was written by a newer version.
    """
    version = data.pop("version", SETTINGS_VERSION)
    if not isinstance(version, int) or not 1 <= version <= SETTINGS_VERSION:
        raise ValueError(f"its version is {version!r}, this program reads 1 to {SETTINGS_VERSION}")
    for number in range(version, SETTINGS_VERSION):
        data = MIGRATIONS[number](data)
    return data

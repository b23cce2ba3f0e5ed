"""What can go wrong, for people and for programs.

SmCoError
├── InputError            a bad file, value or name: nothing was started              exit 2
├── RunError              a run failed                                                exit 3
│   └── RunFolderError    its folder is not writable, full, in use or holds another run
│       └── FolderInUseError    another process works on it
├── RunCancelledError     somebody asked the run to stop; accepted steps are on disk  exit 130
├── SettingsError         the settings cannot be written; they are in use all the same  exit 3
├── TaskStoppedError      somebody asked an export or another task to stop            exit 130
└── UnavailableError      a backend or device is not there                            exit 3

The message says what was given, what is allowed, the nearest match and what to do; the attributes
hold the same in parts.
"""

from __future__ import annotations

from typing import ClassVar


class SmCoError(Exception):
    """Base of everything that the program raises on purpose.

    Parameters
    ----------
    message : str
        One or two sentences for people.
    key : str, optional
        The key or argument concerned, such as ``nanostructure.L_nm``.
    given, allowed : str, optional
        What was given and what is allowed, in the unit of the key.
    """

    exit_code: ClassVar[int] = 3

    def __init__(
        self,
        message: str,
        *,
        key: str | None = None,
        given: str | None = None,
        allowed: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.key = key
        self.given = given
        self.allowed = allowed

    def as_dict(self) -> dict[str, str | None]:
        """Return message, key, given and allowed, as the command line prints them with --json."""
        return {
            "message": self.message,
            "key": self.key,
            "given": self.given,
            "allowed": self.allowed,
        }


class InputError(SmCoError):
    """A file, a value or a name that was given is not usable."""

    exit_code: ClassVar[int] = 2


class SettingsError(SmCoError):
    """The settings cannot be written; they are in use until the program is closed."""


class RunError(SmCoError):
    """A run ended early or cannot go on."""


class RunFolderError(RunError):
    """The folder of a run is not writable, full, in use, or holds something else."""


class FolderInUseError(RunFolderError):
    """Another process works on the folder; later it may be free."""


class RunCancelledError(SmCoError):
    """The run was asked to stop; every accepted field step is on disk."""

    exit_code: ClassVar[int] = 130


class TaskStoppedError(SmCoError):
    """A task was asked to stop before its end; what it had not finished writing is not kept."""

    exit_code: ClassVar[int] = 130


class UnavailableError(SmCoError):
    """A backend or device is not there; the message says what is missing and what to do."""

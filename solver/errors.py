"""What can go wrong in the solver.

SolverError
├── ProblemError          the description of the problem is not usable
├── NotFiniteError        NaN or infinity in the magnetisation or the field
├── IterationLimitError   the watchdog on iterations or wall time ended a field step
├── RunFolderError        the folder of a run holds something else, is in use or not writable
│   ├── DamagedFileError  a file of the run cannot be read back
│   └── DiskFullError     its disk has no room left
├── DeviceError           torch or the device is missing, or a problem does not fit the device
├── Mumax3Error           MuMax3 is missing, refused the problem or failed
└── CancelledError        somebody asked the run to stop
"""

from __future__ import annotations

from typing import Final

FREE_SPACE: Final = "free some space"
"""What every message of a full disk asks for; it tells one where only the message is left."""


class SolverError(Exception):
    """Base of everything that the solver raises on purpose."""


class ProblemError(SolverError):
    """A Problem is malformed.

    Parameters
    ----------
    message : str
        One sentence: what was given, what is allowed.
    key, given, allowed : str
        The same in parts, for programs.
    """

    def __init__(self, message: str, *, key: str = "", given: str = "", allowed: str = "") -> None:
        super().__init__(message)
        self.key = key
        self.given = given
        self.allowed = allowed


class NotFiniteError(SolverError):
    """The magnetisation or its field stopped being a number."""


class IterationLimitError(SolverError):
    """A field step needed more iterations or more wall time than allowed."""


class RunFolderError(SolverError):
    """A run folder belongs to another problem, is unreadable, or is in use by another process."""


class DamagedFileError(RunFolderError):
    """A file that the solver wrote cannot be read back; what it held has to be computed again."""


class DiskFullError(RunFolderError):
    """The disk of a run folder is full; its accepted field steps are kept."""


class DeviceError(SolverError):
    """The batch engine cannot compute here; the message says what is missing and what to do.

    Parameters
    ----------
    message : str
        What was asked for, what is there, what to do.
    allowed : str
        What can be used instead.
    """

    def __init__(self, message: str, *, allowed: str) -> None:
        super().__init__(message)
        self.allowed = allowed


class Mumax3Error(SolverError):
    """MuMax3 is missing, refused the problem or failed; the message says what to do.

    Parameters
    ----------
    message : str
        What happened and what to do.
    kind : str
        One of :class:`solver.mumax3.failures.FailureKind`.
    """

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class CancelledError(SolverError):
    """The run was asked to stop; all accepted field steps are on disk."""

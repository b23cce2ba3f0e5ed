"""What can go wrong with data and models, in words.

ModelError
├── DataError              rows or columns that nothing can be learned from or predicted for
├── ModelFileError         a stored model that is damaged, foreign, too large or does not fit
├── CheckpointError        a checkpoint of other data or options
├── MissingPackageError    training needs a package that is not installed
└── TrainingStoppedError   somebody asked training to stop; the last checkpoint is on disk
"""

from __future__ import annotations


class ModelError(Exception):
    """Base of everything that this package raises on purpose.

    Parameters
    ----------
    message : str
        One or two sentences for people.
    key : str
        The column, file or argument concerned.
    given, allowed : str
        What was given and what is allowed.
    """

    def __init__(self, message: str, *, key: str = "", given: str = "", allowed: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.key = key
        self.given = given
        self.allowed = allowed


class DataError(ModelError):
    """Rows or columns that nothing can be learned from or predicted for."""


class ModelFileError(ModelError):
    """A stored model is damaged, foreign, too large, or does not fit what it is asked for."""


class CheckpointError(ModelError):
    """A checkpoint belongs to other data or options."""


class MissingPackageError(ModelError):
    """Training needs a package that is not installed."""


class TrainingStoppedError(ModelError):
    """Somebody asked training to stop; the last checkpoint is on disk."""

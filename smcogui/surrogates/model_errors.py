"""What goes wrong in the models library, as the errors that this program raises."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from models.errors import (
    CheckpointError,
    DataError,
    MissingPackageError,
    ModelError,
    ModelFileError,
    TrainingStoppedError,
)
from smcogui.errors import InputError, RunError, SmCoError, TaskStoppedError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS: dict[type[ModelError], type[SmCoError]] = {
    DataError: InputError,
    ModelFileError: InputError,
    CheckpointError: RunError,
    MissingPackageError: UnavailableError,
    TrainingStoppedError: TaskStoppedError,
}


def as_program_error(error: ModelError) -> SmCoError:
    """Return an error of the models library with the exit code that it has here."""
    return _KINDS.get(type(error), RunError)(
        error.message,
        key=error.key or None,
        given=error.given or None,
        allowed=error.allowed or None,
    )


@contextlib.contextmanager
def program_errors() -> Iterator[None]:
    """Raise errors of the models library as those of this program."""
    try:
        yield
    except ModelError as error:
        raise as_program_error(error) from error

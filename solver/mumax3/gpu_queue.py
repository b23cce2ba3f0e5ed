"""One simulation per GPU at a time, also between programs: a lock file for each GPU.

A lock belongs to the open file, which MuMax3's process inherits: it is free as soon as that process
has ended, whoever started it and however it ended. (On Windows it is free when the process that
follows MuMax3 has ended.)
"""

from __future__ import annotations

import getpass
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

from solver.errors import Mumax3Error
from solver.file_lock import lock_stream, unlock_stream
from solver.mumax3.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.mumax3.gpus import Gpu

GPU_VARIABLE: Final = "MUMAX3_GPU"
"""The GPUs that may be used, as numbers or UUIDs with commas between; all where it is empty."""
FOLDER_VARIABLE: Final = "SMCO_GPU_LOCKS"
"""Folder of the lock files, where the usual one does not serve."""


@dataclass(slots=True)
class GpuClaim:
    """A GPU that is ours until :meth:`release`."""

    gpu: Gpu
    _stream: IO[Any]

    @property
    def descriptor(self) -> int:
        """The open lock file, to be inherited by the process that uses the GPU."""
        return self._stream.fileno()

    def release(self) -> None:
        """Give the GPU back."""
        with suppress(OSError):
            unlock_stream(self._stream)
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def claim(gpus: Iterable[Gpu]) -> GpuClaim | None:
    """Claim the first GPU that nobody uses, or return None where all are in use.

    Raises
    ------
    Mumax3Error
        If the lock files cannot be written.
    """
    folder = lock_folder()
    for gpu in gpus:
        try:
            stream = (folder / f"{_file_name(gpu)}.lock").open("a+b")
        except OSError as error:
            raise Mumax3Error(
                f"the GPU cannot be claimed: {folder} cannot be written ({error.strerror}); name "
                f"another folder in the variable {FOLDER_VARIABLE}",
                kind=FailureKind.NO_GPU,
            ) from error
        try:
            lock_stream(stream)
        except OSError:
            stream.close()
            continue
        return GpuClaim(gpu, stream)
    return None


def lock_folder() -> Path:
    """Return the folder of the lock files, the same for all programs of this user.

    Raises
    ------
    Mumax3Error
        If it cannot be made.
    """
    given = os.environ.get(FOLDER_VARIABLE)
    folder = Path(given) if given else Path(tempfile.gettempdir()) / f"smco-gpus-{_user()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Mumax3Error(
            f"the GPU cannot be claimed: {folder} cannot be made ({error.strerror}); name another "
            f"folder in the variable {FOLDER_VARIABLE}",
            kind=FailureKind.NO_GPU,
        ) from error
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        # Anybody can make a folder of that name in the system's temporary one.
        raise Mumax3Error(
            f"the GPU cannot be claimed: {folder} belongs to another user; name another folder in "
            f"the variable {FOLDER_VARIABLE}",
            kind=FailureKind.NO_GPU,
        )
    return folder


def kernel_folder(gpu: Gpu) -> Path:
    """Return the folder in which MuMax3 keeps demagnetising kernels.

    One for each GPU: who holds it is the only one that writes there, and no half file is read.
    """
    folder = lock_folder() / f"{_file_name(gpu)}.kernels"
    folder.mkdir(exist_ok=True)
    return folder


def choose(gpus: Sequence[Gpu], wanted: str) -> list[Gpu]:
    """Return the GPUs that were asked for, all of them where nothing was.

    Parameters
    ----------
    gpus : sequence of Gpu
    wanted : str
        Numbers or UUIDs, with commas between them; empty for all.

    Raises
    ------
    Mumax3Error
        If one is not there.
    """
    if not wanted.strip():
        return list(gpus)
    chosen = []
    for word in filter(None, (part.strip() for part in wanted.split(","))):
        fits = [gpu for gpu in gpus if word in {str(gpu.index), gpu.uuid}]
        if not fits:
            known = ", ".join(gpu.label for gpu in gpus) or "none"
            raise Mumax3Error(
                f"there is no GPU {word}; this machine has {known}", kind=FailureKind.NO_GPU
            )
        chosen.extend(fits)
    return chosen


def _file_name(gpu: Gpu) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "_", gpu.uuid or f"index-{gpu.index}")


def _user() -> str:
    if hasattr(os, "getuid"):
        return str(os.getuid())
    return re.sub(r"\W", "_", getpass.getuser())

"""A MuMax3 process: its command line, its surroundings, its end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

from solver.errors import Mumax3Error
from solver.mumax3.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from solver.mumax3.gpus import Gpu

OUTPUT_FILE: Final = "output.txt"
"""What the process writes on its outputs."""
_TAIL_BYTES: Final = 1 << 16
_PATIENCE_S: Final = 3.0
_TICK_S: Final = 0.02
_DIE_WITH_PARENT: Final = 1


def command_line(
    executable: Path, script: str, output: str, cache: Path, *, sync: bool = False
) -> list[str]:
    """Return the command that runs a script; names are relative to the process's own folder.

    The web page is off (it would listen on all interfaces), an old output folder is emptied, and
    the demagnetising kernels are kept in a folder of ours instead of the system's temporary one.
    """
    return [
        str(executable),
        "-http=",
        "-f=true",
        f"-o={output}",
        f"-cache={cache}",
        # CUDA_VISIBLE_DEVICES shows the process one GPU only, so that it is the first.
        "-gpu=0",
        *(["-sync=true"] if sync else []),
        script,
    ]


def surroundings(gpu: Gpu | None) -> dict[str, str]:
    """Return the environment of the process: one GPU, and the system's own libraries."""
    variables = dict(os.environ)
    if gpu is not None:
        variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
        variables["CUDA_VISIBLE_DEVICES"] = gpu.uuid or str(gpu.index)
    # The packaged program puts its own libraries first; CUDA must not meet them.
    original = variables.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is not None:
        variables["LD_LIBRARY_PATH"] = original
    elif getattr(sys, "frozen", False):
        variables.pop("LD_LIBRARY_PATH", None)
    return variables


def start(
    command: Sequence[str], folder: Path, gpu: Gpu | None, keep_open: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Start the process in a folder, as the leader of a group of its own.

    Parameters
    ----------
    command : sequence of str
    folder : Path
        Its working directory; :data:`OUTPUT_FILE` is written there.
    gpu : Gpu or None
        The only one that it sees; None leaves the choice to it.
    keep_open : sequence of int
        Descriptors of locks that it holds until its own end (POSIX).

    Raises
    ------
    Mumax3Error
        If it cannot be started.
    """
    with (folder / OUTPUT_FILE).open("wb") as output:
        try:
            return subprocess.Popen(
                list(command),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=surroundings(gpu),
                pass_fds=tuple(keep_open) if os.name == "posix" else (),
                start_new_session=os.name == "posix",
                creationflags=_WINDOWS_FLAGS,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        except OSError as error:
            raise Mumax3Error(
                f"{command[0]} cannot be started ({error.strerror or error}): it is no program of "
                "this system. Name that of MuMax3 in the settings or in the variable MUMAX3",
                kind=FailureKind.MISSING,
            ) from error


if sys.platform == "win32":
    _WINDOWS_FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
else:
    _WINDOWS_FLAGS = 0


def _die_with_parent() -> None:
    """Ask Linux to kill the process when the one that reads its files is killed."""
    import ctypes

    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started, by force where it does not listen."""
    if process.poll() is not None:
        return
    _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(_TICK_S)
    _signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM), force=True)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: int, *, force: bool = False) -> None:
    with contextlib.suppress(OSError):
        if os.name == "posix":
            # Its children too, which may outlive it.
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.kill() if force else process.terminate()


def read_tail(folder: Path) -> str:
    """Return the end of what the process wrote, however much that is."""
    return _read(folder, lambda size: max(0, size - _TAIL_BYTES))


def read_head(folder: Path) -> str:
    """Return the beginning of what the process wrote, which names its version."""
    return _read(folder, lambda _: 0)


def _read(folder: Path, begin: Callable[[int], int]) -> str:
    try:
        with (folder / OUTPUT_FILE).open("rb") as stream:
            stream.seek(begin(stream.seek(0, os.SEEK_END)))
            return stream.read(_TAIL_BYTES).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""

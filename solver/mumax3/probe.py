"""Asking a MuMax3 who it is: version, build and card, without a simulation."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from solver.errors import Mumax3Error
from solver.mumax3.executable import Banner, read_banner
from solver.mumax3.failures import FailureKind, classify
from solver.mumax3.process import surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.mumax3.gpus import Gpu

PATIENCE_S: Final = 60.0
"""The first start on a new card compiles the kernels, which takes a while."""
_MOST_WORDS: Final = 1 << 16
_SMALLEST_SCRIPT: Final = "SetGridSize(2, 2, 1)\nSetCellSize(1e-9, 1e-9, 1e-9)\n"


def identify(executable: Path, gpu: Gpu | None = None) -> Banner:
    """Return what a MuMax3 says of itself; takes some seconds, once per program and card.

    Raises
    ------
    Mumax3Error
        If it cannot be started, finds no GPU, or is no MuMax3; the message says what to do.
    """
    try:
        changed = executable.stat().st_mtime_ns
    except OSError as error:
        raise Mumax3Error(
            f"{executable} cannot be read: {error.strerror}", kind=FailureKind.MISSING
        ) from error
    # How much of its memory is free changes all the time, and makes no other card of it.
    card = None if gpu is None else replace(gpu, free_bytes=None)
    return _identify(executable, changed, card)


@lru_cache(maxsize=8)
def _identify(executable: Path, _changed: int, gpu: Gpu | None) -> Banner:
    """Test CUDA with -test; versions that say nothing then are given the smallest script."""
    with tempfile.TemporaryDirectory(prefix="smco-mumax3-") as name:
        folder = Path(name)
        code, output = _ask([str(executable), "-http=", "-test"], folder, gpu)
        banner = read_banner(output)
        if code == 0 and banner is None:
            (folder / "probe.mx3").write_text(_SMALLEST_SCRIPT, encoding="utf-8")
            command = [str(executable), "-http=", "-o=out", "-cache=", "-f=true", "probe.mx3"]
            code, output = _ask(command, folder, gpu)
            banner = read_banner(output)
    if code != 0:
        failure = classify(code, output)
        raise Mumax3Error(f"{failure} ({executable})", kind=failure.kind)
    if banner is None:
        raise Mumax3Error(
            f"{executable} is no MuMax3: it does not tell its version. Name the program of MuMax3 "
            "in the settings or in the variable MUMAX3",
            kind=FailureKind.MISSING,
        )
    return banner


def _ask(command: Sequence[str], folder: Path, gpu: Gpu | None) -> tuple[int, str]:
    """Return exit code and output; what it prints goes through a file, however much it is."""
    path = folder / "answer.txt"
    with path.open("wb") as output:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=PATIENCE_S,
                check=False,
                env=surroundings(gpu),
            )
        except subprocess.TimeoutExpired as error:
            raise Mumax3Error(
                f"{command[0]} did not answer within {PATIENCE_S:.0f} s: it hangs, or is no "
                "MuMax3. Start it in a terminal with -test and see what it says",
                kind=FailureKind.MISSING,
            ) from error
        except OSError as error:
            raise Mumax3Error(
                f"{command[0]} cannot be started ({error.strerror or error}): it is no program of "
                "this system",
                kind=FailureKind.MISSING,
            ) from error
    with path.open("rb") as stream:
        return done.returncode, stream.read(_MOST_WORDS).decode("utf-8", errors="replace")

"""The ways in which MuMax3 fails, on request: STAND_IN_MISBEHAVE names one or several.

``NAME`` or ``NAME:K``, separated by commas; K is the number, from 1, of the descent (Minimize or
Relax) or of the row at which it happens.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from mx3_output import Log, Table

if TYPE_CHECKING:
    from mx3_engine import Engine

BEFORE = {
    "no-libcuda": "libcuda.so.1 is missing: the loader's message, code 127",
    "no-gpu": "CUDA_ERROR_NO_DEVICE, code 1",
    "driver-too-old": "CUDA_ERROR_UNSUPPORTED_PTX_VERSION, code 1",
    "garbage": "bytes that mean nothing, code 0, no folder",
    "crash": "ends at once, code 3, without a word",
    "hang-at-start": "says nothing and never ends",
    "bad-script": "a compile error, code 1",
    "big-log": "K MB on standard output",
}
DURING = {
    "cuda-error": "CUDA_ERROR_LAUNCH_FAILED in descent K, code 2",
    "out-of-memory": "CUDA_ERROR_OUT_OF_MEMORY in descent K, code 1",
    "nan": "the magnetisation is NaN after descent K",
    "hang": "descent K never ends",
    "killed": "SIGKILL in descent K",
    "disk-full": "no space left for row K, code 1",
    "partial-line": "row K is cut in the middle on the disk, then SIGKILL",
    "slow-flush": "no row reaches the disk before the end",
    "restart": "after row K the table begins again from its header",
    "wrong-columns": "the header has other names",
    "nan-in-table": "row K has NaN in it, the run goes on",
}


@dataclass(slots=True)
class Misbehaviour:
    """What is to go wrong, and when."""

    log: Log
    wanted: dict[str, int] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, log: Log) -> Misbehaviour:
        wanted: dict[str, int] = {}
        for word in os.environ.get("STAND_IN_MISBEHAVE", "").split(","):
            name, _, number = word.strip().partition(":")
            if name and name not in BEFORE and name not in DURING:
                raise SystemExit(f"STAND_IN_MISBEHAVE: {name!r} is not known")
            if name:
                wanted[name] = int(number or 1)
        return cls(log, wanted)

    def before_the_banner(self) -> None:
        if "no-libcuda" in self.wanted:
            self._end(
                "mumax3: error while loading shared libraries: libcuda.so.1: cannot open shared "
                "object file: No such file or directory",
                127,
            )
        if "no-gpu" in self.wanted:
            self._end("CUDA_ERROR_NO_DEVICE", 1)
        if "driver-too-old" in self.wanted:
            self._end("CUDA_ERROR_UNSUPPORTED_PTX_VERSION", 1)
        if "garbage" in self.wanted:
            sys.stdout.buffer.write(bytes(range(256)) * 64)
            raise SystemExit(0)
        if "crash" in self.wanted:
            raise SystemExit(3)
        while "hang-at-start" in self.wanted:
            time.sleep(60)

    def after_the_banner(self) -> None:
        for _ in range(self.wanted.get("big-log", 0) * 1024):
            print("//" + "x" * 1021, flush=False)
        if "bad-script" in self.wanted:
            self._end("script line 1: undefined: misbehaviour", 1)

    def before_descent(self, engine: Engine) -> None:
        number = engine.descents + 1
        if self._is("out-of-memory", number):
            self._end("CUDA_ERROR_OUT_OF_MEMORY", 1)
        if self._is("cuda-error", number):
            self._end("panic: CUDA_ERROR_LAUNCH_FAILED\n\ngoroutine 1 [running]:", 2)
        if self._is("killed", number):
            self._kill()
        if self._is("nan", number):
            engine.m[...] = float("nan")
            engine.descend = lambda: None
        while self._is("hang", number):
            time.sleep(60)

    def watch(self, table: Table) -> None:
        """Take a table under control."""
        table.after_row = self._after_row
        table.is_slow = "slow-flush" in self.wanted
        if "wrong-columns" in self.wanted:
            table.renamed["mu0_H (T)"] = "nonsense (K)"

    def _after_row(self, table: Table) -> None:
        row = table.rows
        if self._is("nan-in-table", row):
            words = table.lines[-1].split("\t")
            table.lines[-1] = "\t".join(["NaN" for _ in words]) + "\n"
        if self._is("disk-full", row):
            self._end(f"write {table.path}: no space left on device", 1)
        if self._is("partial-line", row):
            last = table.lines[-1]
            table.lines[-1] = last[: len(last) // 2]
            table.flush()
            self._kill()
        if self._is("restart", row):
            table.flush()
            table.begin_again()

    def _is(self, name: str, number: int) -> bool:
        return self.wanted.get(name) == number

    def _end(self, text: str, code: int) -> NoReturn:
        print(text, file=sys.stderr, flush=True)
        sys.stdout.flush()
        os._exit(code)

    def _kill(self) -> NoReturn:
        sys.stdout.flush()
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        raise SystemExit(1)

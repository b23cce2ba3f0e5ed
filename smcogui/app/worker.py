"""The process that supervises a run: ``python -m smcogui.app.worker RUN_DIR``."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from smcogui.app.results import write_results
from smcogui.errors import SmCoError
from smcogui.runs.folder import EVENTS_FILE
from smcogui.runs.record import record_line
from smcogui.runs.state import RunState
from smcogui.runs.worker import Supervisor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

_EXIT_CODES = {RunState.DONE: 0, RunState.FAILED: 3, RunState.CANCELLED: 130}


class StopSignals:
    """Remembers that SIGTERM, SIGINT or (POSIX) SIGHUP arrived; callable as ``should_stop``.

    So does SIGUSR1, with which batch schedulers warn of the time limit. ``name`` is that of the
    first signal, empty before it.
    """

    def __init__(self) -> None:
        self.received = False
        self.name = ""
        self._old: dict[int, object] = {}

    def __enter__(self) -> StopSignals:
        names = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK", "SIGUSR1")
        for name in filter(lambda name: hasattr(signal, name), names):
            number = getattr(signal, name)
            if name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN:
                # Started by nohup: the end of the terminal is not to end the run.
                continue
            self._old[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def __call__(self) -> bool:
        """Whether somebody asked this process to stop."""
        return self.received

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self.received = True
        self.name = self.name or signal.Signals(number).name


def main(arguments: Sequence[str] | None = None) -> int:
    """Supervise the run in a folder; its events file tells how it ends."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        sys.stderr.write("one argument is needed: the folder of a run\n")
        return 2
    folder = Path(given[0])
    with StopSignals() as should_stop:
        try:
            state = Supervisor(folder, complete=write_results, should_stop=should_stop).run()
        except SmCoError as error:
            sys.stderr.write(f"{error}\n")
            _tell(folder, str(error))
            return error.exit_code
    return _EXIT_CODES[state]


def _tell(folder: Path, message: str) -> None:
    """Leave the message where watchers read, if the folder still takes it."""
    try:
        record_line(folder, "error", message)
    except OSError as error:
        sys.stderr.write(f"{folder / EVENTS_FILE} cannot be written: {error}\n")


if __name__ == "__main__":
    sys.exit(main())

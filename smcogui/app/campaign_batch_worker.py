"""The process that computes many designs of campaigns at once, by the batch engine.

``python -m smcogui.app.campaign_batch_worker DEVICE`` says first whether it can work, then reads a
job a line from its standard input, as :mod:`smcogui.app.campaign_worker` does, and answers each
when it is over, in whatever order that is. It stops at the next field steps when its input ends.
"""

from __future__ import annotations

import contextlib
import json
import queue
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.campaign_crew import STOPPED_ALL, UNAVAILABLE
from smcogui.app.campaign_worker import answer_of, prepare
from smcogui.app.results import write_results
from smcogui.app.worker import StopSignals
from smcogui.errors import RunCancelledError, SmCoError
from smcogui.runs.batch import require_batch, require_device, run_arriving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_READY: Final = "READY"
_LOOK_S: Final = 0.2
_OUT: Final = sys.stdout


class _Inbox:
    """Jobs as they come in: read at once, their folders made beside the computing."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._folders: queue.SimpleQueue[Path] = queue.SimpleQueue()
        self._news = threading.Event()
        self.has_ended = False
        for work in (self._read, self._prepare):
            threading.Thread(target=work, daemon=True).start()

    def arrived(self) -> Iterator[Path]:
        """Yield the folders that have come since the last call."""
        while not self._folders.empty():
            yield self._folders.get()

    def wait(self) -> bool:
        """Wait a moment for folders; return whether there are any."""
        if self._news.wait(_LOOK_S):
            self._news.clear()
        return not self._folders.empty()

    def _read(self) -> None:
        # Whoever writes is not to wait for folders that are being made.
        for line in sys.stdin:
            self._lines.put(line)
        self.has_ended = True
        self._news.set()

    def _prepare(self) -> None:
        try:
            while True:
                self._prepare_one(json.loads(self._lines.get()))
        finally:
            # A fault of the program: whoever waits for folders is not to wait for ever.
            self.has_ended = True

    def _prepare_one(self, job: dict[str, Any]) -> None:
        try:
            folder, spec = prepare(job)
            require_batch(spec, self._device)
        except SmCoError as error:
            _tell(answer_of(job["folder"], error))
            return
        self._folders.put(folder)
        self._news.set()


def main(arguments: Sequence[str] | None = None) -> int:
    """Compute what comes in, until the input ends or somebody asks to stop."""
    (device,) = sys.argv[1:] if arguments is None else arguments
    try:
        require_device(device)
    except SmCoError as error:
        _tell({"state": UNAVAILABLE, **error.as_dict()})
        return error.exit_code
    _tell({"state": _READY})
    with StopSignals() as should_stop, contextlib.redirect_stdout(sys.stderr):
        # Answers only: what libraries print goes elsewhere.
        return _work(device, should_stop)


def _work(device: str, should_stop: Callable[[], bool]) -> int:
    inbox = _Inbox(device)

    def stops() -> bool:
        return should_stop() or inbox.has_ended

    while not stops():
        if not inbox.wait():
            continue
        try:
            run_arriving(
                inbox.arrived,
                device=device,
                complete=write_results,
                ended=lambda folder, how: _tell(answer_of(str(folder), how)),
                should_stop=stops,
            )
        except RunCancelledError:
            break
        except SmCoError as error:
            # Of all that is at work: a full disk, or a card that lost its memory to others.
            _tell({"state": STOPPED_ALL, "message": error.message})
            return error.exit_code
    return 130 if should_stop() else 0


_printing = threading.Lock()


def _tell(answer: dict[str, Any]) -> None:
    with _printing:
        _OUT.write(json.dumps(answer) + "\n")
        _OUT.flush()


if __name__ == "__main__":
    sys.exit(main())

"""The process that works off the campaigns of a project.

``python -m smcogui.app.campaign_queue PROJECT`` keeps one worker per core busy with the designs of
all campaigns whose order is RUN, repairs what fails, and ends when nothing is left. Campaigns of
another engine than its own it leaves alone. It remembers
nothing of its own: killed at any moment, the next one goes on from the files.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smcogui.app.campaign_book import CampaignBook
from smcogui.app.campaign_crew import Job
from smcogui.app.campaign_devices import CPU, DEVICES, crew_for, engine_on
from smcogui.app.campaign_packs import QueuePacker
from smcogui.app.worker import StopSignals
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.campaign_store import (
    CAMPAIGNS_FOLDER,
    DEVICE_FILE,
    STOP_FILE,
    CampaignStore,
)
from smcogui.campaigns.schedule import Turn, next_turn
from smcogui.data.store import RunStore
from smcogui.errors import SmCoError
from smcogui.runs.folder import CANCEL_FILE, RUNS_FOLDER, folder_error
from smcogui.runs.lock import FolderLock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TICK_S: Final = 0.1
_LOOK_S: Final = 1.0
_LOG = logging.getLogger(__name__)


class CampaignQueue:
    """Works off the campaigns of a project.

    Parameters
    ----------
    project : Path
    workers : int, optional
        Designs computed at once; by default one per core, fewer where memory is short, and with a
        batch engine as many as keep it busy.
    device : {"cpu", "cuda", "cpu-batch", "mumax3"}
        See :func:`~smcogui.app.campaign_devices.crew_for`, which raises UnavailableError.
    should_stop : callable
        Asked many times a second; true stops the workers at their next field step.
    packs : bool
        Whether finished runs are packed as it goes on.
    """

    def __init__(
        self,
        project: Path,
        *,
        workers: int | None = None,
        device: str = CPU,
        should_stop: Callable[[], bool] = lambda: False,
        packs: bool = True,
    ) -> None:
        self._store = CampaignStore(project / CAMPAIGNS_FOLDER)
        self._stop_file = self._store.folder / STOP_FILE
        self._runs = RunStore(project / RUNS_FOLDER)
        self._runs_folder = project / RUNS_FOLDER
        self._engine = engine_on(device)
        self._device = device
        self._crew = crew_for(device, workers)
        self._should_stop = should_stop
        self._packer = QueuePacker() if packs else None
        self._books: dict[str, CampaignBook] = {}
        self._served: dict[str, float] = {}
        self._looked_s = 0.0

    def run(self) -> None:
        """Work until nothing is left that may be begun, or somebody asks to stop.

        Raises
        ------
        RunFolderError
            If another queue works on the project, its folder cannot be written, or the disk is
            full: the workers have stopped then, and nothing that was computed is lost.
        UnavailableError
            If the device is not there: nothing was begun.
        """
        folder = self._store.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FolderLock(folder):
                # Meant for a queue that ended by itself meanwhile.
                self._stop_file.unlink(missing_ok=True)
                (folder / DEVICE_FILE).write_text(self._device, encoding="ascii")
                self._crew.open()
                self._work()
                if self._packer is not None and not self._should_stop():
                    self._packer.finish()
        except OSError as error:
            raise folder_error(folder, error) from error
        finally:
            self._crew.dismiss()

    def _work(self) -> None:
        while not self._is_to_stop():
            if time.monotonic() - self._looked_s > _LOOK_S:
                self._look()
            for job, message in self._crew.collect():
                self._note(job, message)
            while self._crew.has_room() and self._begin_next() and not self._is_to_stop():
                pass
            if not self._crew.busy() and not self._waits():
                return
            self._prepare_next()
            self._crew.wait(_TICK_S)

    def _is_to_stop(self) -> bool:
        return self._should_stop() or self._stop_file.exists()

    def _look(self) -> None:
        """Read what the window or a command line has changed since."""
        names = self._store.names()
        for name in set(self._books) - set(names):
            del self._books[name]
        for name in names:
            try:
                if name not in self._books:
                    self._books[name] = CampaignBook(self._store, name, self._engine)
                if self._books[name].refresh(self._runs):
                    _LOG.info("campaign %s: %d designs wait", name, len(self._books[name].waiting))
            except SmCoError as error:
                _LOG.warning("campaign %s is left out: %s", name, error)
                self._books.pop(name, None)
        for job in self._crew.jobs():
            book = self._books.get(job.campaign)
            if book is None or book.order is CampaignOrder.CANCEL:
                (job.folder / CANCEL_FILE).touch()
        self._looked_s = time.monotonic()

    def _waits(self) -> bool:
        """Whether something waits, or is being brought to its end by workers left behind."""
        left_behind = (
            book.is_elsewhere and book.order is CampaignOrder.RUN
            for book in self._books.values()
            if book.engine == self._engine.name
        )
        return next_turn(self._turns()) is not None or any(left_behind)

    def _turns(self) -> list[Turn]:
        return [
            Turn(
                name=name,
                order=book.order,
                priority=book.priority,
                waiting=book.waiting,
                active=self._crew.count(name),
                served=self._served.get(name, 0.0),
            )
            for name, book in self._books.items()
            if book.engine == self._engine.name
        ]

    def _prepare_next(self) -> None:
        """Make up the next order while the workers compute, so that none waits for it."""
        turn = next_turn(self._turns())
        if turn is not None:
            self._books[turn.name].prepare(turn.waiting[0])

    def _begin_next(self) -> bool:
        turn = next_turn(self._turns())
        if turn is None:
            return False
        book = self._books[turn.name]
        if not self._crew.has_room(book.prepare(turn.waiting[0])):
            return False
        key = turn.waiting.pop(0)
        try:
            order = book.order_for(key)
        except SmCoError as error:
            book.refuse(key, error.message)
            return True
        if order is None:
            return True
        book.begin(key, order)
        folder = self._runs_folder / order.run_id
        self._crew.give(
            Job(
                campaign=turn.name,
                key=key,
                folder=folder,
                design=order.design,
                options=order.options,
                begun_s=time.monotonic(),
                engine=self._engine,
            )
        )
        return True

    def _note(self, job: Job, message: str) -> None:
        """Take a job back: what its folder says decides what happens to the design."""
        elapsed = time.monotonic() - job.begun_s
        self._served[job.campaign] = self._served.get(job.campaign, 0.0) + elapsed
        book = self._books.get(job.campaign)
        if book is not None:
            book.take_back(job.key, message, self._runs)
        if self._packer is not None and book is not None:
            self._packer.add(book.take_finished())
            self._packer.go_on()


def main(arguments: Sequence[str] | None = None) -> int:
    """Work off the campaigns of the project that is named; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m smcogui.app.campaign_queue")
    parser.add_argument("project", metavar="PROJECT", type=Path)
    parser.add_argument("--device", choices=DEVICES, default=CPU)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    with StopSignals() as should_stop:
        try:
            CampaignQueue(
                options.project.absolute(), device=options.device, should_stop=should_stop
            ).run()
        except SmCoError as error:
            sys.stderr.write(f"{error}\n")
            return error.exit_code
        return 130 if should_stop() else 0


if __name__ == "__main__":
    sys.exit(main())

"""Packing the finished runs of campaigns: when somebody asks, and as the queue goes on."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from smcogui.app.results import write_curve
from smcogui.data.run_pack import (
    RUNS_PER_PACK,
    PackReport,
    is_unpacked,
    pack_runs,
    sweep_packs,
    unpack_run,
)
from smcogui.errors import SmCoError
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.campaigns.campaign_store import CampaignStore
    from smcogui.data.store import RunRecord

LEAST_PACKED: Final = 50
"""Runs below which the end of a queue leaves them as they are."""
_LOG = logging.getLogger(__name__)


def campaign_runs(
    store: CampaignStore, names: Iterable[str], records: Iterable[RunRecord]
) -> list[RunRecord]:
    """Return the finished runs that were begun for the designs of campaigns."""
    begun = {attempt.run_id for name in names for attempt in store.attempts(name)}
    return [
        record for record in records if record.run_id in begun and record.state is RunState.DONE
    ]


def pack_campaigns(
    project: Path, records: Sequence[RunRecord], progress: ReportProgress
) -> PackReport:
    """Pack finished runs, and delete packs that nothing needs; takes some milliseconds a run.

    Raises
    ------
    RunFolderError
        If another process packs or copies the project, or a pack cannot be written.
    """
    if not records:
        return PackReport()
    report = pack_runs([record.folder for record in records], progress=progress)
    sweep_packs(project)
    return report


def unpack_campaigns(project: Path, records: Sequence[RunRecord], progress: ReportProgress) -> int:
    """Put packed runs back into their folders; return how many.

    Raises
    ------
    RunFolderError
        If a pack is missing or damaged, or a folder cannot be written; what was put back before
        stays so.
    """
    count = 0
    for number, record in enumerate(records):
        progress(number / len(records))
        if unpack_run(record.folder):
            write_curve(record.folder)
            count += 1
    if count:
        sweep_packs(project)
    return count


class QueuePacker:
    """Packs the finished runs of a queue in a thread of its own, while the workers compute.

    What it does may be cut off at any moment; the next one packs what is left. What could not be
    packed, such as while the project is copied, is tried again with the next ones.
    """

    def __init__(self) -> None:
        self._waiting: dict[Path, None] = {}
        self._kept: list[Path] = []
        self._thread: threading.Thread | None = None

    def add(self, folders: Iterable[Path]) -> None:
        """Note finished runs; those that are packed already are left out."""
        self._waiting.update(dict.fromkeys(path for path in folders if is_unpacked(path)))

    def go_on(self, least: int = RUNS_PER_PACK) -> None:
        """Pack what waits, where that is enough for a pack and nothing is being packed."""
        if len(self._waiting) < least or (self._thread is not None and self._thread.is_alive()):
            return
        chosen = list(dict.fromkeys([*self._kept, *self._waiting]))
        self._waiting, self._kept = {}, []
        self._thread = threading.Thread(target=self._pack, args=(chosen,), daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Pack the rest where it is worth a pack, and wait for it."""
        self.wait()
        self.add(self._kept)
        self.go_on(LEAST_PACKED)
        self.wait()

    def wait(self) -> None:
        """Wait for what is being packed."""
        if self._thread is not None:
            self._thread.join()

    def _pack(self, folders: list[Path]) -> None:
        try:
            report = pack_runs(folders)
        except SmCoError as error:
            # Nothing is lost: the runs are as they were, and packed another time.
            _LOG.warning("not packed: %s", error.message)
            self._kept = folders
            return
        if report.packed:
            _LOG.info("%d runs packed, %.0f MB freed", report.packed, report.freed / 1e6)

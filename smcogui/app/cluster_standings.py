"""Which runs of a submission are here: told by their folders, each read when it has changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smcogui.runs.folder import EVENTS_FILE
from smcogui.runs.place import read_place
from smcogui.runs.state import RunState
from smcogui.runs.watch import current_state

if TYPE_CHECKING:
    from smcogui.app.cluster_records import SubmissionRecord

LANDED: Final = frozenset({RunState.DONE, RunState.FAILED})
"""States of runs that are over and here: those that failed were fetched as well."""

_RELEASED: Final = frozenset({RunState.CANCELLED, RunState.LOST})


class RunStates:
    """The states of runs of a project, each read again when its events have changed.

    Parameters
    ----------
    runs_folder : Path
    """

    def __init__(self, runs_folder: Path) -> None:
        self._start = f"{runs_folder}{os.sep}"
        self._known: dict[str, tuple[tuple[int, int], RunState, str]] = {}

    def state(self, run_id: str) -> RunState | None:
        """Return where a run stands; None where it has no folder here, as in the trash."""
        known = self._look(run_id)
        return None if known is None else known[1]

    def _look(self, run_id: str) -> tuple[tuple[int, int], RunState, str] | None:
        """Return signature and state of a run, and the submission that claims it."""
        # Thousands of times: a name joined as text takes a tenth of the time of a Path.
        start = f"{self._start}{run_id}"
        try:
            told = os.stat(f"{start}{os.sep}{EVENTS_FILE}")
        except OSError:
            return None
        signature = (told.st_mtime_ns, told.st_size)
        known = self._known.get(run_id)
        if known is None or known[0] != signature:
            folder = Path(start)
            place = read_place(folder)
            token = "" if place is None else place.token
            known = (signature, current_state(folder).state, token)
            self._known[run_id] = known
        return known

    def landed(self, record: SubmissionRecord) -> set[str]:
        """Return the ids of the runs of a submission that are over and here."""
        return {run.run_id for run in record.runs if self.state(run.run_id) in LANDED}

    def split(self, record: SubmissionRecord) -> tuple[set[str], set[str]]:
        """Return the ids of the runs that are over and here, and of those not waited for.

        The latter were released, are computed elsewhere, or lie in the trash.
        """
        landed, given_up = set(), set()
        for run in record.runs:
            known = self._look(run.run_id)
            if known is not None and known[1] in LANDED:
                landed.add(run.run_id)
            elif _is_given_up(known, record.token):
                given_up.add(run.run_id)
        return landed, given_up


def _is_given_up(known: tuple[tuple[int, int], RunState, str] | None, token: str) -> bool:
    if known is None:
        return True
    _, state, claimed_by = known
    return state in _RELEASED or (state.is_active and claimed_by != token)

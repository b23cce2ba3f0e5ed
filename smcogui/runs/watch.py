"""Watching a run by following the files in its folder; works for any backend that writes them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from smcogui.errors import FolderInUseError, RunFolderError
from smcogui.runs import events
from smcogui.runs.events import (
    CycleSnapshot,
    CycleStep,
    LogLine,
    Progress,
    RunEvent,
    StateChanged,
)
from smcogui.runs.folder import CANCEL_FILE, EVENTS_FILE, read_info
from smcogui.runs.lock import is_locked
from smcogui.runs.pack_file import packed_events
from smcogui.runs.place import is_placed, read_place, remove_place
from smcogui.runs.state import RunState
from solver import events as solver_events
from solver.line_follower import LineFollower

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

STARTING_S: Final = 30.0
"""How long a submitted run may take until its worker shows itself."""

LEAST_GAIN: Final = 0.02
"""Share of the work from which its speed is known well enough to foretell the time left."""

_WAIT_POLL_S: Final = 0.1
_LOST_MESSAGE: Final = (
    "the run was interrupted; resume it to go on from its last accepted field step"
)


class FolderHandle:
    """A :class:`~smcogui.runs.handle.RunHandle` on a folder of this machine.

    Parameters
    ----------
    folder : Path
    worker : Popen, optional
        The worker, where this process started it; its end is noticed at once.

    Raises
    ------
    RunFolderError
        If it is no run folder.
    """

    def __init__(self, folder: Path, worker: subprocess.Popen[bytes] | None = None) -> None:
        info = read_info(folder)
        self._folder = folder
        self._run_id = info.run_id
        self._worker = worker
        self._run_lines = LineFollower(folder / EVENTS_FILE)
        self._cycles = [CycleFollower(folder / row.folder, k) for k, row in enumerate(info.cycles)]
        self._told: RunState | None = None
        self._clock = ProgressClock()

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return self._run_id

    @property
    def folder(self) -> Path:
        """Folder of the run."""
        return self._folder

    @property
    def cycles(self) -> int:
        """Number of half-cycles."""
        return len(self._cycles)

    @property
    def state(self) -> RunState:
        """Where the run stands now."""
        return current_state(self._folder, self._worker).state

    def poll(self) -> list[RunEvent]:
        """Return what is new since the last call; never waits."""
        # Read before the files: what was written before an end is then never missed.
        now = current_state(self._folder, self._worker)
        found: list[RunEvent] = []
        for line in self._run_lines.read():
            try:
                event = events.from_json(line)
            except ValueError:
                continue
            found.append(event)
            if isinstance(event, StateChanged):
                self._told = event.state
                self._clock.follow(event)
        stepped = [event for cycle in self._cycles for event in cycle.read()]
        found.extend(stepped)
        if stepped:
            fraction = sum(cycle.progress for cycle in self._cycles) / len(self._cycles)
            found.append(self._clock.at(fraction))
        if now.state is RunState.LOST and self._told is not RunState.LOST:
            self._told = RunState.LOST
            found.append(now)
        return found

    def cancel(self) -> None:
        """Ask the run to stop; returns at once."""
        if self.state.is_active:
            (self._folder / CANCEL_FILE).touch()

    def wait(self, timeout_s: float | None = None) -> RunState:
        """Wait until nothing works on the run, or ``timeout_s`` has passed."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        state = self.state
        while state.is_active and (deadline is None or time.monotonic() < deadline):
            time.sleep(_WAIT_POLL_S)
            state = self.state
        if self._worker is not None and not state.is_active:
            # The last line is written shortly before the process is gone.
            self._worker.wait()
        return state


class CycleFollower:
    """Reads the solver's events of one half-cycle, each only once.

    A solve that goes on rewrites its file without what followed the checkpoint, and makes that
    anew; what comes a second time is dropped here.
    """

    def __init__(self, folder: Path, cycle: int) -> None:
        self._folder = folder
        self._lines = LineFollower(folder / EVENTS_FILE)
        self._cycle = cycle
        self._last_index = -1
        self._told: set[RunEvent] = set()
        self._has_looked = False
        self.progress = 0.0

    def read(self) -> list[RunEvent]:
        """Return the new events as events of the run."""
        found: list[RunEvent] = []
        for event in _parsed(self._lines.read()) or self._read_pack():
            wrapped = self._wrap(event)
            if wrapped is None or wrapped in self._told:
                continue
            if not isinstance(wrapped, CycleStep):
                self._told.add(wrapped)
            found.append(wrapped)
        return found

    def _read_pack(self) -> list[solver_events.SolverEvent]:
        """Return the events of a run that is packed, once; what is wrong with it is one of them."""
        if self._has_looked or (self._folder / EVENTS_FILE).exists():
            return []
        self._has_looked = True
        try:
            return packed_events(self._folder) or []
        except RunFolderError as error:
            return [solver_events.LogLine(level="error", message=error.message)]

    def _wrap(self, event: solver_events.SolverEvent) -> RunEvent | None:
        match event:
            case solver_events.FieldStep() if event.index > self._last_index:
                self._last_index = event.index
                self.progress = max(self.progress, event.progress)
                return CycleStep(cycle=self._cycle, step=event)
            case solver_events.Snapshot():
                return CycleSnapshot(cycle=self._cycle, snapshot=event)
            case solver_events.LogLine():
                return LogLine(level=event.level, message=event.message, cycle=self._cycle)
            case solver_events.Failed():
                return LogLine(level="error", message=event.message, cycle=self._cycle)
            case solver_events.Finished():
                self.progress = 1.0
                seconds = f"{event.cpu_s:.1f} CPU s, {event.iterations} iterations"
                return LogLine(
                    level="info",
                    cycle=self._cycle,
                    message=f"half-cycle {self._cycle + 1} finished: {seconds}",
                )
        return None


class ProgressClock:
    """Turns shares of the work into an estimate of the time that is left."""

    def __init__(self) -> None:
        self._start: tuple[float, float] | None = None
        self._begins = 0

    def follow(self, change: StateChanged) -> None:
        """Forget the speed seen so far: the run began, stopped or went on.

        A run that began is measured from there, whoever watches it since when. How far one was
        that went on its file does not tell, so that its speed is measured while it is watched.
        """
        self._start = None
        if change.state is RunState.RUNNING:
            self._begins += 1
            if self._begins == 1:
                self._start = (change.time_s, 0.0)

    def at(self, fraction: float) -> Progress:
        """Return the progress with the time left at the speed measured since the start."""
        now = time.time()
        if self._start is None:
            self._start = (now, fraction)
        began, base = self._start
        gained, took_s = fraction - base, now - began
        is_known = gained >= LEAST_GAIN and took_s > 0
        eta_s = took_s * (1.0 - fraction) / gained if is_known else None
        return Progress(fraction=fraction, eta_s=eta_s)


def current_state(
    folder: Path,
    worker: subprocess.Popen[bytes] | None = None,
) -> StateChanged:
    """Return the last state that a run wrote, or LOST where nobody works on it any more."""
    last = _last_state(folder)
    if not last.state.is_active or is_locked(folder) or is_placed(folder):
        return last
    if worker is not None and worker.poll() is None:
        return last
    starting = last.state is RunState.PENDING and time.time() - last.time_s < STARTING_S
    if starting and worker is None:
        return last
    # Between reading and looking at the lock the run may have ended well.
    last = _last_state(folder)
    if not last.state.is_active:
        return last
    return StateChanged(state=RunState.LOST, time_s=time.time(), message=_LOST_MESSAGE)


def begin_here(folder: Path) -> None:
    """Refuse a run that a cluster computes; forget where an ended one was computed before.

    Raises
    ------
    FolderInUseError
        If it was given to a cluster, and is not over there.
    """
    if not is_placed(folder):
        return
    if current_state(folder).state.is_active:
        place = read_place(folder)
        where = "a cluster" if place is None else place.words
        raise FolderInUseError(
            f"the run {folder.name} was given to {where}; wait for it, or cancel it there first "
            "(Clusters, or the verb `cluster cancel`)",
            key="run",
            given=folder.name,
            allowed="a run that no cluster computes",
        )
    remove_place(folder)


def state_changes(folder: Path) -> list[StateChanged]:
    """Return every state that a run wrote, in order."""
    changes = []
    for line in LineFollower(folder / EVENTS_FILE).read():
        try:
            event = events.from_json(line)
        except ValueError:
            continue
        if isinstance(event, StateChanged):
            changes.append(event)
    return changes


def read_cycle(folder: Path) -> list[solver_events.SolverEvent]:
    """Return the events of one half-cycle, without field steps that a resume repeated.

    Raises
    ------
    RunFolderError
        If the run is packed, and its pack is missing or damaged.
    """
    told = _parsed(LineFollower(folder / EVENTS_FILE).read())
    if not told and not (folder / EVENTS_FILE).exists():
        told = packed_events(folder) or []
    found: list[solver_events.SolverEvent] = []
    last_index = -1
    for event in told:
        if isinstance(event, solver_events.FieldStep):
            if event.index <= last_index:
                continue
            last_index = event.index
        found.append(event)
    return found


def _parsed(lines: list[str]) -> list[solver_events.SolverEvent]:
    """Return the events that lines are; others are left out."""
    found = []
    for line in lines:
        try:
            found.append(solver_events.from_json(line))
        except (ValueError, TypeError):
            continue
    return found


def _last_state(folder: Path) -> StateChanged:
    changes = state_changes(folder)
    if changes:
        return changes[-1]
    # Described, but killed before the first line: as good as interrupted.
    return StateChanged(state=RunState.LOST, time_s=0.0, message=_LOST_MESSAGE)

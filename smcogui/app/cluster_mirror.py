"""Runs at work on a cluster, followed here: their events are copied as they grow.

What is copied lies where a run on this machine would have written it, so that curves, progress and
lists need not know the difference. It is replaced by what is fetched in the end.
"""

from __future__ import annotations

import contextlib
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_landing import sound_event, tell_running
from smcogui.design.design_file import parse_design_text
from smcogui.errors import LostContactError, RemoteFileError, SmCoError
from smcogui.runs import events as run_events
from smcogui.runs.events import StateChanged
from smcogui.runs.folder import EVENTS_FILE, SPEC_FILE, read_info
from smcogui.runs.lock import FolderLock
from smcogui.runs.place import write_place
from smcogui.runs.spec import MUMAX3
from smcogui.runs.state import RunState
from smcogui.runs.watch import current_state, state_changes
from solver.errors import SolverError
from solver.events import Snapshot, to_json
from solver.mumax3.attempts import ATTEMPTS_FOLDER, OUTPUT_FOLDER, load_attempts
from solver.mumax3.layout import TABLE_FILE
from solver.mumax3.process import OUTPUT_FILE
from solver.mumax3.remote import follow_attempt
from solver.problem import load_problem, write_atomically
from solver.run_folder import is_finished

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.design.design import Design
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.folder import RunInfo
    from smcogui.runs.place import RunPlace
    from solver.mumax3.attempts import Attempt

PIECE_B: Final = 65_536
"""What is read of a file at once."""
_MOST_PIECES: Final = 16
_LOG = logging.getLogger(__name__)


class Mirror:
    """Copies the events of runs at work; for one thread at a time."""

    def __init__(self) -> None:
        self._files: dict[Path, _GrowingFile] = {}
        self._began_s: dict[Path, float] = {}

    def copy(self, connection: Connection, remote: str, folder: Path, place: RunPlace) -> bool:
        """Copy what is new of a run; return whether there was anything.

        Parameters
        ----------
        connection : Connection
        remote : str
            Folder of the run on the cluster.
        folder : Path
            Folder of the run here.
        place : RunPlace

        Raises
        ------
        LostContactError
            If the cluster does not answer.
        """
        if not current_state(folder).state.is_active:
            return False
        try:
            info = read_info(folder)
            design = parse_design_text(info.design, SPEC_FILE)[0]
            with FolderLock(folder):
                is_new = self._copy_states(connection, remote, folder, place)
                if info.solver == MUMAX3:
                    return is_new | self._copy_mumax3(connection, remote, folder, info)
                for row in info.cycles:
                    path = f"{remote}/{row.folder}/{EVENTS_FILE}"
                    target = folder / row.folder / EVENTS_FILE
                    is_new |= self._copy_events(connection, path, target, design)
        except LostContactError:
            raise
        except RemoteFileError:
            # Not begun yet.
            return False
        except (SmCoError, SolverError, OSError) as error:
            _LOG.warning("%s is not followed: %s", folder.name, error)
            return False
        return is_new

    def forget(self, folder: Path) -> None:
        """Follow a run no more, as it was fetched."""
        self._forget_cycles(folder)
        self._files = {key: file for key, file in self._files.items() if key.parent != folder}

    def _forget_cycles(self, folder: Path) -> None:
        cycles = [key for key in self._files if key.parent.parent == folder]
        for key in cycles:
            del self._files[key]

    def _copy_states(
        self, connection: Connection, remote: str, folder: Path, place: RunPlace
    ) -> bool:
        key = folder / f"states-of-{place.token}"
        lines = self._read(connection, f"{remote}/{EVENTS_FILE}", key)[0]
        changes = [event for line in lines if isinstance(event := _event(line), StateChanged)]
        known = {(change.state, change.time_s) for change in state_changes(folder)}
        before = len(known)
        if any(change.state is RunState.RUNNING for change in changes):
            # It was begun, or goes on: a half-cycle is written anew from its last checkpoint.
            self._forget_cycles(folder)
        for change in changes:
            if change.state in {RunState.RUNNING, RunState.CANCELLED}:
                write_place(folder, place)
                tell_running(folder, change, place, known)
        return len(known) > before

    def _copy_events(
        self, connection: Connection, remote: str, target: Path, design: Design
    ) -> bool:
        lines, is_anew = self._read(connection, remote, target)
        sound = [
            to_json(event)
            for line in lines
            if (event := sound_event(line, design)) and not isinstance(event, Snapshot)
        ]
        content = "".join(f"{line}\n" for line in sound).encode()
        if is_anew:
            write_atomically(target, content)
        elif content:
            with target.open("ab") as stream:
                stream.write(content)
        return bool(sound)

    def _copy_mumax3(
        self, connection: Connection, remote: str, folder: Path, info: RunInfo
    ) -> bool:
        """Copy what MuMax3 prints and its table, and tell the field steps that these hold."""
        is_new = False
        for row in info.cycles:
            cycle = folder / row.folder
            attempts = load_attempts(cycle)
            if attempts and not is_finished(cycle):
                here = attempts[-1].folder(cycle)
                there = f"{remote}/{row.folder}/{ATTEMPTS_FOLDER}/{here.name}"
                with contextlib.suppress(RemoteFileError):
                    is_new |= self._copy_attempt(connection, there, cycle, attempts[-1], info)
        return is_new

    def _copy_attempt(
        self, connection: Connection, remote: str, cycle: Path, attempt: Attempt, info: RunInfo
    ) -> bool:
        folder = attempt.folder(cycle)
        is_new = is_anew = False
        for name in (OUTPUT_FILE, f"{OUTPUT_FOLDER}/{TABLE_FILE}"):
            key = cycle / f"{folder.name} {name.replace('/', ' ')}"
            lines, begins = self._read(connection, f"{remote}/{name}", key)
            content = "".join(f"{line}\n" for line in lines).encode()
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if begins:
                write_atomically(folder / name, content)
            else:
                with (folder / name).open("ab") as stream:
                    stream.write(content)
            is_new, is_anew = is_new or bool(lines), is_anew or begins
        began_s = self._began_s.setdefault(folder, time.monotonic())
        now = follow_attempt(
            cycle,
            load_problem(cycle),
            attempt,
            info.solver_version,
            is_anew=is_anew,
            elapsed=lambda: time.monotonic() - began_s,
        )
        now.save(cycle)
        return is_new

    def _read(self, connection: Connection, remote: str, key: Path) -> tuple[list[str], bool]:
        """Return new complete lines, and whether they are the first of the file."""
        file = self._files.setdefault(key, _GrowingFile())
        lines: list[str] = []
        is_anew = False
        for _ in range(_MOST_PIECES):
            piece = connection.read(remote, file.offset, PIECE_B)
            more, began = file.take(piece)
            is_anew |= began
            lines += more
            if len(piece) < PIECE_B:
                break
        return lines, is_anew


@dataclass(slots=True)
class _GrowingFile:
    """How far a file was read; a last line that is not complete is held back."""

    offset: int = 0
    held: bytes = b""
    is_begun: bool = False

    def take(self, piece: bytes) -> tuple[list[str], bool]:
        """Return the complete lines of a piece, and whether it was the first one."""
        begins, self.is_begun = not self.is_begun, True
        self.offset += len(piece)
        content = self.held + piece
        end = content.rfind(b"\n") + 1
        self.held = content[end:]
        if len(self.held) > PIECE_B:
            # No line of ours is as long.
            self.held = b""
        return content[:end].decode("utf-8", "replace").splitlines(), begins


def _event(line: str) -> run_events.StateChanged | run_events.LogLine | None:
    try:
        return run_events.from_json(line)
    except (ValueError, TypeError):
        return None

"""Backends on this machine: each run has a worker process, which outlives the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from smcogui.design.design_file import parse_design_text
from smcogui.runs import children
from smcogui.runs.folder import (
    CANCEL_FILE,
    RESULT_FILE,
    SPEC_FILE,
    WORKER_LOG,
    folder_error,
    prepare_folder,
    read_info,
)
from smcogui.runs.lock import is_locked
from smcogui.runs.place import is_placed
from smcogui.runs.record import record_state
from smcogui.runs.spec import BUILTIN, Engine, make_run_spec
from smcogui.runs.state import RunState
from smcogui.runs.watch import FolderHandle, begin_here, current_state

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smcogui.design.design import Design
    from smcogui.runs.spec import RunSpec


class LocalBackend:
    """Runs on this machine with one engine; the built-in solver unless a subclass says otherwise.

    Parameters
    ----------
    worker_command : sequence of str
        The command that supervises a run; the run's folder is appended to it.
    processes : callable, optional
        Asked at every start how many half-cycles the run may compute at once.
    """

    name: ClassVar[str] = BUILTIN.name

    def __init__(
        self,
        worker_command: Sequence[str],
        *,
        processes: Callable[[], int] = children.process_count,
    ) -> None:
        self._worker_command = tuple(worker_command)
        self.processes = processes
        self._workers: list[subprocess.Popen[bytes]] = []

    def availability(self) -> str | None:
        """Return why this backend cannot be used, or None where it can; may take seconds."""
        return None

    def engine(self) -> Engine:
        """Return what computes here, with its version, which is part of a run's identity."""
        return BUILTIN

    def environment(self) -> dict[str, str]:
        """Return the variables that a worker is started with."""
        return {children.PROCESSES_VARIABLE: str(self.processes())}

    def specify(self, design: Design, snapshots_T: Sequence[float] = ()) -> RunSpec:
        """Return the run of a design on this backend.

        Raises
        ------
        InputError
            If the design cannot be meshed, or this backend cannot compute it.
        UnavailableError
            If the engine is not there.
        """
        return make_run_spec(design, snapshots_T, engine=self.engine())

    def submit(self, spec: RunSpec, folder: Path) -> FolderHandle:
        """Start a run, or go on with it; harmless where it is done or at work already.

        Raises
        ------
        RunFolderError
            If the folder holds something else, cannot be written, or its disk is full.
        """
        prepare_folder(spec, folder)
        return self._launch(folder)

    def resume(self, folder: Path) -> FolderHandle:
        """Go on with the run in a folder from its last field steps.

        Raises
        ------
        RunFolderError
            If it is no run folder, was changed, or was begun by another solver version.
        """
        info = read_info(folder)
        design = parse_design_text(info.design, str(folder / SPEC_FILE))[0]
        return self.submit(self.specify(design, info.snapshots_T), folder)

    def attach(self, folder: Path) -> FolderHandle:
        """Watch a run, whoever started it."""
        return FolderHandle(folder)

    def _launch(self, folder: Path) -> FolderHandle:
        self._workers = [worker for worker in self._workers if worker.poll() is None]
        # A lock alone may belong to a worker that is just leaving; the new one waits for it.
        is_taken = is_locked(folder) or is_placed(folder)
        at_work = is_taken and current_state(folder).state.is_active
        if at_work or is_done(folder):
            return FolderHandle(folder)
        try:
            announce(folder)
            worker = children.start(
                [*self._worker_command, str(folder)],
                folder / WORKER_LOG,
                self.environment(),
            )
        except OSError as error:
            raise folder_error(folder, error) from error
        self._workers.append(worker)
        return FolderHandle(folder, worker)


def is_done(folder: Path) -> bool:
    """Tell whether the run in a folder ended well and its result is there."""
    return (folder / RESULT_FILE).exists() and current_state(folder).state is RunState.DONE


def announce(folder: Path) -> None:
    """Record that the run is about to start, and forget an old wish to cancel it.

    Raises
    ------
    FolderInUseError
        If a cluster computes it.
    """
    begin_here(folder)
    (folder / CANCEL_FILE).unlink(missing_ok=True)
    record_state(folder, RunState.PENDING)

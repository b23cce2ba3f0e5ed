"""Running a design in this process, as the command line does it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from smcogui.app.engines import Engines
from smcogui.app.results import write_results
from smcogui.app.settings_file import SettingsFile
from smcogui.data.run_scan import read_result
from smcogui.errors import RunCancelledError, RunError, RunFolderError
from smcogui.runs.folder import folder_error, prepare_folder
from smcogui.runs.local import announce, is_done
from smcogui.runs.lock import is_locked
from smcogui.runs.state import RunState
from smcogui.runs.watch import FolderHandle, current_state
from smcogui.runs.worker import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.design.design import Design
    from smcogui.runs.events import RunEvent
    from smcogui.runs.local import LocalBackend


def run_here(
    design: Design,
    folder: Path | None = None,
    *,
    snapshots_T: Sequence[float] = (),
    backend: LocalBackend | None = None,
    on_events: Callable[[list[RunEvent]], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Run a design to its end and return its result; a finished one is read, not run again.

    Parameters
    ----------
    design : Design
    folder : Path, optional
        The run's folder; ``runs/<run_id>`` in the working directory by default.
    snapshots_T : sequence of float
        Fields in T at which states are stored besides remanence, Hp and Hc.
    backend : LocalBackend, optional
        What computes it; the built-in solver by default.
    on_events : callable
        Gets the new events many times a second.
    should_stop : callable
        Asked as often; true cancels.

    Raises
    ------
    RunFolderError
        If the folder holds something else, is in use, cannot be written, or its disk is full.
    RunCancelledError
        If the run was stopped.
    RunError
        If a half-cycle failed.
    """
    backend = backend or Engines(lambda: SettingsFile().settings).builtin
    spec = backend.specify(design, snapshots_T)
    folder = (folder if folder is not None else Path("runs") / spec.run_id).absolute()
    prepare_folder(spec, folder)
    if read_result(folder) is None or not is_done(folder):
        state = _supervise(folder, backend, on_events, should_stop)
        if state is RunState.CANCELLED:
            raise RunCancelledError(
                f"the run was stopped; all accepted field steps are kept in {folder}. "
                "The same command goes on from there"
            )
        if state is not RunState.DONE:
            raise RunError(f"{current_state(folder).message} (run folder {folder})")
    result = read_result(folder)
    if result is None:
        raise RunFolderError(f"{folder} holds no readable result", key="out", given=str(folder))
    return result


def _supervise(
    folder: Path,
    backend: LocalBackend,
    on_events: Callable[[list[RunEvent]], None],
    should_stop: Callable[[], bool],
) -> RunState:
    handle = FolderHandle(folder)
    # What an earlier attempt said is no news.
    handle.poll()
    if not is_locked(folder):
        try:
            announce(folder)
        except OSError as error:
            raise folder_error(folder, error) from error
    return Supervisor(
        folder,
        complete=write_results,
        should_stop=should_stop,
        on_tick=lambda: on_events(handle.poll()),
        processes=backend.processes(),
        environment=backend.environment(),
    ).run()

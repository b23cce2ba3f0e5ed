"""Running a design in this process, as the command line does it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.engines import Engines
from smcogui.app.results import write_results
from smcogui.app.settings_file import SettingsFile
from smcogui.data.run_scan import read_result
from smcogui.errors import RunCancelledError, RunError, RunFolderError
from smcogui.runs.batch import require_batch, require_device, run_batch
from smcogui.runs.folder import RUNS_FOLDER, folder_error, prepare_folder
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
    from smcogui.runs.spec import RunSpec

_LOOK_EVERY_S: Final = 1.0


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
    folder = _prepare(backend.specify(design, snapshots_T), folder)
    if read_result(folder) is None or not is_done(folder):
        state = _supervise(folder, backend, on_events, should_stop)
        if state is RunState.CANCELLED:
            raise _stopped(folder)
        if state is not RunState.DONE:
            raise _failed(folder)
    return _result(folder)


def run_here_in_batch(
    designs: Sequence[Design],
    folders: Sequence[Path | None],
    *,
    device: str,
    snapshots_T: Sequence[float] = (),
    on_events: Callable[[Design, list[RunEvent]], None] = lambda *_: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[dict[str, Any]]:
    """Run designs in one batch of this process and return their results, as :func:`run_here`.

    Parameters
    ----------
    designs : sequence of Design
    folders : sequence of Path or None
        A run folder for each; ``runs/<run_id>`` in the working directory where it is None.
    device : {"cuda", "cpu"}
    snapshots_T : sequence of float
        Fields in T at which states are stored besides remanence, Hp and Hc.
    on_events : callable
        ``on_events(design, events)`` gets the new events of a run about once a second.
    should_stop : callable
        Asked many times a second; true cancels.

    Raises
    ------
    UnavailableError
        If the device is not there or too small.
    InputError
        If a design cannot be meshed, or the batch engine cannot compute it.
    RunFolderError, RunCancelledError, RunError
        As :func:`run_here`; the other designs are computed before a failure is raised.
    """
    require_device(device)
    backend = Engines(lambda: SettingsFile().settings).builtin
    specs = [backend.specify(design, snapshots_T) for design in designs]
    for spec in specs:
        require_batch(spec, device)
    prepared = [_prepare(spec, folder) for spec, folder in zip(specs, folders, strict=True)]
    watch = _Watch(dict(zip(prepared, designs, strict=True)), on_events)
    # the same design twice is one run
    open_runs = [folder for folder in dict.fromkeys(prepared) if not is_done(folder)]
    try:
        run_batch(
            open_runs,
            device=device,
            complete=write_results,
            should_stop=lambda: watch.tick() or should_stop(),
        )
    except RunCancelledError as error:
        raise _stopped(prepared[0].parent if len(prepared) > 1 else prepared[0]) from error
    for folder in prepared:
        state = current_state(folder).state
        if state is RunState.CANCELLED:
            raise _stopped(folder)
        if state is not RunState.DONE:
            raise _failed(folder)
    return [_result(folder) for folder in prepared]


class _Watch:
    """Follows the folders of a batch, about once a second."""

    def __init__(
        self,
        designs: dict[Path, Design],
        on_events: Callable[[Design, list[RunEvent]], None],
    ) -> None:
        self._on_events = on_events
        self._handles = [(FolderHandle(folder), design) for folder, design in designs.items()]
        for handle, _ in self._handles:
            # What an earlier attempt said is no news.
            handle.poll()
        self._looked_s = time.monotonic()

    def tick(self) -> bool:
        """Pass on what is new, now and then; returns False."""
        if time.monotonic() - self._looked_s >= _LOOK_EVERY_S:
            self._looked_s = time.monotonic()
            for handle, design in self._handles:
                self._on_events(design, handle.poll())
        return False


def _prepare(spec: RunSpec, folder: Path | None) -> Path:
    folder = (folder if folder is not None else Path(RUNS_FOLDER) / spec.run_id).absolute()
    prepare_folder(spec, folder)
    return folder


def _result(folder: Path) -> dict[str, Any]:
    result = read_result(folder)
    if result is None:
        raise RunFolderError(f"{folder} holds no readable result", key="out", given=str(folder))
    return result


def _stopped(folder: Path) -> RunCancelledError:
    return RunCancelledError(
        f"the run was stopped; all accepted field steps are kept in {folder}. "
        "The same command goes on from there"
    )


def _failed(folder: Path) -> RunError:
    return RunError(f"{current_state(folder).message} (run folder {folder})")


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

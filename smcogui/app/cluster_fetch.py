"""Finished runs brought from a cluster: many as one stream, each checked and landed by itself."""

from __future__ import annotations

import contextlib
import logging
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smcogui.app import cluster_mumax3_output
from smcogui.app.cluster_landing import RefusedResultError, expected_files, has_ended, land_run
from smcogui.app.cluster_views import FetchReport, RefusedRun
from smcogui.app.jobs import no_progress
from smcogui.errors import (
    DiskFullError,
    LostContactError,
    RemoteFileError,
    RunFolderError,
    SmCoError,
)
from smcogui.runs.folder import folder_error, read_info
from smcogui.runs.spec import MUMAX3
from smcogui.runs.state import RunState
from smcogui.runs.watch import current_state
from solver.errors import SolverError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.folder import RunInfo
    from smcogui.runs.place import RunPlace

AT_ONCE: Final = 25
"""Runs in one stream: what a broken connection costs at most is these."""
MOST_B_PER_CYCLE: Final = 32_000_000
"""Events of a half-cycle that are taken; real ones have some 50 kB."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetchable:
    """A run that may be finished on the cluster.

    Parameters
    ----------
    run_id : str
    place : RunPlace
        Where it was computed.
    is_told : bool
        Whether its task says that it ended; else its files tell, and it may not have begun.
    """

    run_id: str
    place: RunPlace
    is_told: bool


def fetch_runs(
    connection: Connection,
    remote_runs: str,
    runs: Sequence[Fetchable],
    *,
    project_runs: Path,
    incoming: Path,
    progress: ReportProgress = no_progress,
    should_stop: Callable[[], bool] = lambda: False,
) -> FetchReport:
    """Bring runs into the project; what is there already is left.

    Parameters
    ----------
    connection : Connection
    remote_runs : str
        Folder on the cluster that holds the folders of the runs.
    runs : sequence of Fetchable
    project_runs : Path
        Folder of the project's runs.
    incoming : Path
        Where files lie until they are checked; emptied afterwards.
    progress : callable
    should_stop : callable

    Raises
    ------
    LostContactError
        If contact is lost; what came whole has landed.
    DiskFullError
        If the disk here is full.
    """
    report = FetchReport()
    for begin in range(0, len(runs), AT_ONCE):
        if should_stop():
            break
        some = runs[begin : begin + AT_ONCE]
        try:
            report += _fetch_some(connection, remote_runs, some, project_runs, incoming)
        finally:
            shutil.rmtree(incoming, ignore_errors=True)
        progress((begin + len(some)) / len(runs))
    return report


def _fetch_some(
    connection: Connection,
    remote_runs: str,
    runs: Sequence[Fetchable],
    project_runs: Path,
    incoming: Path,
) -> FetchReport:
    names: dict[str, tuple[str, ...]] = {}
    for run in runs:
        folder = project_runs / run.run_id
        with contextlib.suppress(RunFolderError):
            # In the trash: nobody wants it any more.
            if current_state(folder).state.is_active:
                names[run.run_id] = _expected(folder)
    if not names:
        return FetchReport()
    try:
        incoming.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise folder_error(incoming, error) from error
    most = MOST_B_PER_CYCLE * sum(len(each) for each in names.values())
    wanted = [f"{run_id}/{name}" for run_id, files in names.items() for name in files]
    try:
        came = connection.fetch_tar(remote_runs, wanted, incoming, most_bytes=most)
    except RemoteFileError as error:
        return FetchReport(refused=(RefusedRun(run_id="", reason=error.message),))
    size = sum((incoming / name).stat().st_size for name in came)
    report = FetchReport(size_MB=size / 1e6)
    for run in runs:
        if run.run_id in names:
            report += _land(run, incoming / run.run_id, project_runs / run.run_id)
    return report


def _expected(folder: Path) -> tuple[str, ...]:
    info = read_info(folder)
    if _is_mumax3(info):
        return cluster_mumax3_output.expected_files(folder, info)
    return expected_files(info)


def _is_mumax3(info: RunInfo) -> bool:
    return info.solver == MUMAX3


def _land(run: Fetchable, incoming: Path, folder: Path) -> FetchReport:
    try:
        info = read_info(folder)
        words = cluster_mumax3_output.tell_run(incoming, folder, info) if _is_mumax3(info) else ""
    except (SmCoError, SolverError, OSError) as error:
        return FetchReport(refused=(RefusedRun(run_id=run.run_id, reason=str(error)),))
    if words:
        return FetchReport(unfinished=(RefusedRun(run_id=run.run_id, reason=words),))
    if not run.is_told and not has_ended(incoming):
        return FetchReport(left=1)
    try:
        if land_run(incoming, folder, run.place) is RunState.DONE and _is_mumax3(info):
            cluster_mumax3_output.tidy(folder, info)
    except RefusedResultError as error:
        _LOG.warning("what came for run %s is not used: %s", run.run_id, error.message)
        return FetchReport(refused=(RefusedRun(run_id=run.run_id, reason=error.message),))
    except (LostContactError, DiskFullError):
        raise
    except SmCoError as error:
        return FetchReport(refused=(RefusedRun(run_id=run.run_id, reason=error.message),))
    return FetchReport(fetched=(run.run_id,))

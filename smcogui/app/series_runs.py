"""Running a series: each value an ordinary run, as many at a time as the cores allow."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from smcogui.app.jobs import no_progress
from smcogui.errors import RunError, TaskStoppedError
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import Session
    from smcogui.data.series import Series
    from smcogui.design.design import Design
    from smcogui.runs.handle import RunHandle

_POLL_S: Final = 0.1
_ENDS: Final = {
    RunState.DONE: "is done",
    RunState.FAILED: "failed",
    RunState.CANCELLED: "was stopped",
    RunState.LOST: "was interrupted",
}


def run_series(
    session: Session,
    series: Series,
    progress: ReportProgress = no_progress,
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Run what a series still lacks; takes as long as its runs.

    A run that is done is not computed again, one that stopped goes on from its last field step. A
    stop starts no further run; those at work go on (:func:`cancel_series` stops them too).

    Parameters
    ----------
    session : Session
    series : Series
    progress : callable
        Gets the share done, and a line per run; may raise TaskStoppedError.
    should_stop : callable
        Asked many times a second.

    Raises
    ------
    TaskStoppedError
        If it was stopped, or the session has opened another project.
    RunError
        If runs did not reach their end; the others were still tried, and the message names them.
    """
    waiting = list(zip(series.values, series.designs(), strict=True))
    project = session.project
    total, done = len(waiting), 0
    active: dict[float, RunHandle] = {}
    failed: list[str] = []

    def check() -> None:
        # Runs of this series are not to begin in another project.
        if should_stop() or session.project != project:
            raise TaskStoppedError(
                f"the series {series.name!r} was stopped with {done} of {total} runs done; "
                "resume it to go on"
            )

    while waiting or active:
        check()
        while waiting and len(active) < _at_once(session, waiting[0][1]):
            check()
            value, design = waiting.pop(0)
            active[value] = session.start_run(design)
            progress(done / total, f"{series.parameter.text(value)} has started.")
        time.sleep(_POLL_S)
        for value, handle in list(active.items()):
            state = handle.state
            if state.is_active:
                continue
            # The last line is written shortly before the process is gone.
            handle.wait()
            del active[value]
            done += 1
            words = series.parameter.text(value)
            if state is not RunState.DONE:
                failed.append(f"{words} {_ENDS[state]}")
            progress(done / total, f"{words} {_ENDS[state]}.")
        # A report is also where a stop is noticed.
        progress(done / total)
    if failed:
        raise RunError(
            f"{len(failed)} of {total} runs of the series {series.name!r} are not done: "
            f"{'; '.join(failed[:5])}. Resume the series to go on with them"
        )


def cancel_series(session: Session, series: Series) -> None:
    """Ask every run of a series that is at work to stop; accepted field steps are kept."""
    for record in session.runs():
        if record.run_id in series.run_ids and record.state.is_active:
            session.cancel_run(record.run_id)


def _at_once(session: Session, design: Design) -> int:
    """Return how many runs may work at once: the half-cycles of one already share the cores."""
    return max(1, session.processes // design.run.cycles)

"""The process that computes designs of campaigns, one after the other.

With the built-in solver it does so itself; MuMax3 is started by it, as for a single run.

``python -m smcogui.app.campaign_worker`` reads a job a line from its standard input and answers
each with a line; it ends when the input does, after the run at work.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smcogui.app.results import write_results
from smcogui.app.worker import StopSignals
from smcogui.design.design_file import parse_design_text
from smcogui.errors import FolderInUseError, RunFolderError, SmCoError
from smcogui.runs.folder import prepare_folder, read_info
from smcogui.runs.in_process import run_in_process
from smcogui.runs.spec import BUILTIN, Engine, make_run_spec
from smcogui.runs.worker import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.runs.spec import RunSpec
    from smcogui.runs.state import RunState


def main() -> int:
    """Compute what comes in, until the input ends or somebody asks to stop."""
    with StopSignals() as should_stop:
        for line in sys.stdin:
            answer = compute(json.loads(line), should_stop)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
            if should_stop():
                return 130
    return 0


def compute(job: dict[str, Any], should_stop: Callable[[], bool]) -> dict[str, Any]:
    """Compute one job and return what became of it.

    Parameters
    ----------
    job : dict
        ``design`` (text of a design file; empty where the run folder was copied as it is),
        ``options`` (of the solver), ``folder``; ``engine`` (name and version) where it is not the
        built-in solver; and where it comes from another computer ``run_id``, which it must come out
        as, and ``keeps_states``.
    should_stop : callable
    """
    try:
        folder = prepare(job)[0] if job["design"] else copied_folder(job)
        if _engine(job).name == BUILTIN.name:
            state = run_in_process(
                folder,
                complete=write_results,
                should_stop=should_stop,
                store_states=job.get("keeps_states", False),
            )
        else:
            # A worker for each GPU: one half-cycle at a time.
            state = Supervisor(
                folder, complete=write_results, should_stop=should_stop, processes=1
            ).run()
    except SmCoError as error:
        return answer_of(job["folder"], error)
    return answer_of(job["folder"], state)


def prepare(job: dict[str, Any]) -> tuple[Path, RunSpec]:
    """Make the run folder of a job and return it with what is to be computed.

    Raises
    ------
    SmCoError
        If the design is not possible, or the folder cannot be written or holds something else.
    """
    folder = Path(job["folder"])
    design = parse_design_text(job["design"], "campaign")[0]
    spec = make_run_spec(design, engine=_engine(job), options=job["options"])
    _require_same(job.get("run_id", spec.run_id), spec.run_id, folder)
    prepare_folder(spec, folder)
    return folder, spec


def copied_folder(job: dict[str, Any]) -> Path:
    """Return the run folder of a job that was copied from another computer.

    Raises
    ------
    RunFolderError
        If it is none, or not that of the run.
    """
    folder = Path(job["folder"])
    found = read_info(folder).run_id
    _require_same(job.get("run_id", found), found, folder)
    return folder


def answer_of(folder: str, how: RunState | SmCoError) -> dict[str, Any]:
    """Return what is answered of a run that is over, or could not be begun."""
    if isinstance(how, FolderInUseError):
        return {"folder": folder, "state": "IN_USE", "message": how.message}
    if isinstance(how, SmCoError):
        return {"folder": folder, "state": "REFUSED", "message": how.message}
    return {"folder": folder, "state": how.value, "message": ""}


def _engine(job: dict[str, Any]) -> Engine:
    return Engine(**job["engine"]) if "engine" in job else BUILTIN


def _require_same(wanted: str, found: str, folder: Path) -> None:
    if wanted != found:
        raise RunFolderError(
            f"{folder} would hold run {found} and run {wanted} was submitted: numpy or the solver "
            "there make another problem of the same design. Copy the software there anew",
            key="run_id",
            given=found,
            allowed=wanted,
        )


if __name__ == "__main__":
    sys.exit(main())

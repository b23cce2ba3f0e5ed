"""Submitting: recorded here first, sent, given to the scheduler once.

Killed or cut off at any moment, the record tells how far it got. Where nobody knows whether the
scheduler heard it, it is asked for the token, and then the folder of the attempt, before it is
given the script again; and of two arrays of one attempt the second ends by itself (the script's
owner file).
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_choice import why_taken
from smcogui.app.cluster_mumax3_input import send_inputs
from smcogui.app.cluster_plan import narrowed
from smcogui.app.cluster_records import AttemptRecord, Stage, SubmissionRecord, SubmittedRun
from smcogui.app.cluster_states import find_token
from smcogui.app.jobs import part_of
from smcogui.campaigns.campaign_store import CAMPAIGNS_FOLDER, CampaignStore
from smcogui.design.design_file import parse_design_text
from smcogui.errors import (
    FolderInUseError,
    InputError,
    LostContactError,
    RemoteFileError,
    SchedulerDownError,
    SubmitRefusedError,
)
from smcogui.runs.folder import RUNS_FOLDER, folder_error, prepare_folder
from smcogui.runs.lock import FolderLock
from smcogui.runs.place import RunPlace, read_place, remove_place, write_place
from smcogui.runs.record import record_state
from smcogui.runs.spec import MUMAX3, make_run_spec
from smcogui.runs.state import RunState
from smcogui.runs.watch import current_state

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smcogui.app.cluster_preview import OrderedRun, Preview
    from smcogui.app.cluster_records import SubmissionStore
    from smcogui.app.jobs import ReportProgress
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.scheduler import Scheduler, SchedulerKey
    from smcogui.runs.spec import Engine

SUBMIT_S: Final = 120.0
"""How long submitting may take: login nodes can be busy."""
_HERE: Final = 0.5
"""Share of the time that preparing the runs on this disk takes."""


class Submitter:
    """Submits previews of one project.

    Parameters
    ----------
    project : Path
    store : SubmissionStore
    """

    def __init__(self, project: Path, store: SubmissionStore) -> None:
        self._runs_folder = project / RUNS_FOLDER
        self._campaigns = CampaignStore(project / CAMPAIGNS_FOLDER)
        self._store = store

    def submit(
        self,
        preview: Preview,
        connection: Connection,
        scheduler: Scheduler,
        progress: ReportProgress,
    ) -> None:
        """Submit what a preview shows, or go on with it; see the module.

        Where nobody can tell whether the scheduler heard it, the record says so (SENT), and the
        follower finds out.

        Raises
        ------
        SubmitRefusedError
            If the scheduler says no; the runs are free again.
        LostContactError, SchedulerDownError
            If contact was lost before it was submitted.
        RunFolderError, InputError
            If runs cannot be prepared here, another program is at this submission, or another
            engine has begun a campaign of it.
        """
        if preview.needs_trial:
            raise InputError(
                f"the version of MuMax3 on {preview.profile.name} is not known yet, and runs "
                "depend on it. Start the trial job first (--smoke on the command line)",
                key="engine",
                given=preview.profile.engine,
                allowed="a cluster of which a trial job has told the version of MuMax3",
            )
        for name in {run.campaign for run in preview.runs if run.campaign}:
            # Asked again: somebody may have begun it since.
            self._campaigns.give_to(name, preview.software.engine.name)
        place = self._store.place(preview.token)
        try:
            place.mkdir(parents=True, exist_ok=True)
            with FolderLock(place):
                self._submit_locked(preview, connection, scheduler, progress)
        except OSError as error:
            raise folder_error(place, error) from error
        except (LostContactError, SchedulerDownError):
            if self._store.load(preview.token).last.stage is not Stage.SENT:
                raise

    def _submit_locked(
        self,
        preview: Preview,
        connection: Connection,
        scheduler: Scheduler,
        progress: ReportProgress,
    ) -> None:
        record = self._recorded(preview, preview.profile.host, scheduler.key)
        attempt = record.attempt(preview.attempt)
        if attempt.stage is Stage.SUBMITTED:
            return
        if attempt.stage is not Stage.SENT:
            claimed = self._claim(preview, record, part_of(progress, 0.0, _HERE))
            if len(claimed) < len(preview.runs):
                # Others were faster: what they compute is not computed twice.
                preview = narrowed(preview, claimed, scheduler)
                record = self._with_attempt(record, preview)
            self._send(preview, record, connection, part_of(progress, _HERE, 0.95 - _HERE))
        self.settle(record, preview.attempt, connection, scheduler)

    def settle(
        self,
        record: SubmissionRecord,
        number: int,
        connection: Connection,
        scheduler: Scheduler,
    ) -> SubmissionRecord:
        """Make sure that an attempt whose files are on the cluster is submitted, once.

        Raises
        ------
        SubmitRefusedError, LostContactError, SchedulerDownError
            See :meth:`submit`.
        """
        attempt = record.attempt(number)
        job_id = ""
        if attempt.stage is Stage.SENT:
            job_id = self._look_for(record, number, connection, scheduler)
        if not job_id:
            record = self._at_stage(record, number, Stage.SENT)
            job_id = self._call(record, number, connection, scheduler)
        return self._at_stage(record, number, Stage.SUBMITTED, job_id=job_id)

    def give_up(self, token: str, tasks: Sequence[int] = ()) -> None:
        """Record that a submission was cancelled, or some of its tasks, and free their runs."""
        record = self._store.load(token)
        if not tasks:
            record = replace(record, is_cancelled=True)
        attempts = tuple(
            replace(
                each,
                cancelled=tuple(sorted({*each.cancelled, *(tasks or range(len(each.tasks)))})),
                stage=Stage.PREPARED if each.stage is Stage.SENT and not tasks else each.stage,
            )
            for each in record.attempts
        )
        record = self._store.save(replace(record, attempts=attempts))
        wanted = {
            run_id
            for attempt in record.attempts
            for number, ids in enumerate(attempt.tasks)
            if not tasks or number in tasks
            for run_id in ids
        }
        for run_id in wanted:
            release_run(
                self._runs_folder / run_id, token, f"cancelled on {record.cluster}; it can go on"
            )

    def release(self, record: SubmissionRecord, message: str) -> None:
        """Give runs that are not finished back, so that they can be computed elsewhere."""
        for run in record.runs:
            release_run(self._runs_folder / run.run_id, record.token, message)

    # ------------------------------------------------------------------ here
    def _recorded(self, preview: Preview, host: str, scheduler: SchedulerKey) -> SubmissionRecord:
        """Return the record of a preview, made where it is submitted for the first time."""
        with contextlib.suppress(InputError):
            known = self._store.load(preview.token)
            if any(each.number == preview.attempt for each in known.attempts):
                return known
            return self._with_attempt(known, preview)
        runs = tuple(_submitted(run) for run in preview.runs)
        record = SubmissionRecord(
            token=preview.token,
            cluster=preview.profile.name,
            host=host,
            folder=preview.folder,
            engine=preview.profile.engine,
            title=preview.title,
            created_s=time.time(),
            runs=runs,
            scheduler=scheduler,
        )
        return self._with_attempt(record, preview)

    def _with_attempt(self, record: SubmissionRecord, preview: Preview) -> SubmissionRecord:
        profile = preview.profile
        # Runs of a repaired design are new ones.
        known = {run.run_id for run in record.runs}
        added = tuple(_submitted(run) for run in preview.runs if run.order.run_id not in known)
        attempt = AttemptRecord(
            number=preview.attempt,
            tasks=tuple(tuple(run.run_id for run in task) for task in preview.task_file.tasks),
            changed_s=time.time(),
            time_limit_min=profile.time_limit_min,
            memory_MB=profile.memory_MB,
            cpus=profile.cpus,
            chunk=profile.chunk,
            remedies=preview.remedies,
        )
        self._store.save_tasks(record.token, preview.attempt, preview.task_file.to_json())
        record = record.with_attempt(attempt)
        sent = {run_id for each in record.attempts for task in each.tasks for run_id in task}
        # What others were faster at is none of it any more.
        runs = tuple(run for run in (*record.runs, *added) if run.run_id in sent)
        return self._store.save(replace(record, runs=runs, is_cancelled=False))

    def _claim(
        self, preview: Preview, record: SubmissionRecord, progress: ReportProgress
    ) -> set[str]:
        """Prepare the folders of runs here, and say that a cluster computes them; return their ids.

        Those that somebody else has computed or begun are left out.
        """
        claimed = set()
        known = _known_attempts(self._campaigns, preview)
        places = {
            run.run_id: number
            for number, task in enumerate(preview.task_file.tasks)
            for run in task
        }
        for number, run in enumerate(preview.runs):
            progress(number / len(preview.runs), "")
            place = RunPlace(
                cluster=record.cluster,
                host=record.host,
                token=record.token,
                task=places[run.order.run_id],
                engine=record.engine,
                submitted_s=time.time(),
            )
            if not self._claim_run(run, place, preview.software.engine):
                continue
            claimed.add(run.order.run_id)
            attempt = run.order.attempt
            if attempt is not None and (run.campaign, attempt.key, attempt.number) not in known:
                self._campaigns.add_attempt(run.campaign, attempt)
        return claimed

    def _claim_run(self, run: OrderedRun, place: RunPlace, engine: Engine) -> bool:
        """Claim a run; return whether nobody else has computed or begun it."""
        folder = self._runs_folder / run.order.run_id
        design = parse_design_text(run.order.design, run.name)[0]
        spec = make_run_spec(design, engine=engine, options=run.order.options)
        prepare_folder(spec, folder)
        try:
            with FolderLock(folder):
                if why_taken(folder) and not is_claimed_by(folder, place.token):
                    return False
                write_place(folder, place)
                record_state(folder, RunState.QUEUED, f"submitted to {place.cluster}")
                return True
        except FolderInUseError:
            # At work here.
            return False
        except OSError as error:
            raise folder_error(folder, error) from error

    # ------------------------------------------------------------------ there
    def _send(
        self,
        preview: Preview,
        record: SubmissionRecord,
        connection: Connection,
        progress: ReportProgress,
    ) -> None:
        paths = record.paths(preview.attempt)
        progress(0.0, f"copying what computes to {record.cluster}")
        preview.software.install(connection, part_of(progress, 0.0, 0.8))
        for folder in paths.folders:
            connection.make_folder(folder)
        if preview.software.engine.name == MUMAX3:
            send_inputs(
                connection,
                paths,
                preview.task_file,
                self._runs_folder,
                record.cluster,
                part_of(progress, 0.0, 0.9),
            )
        progress(0.9, "copying the job script")
        connection.write(paths.tasks_file, preview.task_file.to_json())
        connection.write(paths.script, preview.script.encode())

    def _look_for(
        self,
        record: SubmissionRecord,
        number: int,
        connection: Connection,
        scheduler: Scheduler,
    ) -> str:
        """Return the id of the array if it was submitted, or an empty text."""
        found = find_token(connection, scheduler, record.job_name(number))
        if found is not None:
            return found
        try:
            # It ran and is forgotten already, on a cluster without accounts.
            owner = connection.read(record.paths(number).owner, 0, 32).decode("ascii", "replace")
        except RemoteFileError:
            return ""
        return owner.strip() if owner.strip().isdigit() else ""

    def _call(
        self,
        record: SubmissionRecord,
        number: int,
        connection: Connection,
        scheduler: Scheduler,
    ) -> str:
        """Submit the script and return the id of the array."""
        command = scheduler.submit_command(record.paths(number).script)
        try:
            return scheduler.parse_submit(connection.run(command, deadline_s=SUBMIT_S))
        except SubmitRefusedError as error:
            refused = self._at_stage(record, number, Stage.REFUSED, failure=error.message)
            self.release(refused, f"{record.cluster} did not take it: {error.message}")
            raise
        except (LostContactError, SchedulerDownError):
            # It may have been heard: asked at once, and at the next contact if that fails, too.
            with contextlib.suppress(LostContactError, SchedulerDownError):
                found = find_token(connection, scheduler, record.job_name(number))
                if found is not None:
                    return found
            raise

    def _at_stage(
        self,
        record: SubmissionRecord,
        number: int,
        stage: Stage,
        *,
        job_id: str = "",
        failure: str = "",
    ) -> SubmissionRecord:
        attempt = replace(
            record.attempt(number),
            stage=stage,
            job_id=job_id,
            failure=failure,
            changed_s=time.time(),
        )
        return self._store.save(record.with_attempt(attempt))


def release_run(folder: Path, token: str, message: str) -> None:
    """Give a run back that a submission claims and that is not over; accepted steps are kept."""
    if not is_claimed_by(folder, token):
        return
    try:
        with FolderLock(folder):
            record_state(folder, RunState.CANCELLED, message)
            remove_place(folder)
    except OSError as error:
        raise folder_error(folder, error) from error


def is_claimed_by(folder: Path, token: str) -> bool:
    """Tell whether a submission claims a run that is not over."""
    place = read_place(folder)
    return place is not None and place.token == token and current_state(folder).state.is_active


def _submitted(run: OrderedRun) -> SubmittedRun:
    return SubmittedRun(run_id=run.order.run_id, name=run.name, campaign=run.campaign, key=run.key)


def _known_attempts(campaigns: CampaignStore, preview: Preview) -> set[tuple[str, str, int]]:
    names = {run.campaign for run in preview.runs if run.campaign}
    return {
        (name, attempt.key, attempt.number)
        for name in names
        for attempt in campaigns.attempts(name)
    }

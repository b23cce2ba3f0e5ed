"""Submissions planned: what is chosen, by which software, within the limits of the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.app.cluster_again import choose_again, plan_again, with_memory_for
from smcogui.app.cluster_choice import Chooser
from smcogui.app.cluster_plan import plan_submission
from smcogui.app.cluster_software import find_software
from smcogui.app.cluster_states import ask_limits
from smcogui.app.jobs import part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smcogui.app.cluster_choice import Choice
    from smcogui.app.cluster_preview import Preview
    from smcogui.app.cluster_records import SubmissionRecord, SubmissionStore
    from smcogui.app.cluster_software import Software
    from smcogui.app.cluster_standings import RunStates
    from smcogui.app.jobs import ReportProgress
    from smcogui.design.design import Design
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.scheduler import Scheduler


class Planner:
    """Tells what submitting would do; nothing is submitted or started.

    Parameters
    ----------
    project : Path
    store : SubmissionStore
    states : RunStates
    connection_to : callable
        Gives the connection to the cluster of a profile; raises ClusterError.
    scheduler_of : callable
        Gives the scheduler of a profile behind a connection; raises UnavailableError.
    """

    def __init__(
        self,
        project: Path,
        store: SubmissionStore,
        states: RunStates,
        connection_to: Callable[[ClusterProfile], Connection],
        scheduler_of: Callable[[ClusterProfile, Connection], Scheduler],
    ) -> None:
        self._project, self._store, self._states = project, store, states
        self._connection_to, self._scheduler_of = connection_to, scheduler_of

    def plan(
        self,
        profile: ClusterProfile,
        campaigns: Sequence[str],
        designs: Sequence[Design],
        run_ids: Sequence[str],
        progress: ReportProgress,
    ) -> Preview:
        """Return what submitting campaigns, designs and runs would do.

        Raises
        ------
        InputError, ClusterError
            As :meth:`~smcogui.app.project_clusters.ProjectClusters.prepare` says.
        """
        software = find_software(profile, self._connection_to(profile), part_of(progress, 0.0, 0.5))
        progress = part_of(progress, 0.5, 0.5)
        chooser = Chooser(self._project, software.engine)
        for number, name in enumerate(campaigns):
            chooser.add_campaign(
                name, part_of(progress, number / len(campaigns), 1 / len(campaigns))
            )
        for design in designs:
            chooser.add_design(design)
        for run_id in run_ids:
            chooser.add_run(run_id)
        return self._preview(chooser.choice, profile, software)

    def plan_again(self, record: SubmissionRecord, profile: ClusterProfile) -> Preview:
        """Return what submitting the missing runs of a submission again would do.

        Raises
        ------
        InputError
            If nothing is missing, or nothing is left to try; the cluster is not asked then.
        ClusterError
        """
        standings = self._store.standings(record.token)
        again = plan_again(record, standings, self._states, profile)
        software = find_software(again.profile, self._connection_to(again.profile))
        choice = choose_again(self._project, record, again, self._store, software.engine)
        return self._preview(
            choice,
            with_memory_for(again, choice.runs),
            software,
            again=record,
            remedies=again.remedies,
        )

    def _preview(
        self,
        choice: Choice,
        profile: ClusterProfile,
        software: Software,
        *,
        again: SubmissionRecord | None = None,
        remedies: Sequence[str] = (),
    ) -> Preview:
        # Opened anew where it was lost meanwhile: choosing may take minutes.
        connection = self._connection_to(profile)
        scheduler = self._scheduler_of(profile, connection)
        return plan_submission(
            choice,
            profile,
            scheduler=scheduler,
            software=software,
            home=connection.home,
            limits=ask_limits(connection, scheduler, profile.account, profile.partition),
            again=again,
            remedies=remedies,
        )

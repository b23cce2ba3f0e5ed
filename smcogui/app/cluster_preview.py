"""What a submission would do, before anything is sent: the very script, tasks, cost, warnings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smcogui.app.campaign_book import RunOrder
    from smcogui.app.cluster_software import Software
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.scheduler import JobRequest
    from smcogui.runs.cluster.task import TaskFile


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedRun:
    """A run that is to be submitted.

    Parameters
    ----------
    name : str
        Of its design.
    order : RunOrder
        What is computed.
    cpu_h : float
        Estimate for one core, good to a factor of two, in hours.
    cycles : int
        Half-cycles.
    gpu_h : float, optional
        The same on a GPU, where its speed was measured by other runs of the campaign.
    campaign, key : str
        The design of a campaign that it is for; empty where it is for none.
    anew : bool
        Whether what an earlier attempt computed of it is damaged.
    """

    name: str
    order: RunOrder
    cpu_h: float
    cycles: int
    gpu_h: float | None = None
    campaign: str = ""
    key: str = ""
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTask:
    """One task of the job array.

    Parameters
    ----------
    number : int
        From 0.
    runs : int
        Computed one after the other.
    wall_h : float
        Estimate, good to a factor of two, in hours.
    """

    number: int
    runs: int
    wall_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Runs that were asked for and are not submitted, and why."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A submission as it will be.

    Parameters
    ----------
    token : str
        Its name; submitting the same preview twice is harmless.
    profile : ClusterProfile
    title : str
        Names of the campaigns or designs.
    script : str
        The job script, as it will be sent.
    runs : tuple of OrderedRun
    tasks : tuple of PlannedTask
    left_out : tuple of LeftOut
        What is done already, submitted already, or not possible.
    cpu_h : float
        Core hours of all runs, good to a factor of two.
    gpu_h : float, optional
        GPU hours, where a GPU computes them and its speed was measured.
    results_MB : float
        What will be fetched.
    states_MB : float
        About what field states take there, which are fetched only when somebody asks for them.
    warnings : tuple of str
        What is likely to go wrong, in sentences with what to do.
    attempt : int
        1, or a higher one where what is missing is submitted again.
    remedies : tuple of str
        What was changed against the attempt before, in words.
    folder : str
        Of the submission on the cluster, absolute.
    request, task_file, software
        What is sent; for :func:`smcogui.app.cluster_submit.submit` only.
    """

    token: str
    profile: ClusterProfile
    title: str
    script: str
    runs: tuple[OrderedRun, ...]
    tasks: tuple[PlannedTask, ...]
    left_out: tuple[LeftOut, ...] = ()
    cpu_h: float = 0.0
    gpu_h: float | None = None
    results_MB: float = 0.0
    states_MB: float = 0.0
    warnings: tuple[str, ...] = ()
    attempt: int = 1
    remedies: tuple[str, ...] = ()
    folder: str
    request: JobRequest = field(repr=False)
    task_file: TaskFile = field(repr=False)
    software: Software = field(repr=False)

    @property
    def needs_trial(self) -> bool:
        """Whether a trial job has to tell the version of the solver before it is submitted.

        It is part of the identity of the runs, which is provisional until then.
        """
        return not self.software.engine.version

    @property
    def longest_wall_h(self) -> float:
        """Estimated time of the longest task, in hours."""
        return max((task.wall_h for task in self.tasks), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmokeAnswer:
    """What a short job on the cluster found.

    Parameters
    ----------
    ok : bool
    words : str
        In a sentence.
    job_id : str
    node : str
        Where it ran.
    device : str
        The GPU or processor that it used, as it names itself.
    version : str
        Of MuMax3; empty for the built-in solver.
    wall_s : float
        From submission to end.
    log : str
        Last lines of its output, escaped.
    """

    ok: bool
    words: str
    job_id: str = ""
    node: str = ""
    device: str = ""
    version: str = ""
    wall_s: float = 0.0
    log: str = ""

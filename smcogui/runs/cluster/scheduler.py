"""What the program wants of a batch scheduler: commands and scripts out, answers in, all as text.

Nothing is sent from here, so that the same logic is tested from recorded answers on any system.
:mod:`~smcogui.runs.cluster.slurm` is the first of its kind, :mod:`~smcogui.runs.cluster.pbs` and
:mod:`~smcogui.runs.cluster.sge` follow; :mod:`~smcogui.runs.cluster.schedulers` knows all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.runs.cluster.job import JobRow, PendingReason
    from smcogui.runs.cluster.remote import Answer

SchedulerKey = Literal["slurm", "pbs", "sge"]
Command = tuple[str, ...]
"""A program and its arguments; whoever sends them quotes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What one task of an array asks for; empty or None leaves it to the cluster's defaults.

    Parameters
    ----------
    partition : str
        Which PBS and SGE call a queue.
    account, qos, constraint : str
    gres : str
        Such as ``gpu:1`` or ``gpu:v100:1``.
    time_limit_min : int, optional
    memory_MB : int, optional
        Of the whole task.
    cpus : int
        Cores of one task.
    extras : tuple of str
        More lines for the scheduler, such as ``--exclusive``, with or without ``#SBATCH``.
    parallel_environment : str
        By which SGE gives several cores of one node.
    memory_resource : str
        By which SGE is asked for memory.
    """

    partition: str = ""
    account: str = ""
    qos: str = ""
    constraint: str = ""
    gres: str = ""
    time_limit_min: int | None = None
    memory_MB: int | None = None
    cpus: int = 1
    extras: tuple[str, ...] = ()
    parallel_environment: str = "smp"
    memory_resource: str = "mem_free"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A job array to be written as a script.

    Parameters
    ----------
    token : str
        Name of the job, ``[A-Za-z0-9._-]{1,64}``; no other job has it.
    folder : str
        Absolute POSIX path of the attempt's folder on the cluster, which exists.
    tasks : int
        Tasks of the array, numbered from 0.
    body : str
        Shell lines that do the work of task ``$SMCO_TASK``.
    resources : Resources
    throttle : int, optional
        Most tasks that run at once.
    requeue : bool
        Whether the scheduler begins a task again whose node failed.
    modules : tuple of str
        Environment modules that are loaded first.
    prologue : str
        Shell lines of the user, run after the modules.
    warn_s : int
        How long before the time limit a task is told to write its checkpoint and stop.
    """

    token: str
    folder: str
    tasks: int
    body: str
    resources: Resources = field(default_factory=Resources)
    throttle: int | None = None
    requeue: bool = True
    modules: tuple[str, ...] = ()
    prologue: str = ""
    warn_s: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A partition (queue) as the scheduler describes it.

    Parameters
    ----------
    name : str
    is_default, is_up : bool
    max_time_min : int or None
        None where there is no limit.
    nodes : int
    cpus_per_node : int
        Of its smallest nodes.
    memory_MB_per_node : float
        Of its smallest nodes.
    gres : tuple of str
        Such as ``gpu:v100:2``, of any of its nodes.
    features : tuple of str
        What ``constraint`` may name.
    """

    name: str
    is_default: bool = False
    is_up: bool = True
    max_time_min: int | None = None
    nodes: int = 0
    cpus_per_node: int = 0
    memory_MB_per_node: float = 0.0
    gres: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the scheduler takes at most.

    Parameters
    ----------
    version : str
    cluster : str
        Its own name for itself.
    max_array_size : int
        An array has fewer tasks than this: the largest index is one less.
    max_submit : int or None
        Tasks that one user may have in the queue; None where nobody limits it.
    queued : int
        Tasks of the user that are in the queue now; counted only where there is a limit.
    has_accounting : bool
        Whether finished jobs can be asked for.
    job_memory_s : int
        How long the controller remembers a finished job, in s.
    chooses_partition : bool
        Whether the scheduler chooses among all partitions where none is named.
    parallel_environments : tuple of str
        Those of SGE.
    memory_resources : tuple of str
        What SGE counts as memory that is given to jobs.
    """

    version: str = ""
    cluster: str = ""
    max_array_size: int = 1001
    max_submit: int | None = None
    queued: int = 0
    has_accounting: bool = False
    job_memory_s: int = 300
    chooses_partition: bool = False
    parallel_environments: tuple[str, ...] = ()
    memory_resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """An account that the user may charge, and the QOS that it allows."""

    account: str
    partition: str = ""
    qos: tuple[str, ...] = ()
    default_qos: str = ""
    max_submit: int | None = None

    def serves(self, account: str, partition: str) -> bool:
        """Tell whether it counts for jobs of an account in a partition; empty for the default."""
        return account in {"", self.account} and self.partition in {"", partition}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedScript:
    """What the scheduler says of a script that it did not submit.

    ``is_checked`` is False where it looks at scripts only when they are submitted.
    """

    is_accepted: bool
    words: str
    starts_at: str = ""
    is_checked: bool = True


class ProbedScheduler(Protocol):
    """What a scheduler tells of itself: a command and how its answer is read, in pairs."""

    def partitions_command(self) -> Command:
        """Return the command that lists partitions, their limits and nodes."""

    def parse_partitions(self, answer: Answer) -> list[Partition]:
        """Return the partitions."""

    def limits_command(self) -> Command:
        """Return the command that tells the limits of the whole cluster."""

    def parse_limits(self, answer: Answer) -> Limits:
        """Return the limits."""

    def associations_command(self, user: str) -> Command:
        """Return the command that lists the accounts of a user."""

    def parse_associations(self, answer: Answer) -> list[Association]:
        """Return the accounts; none where the cluster keeps no accounts."""


class Scheduler(ProbedScheduler, Protocol):
    """A batch scheduler. Parsers take what a command answered; only text goes in and out.

    Parsers raise :class:`~smcogui.errors.SchedulerDownError` where the scheduler itself did not
    answer, which says nothing about jobs, and
    :class:`~smcogui.errors.UntrustedAnswerError` where an answer makes no sense.
    """

    @property
    def key(self) -> SchedulerKey:
        """Name in profiles and records."""

    @property
    def name(self) -> str:
        """Name for people."""

    @property
    def caveat(self) -> str:
        """What people should know before they trust this program with it; mostly nothing."""

    @property
    def ids_at_once(self) -> int:
        """Ids in one command line."""

    def why_missing(self) -> str:
        """Return what has to be installed on this computer, and how; empty where nothing has."""

    def label(self, job_id: str, task: int, tasks: int) -> str:
        """Return a task, of so many, as users of the scheduler type it, such as ``4711_3``."""

    def output_name(self, token: str, job_id: str, task: int, tasks: int) -> str:
        """Return the name of the file that the scheduler itself writes a task's output to."""

    def submit_script(self, request: JobRequest) -> str:
        """Return the job script, with LF line ends.

        Raises
        ------
        InputError
            If a value cannot stand in a script; the message says which and what is allowed.
        UnavailableError
            If something has to be installed on this computer; see :meth:`why_missing`.
        """

    def submit_command(self, script: str) -> Command:
        """Return the command that submits a script by its absolute path."""

    def parse_submit(self, answer: Answer) -> str:
        """Return the job id.

        Raises
        ------
        SubmitRefusedError
            If the scheduler said no, and why.
        SchedulerDownError
            If nobody can tell whether it was submitted: look for the token.
        """

    def test_command(self, script: str) -> Command | None:
        """Return the command that has a script checked without submitting it; None without one."""

    def parse_test(self, answer: Answer) -> TestedScript:
        """Return what the scheduler says of the script."""

    def queue_command(self, ids: Sequence[str]) -> Command:
        """Return the command that asks for jobs that wait or run."""

    def parse_queue(self, answer: Answer) -> list[JobRow]:
        """Return a row per task; ids that are not known any more are simply missing."""

    def accounting_command(self, ids: Sequence[str]) -> Command:
        """Return the command that asks for finished jobs."""

    def parse_accounting(self, answer: Answer) -> list[JobRow] | None:
        """Return a row per task, each once however often it was begun; None without accounting."""

    def is_sure(self, row: JobRow) -> bool:
        """Tell whether nobody else knows better what the queue said about a task."""

    def controller_command(self, job_id: str) -> Command | None:
        """Return the command that asks for one job, finished a short while ago or not.

        None where there is nobody left to ask.
        """

    def parse_controller(self, answer: Answer) -> list[JobRow]:
        """Return a row per task; empty where the job is not known any more."""

    def search_commands(self, token: str) -> tuple[Command, Command]:
        """Return the commands that look for a token: in the queue, and among finished jobs.

        They may find more; who asked looks at the names.

        Their answers are read by :meth:`parse_queue` and :meth:`parse_accounting`.
        """

    def cancel_command(self, ids: Sequence[str]) -> Command:
        """Return the command that cancels jobs (``4711``) or tasks (``4711_3``).

        Its exit code says nothing: ask for the states afterwards.
        """

    def explain(self, row: JobRow) -> PendingReason | None:
        """Return why a task waits; None where it does not."""

    def own_tasks_command(self, user: str, account: str) -> Command:
        """Return the command that lists what a user has in the queue, of an account."""

    def parse_own_tasks(self, answer: Answer) -> int:
        """Return how many tasks these are."""

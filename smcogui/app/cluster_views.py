"""What is shown of clusters: links, submissions, their tasks, failures and logs. Plain data.

Nothing here asks the network: a view is made of the records on disk and of the last answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Contact(StrEnum):
    """How the link to a cluster stands; the value is what people read."""

    CLOSED = "not connected"
    """Nobody has asked for a connection yet."""
    CONNECTING = "connecting"
    OPEN = "connected"
    LOST = "no contact"
    """It is tried again by itself; jobs on the cluster go on meanwhile."""
    PAUSED = "paused"
    """Tried in vain so often that somebody has to ask for the next try."""
    SIGN_IN = "sign-in needed"
    """Only a person can answer what the cluster asks, as with a one-time code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """How the program and a cluster stand to each other.

    Parameters
    ----------
    cluster : str
        Name of the profile.
    contact : Contact
    since_s : float
        When that began, in seconds since 1970.
    message : str
        In a sentence: "no contact since 14:05: the host does not answer; next try in 4 min".
    polled_s : float, optional
        When the queue was last read, in seconds since 1970; None where it never was.
    next_poll_s : float, optional
        When it will be, or when contact is tried again.
    """

    cluster: str
    contact: Contact = Contact.CLOSED
    since_s: float = 0.0
    message: str = ""
    polled_s: float | None = None
    next_poll_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """A row of the queue: one task of a job array, which computes its runs one after the other.

    Parameters
    ----------
    cluster, token : str
        Where it runs, and the submission that it belongs to.
    number : int
        Of the task in its submission, from 0.
    job_id : str
        As the scheduler knows it, such as ``4711_3``; empty before it is known.
    state : str
        In plain words: waiting, running, done, out of memory, ...
    raw_state : str
        As the scheduler calls it: ``PENDING``; empty where it says nothing.
    is_over : bool
        Whether the scheduler will do nothing more for it.
    reason : str
        Why it waits or failed, in a sentence; empty where there is nothing to say.
    never_clears : bool
        Whether it will wait for ever unless somebody does something.
    node : str
        Where it runs or ran; empty where that is not known.
    elapsed_s, time_limit_s : float, optional
        Wall time so far and at most.
    runs, done, fetched : int
        Runs of the task, those that are finished on the cluster, and those that are here.
    gpu_h, cpu_h : float
        Used so far: elapsed time times GPUs or cores that it holds, in hours.
    attempt : int
        1 for the first submission of its runs.
    known_s : float, optional
        When the scheduler said all this, in seconds since 1970; None where it never did.
    """

    cluster: str
    token: str
    number: int
    job_id: str = ""
    state: str
    raw_state: str = ""
    is_over: bool = False
    reason: str = ""
    never_clears: bool = False
    node: str = ""
    elapsed_s: float | None = None
    time_limit_s: float | None = None
    runs: int
    done: int = 0
    fetched: int = 0
    gpu_h: float = 0.0
    cpu_h: float = 0.0
    attempt: int = 1
    known_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """Tasks that failed in the same way, and what now.

    Parameters
    ----------
    cluster, token : str
    kind : str
        Class of the failure, for programs: ``out_of_memory``, ``time_limit``, ...
    words : str
        What happened, in a sentence.
    remedy : str
        What now, in a sentence.
    can_resubmit : bool
        Whether :meth:`~smcogui.app.project_clusters.ProjectClusters.resubmit` will do that.
    tasks : tuple of int
        Their numbers in the submission.
    runs : int
        Runs that are missing because of it.
    attempts : int
        Submissions of these runs so far.
    """

    cluster: str
    token: str
    kind: str
    words: str
    remedy: str
    can_resubmit: bool
    tasks: tuple[int, ...]
    runs: int
    attempts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """Runs that were submitted together.

    Parameters
    ----------
    token : str
        Its name, also that of the job array on the cluster.
    cluster : str
    title : str
        Names of the campaigns or designs.
    engine : str
        ``builtin``, ``builtin_gpu`` or ``mumax3``.
    submitted_s : float
        Seconds since 1970.
    runs : int
        All that were submitted; each counts once, however often it was.
    waiting, running, done, fetched, failed, cancelled, refused : int
        Of these: in the queue, in tasks at work, finished there but not fetched, here, in tasks
        that ended without them, given back, and not taken by the scheduler.
    tasks : tuple of TaskView
    failures : tuple of FailureView
    gpu_h, cpu_h : float
        Used so far, in hours.
    is_over : bool
        Whether nothing is left to be computed or fetched.
    is_sending : bool
        Whether a program is submitting it right now.
    is_uncertain : bool
        Whether submitting was never answered: looked for by its token at the next contact.
    message : str
        What is special about it, in a sentence; empty where nothing is.
    folder : str
        On the cluster.
    can_clean : bool
        Whether its folder on the cluster can be removed: all is fetched or given up.
    can_forget : bool
        Whether its record can be removed here, as nothing more is expected of it.
    lies_there : bool
        Whether its folder may still lie on the cluster.
    keeps_states : bool
        Whether field states of its runs were stored there.
    """

    token: str
    cluster: str
    title: str
    engine: str
    submitted_s: float
    runs: int
    waiting: int = 0
    running: int = 0
    done: int = 0
    fetched: int = 0
    failed: int = 0
    cancelled: int = 0
    refused: int = 0
    tasks: tuple[TaskView, ...] = ()
    failures: tuple[FailureView, ...] = ()
    gpu_h: float = 0.0
    cpu_h: float = 0.0
    is_over: bool = False
    is_sending: bool = False
    is_uncertain: bool = False
    message: str = ""
    folder: str = ""
    can_clean: bool = False
    can_forget: bool = False
    lies_there: bool = True
    keeps_states: bool = False

    @property
    def to_come(self) -> int:
        """Runs that are neither here nor given back."""
        return self.runs - self.fetched - self.cancelled - self.refused

    @property
    def fraction(self) -> float:
        """Share of the runs that is here, 0 to 1."""
        return self.fetched / self.runs if self.runs else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClustersView:
    """All clusters and submissions of a project as they stand.

    Parameters
    ----------
    links : tuple of LinkView
        One per profile, in alphabetical order.
    submissions : tuple of SubmissionView
        The newest first.
    troubles : tuple of str
        What could not be read, in sentences.
    """

    links: tuple[LinkView, ...] = ()
    submissions: tuple[SubmissionView, ...] = ()
    troubles: tuple[str, ...] = ()

    @property
    def tasks(self) -> tuple[TaskView, ...]:
        """The rows of the queue of all submissions."""
        return tuple(task for each in self.submissions for task in each.tasks)

    @property
    def failures(self) -> tuple[FailureView, ...]:
        """What failed, of all submissions."""
        return tuple(failure for each in self.submissions for failure in each.failures)

    def link(self, cluster: str) -> LinkView | None:
        """Return the link to a cluster, or None."""
        return next((each for each in self.links if each.cluster == cluster), None)

    def submission(self, token: str) -> SubmissionView | None:
        """Return the submission of a token, or None."""
        return next((each for each in self.submissions if each.token == token), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTail:
    r"""The last lines of a file on a cluster.

    Parameters
    ----------
    path : str
        On the cluster.
    text : str
        Complete lines; control characters are shown as ``\x1b`` and the like.
    size_B : int
        Of the whole file.
    is_cut : bool
        Whether lines before these were left out.
    """

    path: str
    text: str
    size_B: int
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRun:
    """A run whose results were not taken, and why."""

    run_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchReport:
    """What a fetch brought.

    Parameters
    ----------
    fetched : tuple of str
        Ids of the runs that are in the project now.
    refused : tuple of RefusedRun
        Whose files are damaged, or not what was submitted.
    unfinished : tuple of RefusedRun
        Whose solver ended early with an error, and that can be submitted again.
    left : int
        Runs of the asked submissions that are not finished on the cluster yet.
    size_MB : float
        What was copied.
    """

    fetched: tuple[str, ...] = ()
    refused: tuple[RefusedRun, ...] = ()
    unfinished: tuple[RefusedRun, ...] = ()
    left: int = 0
    size_MB: float = 0.0

    def __add__(self, other: FetchReport) -> FetchReport:
        """Return both together."""
        return FetchReport(
            fetched=(*self.fetched, *other.fetched),
            refused=(*self.refused, *other.refused),
            unfinished=(*self.unfinished, *other.unfinished),
            left=self.left + other.left,
            size_MB=self.size_MB + other.size_MB,
        )

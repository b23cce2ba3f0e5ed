"""Clusters, submissions and tasks as rows and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_views import Contact
from smcogui.ui.jobs_dock.job_table import clock_text
from smcogui.ui.widgets.list_table import Row
from smcogui.units import NO_VALUE
from smcogui.units.durations import duration_text, minutes_text
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from smcogui.app.cluster_views import (
        FailureView,
        FetchReport,
        LinkView,
        LogTail,
        SubmissionView,
        TaskView,
    )

ENGINES: Final = {
    "builtin": "built-in, cores",
    "builtin_gpu": "built-in, GPU",
    "mumax3": "MuMax3",
}
LINK_TITLES: Final = ("Cluster", "Contact", "Last asked", "What is known")
SUBMISSION_TITLES: Final = (
    "Submission",
    "Submitted",
    "Cluster",
    "Solver",
    "Here",
    "To fetch",
    "Running",
    "Waiting",
    "Failed",
    "Used",
)
TASK_TITLES: Final = (
    "Job",
    "State",
    "Here",
    "To fetch",
    "Node",
    "Time",
    "Used",
    "Why",
)
FAILURE_TITLES: Final = ("Jobs", "Runs", "Tried", "What happened, and what now")
_MARKS: Final = {
    Contact.OPEN: "✔",
    Contact.CONNECTING: "…",
    Contact.CLOSED: "–",
    Contact.LOST: "⚠",
    Contact.PAUSED: "⚠",
    Contact.SIGN_IN: "⚠",
}
_MOST_TASKS: Final = 6
_LEAST_HOURS: Final = 0.01


def contact_text(link: LinkView) -> str:
    """Return how the link stands, with a mark."""
    return f"{_MARKS[link.contact]} {link.contact.value}"


def link_text(link: LinkView, now_s: float) -> str:
    """Return what is known of a link, and what comes next.

    Parameters
    ----------
    link : LinkView
    now_s : float
        Seconds since 1970.
    """
    lost = {Contact.LOST, Contact.PAUSED, Contact.SIGN_IN}
    parts = [link.message]
    if not link.message and link.contact in lost:
        parts = [f"unknown since {clock_text(link.since_s)}; jobs there go on"]
    if link.next_poll_s is not None and link.contact in {Contact.OPEN, Contact.LOST}:
        is_open, rest = link.contact is Contact.OPEN, link.next_poll_s - now_s
        what = "asked again" if is_open else "trying again"
        if rest >= 1:
            parts.append(f"{what} in {duration_text(rest)}")
        elif not is_open:
            # What is open is asked only while something is at work there.
            parts.append(f"{what} now")
    return "; ".join(filter(None, parts))


def link_row(link: LinkView, now_s: float) -> Row:
    """Return the row of a cluster."""
    known, contact = link_text(link, now_s), contact_text(link)
    asked = NO_VALUE if link.polled_s is None else clock_text(link.polled_s)
    return Row(
        row_id=link.cluster,
        cells=(
            (link.cluster, link.cluster.casefold()),
            (contact, link.contact.value),
            (asked, link.polled_s or 0.0),
            (known, known),
        ),
        tip=f"{link.cluster}: {contact}. {known}",
    )


def submission_row(each: SubmissionView) -> Row:
    """Return the row of a submission."""
    counts = (each.done, each.running, each.waiting, each.failed)
    return Row(
        row_id=each.token,
        cells=(
            (each.title, each.title.casefold()),
            (clock_text(each.submitted_s), each.submitted_s),
            (each.cluster, each.cluster.casefold()),
            (ENGINES.get(each.engine, each.engine), each.engine),
            _here(each.fetched, each.runs),
            *((str(number), float(number)) for number in counts),
            _used(each.gpu_h, each.cpu_h),
        ),
        tip=f"{each.title}, job {each.token}. {submission_text(each)}",
    )


def submission_text(each: SubmissionView) -> str:
    """Return where a submission stands, in sentences."""
    parts = [f"{each.fetched} of {each.runs} runs are here"]
    states = (
        (each.done, "finished there"),
        (each.running, "running"),
        (each.waiting, "waiting"),
        (each.failed, "failed"),
        (each.cancelled, "cancelled"),
        (each.refused, "refused by the scheduler, free to be submitted anew"),
    )
    parts += [f"{number} {words}" for number, words in states if number]
    stuck = sum(task.never_clears and not task.is_over for task in each.tasks)
    if stuck:
        jobs = "1 job" if stuck == 1 else f"{stuck} jobs"
        parts.append(f"⚠ {jobs} will not start by waiting: see Queue")
    used, _ = _used(each.gpu_h, each.cpu_h)
    parts += [f"{used} used"] if used != NO_VALUE else []
    doubt = "Nobody answered whether it was submitted; it is looked for by its name."
    more = [doubt if each.is_uncertain else "", each.message]
    return " ".join([f"{', '.join(parts)}.", *filter(None, more)])


def task_id(task: TaskView) -> str:
    """Return what names a job among all attempts of all submissions."""
    return f"{task.token} {task.attempt} {task.number}"


def task_row(task: TaskView) -> Row:
    """Return the row of a job of the queue."""
    job = task.job_id or f"task {task.number}"
    stuck = task.never_clears and not task.is_over
    reason = f"⚠ will not start by waiting: {task.reason}" if stuck else task.reason
    state = f"{task.state}, try {task.attempt}" if task.attempt > 1 else task.state
    told = f" ({task.raw_state})" if task.raw_state else ""
    known = "" if task.known_s is None else f", known since {clock_text(task.known_s)}"
    return Row(
        row_id=task_id(task),
        cells=(
            (job, float(task.number)),
            (state, state),
            _here(task.fetched, task.runs),
            (str(task.done), float(task.done)),
            (task.node or NO_VALUE, task.node),
            _time(task),
            _used(task.gpu_h, task.cpu_h),
            (reason, reason),
        ),
        tip=f"{job}: {state}{told}{known}. {reason}".strip(),
    )


def failure_row(failure: FailureView) -> tuple[str, ...]:
    """Return the cells of a class of failures."""
    return (
        _numbers(failure.tasks),
        str(failure.runs),
        "once" if failure.attempts == 1 else f"{failure.attempts} times",
        f"{failure.words}\n→ {failure.remedy}",
    )


def fetch_words(report: FetchReport) -> str:
    """Return what a fetch brought, and what is still to come."""
    came, left = len(report.fetched), report.left
    words = "1 run came" if came == 1 else f"{came} runs came"
    return f"{words}; {'1 is' if left == 1 else f'{left} are'} to come." if left else f"{words}."


def log_title(tail: LogTail) -> str:
    """Return which part of which file is shown."""
    size = f"{format_number(tail.size_B / 1000, 3)} kB"
    return f"{tail.path}: the end of {size}" if tail.is_cut else f"{tail.path}: {size}"


def _here(fetched: int, runs: int) -> tuple[str, float]:
    """Return how many runs are here, and what that is sorted by."""
    return (f"{fetched} of {runs}", float(fetched))


def _numbers(tasks: tuple[int, ...]) -> str:
    shown = ", ".join(str(number) for number in tasks[:_MOST_TASKS])
    return shown if len(tasks) <= _MOST_TASKS else f"{shown}, … ({len(tasks)})"


def _used(gpu_h: float, cpu_h: float) -> tuple[str, float]:
    """Return hours of GPUs, or of cores where no GPU was used, and what they are sorted by."""
    hours, unit = (gpu_h, "GPU h") if gpu_h else (cpu_h, "core h")
    return (f"{hours_text(hours)} {unit}" if hours else NO_VALUE, hours)


def _time(task: TaskView) -> tuple[str, float]:
    """Return the wall time of a job, and how much it may take."""
    if task.elapsed_s is None:
        return (NO_VALUE, -1.0)
    most = "" if task.time_limit_s is None else f" of {minutes_text(task.time_limit_s / 60)}"
    return (f"{duration_text(task.elapsed_s)}{most}", task.elapsed_s)


def hours_text(hours: float) -> str:
    """Return hours with three digits, and no more precisely than anybody needs.

    Examples
    --------
    >>> hours_text(41.234), hours_text(0.0004)
    ('41.2', 'less than 0.01')
    """
    return "less than 0.01" if hours < _LEAST_HOURS else format_number(hours, 3)

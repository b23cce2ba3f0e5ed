"""A submission before it is made, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.runs.spec import BUILTIN
from smcogui.ui.clusters.cluster_words import hours_text
from smcogui.units.durations import minutes_text
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from smcogui.app.cluster_preview import Preview, SmokeAnswer


def counts_text(preview: Preview) -> str:
    """Return how many runs go into how many jobs."""
    runs, tasks = len(preview.runs), len(preview.tasks)
    most = max((task.runs for task in preview.tasks), default=0)
    at_once = preview.profile.throttle
    limit = f", at most {at_once} at once" if at_once else ""
    jobs = "1 job" if tasks == 1 else f"{tasks} jobs of up to {most} runs"
    return f"{_counted(runs, 'run')} in {jobs}{limit}"


def cost_text(preview: Preview) -> str:
    """Return hours and disk, and how good the estimates are."""
    longest, limit = preview.longest_wall_h * 60, preview.profile.time_limit_min
    if preview.profile.engine != BUILTIN.name and preview.gpu_h is None:
        return (
            f"Cost: not known beforehand, as it hangs on the GPU; at most {minutes_text(limit)} a "
            f"job. The built-in solver would take {hours_text(preview.cpu_h)} core h (estimated, "
            f"good to a factor of two). {_to_fetch(preview)}"
        )
    if preview.gpu_h is None:
        hours = f"{hours_text(preview.cpu_h)} core h (estimated, good to a factor of two)"
    else:
        hours = (
            f"{hours_text(preview.gpu_h)} GPU h (as finished runs of the campaign took, good to a "
            "factor of two)"
        )
    return (
        f"Cost: {hours}; the longest job about {minutes_text(max(longest, 1))} of "
        f"{minutes_text(limit)}; {_to_fetch(preview)}"
    )


def _to_fetch(preview: Preview) -> str:
    results = f"{format_number(preview.results_MB, 3)} MB of results to fetch"
    if not preview.states_MB:
        return f"{results}."
    size = format_number(preview.states_MB, 3)
    return f"{results}; field states, about {size} MB, stay there until you ask for them."


def left_out_text(preview: Preview) -> str:
    """Return what is not submitted, and why; empty where nothing is left out."""
    return "; ".join(
        f"{_counted(each.count, 'run')} left out: {each.reason}" for each in preview.left_out
    )


def smoke_text(answer: SmokeAnswer) -> str:
    """Return what a trial job found."""
    facts = [
        f"job {answer.job_id}" if answer.job_id else "",
        f"on {answer.node}" if answer.node else "",
        answer.device,
        f"after {format_number(answer.wall_s, 3)} s" if answer.wall_s else "",
    ]
    words = f"{answer.words[:1].upper()}{answer.words[1:]}"
    return f"{words} ({', '.join(filter(None, facts))})" if any(facts) else words


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

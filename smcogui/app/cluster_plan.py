"""From runs to a job array: tasks, script, cost and what is likely to go wrong."""

from __future__ import annotations

import heapq
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smcogui.app.campaign_preview import BYTES_PER_CURVE
from smcogui.app.cluster_field_states import BYTES_PER_CELL
from smcogui.app.cluster_preview import LeftOut, OrderedRun, PlannedTask, Preview
from smcogui.app.cluster_software import absolute
from smcogui.design.cost import BASE_MEMORY_MB, BYTES_PER_CELL_3D
from smcogui.errors import InputError
from smcogui.runs.cluster.scheduler import JobRequest, Limits, Resources
from smcogui.runs.cluster.task import (
    SubmissionPaths,
    TaskFile,
    TaskRun,
    attempt_token,
    new_token,
    split_evenly,
    submission_folder,
)
from smcogui.runs.spec import MUMAX3

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from smcogui.app.cluster_choice import Choice
    from smcogui.app.cluster_records import SubmissionRecord
    from smcogui.app.cluster_software import Software
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.scheduler import Scheduler

_WARN_S: Final = 120
_WARN_SHARE: Final = 0.25
"""A task is told to store its checkpoint so long before its time limit, of which it is a share."""
_SLOWER: Final = 2.0
"""Estimates are good to a factor of two."""
SENT_BYTES_PER_CELL: Final = 13
"""Of a half-cycle of MuMax3, packed: 4.24 MB were measured for five of 256 x 256 cells."""
_MUCH_MB: Final = 500.0
_STATES_OF_A_CYCLE: Final = 5
"""Remanence, and before and at Hp and Hc."""
LATER: Final = "later: the cluster takes no more tasks at once"


def plan_submission(
    choice: Choice,
    profile: ClusterProfile,
    *,
    scheduler: Scheduler,
    software: Software,
    home: str,
    limits: Limits | None = None,
    again: SubmissionRecord | None = None,
    remedies: Sequence[str] = (),
) -> Preview:
    """Return what submitting runs would do.

    Parameters
    ----------
    choice : Choice
    profile : ClusterProfile
    scheduler : Scheduler
    software : Software
    home : str
        Home folder on the cluster.
    limits : Limits, optional
        Of the cluster; its default where not known.
    again : SubmissionRecord, optional
        The submission whose missing runs these are.
    remedies : sequence of str
        What was changed against then.

    Raises
    ------
    InputError
        If no run is left, or a value cannot stand in a job script.
    """
    limits = limits or Limits()
    sent = [_task_run(run) for run in choice.runs]
    if not sent:
        raise _nothing_left(choice)
    tasks = split_evenly(sent, profile.chunk)
    room = max(1, min(limits.max_array_size, _free_places(limits)))
    later = sum(len(task) for task in tasks[room:])
    tasks = tasks[:room]
    here = {run.run_id for task in tasks for run in task}
    runs = tuple(run for run in choice.runs if run.order.run_id in here)
    token = new_token() if again is None else again.token
    attempt = 1 if again is None else again.last.number + 1
    folder = submission_folder(absolute(profile.scratch, home), token)
    folder = folder if again is None else again.folder
    request = JobRequest(
        token=attempt_token(token, attempt),
        folder=SubmissionPaths(folder=folder, attempt=attempt).attempt_folder,
        tasks=len(tasks),
        body=software.body,
        resources=resources_of(profile),
        throttle=profile.throttle or None,
        requeue=profile.requeue,
        modules=profile.modules,
        prologue=profile.prologue,
        warn_s=min(_WARN_S, round(_WARN_SHARE * 60 * profile.time_limit_min)),
    )
    left_out = [*choice.left_out, *([LeftOut(reason=LATER, count=later)] if later else [])]
    planned = _planned(tasks, runs, profile)
    return Preview(
        token=token,
        profile=profile,
        title=choice.title,
        script=scheduler.submit_script(request),
        runs=runs,
        tasks=planned,
        left_out=tuple(left_out),
        cpu_h=math.fsum(run.cpu_h for run in runs),
        gpu_h=_gpu_h(runs),
        results_MB=sum(run.cycles for run in runs) * BYTES_PER_CURVE / 1e6,
        states_MB=_states_MB(runs) if profile.engine != MUMAX3 else 0.0,
        warnings=(
            *choice.notes,
            *_warnings(planned, runs, profile, needs_trial=not software.engine.version),
            *_about_limits(limits, len(tasks), later),
        ),
        attempt=attempt,
        remedies=tuple(remedies),
        folder=folder,
        request=request,
        task_file=TaskFile(engine=profile.engine, tasks=tasks),
        software=software,
    )


def narrowed(preview: Preview, kept: Collection[str], scheduler: Scheduler) -> Preview:
    """Return a preview with only some of its runs; tasks that lose all of theirs are left out.

    Raises
    ------
    InputError
        If no run is left.
    """
    sent = ([run for run in task if run.run_id in kept] for task in preview.task_file.tasks)
    tasks = tuple(tuple(task) for task in sent if task)
    if not tasks:
        raise InputError(
            f"nothing is left to submit: all {len(preview.runs)} runs were computed or begun "
            "elsewhere meanwhile",
            key="runs",
            given=str(len(preview.runs)),
            allowed="designs that wait",
        )
    runs = tuple(run for run in preview.runs if run.order.run_id in kept)
    request = replace(preview.request, tasks=len(tasks))
    return replace(
        preview,
        runs=runs,
        tasks=_planned(tasks, runs, preview.profile),
        gpu_h=_gpu_h(runs),
        request=request,
        script=scheduler.submit_script(request),
        task_file=replace(preview.task_file, tasks=tasks),
    )


def _free_places(limits: Limits) -> int:
    """Return how many tasks the queue has room for."""
    most = limits.max_array_size if limits.max_submit is None else limits.max_submit
    return most - limits.queued


def resources_of(profile: ClusterProfile) -> Resources:
    """Return what a task asks for, as the profile has it."""
    return Resources(
        partition=profile.partition,
        account=profile.account,
        qos=profile.qos,
        constraint=profile.constraint,
        gres=profile.gres,
        time_limit_min=profile.time_limit_min,
        memory_MB=profile.memory_MB or None,
        cpus=profile.cpus,
        extras=profile.sbatch_extras,
        parallel_environment=profile.parallel_environment,
        memory_resource=profile.memory_resource,
    )


def _task_run(run: OrderedRun) -> TaskRun:
    order = run.order
    return TaskRun(
        run_id=order.run_id,
        design=order.design,
        options=dict(order.options),
        # As on this machine: campaigns are there for their curves.
        keeps_states=not run.campaign,
        anew=run.anew,
    )


def _planned(
    tasks: Sequence[Sequence[TaskRun]], runs: Sequence[OrderedRun], profile: ClusterProfile
) -> tuple[PlannedTask, ...]:
    known = {run.order.run_id: run for run in runs}
    return tuple(
        PlannedTask(
            number=number,
            runs=len(task),
            wall_h=_wall_h([known[each.run_id] for each in task], profile.cpus),
        )
        for number, task in enumerate(tasks)
    )


def _gpu_h(runs: Sequence[OrderedRun]) -> float | None:
    """Return GPU hours, or None where they are not known of every run."""
    known = [run.gpu_h for run in runs if run.gpu_h is not None]
    return math.fsum(known) if len(known) == len(runs) else None


def _wall_h(runs: Sequence[OrderedRun], cores: int) -> float:
    """Return the time of runs of which each core takes the next one as soon as it is free."""
    gpu_h = _gpu_h(runs)
    if gpu_h is not None:
        # One after the other.
        return gpu_h
    free_h = [0.0] * max(1, cores)
    for run in runs:
        heapq.heappush(free_h, heapq.heappop(free_h) + run.cpu_h)
    return max(free_h)


def _warnings(
    tasks: Sequence[PlannedTask],
    runs: Sequence[OrderedRun],
    profile: ClusterProfile,
    *,
    needs_trial: bool,
) -> Iterator[str]:
    longest_h = max(task.wall_h for task in tasks)
    limit_h = profile.time_limit_min / 60
    is_known = profile.engine == "builtin" or _gpu_h(runs) is not None
    if is_known and longest_h * _SLOWER > limit_h:
        yield (
            f"The longest task may take {longest_h * _SLOWER:.2g} h (estimate {longest_h:.2g} h, "
            f"good to a factor of two) and the time limit is {limit_h:.2g} h: raise it, or put "
            "fewer runs into a task. What a task finished before is kept in any case."
        )
    needed_MB = memory_needed_MB(runs, profile.cpus)
    if profile.memory_MB and profile.engine == "builtin" and needed_MB > profile.memory_MB:
        yield (
            f"A task may need {needed_MB:.0f} MB of memory and asks for {profile.memory_MB} MB: "
            "raise it, or take fewer cores."
        )
    if profile.engine != "builtin" and "gpu" not in profile.gres:
        yield (
            f"The engine {profile.engine} needs a GPU and no generic resource asks for one: "
            "set gpu:1, unless the partition or another option does."
        )
    sent_MB = sum(run.order.cells * run.cycles for run in runs) * SENT_BYTES_PER_CELL / 1e6
    if profile.engine == MUMAX3 and sent_MB > _MUCH_MB:
        yield (
            f"About {sent_MB / 1e3:.2g} GB of scripts and fields are sent first, and take "
            f"{2 * sent_MB / 1e3:.2g} GB there until they are computed. Where that is cut short, "
            "submitting goes on behind what is there."
        )
    if needs_trial:
        yield (
            "The version of MuMax3 there is not known yet: start the trial job, which tells it. "
            "Which of these runs are done already is known only then."
        )


def _states_MB(runs: Sequence[OrderedRun]) -> float:
    """Return about how much room the field states of single designs take there, in MB."""
    cells = sum(run.cycles * run.order.cells for run in runs if not run.campaign)
    return _STATES_OF_A_CYCLE * cells * BYTES_PER_CELL / 1e6


def memory_needed_MB(runs: Sequence[OrderedRun], cores: int) -> float:
    """Return an estimate of what a task needs that computes a run on each of its cores, in MB."""
    cells = max((run.order.cells for run in runs), default=0)
    return cores * (BASE_MEMORY_MB + cells * BYTES_PER_CELL_3D / 1e6)


def _about_limits(limits: Limits, tasks: int, later: int) -> Iterator[str]:
    """Say what the scheduler would refuse, and what is left for later because of it."""
    most, free = limits.max_submit, _free_places(limits)
    told = f"Your account may have {most} jobs in the queue, and {limits.queued} are there"
    if most is not None and free < tasks:
        yield f"{told}: the cluster refuses more until some of them have ended."
    if later:
        why = "do not fit into one array of this cluster"
        if most is not None and free < limits.max_array_size:
            why = f"are left for later. {told}"
        yield (
            f"{later} runs {why}: submit them when these are through, or put more runs into a task."
        )


def _nothing_left(choice: Choice) -> InputError:
    reasons = "; ".join(f"{each.count} {each.reason}" for each in choice.left_out)
    return InputError(
        f"nothing is left to submit: {reasons or 'no designs were named'}",
        key="runs",
        given=reasons or "none",
        allowed="designs that wait",
    )

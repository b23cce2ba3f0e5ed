"""Submitting again: only what is missing, with the remedy of why it is."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from smcogui.app.campaign_book import CampaignBook, RunOrder
from smcogui.app.cluster_choice import Choice, ordered_run
from smcogui.app.cluster_failures import MOST_ATTEMPTS, REMEDIES, FailureKind, failures_of
from smcogui.app.cluster_plan import memory_needed_MB
from smcogui.campaigns.campaign_store import CAMPAIGNS_FOLDER, CampaignStore
from smcogui.data.store import RunStore
from smcogui.design.design_file import parse_design_text
from smcogui.errors import InputError, SmCoError
from smcogui.runs.folder import RUNS_FOLDER
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from smcogui.app.cluster_preview import OrderedRun
    from smcogui.app.cluster_records import Standings, SubmissionRecord, SubmissionStore
    from smcogui.app.cluster_standings import RunStates
    from smcogui.app.cluster_views import FailureView
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.task import TaskRun
    from smcogui.runs.spec import Engine

MEMORY_MARGIN: Final = 1.5
"""What lacked memory gets so many times the estimate at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What another attempt is for.

    Parameters
    ----------
    profile : ClusterProfile
        With what the remedies changed.
    remedies : tuple of str
        In words.
    missing : frozenset of str
        Ids of the runs.
    damaged : frozenset of str
        Of these, what lies on the cluster is damaged.
    lacks_memory : bool
        Whether some of them ended for want of it.
    """

    profile: ClusterProfile
    remedies: tuple[str, ...]
    missing: frozenset[str]
    damaged: frozenset[str] = frozenset()
    lacks_memory: bool = False


def plan_again(
    record: SubmissionRecord,
    standings: Standings,
    states: RunStates,
    profile: ClusterProfile,
) -> Again:
    """Return what another attempt of a submission is for.

    Raises
    ------
    InputError
        If somebody has to do something first; the message says what.
    """
    gone = set().union(*states.split(record))
    failures = failures_of(record, standings, gone)
    helped = [failure for failure in failures if failure.can_resubmit]
    if not helped and (failures or record.last.number >= MOST_ATTEMPTS):
        why = "; ".join(f"{each.words}: {each.remedy}" for each in failures)
        raise _nothing(record, why or f"{MOST_ATTEMPTS} attempts were made")
    if not failures and all(states.state(run.run_id) is RunState.DONE for run in record.runs):
        raise _nothing(record, "all of its runs are here")
    missing = {run_id for each in helped for run_id in _runs_of(record, each)} - gone
    changed = _as_last(record, profile)
    remedies = []
    kinds = dict.fromkeys(FailureKind(each.kind) for each in helped)
    for kind in kinds:
        change = REMEDIES[kind].change
        if change is not None:
            changed = change(changed)
            remedies.append(f"{REMEDIES[kind].words}: {REMEDIES[kind].remedy}")
    damaged = {run_id for each in standings.values() for run_id, _ in each.damaged}
    return Again(
        profile=changed,
        remedies=tuple(remedies),
        missing=frozenset(missing),
        damaged=frozenset(missing & damaged),
        lacks_memory=FailureKind.OUT_OF_MEMORY in kinds,
    )


def with_memory_for(again: Again, runs: Sequence[OrderedRun]) -> ClusterProfile:
    """Return the profile of another attempt; what lacked memory gets what its runs may need."""
    profile = again.profile
    if not again.lacks_memory or profile.engine != "builtin":
        return profile
    needed_MB = math.ceil(MEMORY_MARGIN * memory_needed_MB(runs, profile.cpus))
    return profile.model_copy(update={"memory_MB": max(profile.memory_MB, needed_MB)})


def choose_again(
    project: Path,
    record: SubmissionRecord,
    again: Again,
    store: SubmissionStore,
    engine: Engine,
) -> Choice:
    """Return the runs of another attempt: missing ones as they were, failed ones as repaired."""
    choice = Choice(names=[record.title])
    known = {run.run_id: run for run in record.runs}
    for run_id, sent in _sent(record, store).items():
        if run_id in again.missing and run_id in known:
            run = known[run_id]
            ordered = _ordered(sent, run.name, run.campaign, run.key)
            choice.runs.append(replace(ordered, anew=run_id in again.damaged))
    choice.runs += _repaired(project, record, engine)
    return choice


def _repaired(project: Path, record: SubmissionRecord, engine: Engine) -> Iterator[OrderedRun]:
    """Yield designs of campaigns whose run failed, as the next repair makes them."""
    keys: dict[str, set[str]] = {}
    for run in record.runs:
        if run.campaign:
            keys.setdefault(run.campaign, set()).add(run.key)
    runs = RunStore(project / RUNS_FOLDER)
    for name, mine in keys.items():
        with contextlib.suppress(SmCoError):
            store = CampaignStore(project / CAMPAIGNS_FOLDER)
            store.require_engine(name, engine.name)
            book = CampaignBook(store, name, engine)
            book.refresh(runs)
            for key in mine.intersection(book.waiting):
                order = book.order_for(key) if book.has_failed(key) else None
                if order is not None:
                    design = parse_design_text(order.design, name)[0]
                    yield ordered_run(order, design, campaign=name, key=key)


def _ordered(sent: TaskRun, name: str, campaign: str, key: str) -> OrderedRun:
    design = parse_design_text(sent.design, name)[0]
    order = RunOrder(
        run_id=sent.run_id,
        design=sent.design,
        options=sent.options,
        cells=design.cells[0] * design.cells[1] * design.cells[2],
        attempt=None,
    )
    return ordered_run(order, design, name=name, campaign=campaign, key=key)


def _sent(record: SubmissionRecord, store: SubmissionStore) -> dict[str, TaskRun]:
    return {
        run.run_id: run
        for attempt in record.attempts
        for task in store.tasks(record.token, attempt.number).tasks
        for run in task
    }


def _runs_of(record: SubmissionRecord, failure: FailureView) -> set[str]:
    tasks = record.attempt(failure.attempts).tasks
    return {run_id for number in failure.tasks for run_id in tasks[number]}


def _as_last(record: SubmissionRecord, profile: ClusterProfile) -> ClusterProfile:
    """Return the profile with what earlier remedies had changed."""
    last = record.last
    # A task may have had fewer runs than it could: half of them is less than half of that.
    largest = max(map(len, last.tasks), default=1)
    memory_MB = max(profile.memory_MB, last.memory_MB) if profile.memory_MB else last.memory_MB
    return profile.model_copy(
        update={
            "memory_MB": memory_MB,
            "time_limit_min": max(profile.time_limit_min, last.time_limit_min),
            "chunk": min(profile.chunk, last.chunk, largest),
            "engine": record.engine,
        }
    )


def _nothing(record: SubmissionRecord, why: str) -> InputError:
    return InputError(
        f"{record.token} is not submitted again by itself: {why}",
        key="token",
        given=record.token,
        allowed="a submission with tasks that ended without their results",
    )

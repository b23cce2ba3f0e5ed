"""One campaign as the queue keeps it: which designs wait, and what each is to be run as."""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from smcogui.campaigns.campaign import Attempt, design_of_entry
from smcogui.campaigns.campaign_store import ATTEMPTS_FILE
from smcogui.campaigns.progress import MemberState, MemberStatus, member_states
from smcogui.campaigns.repair import (
    Repair,
    RepairedDesign,
    Trouble,
    next_repair,
    repaired,
    trouble_of,
)
from smcogui.design.design_file import design_to_toml
from smcogui.errors import RunFolderError, SmCoError
from smcogui.runs.mumax3 import require_exchange_rule
from smcogui.runs.spec import BUILTIN, MUMAX3, make_run_spec
from smcogui.runs.state import RunState
from smcogui.runs.watch import read_cycle
from solver.events import Failed
from solver.mumax3.attempts import load_attempts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from smcogui.campaigns.campaign import Campaign, CampaignOrder, Entry
    from smcogui.campaigns.campaign_store import CampaignStore
    from smcogui.data.store import RunRecord, RunStore
    from smcogui.runs.spec import Engine

KILLED: Final = "killed"
"""What the crew says of a job whose worker died."""
TIMED_OUT: Final = "out of time"
IN_USE: Final = "in use"
"""What it says where a worker of a queue that was killed is still at the design."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """What a worker is to compute for a design.

    Parameters
    ----------
    run_id : str
    design : str
        Text of a design file, repairs included.
    options : mapping
        Solver options that no design file has.
    cells : int
        Of a half-cycle: what decides the memory.
    attempt : Attempt, optional
        What is recorded before it begins; None where an attempt goes on.
    """

    run_id: str
    design: str
    options: Mapping[str, Any]
    cells: int
    attempt: Attempt | None


class CampaignBook:
    """The designs of one campaign and where they stand.

    Parameters
    ----------
    store : CampaignStore
    name : str
    engine : Engine
        What is to compute what waits: part of a run's identity.
    """

    def __init__(self, store: CampaignStore, name: str, engine: Engine = BUILTIN) -> None:
        self._store = store
        self._name = name
        self._engine = engine
        self._campaign: Campaign = store.load(name)
        self._signature: tuple[int, ...] = ()
        self._entries: dict[str, Entry] = {}
        self._attempts: dict[str, list[Attempt]] = {}
        self._elsewhere: dict[str, str] = {}
        self._begun: set[str] = set()
        self._records: dict[str, RunRecord] = {}
        self._attempts_known = 0
        self._finished: list[Path] = []
        self._prepared: tuple[str, int, RunOrder | None] | None = None
        self.waiting: list[str] = []

    @property
    def order(self) -> CampaignOrder:
        """What the queue is told."""
        return self._campaign.order

    @property
    def priority(self) -> int:
        """1 to 9."""
        return self._campaign.priority

    @property
    def engine(self) -> str:
        """Name of what computes the campaign."""
        return self._campaign.engine

    @property
    def versions(self) -> set[str]:
        """Versions of it that computed what is done."""
        begun = [attempt for attempts in self._attempts.values() for attempt in attempts]
        runs = filter(None, (self._records.get(attempt.run_id) for attempt in begun))
        return {run.info.solver_version for run in runs if run.state is RunState.DONE}

    @property
    def seconds_per_cell(self) -> float | None:
        """Median computing time of its finished runs, by the cells of all their half-cycles."""
        found = []
        for attempts in self._attempts.values():
            run = self._records.get(attempts[-1].run_id)
            seconds = (run.result or {}).get("cpu_s") if run is not None else None
            if run is not None and seconds:
                found.append(seconds / (math.prod(run.design.cells) * run.design.run.cycles))
        return median(found) if found else None

    def refresh(self, runs: RunStore) -> bool:
        """Read what has changed on disk; return whether the list of designs was made anew."""
        self._look_elsewhere(runs)
        signature, attempts_size = self._store.signature(self._name), self._attempts_size()
        is_told = attempts_size != self._attempts_known
        if signature == self._signature and not is_told:
            return False
        self._signature, self._attempts_known = signature, attempts_size
        before = self._campaign
        self._campaign = self._store.load(self._name)
        is_same = before.blocks == self._campaign.blocks and not self._is_reordered()
        if self._entries and is_same and not is_told:
            return False
        self._entries = {entry.key: entry for entry in self._store.entries(self._name)}
        self._attempts = {}
        for attempt in self._store.attempts(self._name):
            self._attempts.setdefault(attempt.key, []).append(attempt)
        self._records = {record.run_id: record for record in runs.records()}
        statuses = [self._status(key) for key in self._entries if key not in self._begun]
        self._elsewhere = {
            status.entry.key: status.attempts[-1].run_id
            for status in statuses
            if status.state is MemberState.RUNNING
        }
        self.waiting = [s.entry.key for s in statuses if s.state is MemberState.WAITING]
        self._finished += [
            s.record.folder for s in statuses if s.state is MemberState.DONE and s.record
        ]
        return True

    def has_failed(self, key: str) -> bool:
        """Tell whether the last run of a design failed, so that its order is a repair."""
        attempts = self._attempts.get(key, [])
        record = self._records.get(attempts[-1].run_id) if attempts else None
        return record is not None and record.state is RunState.FAILED

    def prepare(self, key: str) -> int:
        """Make up the order of a waiting design ahead of its turn; return its cells, or 0."""
        tried = len(self._attempts.get(key, []))
        if self._prepared is None or self._prepared[:2] != (key, tried):
            self._prepared = None
            with contextlib.suppress(SmCoError):
                # What is wrong with it is said when its turn comes.
                self._prepared = (key, tried, self._make_order(key))
        order = self._prepared[2] if self._prepared is not None else None
        return 0 if order is None else order.cells

    def order_for(self, key: str) -> RunOrder | None:
        """Return what is to be computed for a waiting design, or None where nothing is left.

        Raises
        ------
        InputError
            If the design, as repaired, is not possible.
        """
        self.prepare(key)
        if self._prepared is not None and self._prepared[0] == key:
            order, self._prepared = self._prepared[2], None
            return order
        return self._make_order(key)

    def _make_order(self, key: str) -> RunOrder | None:
        attempts = self._attempts.get(key, [])
        last = attempts[-1] if attempts else None
        record = self._records.get(last.run_id) if last is not None else None
        rule = ""
        if record is not None and record.state is RunState.FAILED:
            trouble = self._trouble(record)
            tried = [attempt.rule for attempt in attempts]
            repair = next_repair(trouble, tried, record.info.solver)
            if repair is not None:
                rule = repair.value
            elif trouble is not Trouble.DISK_FULL:
                return None
            # else somebody has freed space: the same attempt goes on.
        rules = [*(attempt.rule for attempt in attempts), rule]
        change, run_id = repaired_run(self._campaign, self._entries[key], rules, self._engine)
        # Another version of the solver makes another run of it.
        is_new = last is None or bool(rule) or run_id != last.run_id
        return RunOrder(
            run_id=run_id,
            design=design_to_toml(change.design),
            options=change.options,
            cells=math.prod(change.design.cells),
            attempt=self._attempt(key, run_id, rule) if is_new else None,
        )

    def begin(self, key: str, order: RunOrder) -> None:
        """Record that a design is begun."""
        if order.attempt is not None:
            self._record_attempt(order.attempt)
        self._begun.add(key)

    def refuse(self, key: str, reason: str) -> None:
        """Give a design up before it is begun; the reason is kept."""
        self._record_attempt(self._attempt(key, "", "", reason))

    def take_back(self, key: str, message: str, runs: RunStore) -> None:
        """Decide what happens to a design whose worker is through with it.

        Parameters
        ----------
        key : str
        message : str
            What the crew says: empty where the folder tells, else why the job ended early.
        runs : RunStore

        Raises
        ------
        RunFolderError
            If the disk is full: nothing more should be begun.
        """
        self._begun.discard(key)
        attempts = self._attempts[key]
        if message in {KILLED, TIMED_OUT}:
            self._after_a_kill(key, Trouble.KILLED if message == KILLED else Trouble.TIMEOUT)
            return
        if message == IN_USE:
            self._elsewhere[key] = attempts[-1].run_id
            return
        if message:
            if trouble_of([], message) is Trouble.DISK_FULL:
                raise RunFolderError(message)
            self.refuse(key, message)
            return
        record = runs.record(attempts[-1].run_id)
        self._records[record.run_id] = record
        if record.state is RunState.DONE:
            self._finished.append(record.folder)
        if record.state is RunState.FAILED and self._trouble(record) is Trouble.DISK_FULL:
            raise RunFolderError(record.message)
        if record.state is RunState.CANCELLED:
            # It waits again, behind the others, and is begun when the campaign's order is RUN.
            self.waiting.append(key)
        elif self._status(key).state is MemberState.WAITING:
            self.waiting.insert(0, key)

    @property
    def is_elsewhere(self) -> bool:
        """Whether workers of a queue that was killed are still at designs."""
        return bool(self._elsewhere)

    def take_finished(self) -> list[Path]:
        """Return the folders of the runs that have ended well since the last call."""
        found, self._finished = self._finished, []
        return found

    def _after_a_kill(self, key: str, trouble: Trouble) -> None:
        attempts = self._attempts[key]
        rules = [attempt.rule for attempt in attempts]
        repair = next_repair(trouble, rules, self._engine.name)
        if repair is None:
            why = " (too little memory?)" if trouble is Trouble.KILLED else ""
            self.refuse(key, f"{trouble.value}, {len(attempts)} times{why}")
            return
        rules = [*rules, repair.value]
        _, run_id = repaired_run(self._campaign, self._entries[key], rules, self._engine)
        self._record_attempt(self._attempt(key, run_id, repair.value))
        self.waiting.insert(0, key)

    def _status(self, key: str) -> MemberStatus:
        (status,) = member_states(
            [self._entries[key]], self._attempts.get(key, []), self._records, errors_of
        )
        return status

    def _trouble(self, record: RunRecord) -> Trouble:
        return trouble_of(errors_of(record), record.message)

    def _attempt(self, key: str, run_id: str, rule: str, refused: str = "") -> Attempt:
        return Attempt(
            key=key,
            number=len(self._attempts.get(key, [])) + 1,
            run_id=run_id,
            rule=rule,
            refused=refused,
            time_s=time.time(),
        )

    def _record_attempt(self, attempt: Attempt) -> None:
        # What others write beside it is read at the next look.
        is_known = self._attempts_size() == self._attempts_known
        self._store.add_attempt(self._name, attempt)
        if is_known:
            self._attempts_known = self._attempts_size()
        self._attempts.setdefault(attempt.key, []).append(attempt)

    def _look_elsewhere(self, runs: RunStore) -> None:
        """Take back what the workers of a queue that was killed have brought to an end."""
        for key, run_id in list(self._elsewhere.items()):
            record = runs.record(run_id)
            if not record.state.is_active:
                self._records[run_id] = record
                del self._elsewhere[key]
                if record.state is RunState.DONE:
                    self._finished.append(record.folder)
                if self._status(key).state is MemberState.WAITING:
                    self.waiting.insert(0, key)

    def _attempts_size(self) -> int:
        try:
            return (self._store.folder / self._name / ATTEMPTS_FILE).stat().st_size
        except FileNotFoundError:
            return 0

    def _is_reordered(self) -> bool:
        ranks = {entry.key: entry.rank for entry in self._store.entries(self._name)}
        return ranks != {key: entry.rank for key, entry in self._entries.items()}


def repaired_run(
    campaign: Campaign, entry: Entry, rules: Sequence[str], engine: Engine = BUILTIN
) -> tuple[RepairedDesign, str]:
    """Return the design of an entry with the repairs of its attempts, and the id of its run.

    Raises
    ------
    InputError
        If the design, as repaired, is not possible, or wants another exchange rule than that
        version of MuMax3 has.
    """
    repairs = [Repair(rule) for rule in rules if rule]
    change = repaired(design_of_entry(campaign, entry), repairs)
    spec = make_run_spec(change.design, engine=engine, options=change.options)
    if engine.name == MUMAX3 and engine.version:
        require_exchange_rule(spec)
    return change, spec.run_id


def errors_of(record: RunRecord) -> list[str]:
    """Return what the half-cycles of a run ended with: exceptions, or failures of MuMax3."""
    if record.info.solver == MUMAX3:
        attempts = [load_attempts(record.folder / row.folder) for row in record.info.cycles]
        return [each[-1].failure for each in attempts if each and each[-1].failure]
    return [
        event.error
        for row in record.info.cycles
        for event in read_cycle(record.folder / row.folder)
        if isinstance(event, Failed)
    ]

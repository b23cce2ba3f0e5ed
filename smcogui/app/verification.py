"""Candidates put to the test: simulated as a campaign, predicted beside simulated.

What was predicted is written down before the simulation, so that a surrogate trained on the result
later cannot boast of it. The campaign is an ordinary one: the queue, a cluster or this process
works it off, and training takes it like any other set of designs.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.campaign_book import repaired_run
from smcogui.app.running import run_here
from smcogui.campaigns.campaign import Attempt
from smcogui.campaigns.feasibility import Feasibility, design_key
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.sampling import Sampling, design_of
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError
from smcogui.runs.folder import folder_error
from smcogui.runs.jsonl import append_line, read_objects
from smcogui.runs.spec import BUILTIN
from smcogui.surrogates.designs import design_of_query
from smcogui.surrogates.forward import READINGS
from smcogui.surrogates.queries import NAMES, z_phase_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.app.session import Session
    from smcogui.campaigns.axes import Point
    from smcogui.campaigns.campaign import Entry
    from smcogui.campaigns.progress import MemberStatus
    from smcogui.runs.events import RunEvent
    from smcogui.surrogates.forward import Surrogate

    Array = NDArray[np.float64]
    OnEvents = Callable[[list[RunEvent]], None]

CAMPAIGN: Final = "verified"
PREDICTIONS_FILE: Final = "predictions.jsonl"
CYCLES: Final = 3
"""Half-cycles of a verification by default, as the shipped designs have."""
_GEOMETRY_AND_ANGLE: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A candidate, what was predicted of it, and what a simulation found.

    Parameters
    ----------
    key : str
        Of the design in its campaign.
    name : str
    state : MemberState
    run_id : str
        Of its run; empty before there is one.
    model : str
        The surrogate that predicted, with the number of its designs.
    wanted, predicted : dict
        Readings; the predicted ones with ``_low``, ``_high`` and ``trust``.
    simulated : dict or None
        The result of the run, once it is done.
    """

    key: str
    name: str
    state: MemberState
    run_id: str
    model: str
    wanted: dict[str, float]
    predicted: dict[str, Any]
    simulated: dict[str, Any] | None

    def facts(self) -> dict[str, Any]:
        """Return it for JSON."""
        readings = None
        if self.simulated is not None:
            readings = compare_readings(self.predicted, self.simulated)
        return {
            "design": self.key,
            "name": self.name,
            "state": self.state.value,
            "run_id": self.run_id,
            "model": self.model,
            "wanted": self.wanted,
            "predicted": self.predicted,
            "readings": readings,
        }


class Verifications:
    """The verifications of a campaign of a project.

    Parameters
    ----------
    session : Session
    campaign : str
        It is made, paused, when the first candidate comes.
    """

    def __init__(self, session: Session, campaign: str = CAMPAIGN) -> None:
        self._session = session
        self._name = campaign

    def add(
        self,
        surrogate: Surrogate,
        queries: Array,
        predicted: Sequence[Mapping[str, Any]],
        wanted: Mapping[str, float],
        *,
        cycles: int = CYCLES,
    ) -> list[str]:
        """Add candidates and what is predicted of them; return their keys. Nothing is started.

        A design that is there already is not added again, its prediction is.

        Raises
        ------
        InputError, RunFolderError
        """
        campaigns = self._session.campaigns
        if self._name not in [each.name for each in campaigns.records()]:
            campaigns.create(self._name)
        keys: list[str] = []
        for rows in _kinds(queries):
            part = [queries[row] for row in rows]
            sampling = list_of(part, surrogate, self._name, cycles=cycles)
            campaigns.add(self._name, sampling, Feasibility())
            for number, row in enumerate(rows):
                keys.append(design_key(design_of(sampling, number, sampling.points[number])))
                self._tell(keys[-1], surrogate, predicted[row], wanted)
        return keys

    def rows(self) -> list[Verification]:
        """Return all candidates with the last prediction of each, in the order of the queue."""
        told = {line["design"]: line for line in read_objects(self._path)}
        statuses = self._session.campaigns.statuses(self._name)
        return [
            _verification(status, told[status.entry.key])
            for status in statuses
            if status.entry.key in told
        ]

    def run(
        self,
        keys: Sequence[str],
        *,
        at_once: int = 1,
        on_events: OnEvents = lambda _: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Simulate candidates here and now; what is done is not done again.

        Parameters
        ----------
        keys : sequence of str
        at_once : int
            Candidates that are simulated side by side.
        on_events, should_stop : callable

        Raises
        ------
        RunCancelledError, RunError, RunFolderError
            Once all others are simulated, where a candidate failed.
        """
        store = self._session.campaigns.store
        store.give_to(self._name, BUILTIN.name)
        campaign = store.load(self._name)
        entries = {entry.key: entry for entry in store.entries(self._name)}
        attempts = {each.key for each in store.attempts(self._name)}
        begun = []
        for key in dict.fromkeys(keys):
            change, run_id = repaired_run(campaign, entries[key], [])
            if key not in attempts:
                attempt = Attempt(key=key, number=1, run_id=run_id, time_s=time.time())
                store.add_attempt(self._name, attempt)
            begun.append((change.design, self._session.runs_folder / run_id))
        run = partial(run_here, on_events=on_events, should_stop=should_stop)
        with ThreadPoolExecutor(at_once) as threads:
            # Each computes in processes of its own.
            waiting = [threads.submit(run, design, folder) for design, folder in begun]
        for each in waiting:
            each.result()

    def _tell(
        self,
        key: str,
        surrogate: Surrogate,
        predicted: Mapping[str, Any],
        wanted: Mapping[str, float],
    ) -> None:
        line = {
            "design": key,
            "time_s": time.time(),
            "model": f"{surrogate.name}, {surrogate.designs} designs",
            "wanted": dict(wanted),
            "predicted": dict(predicted),
        }
        try:
            append_line(self._path, json.dumps(line))
        except OSError as error:
            raise folder_error(self._path.parent, error) from error

    @property
    def _path(self) -> Path:
        return self._session.campaigns.store.folder / self._name / PREDICTIONS_FILE


def list_of(
    queries: Sequence[Array],
    surrogate: Surrogate,
    name: str,
    *,
    cycles: int = CYCLES,
    seed: int = 0,
) -> Sampling:
    """Return queries of one kind of Z phase, named or free, as points of a campaign.

    Raises
    ------
    InputError
        If there is no query, or one is no possible design.
    """
    if not len(queries):
        raise InputError("there are no designs to add", key="designs", given="0")
    base = design_of_query(queries[0], surrogate.conditions, name, cycles=cycles)
    return Sampling(
        name=name,
        method="list",
        base=design_to_toml(base),
        points=tuple(point_of(query) for query in queries),
        seed=seed,
    )


def point_of(query: Array) -> Point:
    """Return a query as the coordinates of a campaign."""
    values = dict(zip(NAMES, (float(value) for value in query), strict=True))
    z_phase = z_phase_of(query)
    if z_phase == "user":
        return {**values}
    return {**{name: values[name] for name in NAMES[:_GEOMETRY_AND_ANGLE]}, "z_phase": z_phase}


def compare_readings(
    predicted: Mapping[str, Any], simulated: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return predicted beside simulated for each reading.

    ``error`` is simulated less predicted, ``inside`` whether the interval holds the simulation;
    both are None where there is one of the two only.
    """
    found = {}
    for name in READINGS:
        guess, low, high = (predicted.get(name + end) for end in ("", "_low", "_high"))
        value: Any = simulated.get(name)
        error: Any = None if value is None or guess is None else value - guess
        found[name] = {
            "predicted": guess,
            "low": low,
            "high": high,
            "simulated": value,
            "error": error,
            "inside": None if error is None else bool(low <= value <= high),
        }
    return found


def _kinds(queries: Array) -> list[list[int]]:
    """Return the rows with named Z phases and those with constants of their own."""
    named = [z_phase_of(query) != "user" for query in queries]
    groups = [[row for row, each in enumerate(named) if each is kind] for kind in (True, False)]
    return [rows for rows in groups if rows]


def _verification(status: MemberStatus, told: Mapping[str, Any]) -> Verification:
    entry: Entry = status.entry
    record = status.record
    is_done = status.state is MemberState.DONE and record is not None
    return Verification(
        key=entry.key,
        name=record.name if record is not None else f"{entry.place + 1}",
        state=status.state,
        run_id=record.run_id if record is not None else "",
        model=told["model"],
        wanted=told["wanted"],
        predicted=told["predicted"],
        simulated=record.result if is_done and record is not None else None,
    )

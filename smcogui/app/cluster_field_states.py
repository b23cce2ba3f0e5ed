"""Field states that single runs store on a cluster: listed with their sizes, fetched on demand.

They are a hundred times larger than curves, so that nobody gets them unasked. Each is checked as
everything from a cluster is: it has the name that its event tells, its mesh is that of the run, and
its mean magnetisation that of the field step which landed.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.app.cluster_landing import LARGEST_M, RefusedResultError, sound_event
from smcogui.app.cluster_overview import keeps_states
from smcogui.app.cluster_standings import LANDED
from smcogui.app.cluster_views import RefusedRun
from smcogui.app.jobs import no_progress
from smcogui.data.store import load_state
from smcogui.design.design_file import parse_design_text
from smcogui.errors import InputError, RemoteFileError, SmCoError
from smcogui.runs.folder import EVENTS_FILE, SPEC_FILE, folder_error, read_info
from smcogui.runs.jsonl import append_line
from smcogui.runs.lock import FolderLock
from smcogui.runs.place import read_place
from smcogui.runs.spec import BUILTIN
from smcogui.runs.watch import current_state, read_cycle
from solver.events import FieldStep, Snapshot, to_json
from solver.moments import Moments
from solver.problem import load_problem
from solver.run_folder import SNAPSHOT_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from smcogui.app.cluster_records import SubmissionRecord, SubmissionStore
    from smcogui.app.jobs import ReportProgress
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.folder import CycleInfo
    from solver.events import SolverEvent

AT_ONCE: Final = 25
"""Runs whose events are read in one stream."""
BYTES_PER_CELL: Final = 12
"""Three numbers of single precision."""
_HEADER_B: Final = 4096
_MOST_EVENTS_B: Final = 32_000_000
_REASONS: Final = frozenset({"remanence", "before_Hp", "Hp", "before_Hc", "Hc", "chosen"})
_FIELD_SLACK_T: Final = 1e-9
_SLACK_OF_M: Final = 2e-4
"""States are stored in single precision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateThere:
    """A field state that lies on a cluster.

    Parameters
    ----------
    token, run_id : str
    cycle : int
        Half-cycle, from 0.
    event : Snapshot
        What the solver told of it.
    size_B : int
        What the file has.
    """

    token: str
    run_id: str
    cycle: int
    event: Snapshot
    size_B: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatesThere:
    """Field states that can be fetched.

    Parameters
    ----------
    states : tuple of StateThere
    """

    states: tuple[StateThere, ...] = ()

    @property
    def runs(self) -> int:
        """Number of runs that have some."""
        return len({each.run_id for each in self.states})

    @property
    def size_MB(self) -> float:
        """Size of all of them."""
        return sum(each.size_B for each in self.states) / 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class StatesReport:
    """What a fetch of field states brought.

    Parameters
    ----------
    fetched : int
        Number of states that are here now.
    runs : tuple of str
        Ids of their runs.
    refused : tuple of RefusedRun
        Those that are missing there, damaged, or not of the run.
    size_MB : float
        What was copied.
    """

    fetched: int = 0
    runs: tuple[str, ...] = ()
    refused: tuple[RefusedRun, ...] = ()
    size_MB: float = 0.0


class FieldStates:
    """The field states on clusters of one project.

    Parameters
    ----------
    runs_folder : Path
    store : SubmissionStore
    connection_of : callable
        Gives the connection to the cluster of a submission; raises ClusterError.
    """

    def __init__(
        self,
        runs_folder: Path,
        store: SubmissionStore,
        connection_of: Callable[[SubmissionRecord], Connection],
    ) -> None:
        self._runs_folder, self._store = runs_folder, store
        self._connection_of = connection_of

    def place_of(self, run_id: str) -> str:
        """Return the cluster on which states of a run may lie; empty where there are none.

        Asks no cluster.
        """
        place = read_place(self._runs_folder / run_id)
        if place is None:
            return ""
        try:
            record = self._store.load(place.token)
        except SmCoError:
            return ""
        known = {run.run_id for run in record.runs if not run.campaign}
        return record.cluster if keeps_states(record) and run_id in known else ""

    def look(
        self,
        tokens: Sequence[str] = (),
        run_ids: Sequence[str] = (),
        progress: ReportProgress = no_progress,
    ) -> StatesThere:
        """Return the states that lie on clusters and are not here; talks to the clusters.

        Parameters
        ----------
        tokens : sequence of str
            Submissions; all by default.
        run_ids : sequence of str
            Only of these runs; of all by default.
        progress : callable

        Raises
        ------
        InputError
            If there is no such submission.
        ClusterError
        """
        records = [self._store.load(token) for token in tokens] or self._store.records()[0]
        found: list[StateThere] = []
        for number, record in enumerate(records):
            progress(number / len(records), f"asking {record.cluster}")
            ids = [
                run.run_id
                for run in record.runs
                if (not run_ids or run.run_id in run_ids) and self._may_have(record, run.run_id)
            ]
            for begin in range(0, len(ids), AT_ONCE):
                found += self._look_at(record, ids[begin : begin + AT_ONCE])
        return StatesThere(states=tuple(found))

    def fetch(
        self,
        there: StatesThere,
        progress: ReportProgress = no_progress,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> StatesReport:
        """Bring states into their runs, each checked; talks to the clusters.

        Raises
        ------
        ClusterError
            If contact is lost; what came whole is kept.
        """
        runs: dict[tuple[str, str], list[StateThere]] = defaultdict(list)
        for each in there.states:
            runs[each.token, each.run_id].append(each)
        count, size_B, came, refused = 0, 0, [], []
        for number, ((token, run_id), states) in enumerate(runs.items()):
            if should_stop():
                break
            progress(number / len(runs), f"states of run {run_id}")
            landed, bad = self._fetch_run(self._store.load(token), run_id, states)
            count += len(landed)
            size_B += sum(each.size_B for each in landed)
            came += [run_id] if landed else []
            refused += [RefusedRun(run_id=run_id, reason=reason) for reason in bad]
        return StatesReport(
            fetched=count, runs=tuple(came), refused=tuple(refused), size_MB=size_B / 1e6
        )

    # ------------------------------------------------------------------ looking
    def _may_have(self, record: SubmissionRecord, run_id: str) -> bool:
        folder = self._runs_folder / run_id
        return (
            self.place_of(run_id) == record.cluster
            and (folder / SPEC_FILE).exists()
            and current_state(folder).state in LANDED
        )

    def _look_at(self, record: SubmissionRecord, run_ids: Sequence[str]) -> Iterator[StateThere]:
        """Yield what the events of some runs tell of states that are not here."""
        infos = {run_id: read_info(self._runs_folder / run_id) for run_id in run_ids}
        names = [
            f"{run_id}/{row.folder}/{EVENTS_FILE}"
            for run_id, info in infos.items()
            if info.solver == BUILTIN.name
            for row in info.cycles
        ]
        incoming = self._incoming(record)
        try:
            self._connection_of(record).fetch_tar(
                record.paths(1).runs_folder, names, incoming, most_bytes=_MOST_EVENTS_B
            )
            for run_id, info in infos.items():
                design = parse_design_text(info.design, SPEC_FILE)[0]
                for cycle, row in enumerate(info.cycles):
                    folder = self._runs_folder / run_id / row.folder
                    path = incoming / run_id / row.folder / EVENTS_FILE
                    told = (sound_event(line, design) for line in _lines(path))
                    wanted = list(_wanted(folder, told))
                    if not wanted:
                        continue
                    # The same for all states of a half-cycle, whose mesh is a file to read.
                    size_B = BYTES_PER_CELL * load_problem(folder).mesh.n_cells
                    for event in wanted:
                        yield StateThere(
                            token=record.token,
                            run_id=run_id,
                            cycle=cycle,
                            event=event,
                            size_B=size_B,
                        )
        finally:
            shutil.rmtree(incoming, ignore_errors=True)

    def _incoming(self, record: SubmissionRecord) -> Path:
        incoming = self._store.place(record.token) / "incoming-states"
        try:
            incoming.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise folder_error(incoming, error) from error
        return incoming

    # ------------------------------------------------------------------ fetching
    def _fetch_run(
        self, record: SubmissionRecord, run_id: str, states: Sequence[StateThere]
    ) -> tuple[list[StateThere], list[str]]:
        """Return the states of a run that landed, and why others did not."""
        folder = self._runs_folder / run_id
        cycles = read_info(folder).cycles
        incoming = self._incoming(record)
        landed, bad = [], []
        try:
            came = self._connection_of(record).fetch_tar(
                record.paths(1).run(run_id),
                [f"{cycles[each.cycle].folder}/{each.event.path}" for each in states],
                incoming,
                most_bytes=sum(each.size_B + _HEADER_B for each in states),
            )
            with FolderLock(folder):
                for each in states:
                    name = f"{cycles[each.cycle].folder}/{each.event.path}"
                    try:
                        if name not in came:
                            raise RefusedResultError(f"{name} is not on {record.cluster} any more")
                        _land(incoming / name, folder, cycles[each.cycle], each.event)
                        landed.append(each)
                    except (RefusedResultError, InputError) as error:
                        bad.append(error.message)
        except RemoteFileError as error:
            bad.append(error.message)
        except OSError as error:
            raise folder_error(folder, error) from error
        finally:
            shutil.rmtree(incoming, ignore_errors=True)
        return landed, bad


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _wanted(folder: Path, told: Iterator[SolverEvent | None]) -> Iterator[Snapshot]:
    """Yield states of a half-cycle that are of one of its field steps and are not here."""
    here = read_cycle(folder)
    fields_T = {event.index: event.mu0_H_T for event in here if isinstance(event, FieldStep)}
    known = {(event.index, event.reason) for event in here if isinstance(event, Snapshot)}
    for event in told:
        if not isinstance(event, Snapshot) or (event.index, event.reason) in known:
            continue
        field_T = fields_T.get(event.index)
        is_of_step = field_T is not None and abs(field_T - event.mu0_H_T) <= _FIELD_SLACK_T
        if is_of_step and event.reason in _REASONS and event.path == _name_of(event):
            known.add((event.index, event.reason))
            yield event


def _name_of(event: Snapshot) -> str:
    return f"{SNAPSHOT_FOLDER}/{event.reason}_{event.mu0_H_T:+.4f}T.ovf"


def _land(path: Path, folder: Path, row: CycleInfo, event: Snapshot) -> None:
    """Check a state, and put it into its half-cycle; the caller holds the folder's lock."""
    cycle = folder / row.folder
    problem = load_problem(cycle)
    m = load_state(path, problem.mesh)
    lengths = np.linalg.norm(m, axis=0)
    if not np.isfinite(lengths).all() or lengths.max() > LARGEST_M:
        raise RefusedResultError(f"{event.path} holds what is no magnetisation")
    steps = (each for each in read_cycle(cycle) if isinstance(each, FieldStep))
    step = next(each for each in steps if each.index == event.index)
    mean = Moments(problem).mean(m)
    if not np.allclose(mean, (step.mx, step.my, step.mz), rtol=0.0, atol=_SLACK_OF_M):
        raise RefusedResultError(
            f"{event.path} is not the state of field step {event.index}: its mean magnetisation "
            "is another one"
        )
    (cycle / SNAPSHOT_FOLDER).mkdir(exist_ok=True)
    shutil.move(path, cycle / event.path)
    append_line(cycle / EVENTS_FILE, to_json(event))

"""The folder of one surrogate: what is to be trained, how far it is, and the model.

``PROJECT/surrogates/NAME`` holds ``request.json`` and the designs (``training.parquet`` and
``test.parquet``), ``training.jsonl`` with a line per report, a checkpoint while it is at work, and
``model`` once it is done. An older model stays in place until the new one is complete.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from smcogui.data.dataset import COLUMNS
from smcogui.data.dataset_import import read_rows
from smcogui.data.exporters import write_file
from smcogui.data.table_files import TableColumn, write_table
from smcogui.errors import InputError
from smcogui.runs.folder import folder_error
from smcogui.runs.jsonl import append_line, read_objects
from smcogui.runs.lock import is_locked
from smcogui.surrogates.training_options import TrainingOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

REQUEST_FILE: Final = "request.json"
TRAINING_ROWS: Final = "training.parquet"
TEST_ROWS: Final = "test.parquet"
EVENTS_FILE: Final = "training.jsonl"
CHECKPOINT_FILE: Final = "checkpoint.safetensors"
STOP_FILE: Final = "stop"
LOG_FILE: Final = "training.log"
MODEL_FOLDER: Final = "model"
ASKED: Final = "asked"
LOSSES: Final = "losses"
"""Reports besides those of an end, which are called as the state is."""
_START_S: Final = 60.0
"""A process that has not taken the folder after so long did not start."""


class TrainingState(StrEnum):
    """Where a training stands; the value is what people read."""

    NONE = "not begun"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    LOST = "lost"


_UNDONE: Final = (TrainingState.FAILED, TrainingState.STOPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRequest:
    """What is to be trained.

    Parameters
    ----------
    options : TrainingOptions
    fixed : tuple of str
        Inputs that have one value only.
    test_share : float
        Of the structures, where no designs to test with are given.
    sources : dict
        Where the designs come from, for the card.
    """

    options: TrainingOptions = field(default_factory=TrainingOptions)
    fixed: tuple[str, ...] = ()
    test_share: float = 0.2
    sources: dict[str, list[str]] = field(default_factory=dict)

    def sha256(self, training: Sequence[Any], test: Sequence[Any]) -> str:
        """Return what tells this request with these designs from any other."""
        digest = hashlib.sha256(repr((self.options, self.fixed, self.test_share)).encode())
        for rows in (training, test):
            digest.update(json.dumps(rows, sort_keys=True).encode())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStatus:
    """Where a training stands.

    Parameters
    ----------
    state : TrainingState
    step, steps : int
        Of the ensemble; 0 before the first report.
    training, held_out : float or None
        Losses in standardised units.
    eta_s : float or None
        Seconds to go, for the ensemble.
    error : dict
        Message, key, given and allowed where it failed; empty otherwise.
    exit_code : int
        What the command line ends with.
    """

    state: TrainingState
    step: int = 0
    steps: int = 0
    training: float | None = None
    held_out: float | None = None
    eta_s: float | None = None
    error: dict[str, Any] = field(default_factory=dict)
    exit_code: int = 0


class TrainingFolder:
    """One surrogate on disk.

    Parameters
    ----------
    path : Path
        Need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def model(self) -> Path:
        """Folder of the model."""
        return self.path / MODEL_FOLDER

    @property
    def is_at_work(self) -> bool:
        """Whether a process trains in it."""
        return is_locked(self.path)

    def prepare(
        self,
        request: TrainingRequest,
        training: Sequence[dict[str, Any]],
        test: Sequence[dict[str, Any]],
        *,
        replace: bool = False,
    ) -> bool:
        """Write down what is to be trained; return whether there is anything to do.

        The same request again goes on from its checkpoint, or is done already.

        Raises
        ------
        InputError
            If another request is at work there, or is there and is not to be replaced.
        RunFolderError
            If the folder cannot be written.
        """
        mark = request.sha256(list(training), list(test))
        known = self._read_request()
        if known.get("sha256") == mark:
            if self.is_at_work:
                return False
            (self.path / STOP_FILE).unlink(missing_ok=True)
            is_there = self.status().state is TrainingState.DONE and self.model.is_dir()
            return not is_there
        if self.is_at_work:
            raise self._taken("another training is at work there; stop it, or wait")
        if known and not replace:
            raise self._taken(
                "it was trained with other designs or options; replace it (--replace), or choose "
                "another name (--name)"
            )
        facts = {
            "sha256": mark,
            "created_s": time.time(),
            "options": asdict(request.options),
            "fixed": list(request.fixed),
            "test_share": request.test_share,
            "sources": request.sources,
        }
        columns = [TableColumn(key=key) for key in COLUMNS]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for name in (REQUEST_FILE, EVENTS_FILE, CHECKPOINT_FILE, STOP_FILE, TEST_ROWS):
                (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise folder_error(self.path, error) from error
        write_table(training, self.path / TRAINING_ROWS, columns)
        if test:
            write_table(test, self.path / TEST_ROWS, columns)
        # Last: a folder with a request is complete.
        write_file(self.path / REQUEST_FILE, json.dumps(facts, indent=1).encode())
        return True

    def request(self) -> TrainingRequest:
        """Return what is to be trained; raises InputError where nothing is."""
        facts = self._read_request()
        try:
            return TrainingRequest(
                options=TrainingOptions(**facts["options"]),
                fixed=tuple(facts["fixed"]),
                test_share=facts["test_share"],
                sources=facts["sources"],
            )
        except (KeyError, TypeError) as error:
            raise InputError(
                f"{self.path} holds nothing to train: {REQUEST_FILE} is missing or damaged",
                key="folder",
                given=str(self.path),
                allowed="a folder that `train` made",
            ) from error

    def rows(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the designs to train on and to test with; the latter may be none."""
        test = self.path / TEST_ROWS
        return read_rows(self.path / TRAINING_ROWS), read_rows(test) if test.exists() else []

    def tell(self, event: str, **facts: Any) -> None:
        """Append a report."""
        line = {"event": event, "time_s": time.time(), **facts}
        append_line(self.path / EVENTS_FILE, json.dumps(line))

    def begin(self) -> None:
        """Note that a process is started, which nobody wants to stop yet."""
        (self.path / STOP_FILE).unlink(missing_ok=True)
        self.tell(ASKED)

    def ask_to_stop(self) -> None:
        """Ask the process at work to stop; its checkpoint stays."""
        if self.is_at_work:
            (self.path / STOP_FILE).touch()

    @property
    def is_to_stop(self) -> bool:
        """Whether somebody asked to stop."""
        return (self.path / STOP_FILE).exists()

    def events(self) -> list[dict[str, Any]]:
        """Return all reports, the oldest first; the losses among them make the loss curves."""
        return read_objects(self.path / EVENTS_FILE)

    def status(self) -> TrainingStatus:
        """Return where the training stands."""
        # Asked before the reports are read: a process that ends in between has told so.
        at_work = self.is_at_work
        events = self.events()
        losses = [each for each in events if each.get("event") == LOSSES]
        last = events[-1] if events else {}
        facts = {key: last_of(losses, key) for key in ("step", "steps", "training", "held_out")}
        state = _state_of(last, at_work=at_work) if self._read_request() else TrainingState.NONE
        return TrainingStatus(
            state=state,
            step=facts["step"] or 0,
            steps=facts["steps"] or 0,
            training=facts["training"],
            held_out=facts["held_out"],
            eta_s=_time_to_go(losses) if state is TrainingState.RUNNING else None,
            error=last.get("error", {}) if state is TrainingState.FAILED else {},
            exit_code=int(last.get("exit_code", 3)) if state is TrainingState.FAILED else 0,
        )

    def last_of_log(self) -> str:
        """Return the last line that the process wrote outside its reports."""
        try:
            lines = (self.path / LOG_FILE).read_text("utf-8", "replace").splitlines()
        except OSError:
            return ""
        return next((line for line in reversed(lines) if line.strip()), "")

    def _read_request(self) -> dict[str, Any]:
        try:
            facts = json.loads((self.path / REQUEST_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def _taken(self, why: str) -> InputError:
        return InputError(
            f"{self.path} is not trained: {why}",
            key="name",
            given=self.path.name,
            allowed="a name that is not taken, or --replace",
        )


def requested_trainings(folder: Path) -> list[str]:
    """Return the names below the surrogates of a project that are trained or being trained."""
    return sorted(path.parent.name for path in folder.glob(f"*/{REQUEST_FILE}"))


def last_of(events: Sequence[dict[str, Any]], key: str) -> Any:
    """Return the last value of a key, None where there is none."""
    return events[-1].get(key) if events else None


def _state_of(last: dict[str, Any], *, at_work: bool) -> TrainingState:
    event = last.get("event")
    is_starting = event == ASKED and time.time() - last["time_s"] < _START_S
    if at_work or is_starting:
        return TrainingState.RUNNING
    ended = {state.value: state for state in (TrainingState.DONE, *_UNDONE)}
    return ended.get(str(event), TrainingState.LOST)


def _time_to_go(losses: Sequence[dict[str, Any]]) -> float | None:
    """Return the seconds to go at the pace of the last reports; None before there is a pace."""
    recent = losses[-10:]
    if len(recent) < 2 or recent[-1]["step"] <= recent[0]["step"]:
        return None
    pace = (recent[-1]["time_s"] - recent[0]["time_s"]) / (recent[-1]["step"] - recent[0]["step"])
    return float(pace * (recent[-1]["steps"] - recent[-1]["step"]))

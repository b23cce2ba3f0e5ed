"""What a run folder says of its run, and the signature by which a change of it is noticed."""

from __future__ import annotations

import json
import logging
import os
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from smcogui.curves.summary import READING_KEYS
from smcogui.design.design import Design
from smcogui.design.design_file import parse_design_text
from smcogui.errors import SmCoError
from smcogui.runs.folder import EVENTS_FILE, RESULT_FILE, SPEC_FILE, RunInfo, read_info
from smcogui.runs.state import RunState
from smcogui.runs.watch import read_cycle, state_changes
from solver.events import FieldStep, Finished

_RUN_FILES: Final = (SPEC_FILE, EVENTS_FILE, RESULT_FILE)
ABSENT: Final = "-"
_LOG = logging.getLogger(__name__)


class RunContent:
    """What ``spec.json`` and ``result.json`` of a run hold, as the index keeps it: read when asked.

    Parameters
    ----------
    folder : Path
    packed : bytes, optional
        What :meth:`packed` gave; without it the folder is read.
    has_result : bool
        Whether there is a result, which is told without reading.
    """

    __slots__ = ("_folder", "_packed", "_parsed", "has_result")

    def __init__(
        self, folder: Path, packed: bytes | None = None, *, has_result: bool = False
    ) -> None:
        self._folder = folder
        self.has_result = has_result
        self._packed = packed
        self._parsed: tuple[RunInfo, Design, dict[str, Any] | None] | None = None

    @classmethod
    def of(
        cls, folder: Path, info: RunInfo, design: Design, result: dict[str, Any] | None
    ) -> RunContent:
        """Return the content of a folder that has just been read."""
        made = cls(folder, has_result=result is not None)
        made._parsed = (info, design, result)
        return made

    @property
    def folder(self) -> Path:
        """Folder of the run."""
        return self._folder

    @property
    def info(self) -> RunInfo:
        """What ``spec.json`` records."""
        return self._read()[0]

    @property
    def design(self) -> Design:
        """The design of the run."""
        return self._read()[1]

    @property
    def result(self) -> dict[str, Any] | None:
        """``result.json`` with ``run_dir`` as it is now; None until the run is DONE."""
        return self._read()[2]

    def packed(self) -> bytes:
        """Return the content as few bytes, which check themselves when they are read."""
        info, design, result = self._read()
        described = (_infos().dump_json(info), _designs().dump_json(design))
        return zlib.compress(b"\n".join((*described, json.dumps(result).encode())))

    def _read(self) -> tuple[RunInfo, Design, dict[str, Any] | None]:
        if self._parsed is None:
            try:
                self._parsed = self._unpack()
            except (zlib.error, ValidationError, ValueError, KeyError, SmCoError) as error:
                # Somebody else's hand: the folder is read again.
                _LOG.info("what the index holds of %s is not used: %s", self._folder, error)
                self._parsed = scan_run(self._folder).content._read()  # noqa: SLF001
            self._packed = None
        return self._parsed

    def _unpack(self) -> tuple[RunInfo, Design, dict[str, Any] | None]:
        if self._packed is None:
            raise ValueError("it was not kept")
        info, design, text = zlib.decompress(self._packed).split(b"\n")
        result = json.loads(text)
        return (
            _infos().validate_json(info),
            _designs().validate_json(design),
            None if result is None else {**result, "run_dir": str(self._folder)},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedRun:
    """A run as its folder described it when the files had this signature.

    Parameters
    ----------
    signature : str
        Of :func:`run_signature`.
    run_id, name : str
        As ``spec.json`` has them.
    created_s : float
    state : RunState
        The last one that was written. Whether an active one still holds depends on living
        processes, which no file tells.
    message : str
        What was written with the state.
    progress : float
        Share of the field points that are done, 0 to 1.
    content : RunContent
        Everything else.
    """

    signature: str
    run_id: str
    name: str
    created_s: float
    state: RunState
    message: str
    progress: float
    content: RunContent


def run_signature(folder: Path | str) -> str:
    """Return time and size of every file that a list of runs depends on.

    It begins with ``-`` where the folder holds no run. Without a result the half-cycles' events
    count too: they tell the progress.
    """
    # Thousands of times: names are joined as text, which is ten times as fast as a Path.
    start = f"{folder}{os.sep}"
    marks = [_mark(start + name) for name in _RUN_FILES]
    if marks[-1] == ABSENT:
        cycles = sorted(Path(folder).glob(f"cycle-*/{EVENTS_FILE}"))
        marks.extend(_mark(str(path)) for path in cycles)
    return " ".join(marks)


def is_no_run(signature: str) -> bool:
    """Tell by the signature of a folder that it describes no run."""
    return signature.startswith(ABSENT)


def scan_run(folder: Path) -> ScannedRun:
    """Read a run folder.

    Raises
    ------
    SmCoError
        If it is no run folder, or damaged.
    """
    # Taken first: what changes while the folder is read makes the next look read it again.
    signature = run_signature(folder)
    info = read_info(folder)
    design = parse_design_text(info.design, str(folder / SPEC_FILE))[0]
    changes = state_changes(folder)
    state, message = (changes[-1].state, changes[-1].message) if changes else (RunState.LOST, "")
    done = state is RunState.DONE
    return ScannedRun(
        signature=signature,
        run_id=info.run_id,
        name=info.name,
        created_s=info.created_s,
        state=state,
        message=message,
        progress=1.0 if done else progress_of(folder, info),
        content=RunContent.of(folder, info, design, read_result(folder) if done else None),
    )


def read_result(folder: Path) -> dict[str, Any] | None:
    """Return ``result.json`` with ``run_dir`` as it is now, or None where it is absent or damaged.

    Damaged is also one without all readings, or with readings that are no finite numbers.
    """
    try:
        text = (folder / RESULT_FILE).read_text(encoding="utf-8")
        data = json.loads(text, parse_constant=_refuse_constant)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("cycles"), list):
        return None
    rows = [data, data.get("spread"), data.get("averaged_curve"), *data["cycles"]]
    if not data["cycles"] or not all(_holds_readings(row) for row in rows):
        return None
    return {**data, "run_dir": str(folder)}


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _holds_readings(row: Any) -> bool:
    return isinstance(row, dict) and all(
        key in row and (row[key] is None or type(row[key]) in {int, float}) for key in READING_KEYS
    )


def read_steps(folder: Path, info: RunInfo) -> list[list[FieldStep]]:
    """Return the accepted field steps of every half-cycle of a run folder."""
    return [
        [event for event in read_cycle(folder / row.folder) if isinstance(event, FieldStep)]
        for row in info.cycles
    ]


def progress_of(folder: Path, info: RunInfo) -> float:
    """Return the share of the field points that are done, 0 to 1."""
    total = 0.0
    for row in info.cycles:
        events = read_cycle(folder / row.folder)
        if any(isinstance(event, Finished) for event in events):
            total += 1.0
        else:
            total += max((e.progress for e in events if isinstance(e, FieldStep)), default=0.0)
    return total / len(info.cycles)


def _mark(path: str) -> str:
    try:
        found = os.stat(path)
    except OSError:
        return ABSENT
    return f"{found.st_mtime_ns}:{found.st_size}"


@cache
def _infos() -> TypeAdapter[RunInfo]:
    return TypeAdapter(RunInfo)


@cache
def _designs() -> TypeAdapter[Design]:
    return TypeAdapter(Design)


def content_forms() -> list[dict[str, Any]]:
    """Return the schemas of what :meth:`RunContent.packed` holds; another form is read anew."""
    return [_infos().json_schema(), _designs().json_schema()]

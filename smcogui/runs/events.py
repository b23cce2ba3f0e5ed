"""What a run tells its watchers, and the lines of ``RUN_DIR/events.jsonl``.

The run's own file holds :class:`StateChanged` and :class:`LogLine` only. Field steps and snapshots
stay in the files of the half-cycles, which the solver writes; a watcher wraps them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from solver.events import FieldStep, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged:
    """The run went over into ``state`` at ``time_s`` (seconds since 1970); ``message`` says why."""

    state: RunState
    time_s: float
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleStep:
    """Half-cycle ``cycle`` accepted a field step."""

    cycle: int
    step: FieldStep


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleSnapshot:
    """Half-cycle ``cycle`` stored its magnetisation; the path is relative to its own folder."""

    cycle: int
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A sentence for people; ``level`` is info, warning or error; ``cycle`` None is the run's."""

    level: str
    message: str
    time_s: float = 0.0
    cycle: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Share of the field points that are done (0 to 1), and the seconds still to go.

    ``eta_s`` is None until the watcher has seen enough to measure the speed.
    """

    fraction: float
    eta_s: float | None = None


RunEvent = StateChanged | CycleStep | CycleSnapshot | LogLine | Progress


def to_json(event: StateChanged | LogLine) -> str:
    """Return the event as one line of JSON, without the newline."""
    if isinstance(event, StateChanged):
        data: dict[str, Any] = {
            "type": "StateChanged",
            "state": event.state.value,
            "time_s": event.time_s,
            "message": event.message,
        }
    else:
        data = {
            "type": "LogLine",
            "level": event.level,
            "message": event.message,
            "time_s": event.time_s,
            "cycle": event.cycle,
        }
    return json.dumps(data, allow_nan=False)


def from_json(line: str) -> StateChanged | LogLine:
    """Read one line of a run's ``events.jsonl``.

    Raises
    ------
    ValueError
        If the line is neither.
    """
    try:
        data: Any = json.loads(line)
    except RecursionError as error:
        raise ValueError(f"not an event of a run: {line[:80]!r}") from error
    kind = data.get("type") if isinstance(data, dict) else None
    try:
        if kind == "StateChanged":
            return StateChanged(
                state=RunState(data["state"]),
                time_s=float(data["time_s"]),
                message=str(data.get("message", "")),
            )
        if kind == "LogLine":
            return LogLine(
                level=str(data["level"]),
                message=str(data["message"]),
                time_s=float(data.get("time_s", 0.0)),
                cycle=data.get("cycle"),
            )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not an event of a run: {line[:80]!r}") from error
    raise ValueError(f"not an event of a run: {line[:80]!r}")

"""Writing into the events of a run, ``RUN_DIR/events.jsonl``: where it stands, and what is said."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from smcogui.runs.events import LogLine, StateChanged, to_json
from smcogui.runs.folder import EVENTS_FILE
from smcogui.runs.jsonl import append_line

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.runs.state import RunState

STOPPED: Final = "stopped on request; all accepted field steps are kept, resume the run to go on"
"""Message of a run that was cancelled."""


def record_state(folder: Path, state: RunState, message: str = "") -> RunState:
    """Record that a run went over into a state now, and why; return the state."""
    event = StateChanged(state=state, time_s=time.time(), message=message)
    append_line(folder / EVENTS_FILE, to_json(event))
    return state


def record_line(folder: Path, level: str, message: str) -> None:
    """Record a sentence for people; ``level`` is info, warning or error."""
    line = LogLine(level=level, message=message, time_s=time.time())
    append_line(folder / EVENTS_FILE, to_json(line))

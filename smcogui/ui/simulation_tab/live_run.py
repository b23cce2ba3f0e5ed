"""What the window knows of a run while it is followed; built from events, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smcogui.runs.events import CycleSnapshot, CycleStep, LogLine, Progress, StateChanged
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smcogui.runs.handle import RunHandle
    from smcogui.ui.simulation_tab.run_picture import RunPicture
    from solver.events import FieldStep


@dataclass(slots=True, kw_only=True)
class LiveRun:
    """A followed run: its handle and everything its events told so far."""

    handle: RunHandle
    state: RunState = RunState.PENDING
    message: str = ""
    steps: dict[int, list[FieldStep]] = field(default_factory=dict)
    step_count: int = 0
    snapshot_count: int = 0
    troubles: list[LogLine] = field(default_factory=list)
    fraction: float = 0.0
    eta_s: float | None = None
    picture: RunPicture | None = None

    def take(self, events: Iterable[Any]) -> None:
        """Add events, oldest first; of the log only warnings and errors are kept."""
        for event in events:
            if isinstance(event, CycleStep):
                self.steps.setdefault(event.cycle, []).append(event.step)
                self.step_count += 1
            elif isinstance(event, StateChanged):
                self.state, self.message = event.state, event.message
            elif isinstance(event, Progress):
                self.fraction, self.eta_s = event.fraction, event.eta_s
            elif isinstance(event, CycleSnapshot):
                self.snapshot_count += 1
            elif isinstance(event, LogLine) and event.level in {"warning", "error"}:
                self.troubles.append(event)

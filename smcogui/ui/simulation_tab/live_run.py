"""What the window knows of a run while it is followed; built from events, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smcogui.runs.events import CycleSnapshot, CycleStep, LogLine, Progress, StateChanged
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smcogui.runs.handle import RunHandle
    from solver.events import FieldStep


@dataclass(slots=True, kw_only=True)
class LiveRun:
    """A followed run: its handle and everything its events told so far."""

    handle: RunHandle
    state: RunState = RunState.PENDING
    message: str = ""
    steps: dict[int, list[FieldStep]] = field(default_factory=dict)
    snapshot_count: int = 0
    log: list[LogLine] = field(default_factory=list)
    fraction: float = 0.0
    eta_s: float | None = None
    readings: LiveReadings | None = None

    def take(self, events: Iterable[Any]) -> None:
        """Add events, oldest first."""
        for event in events:
            if isinstance(event, CycleStep):
                self.steps.setdefault(event.cycle, []).append(event.step)
            elif isinstance(event, StateChanged):
                self.state, self.message = event.state, event.message
            elif isinstance(event, Progress):
                self.fraction, self.eta_s = event.fraction, event.eta_s
            elif isinstance(event, CycleSnapshot):
                self.snapshot_count += 1
            elif isinstance(event, LogLine):
                self.log.append(event)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveReadings:
    """Mean curve and readings of a run so far; fields in T, None where undefined."""

    mean_mu0_H_T: tuple[float, ...] = ()
    mean_M_over_Ms: tuple[float, ...] = ()
    mu0_Hc_T: float | None = None
    mu0_Hp_T: float | None = None
    Phi_p: float | None = None
    hp_reading: str = "jump"

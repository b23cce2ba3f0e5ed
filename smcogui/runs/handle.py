"""What every backend returns for a submitted run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.runs.events import RunEvent
    from smcogui.runs.state import RunState


class RunHandle(Protocol):
    """A run that can be watched and stopped; all it knows it reads from the run's folder."""

    @property
    def run_id(self) -> str:
        """Name of the run: the hash of its content."""

    @property
    def folder(self) -> Path:
        """Folder of the run."""

    @property
    def cycles(self) -> int:
        """Number of half-cycles."""

    @property
    def state(self) -> RunState:
        """Where the run stands now (reads the folder)."""

    def poll(self) -> list[RunEvent]:
        """Return what is new since the last call; never waits.

        The first call replays everything that is on disk. Field steps of one half-cycle come in
        their order; a :class:`~smcogui.runs.events.Progress` ends a list that brought steps.
        Call it from one thread only.
        """

    def cancel(self) -> None:
        """Ask the run to stop; returns at once, poll() reports CANCELLED."""

    def wait(self, timeout_s: float | None = None) -> RunState:
        """Wait until nothing works on the run any more, or ``timeout_s`` has passed."""

"""The states of a run."""

from __future__ import annotations

from enum import StrEnum


class RunState(StrEnum):
    """Where a run stands.

    ``PENDING`` → (``STAGED`` → ``QUEUED`` →) ``RUNNING`` (→ ``FETCHING``) → one of ``DONE``,
    ``FAILED``, ``CANCELLED``. ``LOST`` means that nothing works on the run and it never said that
    it ended: the program was killed, or the machine went down. It is not ``FAILED``.
    """

    PENDING = "PENDING"
    """Described on disk; nothing has started yet."""
    STAGED = "STAGED"
    """Copied to where it will run."""
    QUEUED = "QUEUED"
    """Waits for its turn."""
    RUNNING = "RUNNING"
    """Field steps are being computed."""
    FETCHING = "FETCHING"
    """Results are being copied back."""
    DONE = "DONE"
    """Ended well; the result is on disk."""
    FAILED = "FAILED"
    """Ended early by an error that the message names."""
    CANCELLED = "CANCELLED"
    """Stopped on request; all accepted field steps are on disk."""
    LOST = "LOST"
    """Interrupted without a word; can be resumed."""

    @property
    def words(self) -> str:
        """The state as it is said to people."""
        return _WORDS[self]

    @property
    def is_active(self) -> bool:
        """Whether something is, or should be, at work on the run."""
        return self in _ACTIVE

    @property
    def is_resumable(self) -> bool:
        """Whether starting the run again goes on from its last field step."""
        return self in _RESUMABLE


_WORDS = {
    RunState.PENDING: "starting",
    RunState.STAGED: "copied",
    RunState.QUEUED: "waiting",
    RunState.RUNNING: "running",
    RunState.FETCHING: "fetching results",
    RunState.DONE: "done",
    RunState.FAILED: "failed",
    RunState.CANCELLED: "stopped",
    RunState.LOST: "interrupted",
}
_ACTIVE = frozenset(
    {RunState.PENDING, RunState.STAGED, RunState.QUEUED, RunState.RUNNING, RunState.FETCHING}
)
_RESUMABLE = frozenset({RunState.FAILED, RunState.CANCELLED, RunState.LOST})

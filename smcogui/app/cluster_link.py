"""The link to one cluster: one connection, used by all; lost contact is tried again, ever rarer."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from smcogui.app.cluster_views import Contact, LinkView
from smcogui.errors import (
    ClusterError,
    HostUnknownError,
    LostContactError,
    SchedulerDownError,
    SignInError,
    SignInNeededError,
)
from smcogui.runs.cluster.schedulers import (
    AS_FOUND,
    DETECT,
    DETECT_S,
    parse_detected,
    scheduler_named,
)
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.runs.cluster.asker import Asker
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.scheduler import Scheduler
    from smcogui.runs.cluster.schedulers import Detected

FIRST_RETRY_S: Final = 30.0
LONGEST_RETRY_S: Final = 1800.0
TRIES: Final = 8
"""Contact is tried again so often by itself: for about an hour and a half."""
SLOWEST_POLL_S: Final = 600.0
SLOWER: Final = 1.5
"""So much rarer is each look where the one before brought nothing new."""


class Connect(Protocol):
    """Opens a connection, as :func:`smcogui.runs.cluster.connection.connect` does."""

    def __call__(self, profile: ClusterProfile, asker: Asker) -> Connection:
        """Return the connection; raises ClusterError."""


class ClusterLink:
    """One cluster, and how contact with it stands; for several threads at once.

    Parameters
    ----------
    profile : ClusterProfile
    connect : Connect
    memory : Path, optional
        File that remembers how often contact was tried in vain, so that closing the program does
        not make it ask more often.
    clock : callable, optional
        Returns seconds since 1970.
    """

    def __init__(
        self,
        profile: ClusterProfile,
        connect: Connect,
        memory: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.profile = profile
        self._connect = connect
        self._memory = memory
        self._clock = clock
        self._connection: Connection | None = None
        self._detected: Detected | None = None
        self._opening = threading.Lock()
        self._view = LinkView(cluster=profile.name, since_s=clock())
        self._tries = 0
        self._poll_s = profile.poll_s
        self._remember_lost()

    @property
    def view(self) -> LinkView:
        """How it stands."""
        return self._view

    def open(self, asker: Asker) -> Connection:
        """Return the connection, opening it where there is none; asks whoever is given.

        Raises
        ------
        ClusterError
            As the sign-in ended; :attr:`view` says the same in words.
        """
        with self._opening:
            if self._connection is not None and self._connection.is_open:
                return self._connection
            self._say(Contact.CONNECTING, f"signing in to {self.profile.host}")
            try:
                self._connection = self._connect(self.profile, asker)
            except ClusterError as error:
                self.note_error(error)
                raise
            self._detected = None
            self._forget_tries()
            self._say(Contact.OPEN)
            return self._connection

    def detect(self, connection: Connection) -> Detected:
        """Return which schedulers are there; asked once for a connection.

        Raises
        ------
        LostContactError, SchedulerDownError
            If the cluster does not say.
        """
        if self._detected is None:
            self._detected = parse_detected(connection.run(DETECT, deadline_s=DETECT_S))
        return self._detected

    def scheduler_of(self, profile: ClusterProfile, connection: Connection) -> Scheduler:
        """Return the scheduler that a profile names, or the one that is there.

        Raises
        ------
        UnavailableError
            If this program does not speak to it.
        LostContactError, SchedulerDownError
            If the cluster does not say which one it is.
        """
        if profile.scheduler == AS_FOUND:
            return self.detect(connection).scheduler()
        return scheduler_named(profile.scheduler)

    def close(self) -> None:
        """Close the connection."""
        with self._opening:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()
            if self._view.contact in {Contact.OPEN, Contact.CONNECTING}:
                self._say(Contact.CLOSED)

    def try_again(self) -> None:
        """Forget how often contact was tried in vain: somebody asks for it now."""
        self._forget_tries()
        self._view = replace(self._view, next_poll_s=None)

    def is_due(self) -> bool:
        """Tell whether it is time to look at the cluster."""
        if self._view.contact in {Contact.PAUSED, Contact.SIGN_IN}:
            return False
        return self._clock() >= (self._view.next_poll_s or 0.0)

    def note_look(self, *, is_news: bool) -> None:
        """Record that the cluster answered, and whether anything had changed since the last look.

        Parameters
        ----------
        is_news : bool
            The next look comes later where not.
        """
        now = self._clock()
        shortest = self.profile.poll_s
        slowest = max(shortest, SLOWEST_POLL_S)
        self._poll_s = shortest if is_news else min(self._poll_s * SLOWER, slowest)
        self._forget_tries()
        if self._view.contact is not Contact.OPEN or self._view.message:
            self._say(Contact.OPEN)
        self._view = replace(self._view, polled_s=now, next_poll_s=now + self._poll_s)

    def note_error(self, error: ClusterError) -> None:
        """Record that a look went wrong, and when the next one is due."""
        if isinstance(error, SchedulerDownError):
            self._say(Contact.OPEN, error.message, self._clock() + self.profile.poll_s)
        elif isinstance(error, SignInNeededError | SignInError | HostUnknownError):
            self._say(Contact.SIGN_IN, error.message)
        elif isinstance(error, LostContactError):
            self._note_lost(error)
        elif self._connection is None or not self._connection.is_open:
            # A changed host key and the like: nothing gets better by itself.
            self._say(Contact.PAUSED, error.message)
        else:
            self._say(Contact.OPEN, error.message, self._clock() + self.profile.poll_s)

    def _note_lost(self, error: LostContactError) -> None:
        self._tries += 1
        now = self._clock()
        if self._tries > TRIES:
            self._keep(now, now)
            self._say(
                Contact.PAUSED,
                f"{error.message} Tried {self._tries} times; connect by hand when the cluster or "
                "the network is back. Jobs go on meanwhile",
            )
            return
        wait_s = min(FIRST_RETRY_S * 2 ** (self._tries - 1), LONGEST_RETRY_S)
        due_s = max(now + wait_s, error.retry_at or 0.0)
        self._keep(now, due_s)
        self._say(Contact.LOST, error.message, due_s)

    def _keep(self, now: float, due_s: float) -> None:
        if self._memory is None:
            return
        since_s = self._view.since_s if self._view.contact is Contact.LOST else now
        data = {"tries": self._tries, "since_s": since_s, "due_s": due_s}
        # The folder is read-only: this program remembers it, the next one does not.
        with contextlib.suppress(OSError):
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._memory, json.dumps(data).encode())

    def _remember_lost(self) -> None:
        try:
            data = json.loads((self._memory or Path()).read_bytes())
            tries, since_s, due_s = (float(data[key]) for key in ("tries", "since_s", "due_s"))
        except (OSError, ValueError, KeyError, TypeError):
            return
        # A clock that was set back must not keep it waiting for ever.
        due_s = min(due_s, self._clock() + LONGEST_RETRY_S)
        self._tries = min(int(tries), TRIES)
        self._view = replace(
            self._view,
            contact=Contact.LOST,
            since_s=since_s,
            message="there was no contact when the program was closed",
            next_poll_s=due_s,
        )

    def _forget_tries(self) -> None:
        if self._tries and self._memory is not None:
            with contextlib.suppress(OSError):
                self._memory.unlink(missing_ok=True)
        self._tries = 0

    def _say(self, contact: Contact, message: str = "", next_s: float | None = None) -> None:
        since_s = self._view.since_s if contact is self._view.contact else self._clock()
        self._view = replace(
            self._view, contact=contact, since_s=since_s, message=message, next_poll_s=next_s
        )

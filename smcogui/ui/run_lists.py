"""Brings the runs of the project to everything in the window that lists them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from smcogui.ui.long_lived import long_lived

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smcogui.app.session import RunRecord, Session
    from smcogui.ui.run_bridge import RunBridge

    Show = Callable[[list[RunRecord]], object]


class RunLists(QObject):
    """Reads the runs in the background and shows them in one list after the other.

    Parameters
    ----------
    session : Session
    bridge : RunBridge
    shows : sequence of callable
        What takes the runs, in the order in which it is called.
    """

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        shows: Sequence[Show],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._shows = session, bridge, tuple(shows)

    def refresh(self) -> None:
        """Read the runs again and show them."""
        self._bridge.ask("runs", partial(long_lived, self._session.read_runs), self._show)

    def _show(self, runs: list[RunRecord]) -> None:
        project = self._session.project
        for show in self._shows:
            # A turn for each: the lists of a large project take a moment to be filled.
            QTimer.singleShot(0, self, partial(self._show_if_open, project, show, runs))

    def _show_if_open(self, project: Path, show: Show, runs: list[RunRecord]) -> None:
        """Show the runs of a project, unless another one was opened in between."""
        if self._session.project == project:
            show(runs)

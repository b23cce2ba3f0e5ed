"""Reads the stored magnetisations of a run for the view beside the plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from smcogui.app.states import states_elsewhere
from smcogui.ui.simulation_tab.magnetisation_state import MagnetisationState

if TYPE_CHECKING:
    from smcogui.app.session import Session, SnapshotRecord
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.simulation_tab.state_view import StateView


class StateLoader(QObject):
    """Fills a view with the states of one run.

    Signals
    -------
    failed : Signal(str)
        Why something could not be read.
    lie_elsewhere : Signal(str)
        The cluster on which the states of the run lie; empty where none do.
    """

    failed = Signal(str)
    lie_elsewhere = Signal(str)

    def __init__(self, session: Session, bridge: RunBridge, view: StateView) -> None:
        super().__init__(view)
        self._session, self._bridge, self._view = session, bridge, view
        self._run_id: str | None = None
        view.wanted.connect(self._load)

    def turn_to(self, run_id: str | None) -> None:
        """Clear the view, and list the states of another run in it."""
        self._run_id = run_id
        self._view.clear()
        self.lie_elsewhere.emit("")
        self.refresh()

    def refresh(self) -> None:
        """List the states that the run has stored by now."""
        run_id = self._run_id
        if run_id is not None:
            self._bridge.ask(
                "snapshots",
                lambda: (
                    self._session.snapshots(run_id),
                    states_elsewhere(self._session, run_id),
                ),
                lambda found: self._list(run_id, *found),
                self._explain,
            )

    def _list(self, run_id: str, found: list[SnapshotRecord], cluster: str) -> None:
        if run_id == self._run_id:
            self._view.show_snapshots(found)
            self._view.show_elsewhere(cluster)
            self.lie_elsewhere.emit(cluster)

    def _load(self, snapshot: SnapshotRecord) -> None:
        run_id = self._run_id
        if run_id is None:
            return

        def read() -> MagnetisationState:
            m, mesh = self._session.load_snapshot(run_id, snapshot.cycle, snapshot.index)
            alpha = self._session.run(run_id).design.alpha
            return MagnetisationState(m=m, mesh=mesh, alpha=alpha, path=snapshot.path)

        self._bridge.ask("snapshot", read, self._view.show_state, self._explain)

    def _explain(self, error: Exception) -> None:
        self.failed.emit(str(error))

"""The runs that the window follows: started, resumed, attached to, and what they told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from smcogui.runs.state import RunState
from smcogui.ui.simulation_tab.live_run import LiveRun
from smcogui.ui.simulation_tab.run_picture import RunReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from smcogui.app.session import RunRecord, Session
    from smcogui.design.design import Design
    from smcogui.runs.handle import RunHandle
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.simulation_tab.run_picture import RunPicture


class FollowedRuns(QObject):
    """Brings runs and their news together; shows nothing.

    Signals
    -------
    changed : Signal()
        A run began, went into another state, or ended.
    begun : Signal(str)
        A run was started, resumed or taken over; its id.
    was_done : Signal(str)
        The run that was to be started had been computed already; emitted after ``begun``.
    told : Signal(str)
        There is news of a run.
    stored : Signal(str)
        A run stored another magnetisation.
    drawn : Signal(str)
        A run has a new picture.
    not_started : Signal(str)
        Why a run could not be started or resumed.
    not_followed : Signal(str)
        Why a run could not be followed or read.
    """

    changed = Signal()
    begun = Signal(str)
    was_done = Signal(str)
    told = Signal(str)
    stored = Signal(str)
    drawn = Signal(str)
    not_started = Signal(str)
    not_followed = Signal(str)

    def __init__(self, session: Session, bridge: RunBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._bridge = session, bridge
        self._live: dict[str, LiveRun] = {}
        self._readers: dict[str, RunReader] = {}
        self._is_starting = False
        bridge.run_news.connect(self._news)
        bridge.run_ended.connect(self._ended)

    @property
    def is_starting(self) -> bool:
        """Whether a run is just being started or resumed."""
        return self._is_starting

    def live(self, run_id: str | None) -> LiveRun | None:
        """Return what is known of a followed run."""
        return self._live.get(run_id or "")

    def active_ids(self) -> list[str]:
        """Return the ids of the runs at work that are followed."""
        return [run_id for run_id, live in self._live.items() if live.state.is_active]

    def stop_all(self) -> None:
        """Ask every run that is followed to stop."""
        for run_id in self.active_ids():
            self._live[run_id].handle.cancel()

    def start(self, design: Design, snapshots_T: tuple[float, ...]) -> None:
        """Run a design with the solver of the settings."""
        backend = self._session.settings_file.settings.backend
        self._begin(
            lambda: self._session.start_run(design, snapshots_T=snapshots_T, backend=backend)
        )

    def resume(self, run_id: str) -> None:
        """Go on with a run."""
        self._forget(run_id)
        self._begin(lambda: self._session.resume_run(run_id))

    def adopt(self, handle: RunHandle) -> None:
        """Follow a run that was started, resumed or run again elsewhere in the window."""
        self._is_starting = False
        self._follow(handle)
        self.begun.emit(handle.run_id)
        self.changed.emit()

    def attach(self, run_id: str) -> None:
        """Follow a run of the project, whoever started it, unless that is done already."""
        if run_id in self._live:
            return
        self._bridge.ask(
            f"attach {run_id}",
            lambda: self._session.attach(run_id),
            self._follow,
            lambda error: self.not_followed.emit(str(error)),
        )

    def attach_active(self, runs: Iterable[RunRecord]) -> None:
        """Follow the runs at work."""
        for run in runs:
            if run.state.is_active:
                self.attach(run.run_id)

    def leave_all(self) -> None:
        """Follow no run any more; those at work go on."""
        for run_id in list(self._live):
            self._bridge.unfollow(run_id)
            self._forget(run_id)

    def keep_only(self, run_id: str) -> None:
        """Forget the steps of ended runs but this one; on the disk they are not lost."""
        for other, live in list(self._live.items()):
            if other != run_id and not live.state.is_active:
                self._forget(other)

    def ask_picture(self, run_id: str) -> None:
        """Let the picture of a run be made; :attr:`drawn` tells when it is there."""
        live = self._live.get(run_id)
        if live is None:
            return
        reader = self._readers.setdefault(run_id, RunReader(self._session, run_id))
        steps = {cycle: tuple(each) for cycle, each in live.steps.items()}
        self._bridge.ask_in_turn(
            "picture of the run",
            lambda: reader.read(steps),
            lambda picture: self._show_picture(run_id, live, picture),
            lambda error: self._explain(run_id, error),
        )

    def _begin(self, submit: Callable[[], RunHandle]) -> None:
        def start() -> tuple[RunHandle, bool]:
            handle = submit()
            return handle, handle.state is RunState.DONE

        def started(answer: tuple[RunHandle, bool]) -> None:
            handle, was_done = answer
            self.adopt(handle)
            if was_done:
                self.was_done.emit(handle.run_id)

        self._is_starting = True
        self._bridge.ask("start", start, started, self._refused)

    def _refused(self, error: Exception) -> None:
        self._is_starting = False
        self.not_started.emit(str(error))

    def _follow(self, handle: RunHandle) -> None:
        self._forget(handle.run_id)
        self._live[handle.run_id] = LiveRun(handle=handle)
        self._bridge.follow(handle.run_id, handle)

    def _forget(self, run_id: str) -> None:
        self._live.pop(run_id, None)
        self._readers.pop(run_id, None)

    def _news(self, run_id: str, events: tuple[Any, ...]) -> None:
        live = self._live.get(run_id)
        if live is None:
            return
        shots, state = live.snapshot_count, live.state
        live.take(events)
        if live.state is not state:
            self.changed.emit()
        self.told.emit(run_id)
        if live.snapshot_count != shots:
            self.stored.emit(run_id)

    def _ended(self, run_id: str) -> None:
        live = self._live.get(run_id)
        if live is not None:
            live.state = live.handle.state
            live.eta_s = None
            self.told.emit(run_id)
        self.changed.emit()

    def _show_picture(self, run_id: str, live: LiveRun, picture: RunPicture | None) -> None:
        if picture is not None and self._live.get(run_id) is live:
            live.picture = picture
            self.drawn.emit(run_id)

    def _explain(self, run_id: str, error: Exception) -> None:
        # A run that was deleted meanwhile needs no explanation.
        if run_id in self._live:
            self.not_followed.emit(str(error))

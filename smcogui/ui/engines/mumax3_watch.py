"""Whether MuMax3 can be used, asked in the background and again when its settings change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from smcogui.app.mumax3_state import Mumax3State

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import Session
    from smcogui.app.settings import Settings
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.settings.preferences import Preferences


class Mumax3Watch(QObject):
    """What was found last.

    Signals
    -------
    changed : Signal()
        :attr:`state` is another one.
    """

    changed = Signal()

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge = session, bridge
        self._number = 0
        self._settings = preferences.settings
        self.state: Mumax3State | None = None
        preferences.changed.connect(self._settings_changed)

    def look(self) -> None:
        """Start MuMax3 and let it say who it is; a thread of its own, as a bad one may hang."""
        self._number += 1
        number, engines = self._number, self._session.engines

        def find(_progress: ReportProgress, _should_stop: Callable[[], bool]) -> Mumax3State:
            return engines.find_mumax3()

        self._bridge.start_task(
            f"mumax3-{number}",
            find,
            on_report=lambda _fraction, _message: None,
            on_answer=lambda state: self._show(number, state),
            on_error=lambda error: self._show(number, Mumax3State(why_not=str(error))),
        )

    def _show(self, number: int, state: Mumax3State) -> None:
        if number == self._number and state != self.state:
            self.state = state
            self.changed.emit()

    def _settings_changed(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        if (before.mumax3, before.mumax3_gpus) != (settings.mumax3, settings.mumax3_gpus):
            self.state = None
            self.changed.emit()
            self.look()

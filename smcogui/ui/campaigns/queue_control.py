"""Starting and stopping the process that works off campaigns, and saying how that went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from smcogui.app.campaign_devices import CPU, CUDA, device_of, engine_name
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.errors import FolderInUseError
from smcogui.runs.spec import ENGINE_WORDS, MUMAX3

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.campaign_watch import CampaignNews
    from smcogui.app.project_campaigns import ProjectCampaigns
    from smcogui.ui.actions import Actions
    from smcogui.ui.campaigns.campaigns_tab import CampaignsTab
    from smcogui.ui.main_window import MainWindow

    Do = Callable[
        [
            Callable[[ProjectCampaigns], Any],
            Callable[[Any], object],
            Callable[[Exception], object],
        ],
        None,
    ]
    """Changes campaigns in the background, and gives the answer to the second one, or an error,
    once it is told, to the third."""

_STARTING_LOOKS: Final = 20
_LOOKED_FOR: Final = {
    CUDA: "Looking for an NVIDIA card and torch…",
    MUMAX3: "Looking for MuMax3 and a GPU…",
}
STARTS: Final = {
    "campaign.start_queue": CPU,
    "campaign.start_queue_gpu": CUDA,
    "campaign.start_queue_mumax3": MUMAX3,
}
"""Devices by the actions that start a queue on them."""


class QueueControl(QObject):
    """The queue of the campaigns of a window.

    Parameters
    ----------
    window : MainWindow
    tab : CampaignsTab
    do : callable
        See :data:`Do`.

    Signals
    -------
    failed : Signal(str)
        Why the queue does not compute what it was to compute.
    """

    failed = Signal(str)

    def __init__(self, window: MainWindow, tab: CampaignsTab, do: Do) -> None:
        super().__init__(window)
        self._window, self._tab, self._do = window, tab, do
        self._starting = 0
        self._engine = ""

    def run(self, name: str) -> None:
        """Let the queue compute a campaign; where none is at work it is started."""

        def work(campaigns: ProjectCampaigns) -> str:
            engine = campaigns.resume(name).engine
            at_work = campaigns.queue_engine
            if at_work and at_work != engine:
                raise FolderInUseError(
                    f"{name} waits: {ENGINE_WORDS[engine]} computes it, and the queue at work is "
                    f"one of {ENGINE_WORDS[at_work]}. Run it when that has ended, or stop the "
                    "queue first",
                    key="campaign",
                    given=name,
                )
            if not at_work:
                campaigns.start_queue(device_of(engine))
            return "" if at_work else engine

        self._do(work, self._started, self._not_started)

    def start(self, device: str) -> None:
        """Start the process, which computes the campaigns of its own solver."""

        def work(campaigns: ProjectCampaigns) -> str:
            campaigns.start_queue(device)
            return engine_name(device)

        self._do(work, self._started, self._not_started)
        if device in _LOOKED_FOR:
            self._tab.banner.show_message("note", _LOOKED_FOR[device])

    def stop(self) -> None:
        """Ask the process to stop."""
        words = "The queue was asked to stop; it ends after its field steps are written."
        self._do(
            lambda campaigns: campaigns.stop_queue(),
            lambda _: self._window.say(words),
            lambda _: None,
        )

    @property
    def is_starting(self) -> bool:
        """Whether a queue was started and is not known to be at work yet."""
        return self._starting > 0

    def forget(self) -> None:
        """Wait for no start any more, as another project is opened."""
        self._starting = 0

    def note(self, news: CampaignNews) -> None:
        """Say when a queue that was started is at work, or that it did not come to that."""
        if not self._starting:
            return
        waiting = {
            view.campaign.engine
            for view in news.views
            if view.campaign.order is CampaignOrder.RUN and view.overview.left
        }
        if news.queue_works or self._engine not in waiting:
            self._starting = 0
            self._tab.banner.clear_message()
            if not news.queue_works and waiting:
                self._tell_others(waiting)
            return
        self._starting -= 1
        if not self._starting:
            campaigns = self._window.session.campaigns
            self._window.bridge.ask("queue log", lambda: campaigns.last_of_log, self._show_log)

    def allow(self, actions: Actions, news: CampaignNews) -> None:
        """Tell which of its actions are possible."""
        for start in STARTS:
            can_start = not news.queue_works and not self._starting
            actions.set_enabled(start, can_start, "it is at work or starting")
        actions.set_enabled("campaign.stop_queue", news.queue_works, "the queue is not at work")

    def _started(self, engine: str) -> None:
        if engine:
            self._starting, self._engine = _STARTING_LOOKS, engine
            self._tab.banner.show_message("note", "Starting the queue…")

    def _tell_others(self, waiting: set[str]) -> None:
        """Say why a queue that was started has nothing to do."""
        (other,) = waiting
        start = next(start for start, device in STARTS.items() if engine_name(device) == other)
        self._tab.banner.show_message(
            "note",
            f"No campaign of {ENGINE_WORDS[self._engine]} waits, and the queue has ended. Those "
            f"that wait are computed by {ENGINE_WORDS[other]}: "
            f"{self._window.actions_by_id[start].text().replace('&', '')}, or send them to a "
            "cluster.",
        )

    def _show_log(self, line: str) -> None:
        why = f" It said last: {line}" if line else ""
        message = f"The queue was started and is not at work.{why}"
        self._tab.banner.show_message("error", message)
        self.failed.emit(message)

    def _not_started(self, error: Exception) -> None:
        self.failed.emit(str(error))

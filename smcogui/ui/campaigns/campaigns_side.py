"""All that a window needs for campaigns: looks at the files, actions, dialogs, jobs."""

from __future__ import annotations

import time
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QInputDialog

from smcogui.app.campaign_watch import CampaignNews, finished_runs
from smcogui.campaigns.campaign import ENGINES
from smcogui.campaigns.progress import MemberState
from smcogui.runs.spec import ENGINE_WORDS
from smcogui.ui.analysis_tab.overlay import read_mean_curves
from smcogui.ui.campaigns.action_conditions import refusals, run_of
from smcogui.ui.campaigns.campaign_exports import CampaignExports
from smcogui.ui.campaigns.campaigns_tab import SOLVERS, CampaignsTab
from smcogui.ui.campaigns.designs_page import ALL
from smcogui.ui.campaigns.queue_control import STARTS, QueueControl
from smcogui.ui.campaigns.sampling_dialog import SamplingDialog, free_name
from smcogui.ui.long_lived import long_lived

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.campaign_curation import Doubt
    from smcogui.app.project_campaigns import ProjectCampaigns
    from smcogui.app.session import RunRecord
    from smcogui.ui.main_window import MainWindow

_TOPIC: Final = "campaigns"
_CURVES: Final = "campaign curves"
_LOOK_MS: Final = 1000
_UNSEEN_MS: Final = 5000
_LEAST_REFRESH_S: Final = 2.0
_RUNS_PER_S: Final = 200
"""Lists of many runs are read anew less often while designs are done."""


class CampaignsSide(QObject):
    """The campaigns of a window.

    Parameters
    ----------
    window : MainWindow
        With its session, bridge, jobs and document already there.

    Attributes
    ----------
    tab : CampaignsTab
    dialog : SamplingDialog or None
        The one that is open.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session, self._bridge = window, window.session, window.bridge
        self._actions = window.actions_by_id
        self._watch = self._session.campaigns.watch()
        self._runs: Sequence[RunRecord] | None = None
        self._curves_of: tuple[str, ...] = ()
        self._to_analyse: list[str] = []
        self._numbers = count(1)
        self._done = self._refresh_s = 0.0
        self.dialog: SamplingDialog | None = None
        self.tab = CampaignsTab(window.units, self._actions)
        self.exports = CampaignExports(window, self.tab)
        self.queue = QueueControl(window, self.tab, self._do)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._connect()
        self._allow()

    def open_dialog(self, campaign: str = "", *, extend: bool = False) -> SamplingDialog:
        """Draw a sampling into a campaign, or into a new one where none is named."""
        if self.dialog is not None:
            self.dialog.reject()
        window, view = self._window, self.tab.news.view(campaign)
        dialog = SamplingDialog(
            self._session,
            self._bridge,
            window.jobs,
            window.document.design,
            None if view is None else view.campaign,
            tuple(each.campaign.name for each in self.tab.news.views),
            window.files,
            window,
        )
        if extend:
            dialog.form.show_extension(self.tab.samplings.selected())
        dialog.added.connect(self._added)
        dialog.finished.connect(lambda _code: self._closed(dialog))
        self.dialog = dialog
        dialog.open()
        return dialog

    def refresh(self) -> None:
        """Look at the campaigns of the project at once, as when it was just opened."""
        self._watch = self._session.campaigns.watch()
        self._look()

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Learn what the project's runs have come to."""
        is_first, self._runs = self._runs is None and not self._timer.isActive(), runs
        self._refresh_s = time.monotonic()
        if is_first and not self._bridge.is_busy(_TOPIC):
            self._look()
        if self._to_analyse:
            self._window.analysis_tab.table.select(self._to_analyse)
            self._to_analyse = []

    def leave_project(self) -> None:
        """Forget the campaigns; their queue goes on by itself."""
        self._timer.stop()
        self._bridge.drop(_TOPIC)
        self._bridge.drop(_CURVES)
        if self.dialog is not None:
            self.dialog.reject()
        self._runs, self._to_analyse, self._curves_of = None, [], ()
        self._done = 0.0
        self.queue.forget()
        self.tab.banner.clear_message()
        self.tab.overview.show_curves(())
        self.tab.show_news(CampaignNews())

    # ------------------------------------------------------------------ looking
    def _look(self) -> None:
        watch = self._watch
        self._timer.stop()
        # In turn: a watch is not for two threads at once.
        self._bridge.ask_in_turn(
            _TOPIC,
            partial(long_lived, lambda: watch.look(self._take_runs())),
            self._show,
            self._not_seen,
        )

    def _take_runs(self) -> Sequence[RunRecord] | None:
        """Return the runs that came since the last look; called in a worker thread."""
        runs, self._runs = self._runs, None
        return runs

    def _not_seen(self, error: Exception) -> None:
        self._explain(error)
        self._timer.start(_UNSEEN_MS)

    def _show(self, news: CampaignNews) -> None:
        if news.troubles:
            self.tab.banner.show_message("error", " ".join(news.troubles))
        self.tab.show_news(news)
        self.queue.note(news)
        self._show_curves()
        self._note_done(news)
        self._allow()
        is_awaited = self.tab.isVisible() or self.queue.is_starting
        self._timer.start(_LOOK_MS if is_awaited else _UNSEEN_MS)

    def _note_done(self, news: CampaignNews) -> None:
        """Let every list of runs show what was done, in a large project less often."""
        done = sum(view.overview.counts[MemberState.DONE] for view in news.views)
        rest_s = max(_LEAST_REFRESH_S, done / _RUNS_PER_S)
        if done != self._done and time.monotonic() - self._refresh_s > rest_s:
            self._done, self._refresh_s = done, time.monotonic()
            self._window.refresh_runs()

    def _show_curves(self) -> None:
        view = self.tab.current
        latest = () if view is None else view.overview.latest
        if latest == self._curves_of or not self.tab.isVisible():
            return
        self._curves_of = latest
        if not latest:
            self._bridge.drop(_CURVES)
            self.tab.overview.show_curves(())
            return
        self._bridge.ask(
            _CURVES,
            lambda: read_mean_curves(self._session, latest),
            self.tab.overview.show_curves,
            self._explain,
        )

    # ------------------------------------------------------------------ actions
    def _connect(self) -> None:
        tab = self.tab
        self._actions.connect(
            {
                "campaign.new": self.open_dialog,
                "campaign.add": lambda: self._with_current(self.open_dialog),
                "campaign.extend": lambda: self._with_current(
                    lambda name: self.open_dialog(name, extend=True)
                ),
                "campaign.copy": self._copy,
                "campaign.resume": lambda: self._with_current(self.queue.run),
                "campaign.pause": lambda: self._order(lambda c, name: c.pause(name)),
                "campaign.cancel": lambda: self._order(lambda c, name: c.cancel(name)),
                "campaign.raise": lambda: self._change_priority(1),
                "campaign.lower": lambda: self._change_priority(-1),
                **{start: partial(self.queue.start, device) for start, device in STARTS.items()},
                "campaign.stop_queue": self.queue.stop,
                "campaign.first": self._move_first,
                "campaign.repair": self._repair,
                "campaign.doubts": self._find_doubts,
                "campaign.refine": self._refine,
                "campaign.show_run": self._show_run,
                "campaign.analyse": self._analyse,
                "campaign.export": self.exports.open_dataset,
                "campaign.size_test": self.exports.open_size_test,
            }
        )
        tab.selection_changed.connect(self._selected)
        tab.designs.run_wanted.connect(self._show_run)

    def _selected(self) -> None:
        self._show_curves()
        self._allow()

    def _do(
        self,
        work: Callable[[ProjectCampaigns], Any],
        then: Callable[[Any], object] = lambda _: None,
        otherwise: Callable[[Exception], object] = lambda _: None,
    ) -> None:
        """Change campaigns in the background and look at them afterwards."""
        campaigns = self._session.campaigns

        def done(answer: Any) -> None:
            self.tab.banner.clear_message()
            then(answer)
            self._look()

        def failed(error: Exception) -> None:
            self._explain(error)
            otherwise(error)

        topic = f"campaign change {next(self._numbers)}"
        self._bridge.ask(topic, lambda: work(campaigns), done, failed)

    def _order(self, change: Callable[[ProjectCampaigns, str], object]) -> None:
        self._with_current(lambda name: self._do(lambda campaigns: change(campaigns, name)))

    def _change_priority(self, step: int) -> None:
        view = self.tab.current
        if view is not None:
            name, priority = view.campaign.name, view.campaign.priority + step
            self._do(lambda campaigns: campaigns.set_priority(name, priority))

    def _copy(self) -> None:
        """Make a campaign of the same designs for the other solver."""
        view = self.tab.current
        if view is None:
            return
        source = view.campaign
        engine = next(each for each in ENGINES if each != source.engine)
        taken = tuple(each.campaign.name for each in self.tab.news.views)
        words = ENGINE_WORDS[engine]
        name, ok = QInputDialog.getText(
            self.tab,
            "Copy for the other solver",
            f"Name of the campaign that {words} computes, of the {source.size} designs of "
            f"{source.name}:",
            text=free_name(f"{source.name} {SOLVERS[engine]}", taken),
        )
        if ok and name.strip():
            self._do(
                lambda campaigns: campaigns.copy(source.name, name.strip(), engine=engine),
                lambda made: self._added(made.name),
            )

    def _move_first(self) -> None:
        keys = [status.entry.key for status in self.tab.designs.selected()]
        self._with_current(
            lambda name: self._do(lambda campaigns: campaigns.move_first(name, keys))
        )

    def _repair(self) -> None:
        failed = [s.entry.key for s in self.tab.chosen() if s.state is MemberState.FAILED]
        self._with_current(
            lambda name: self._do(
                lambda campaigns: campaigns.repair(name, failed),
                lambda count: self._window.say(
                    f"{count} designs that failed are tried again when the queue comes to them."
                ),
            )
        )

    def _find_doubts(self) -> None:
        """Select the finished designs that scatter or are outliers."""
        name = self._current_name()
        self._do(
            lambda campaigns: campaigns.doubts(name), lambda doubts: self._show_doubts(name, doubts)
        )

    def _show_doubts(self, name: str, doubts: Sequence[Doubt]) -> None:
        if self._current_name() != name:
            return
        if not doubts:
            self._window.say("No finished design scatters or is an outlier among its neighbours.")
            return
        tab = self.tab
        tab.pages.setCurrentWidget(tab.designs)
        tab.designs.show_only(ALL)
        tab.designs.table.select([doubt.key for doubt in doubts])
        first = doubts[0].suspect
        tab.banner.show_message(
            "warning",
            f"{len(doubts)} finished designs scatter or are outliers; they are selected. The "
            f"first: {first.trouble.value}, {first.reason}",
        )

    def _refine(self) -> None:
        """Let the queue compute what is doubted again at half the cell size."""
        name = self._current_name()
        self._do(lambda campaigns: campaigns.doubts(name, refine=True), self._refined)

    def _refined(self, doubts: Sequence[Doubt]) -> None:
        tried = sum(doubt.is_tried for doubt in doubts)
        self._window.say(
            f"{tried} of {len(doubts)} designs that are doubted are computed again at half the "
            "cell size when the queue comes to them; both runs are kept."
        )

    def _show_run(self) -> None:
        run_id = run_of(self.tab.designs.selected())
        if run_id:
            self._window.show_run(run_id)

    def _analyse(self) -> None:
        """Select finished designs in the Analysis tab, as soon as they are listed there."""
        view = self.tab.current
        if view is None:
            return
        chosen = finished_runs(self.tab.chosen()) or finished_runs(view.statuses)
        self._to_analyse = [run.run_id for run in chosen]
        self._window.figures.show_set(view.campaign.name)
        self._window.tabs.setCurrentWidget(self._window.analysis_tab)
        self._window.refresh_runs()

    def _current_name(self) -> str:
        view = self.tab.current
        return "" if view is None else view.campaign.name

    def _with_current(self, then: Callable[[str], object]) -> None:
        view = self.tab.current
        if view is not None:
            then(view.campaign.name)

    def _added(self, name: str) -> None:
        self.tab.select_campaign(name)
        self._window.tabs.setCurrentWidget(self.tab)
        self._look()

    def _closed(self, dialog: SamplingDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()

    def _explain(self, error: Exception) -> None:
        self.tab.banner.show_message("error", str(error))

    def _allow(self) -> None:
        tab, news = self.tab, self.tab.news
        self.queue.allow(self._actions, news)
        found = refusals(tab.current, tab.designs.selected(), queue_engine=news.queue_engine)
        for action_id, why_not in found.items():
            self._actions.set_enabled(action_id, not why_not, why_not)

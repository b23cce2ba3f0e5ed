"""All that a window needs for clusters: looks at what is known, actions, questions, the wizard."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMessageBox

from smcogui.app.cluster_views import ClustersView
from smcogui.app.jobs import CLUSTER_KIND
from smcogui.ui.clusters.action_conditions import refusals
from smcogui.ui.clusters.cluster_words import fetch_words
from smcogui.ui.clusters.clusters_tab import ClustersTab
from smcogui.ui.clusters.states_fetch import StatesFetch
from smcogui.ui.clusters.window_asker import WindowAsker
from smcogui.ui.clusters.wizard_starts import WizardStarts
from smcogui.ui.heavy_imports import load_clusters

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.cluster_views import FetchReport, SubmissionView
    from smcogui.app.jobs import ReportProgress
    from smcogui.app.project_clusters import ProjectClusters
    from smcogui.ui.main_window import MainWindow

_TOPIC: Final = "clusters"
_LOG: Final = "cluster log"
_LOOK_MS: Final = 1000
_UNSEEN_MS: Final = 5000
_LEAST_REFRESH_S: Final = 2.0


class ClustersSide(QObject):
    """The clusters of a window.

    Parameters
    ----------
    window : MainWindow
        With its session, bridge, jobs and document already there.

    Attributes
    ----------
    tab : ClustersTab
    asker : WindowAsker
        Who answers what a sign-in asks.
    starts : WizardStarts
        The wizard, and from where it is opened.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self._bridge, self._jobs = window.bridge, window.jobs
        self._actions = window.actions_by_id
        self._numbers = count(1)
        self._here: dict[str, int] = {}
        self._refresh_s = 0.0
        self._fetch_words, self._fetch_left = "", 0
        self.tab = ClustersTab(self._actions)
        self.starts = WizardStarts(window, self.tab)
        self.asker = WindowAsker(self._bridge, self.starts.over)
        self.starts.opening.connect(self._answer_questions)
        self.starts.closed.connect(self.asker.give_up)
        self.starts.submitted.connect(self._submitted)
        self._states = StatesFetch(window, self._confirm)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._connect()
        self._allow()

    def refresh(self) -> None:
        """Follow the clusters of the project that is open now."""
        self._bridge.ask(_TOPIC, load_clusters, lambda _loaded: self._begin(), self._not_seen)

    def leave_project(self) -> None:
        """Forget the submissions; their jobs go on."""
        self._timer.stop()
        for topic in (_TOPIC, _LOG):
            self._bridge.drop(topic)
        self.starts.close()
        self.asker.give_up()
        self._here = {}
        self.tab.banner.clear_message()
        self.tab.log.show_nothing()
        self.tab.show_view(ClustersView())

    def close(self) -> None:
        """End following and close the connections; jobs go on."""
        self.leave_project()
        self._session.close()

    # ------------------------------------------------------------------ looking
    def _begin(self) -> None:
        self._answer_questions()
        self._follow()
        self._look()

    def _answer_questions(self) -> None:
        self._session.clusters.ask_with(self.asker)

    def _follow(self) -> None:
        """Follow every cluster that has a profile, also those that came since the last call."""
        clusters = self._session.clusters
        self._bridge.ask(
            "cluster following", clusters.start_following, lambda _: None, self._explain
        )

    def _look(self) -> None:
        clusters = self._session.clusters
        self._timer.stop()
        self._bridge.ask_in_turn(_TOPIC, clusters.view, self._show, self._not_seen)

    def _show(self, view: ClustersView) -> None:
        if view.troubles:
            self.tab.banner.show_message("error", " ".join(view.troubles))
        self.tab.show_view(view)
        if sum(each.to_come for each in view.submissions) < self._fetch_left:
            # More has come since that was said.
            self.tab.banner.take_back(self._fetch_words)
            self._fetch_left = 0
        self._note_results(view)
        self._timer.start(_LOOK_MS if self.tab.isVisible() else _UNSEEN_MS)

    def _not_seen(self, error: Exception) -> None:
        self._explain(error)
        self._timer.start(_UNSEEN_MS)

    def _note_results(self, view: ClustersView) -> None:
        """Let every list of runs show what came, but not more often than it can be read."""
        here = {each.token: each.fetched for each in view.submissions}
        is_first = not self._here
        if here != self._here and time.monotonic() - self._refresh_s > _LEAST_REFRESH_S:
            self._here, self._refresh_s = here, time.monotonic()
            if not is_first:
                self._window.refresh_runs()

    # ------------------------------------------------------------------ actions
    def _connect(self) -> None:
        tab, starts = self.tab, self.starts
        self._actions.connect(
            {
                "cluster.submit": starts.open_for_design,
                "cluster.submit_campaign": starts.open_for_campaign,
                "cluster.add": starts.open_for_cluster,
                "cluster.edit": starts.open_for_profile,
                "cluster.resubmit": starts.open_for_failures,
                "cluster.connect": self._sign_in,
                "cluster.disconnect": self._disconnect,
                "cluster.forget": self._forget,
                "cluster.fetch": self._fetch,
                "cluster.fetch_states": self._fetch_states,
                "run.fetch_states": self._fetch_states_of_run,
                "cluster.log": self._read_log,
                "cluster.cancel": self._cancel,
                "cluster.clean": self._clean,
                "cluster.forget_submission": self._forget_submission,
            }
        )
        tab.selection_changed.connect(self._allow)
        tab.came_up.connect(self._look_now)
        tab.queue.log_wanted.connect(self._read_log)

    def _sign_in(self) -> None:
        link = self.tab.link
        if link is None:
            return
        name = link.cluster

        def work(progress: ReportProgress, clusters: ProjectClusters) -> None:
            clusters.connect(name)
            clusters.start_following()
            clusters.look(name, progress)

        self._start(f"Connect to {name}", work)

    def _disconnect(self) -> None:
        link = self.tab.link
        if link is not None:
            self._ask(lambda clusters: clusters.disconnect(link.cluster))

    def _forget(self) -> None:
        link = self.tab.link
        if link is not None and self._confirm(
            f"Forget {link.cluster}?",
            "Its profile is removed from this computer, and passwords of it from the keyring. What "
            "lies on the cluster stays.",
            "Forget",
        ):
            self._ask(lambda clusters: clusters.remove_profile(link.cluster))

    def _fetch(self) -> None:
        clusters = self._session.clusters

        def work(progress: ReportProgress, should_stop: Callable[[], bool]) -> FetchReport:
            return clusters.fetch((), progress, should_stop)

        self._jobs.start_task(
            "Results of clusters", CLUSTER_KIND, work, self._fetched, self._explain
        )

    def _fetched(self, report: FetchReport) -> None:
        came = len(report.fetched)
        bad = (*report.refused, *report.unfinished)
        if bad:
            self.tab.banner.show_message(
                "warning",
                f"{came} came, {len(bad)} were not taken; {bad[0].run_id}: {bad[0].reason}",
            )
        else:
            self._fetch_words, self._fetch_left = fetch_words(report), report.left
            self.tab.banner.show_done(self._fetch_words)
        self._look()
        if came:
            self._window.refresh_runs()

    def _fetch_states(self) -> None:
        shown = self.tab.submission
        if shown is not None:
            self._states.ask(shown.title, self.tab.banner, tokens=(shown.token,))

    def _fetch_states_of_run(self) -> None:
        tab = self._window.simulation_tab
        if tab.current_run is not None:
            self._states.ask(f"run {tab.current_run}", tab.banner, run_ids=(tab.current_run,))

    def _read_log(self) -> None:
        tasks = self.tab.queue.selected()
        if len(tasks) != 1:
            return
        task, clusters = tasks[0], self._session.clusters
        self.tab.pages.setCurrentWidget(self.tab.log)
        self.tab.log.title.show_text("Reading…")
        self._bridge.ask(
            _LOG,
            lambda: clusters.log_tail(task.token, task.number, task.attempt),
            lambda tail: self.tab.log.show_tail(tail, task),
            self._explain,
        )

    def _cancel(self) -> None:
        shown = self.tab.submission
        if shown is None:
            return
        numbers = tuple(task.number for task in self.tab.queue.selected() if not task.is_over)
        selected = "the selected job" if len(numbers) == 1 else f"{len(numbers)} selected jobs"
        if self._confirm(
            f"Cancel {selected if numbers else 'all jobs'} of {shown.title}?",
            "What they have not finished is lost; finished runs are fetched. What is cancelled "
            "can be submitted again.",
            "Cancel jobs",
        ):
            self._start(
                f"Cancel jobs of {shown.title}",
                lambda _progress, clusters: clusters.cancel(shown.token, numbers),
            )

    def _clean(self) -> None:
        shown = self.tab.submission
        if shown is not None and self._confirm(
            f"Remove the folder of {shown.title} on {shown.cluster}?",
            f"{shown.folder} goes with all in it. What was fetched is in this project and stays."
            f"{' Field states that were not fetched are lost.' if shown.keeps_states else ''}",
            "Remove",
        ):
            self._start(
                f"Clean up {shown.title}", lambda _progress, clusters: clusters.clean(shown.token)
            )

    def _forget_submission(self) -> None:
        shown = self.tab.submission
        if shown is None:
            return
        there = f"{shown.folder} stays on {shown.cluster}, and is not known here any more: clean up"
        words = f"{there} first if it is not wanted. " if shown.lies_there else ""
        if self._confirm(
            f"Forget the submission {shown.title}?",
            f"{words}It is taken off the list. Its runs stay in the project as they are.",
            "Forget",
        ):
            self._ask(lambda clusters: clusters.forget(shown.token))

    def _submitted(self, view: SubmissionView) -> None:
        self.tab.select_submission(view.token)
        self._window.tabs.setCurrentWidget(self.tab)
        if view.is_uncertain:
            self.tab.banner.show_message(
                "warning",
                f"{view.cluster} did not say whether it took {view.title}. It is looked for by its "
                "name at the next contact, and never submitted twice.",
            )
        else:
            runs = "1 run was" if view.runs == 1 else f"{view.runs} runs were"
            self.tab.banner.show_done(f"{view.title}: {runs} submitted.")
        self._follow()
        self._look()

    def _start(self, title: str, work: Callable[[ReportProgress, ProjectClusters], Any]) -> None:
        """Do what talks to a cluster as a job, and look at the clusters afterwards."""
        clusters = self._session.clusters
        self.tab.banner.clear_message()
        self._jobs.start_task(
            title,
            CLUSTER_KIND,
            lambda progress, _should_stop: work(progress, clusters),
            lambda _answer: self._look(),
            self._explain,
        )

    def _ask(self, work: Callable[[ProjectClusters], Any]) -> None:
        """Do what concerns this computer only, and look at the clusters afterwards."""
        clusters = self._session.clusters
        self.tab.banner.clear_message()
        self._bridge.ask(
            f"cluster change {next(self._numbers)}",
            lambda: work(clusters),
            lambda _answer: self._look(),
            self._explain,
        )

    def _confirm(self, question: str, words: str, yes: str) -> bool:
        box = QMessageBox(QMessageBox.Icon.Question, "Clusters", question, parent=self._window)
        box.setInformativeText(words)
        accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton("Leave it", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.exec()
        return box.clickedButton() is accept

    def _explain(self, error: Exception) -> None:
        self.tab.banner.show_message("error", str(error))
        self._look_again()

    def _look_now(self) -> None:
        if self._timer.isActive():
            self._look()

    def _look_again(self) -> None:
        if not self._timer.isActive():
            self._timer.start(_LOOK_MS)

    def _allow(self) -> None:
        tab = self.tab
        refused = refusals(tab.view, tab.link, tab.submission, tab.queue.selected())
        for action_id, why_not in refused.items():
            self._actions.set_enabled(action_id, not why_not, why_not)

"""Field states fetched from clusters when somebody asks for them, after their size was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from smcogui.app.jobs import CLUSTER_KIND
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.cluster_field_states import StatesReport, StatesThere
    from smcogui.app.jobs import ReportProgress
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.widgets.banner import Banner

_NONE = "No field states lie there that are not here."


class StatesFetch(QObject):
    """Looks which states there are, asks, and brings them.

    Parameters
    ----------
    window : MainWindow
    confirm : callable
        ``confirm(question, words, yes)`` asks the person at the window.
    """

    def __init__(self, window: MainWindow, confirm: Callable[[str, str, str], bool]) -> None:
        super().__init__(window)
        self._window, self._confirm = window, confirm

    def ask(
        self, title: str, banner: Banner, *, tokens: Sequence[str] = (), run_ids: Sequence[str] = ()
    ) -> None:
        """Look for the states of submissions, or of runs; what comes of it stands in a banner."""
        states = self._window.session.clusters.field_states
        banner.clear_message()

        def look(progress: ReportProgress, _should_stop: Callable[[], bool]) -> StatesThere:
            return states.look(tokens, run_ids, progress)

        self._window.jobs.start_task(
            f"Field states of {title}",
            CLUSTER_KIND,
            look,
            lambda found: self._offer(title, banner, found),
            lambda error: banner.show_message("error", str(error)),
        )

    def _offer(self, title: str, banner: Banner, found: StatesThere) -> None:
        if not found.states:
            banner.show_done(_NONE)
            return
        count = len(found.states)
        states = "1 field state" if count == 1 else f"{count} field states"
        runs = "1 run" if found.runs == 1 else f"{found.runs} runs"
        size = f"{format_number(found.size_MB, 3)} MB"
        if self._confirm(
            f"Fetch {states} of {runs}?", f"{size} are copied into the project.", f"Fetch {size}"
        ):
            self._fetch(title, banner, found)

    def _fetch(self, title: str, banner: Banner, found: StatesThere) -> None:
        states = self._window.session.clusters.field_states

        def fetch(progress: ReportProgress, should_stop: Callable[[], bool]) -> StatesReport:
            return states.fetch(found, progress, should_stop)

        self._window.jobs.start_task(
            f"Field states of {title}",
            CLUSTER_KIND,
            fetch,
            lambda report: self._fetched(banner, report),
            lambda error: banner.show_message("error", str(error)),
        )

    def _fetched(self, banner: Banner, report: StatesReport) -> None:
        came = "1 field state" if report.fetched == 1 else f"{report.fetched} field states"
        if report.refused:
            banner.show_message(
                "warning",
                f"{came} came, {len(report.refused)} were not taken: {report.refused[0].reason}",
            )
        else:
            banner.show_done(f"{came} came.")
        self._window.simulation_tab.refresh_states()

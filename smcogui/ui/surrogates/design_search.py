"""Designs that a surrogate finds: searched for in the background, used, and verified."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from smcogui.errors import InputError
from smcogui.ui.surrogate_words import plain_words
from smcogui.ui.surrogates.candidate_rows import found_by_front, found_by_search

if TYPE_CHECKING:
    from smcogui.app.verification import Verification
    from smcogui.surrogates.forward import Surrogate
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.surrogates.candidate_rows import FoundDesigns
    from smcogui.ui.surrogates.inverse_form import InverseRequest
    from smcogui.ui.surrogates.surrogates_tab import SurrogatesTab

_MORE_IS_BETTER: Final = {
    "mu0_Hc_T": True,
    "mu0_Hp_T": True,
    "Phi_p": False,
    "Mr_over_Ms": True,
    "BHmax_kJ_m3": True,
}
_CAMPAIGN: Final = "verified"
_FIND: Final = "find designs"
_VERIFY: Final = "verify candidates"
_LOOK: Final = "verified candidates"


class DesignSearch(QObject):
    """The page that finds designs and the page of verified ones.

    Parameters
    ----------
    window : MainWindow
        With its session, bridge, design tab and campaigns already there.
    tab : SurrogatesTab
    """

    def __init__(self, window: MainWindow, tab: SurrogatesTab) -> None:
        super().__init__(window)
        self._window, self._tab, self._page = window, tab, tab.inverse
        self._session, self._bridge = window.session, window.bridge
        self._prediction = window.design_tab.prediction
        self._stop = Event()
        window.actions_by_id.connect(
            {
                "surrogate.find": self.find,
                "surrogate.pareto": self.find_front,
                "surrogate.stop_search": self.stop,
                "surrogate.load": self.load,
                "surrogate.verify": self.verify,
                "surrogate.show_run": self._show_run,
            }
        )
        self._page.selection_changed.connect(self.allow)
        self._page.load_wanted.connect(self.load)
        tab.verified.selection_changed.connect(self.allow)
        tab.verified.run_wanted.connect(self._show_run)
        self._prediction.surrogate_changed.connect(self._surrogate_changed)
        window.campaigns.queue.failed.connect(self._not_simulated)
        self.allow()

    def find(self) -> None:
        """Look for designs as the form has it; the page comes into sight."""
        asked = self._asked()
        if asked is None:
            return
        request, surrogate = asked
        surrogates, page, stop = self._session.surrogates, self._page, self._begin()
        page.banner.show_message("note", "Looking for designs…")
        self._bridge.ask(
            _FIND,
            lambda: surrogates.invert(
                request.wanted,
                name=surrogate.name,
                ranges=request.ranges,
                z_phases=request.z_phases,
                zr_at_percent=request.zr_at_percent,
                count=request.count,
                scatter_nm=request.scatter_nm,
                should_stop=stop.is_set,
            ),
            lambda answer: self._found(found_by_search(answer, request.wanted, surrogate)),
            self._not_found,
        )
        self.allow()

    def find_front(self) -> None:
        """Look for the best trade-offs among the ticked readings."""
        asked = self._asked()
        if asked is None:
            return
        request, surrogate = asked
        objectives = {name: _MORE_IS_BETTER[name] for name in request.wanted}
        surrogates, page, stop = self._session.surrogates, self._page, self._begin()
        page.banner.show_message("note", "Looking for designs that nothing beats…")
        self._bridge.ask(
            _FIND,
            lambda: surrogates.pareto(
                objectives,
                name=surrogate.name,
                ranges=request.ranges,
                z_phases=request.z_phases,
                zr_at_percent=request.zr_at_percent,
                should_stop=stop.is_set,
            ),
            lambda front: self._found(found_by_front(front, surrogate)),
            self._not_found,
        )
        self.allow()

    def stop(self) -> None:
        """Stop the search that is at work; what was found before stays."""
        self._stop.set()
        self._bridge.drop(_FIND)
        self._page.banner.show_message("note", "The search was stopped.")
        self.allow()

    def load(self) -> None:
        """Make the selected candidate the current design."""
        chosen, surrogate = self._page.selected(), self._page.surrogate
        if len(chosen) != 1 or surrogate is None:
            return
        from smcogui.surrogates.designs import design_of_query

        number, candidate = chosen[0]
        name = f"candidate {number}"
        try:
            design = design_of_query(candidate.query, surrogate.conditions, name)
        except InputError as error:
            self._page.banner.show_message("error", error.message)
            return
        self._window.design_tab.load_design(design, f"Use {name}")
        self._window.say(f"{name.capitalize()} is the current design; Undo (Ctrl+Z) takes it back.")

    def verify(self) -> None:
        """Let the queue simulate the selected candidates, or all where none is selected."""
        page, surrogate = self._page, self._page.surrogate
        chosen = [each for _, each in page.selected()] or page.candidates()
        if surrogate is None or not chosen:
            return
        verifications, wanted = self._session.surrogates.verifications(_CAMPAIGN), page.wanted

        def add() -> list[str]:
            import numpy as np

            queries = np.array([each.query for each in chosen])
            readings = [each.readings for each in chosen]
            return verifications.add(surrogate, queries, readings, wanted)

        self._bridge.ask(_VERIFY, add, self._added, self._not_found)

    def refresh(self) -> None:
        """Look at how candidates stand that are put to the test."""
        self._bridge.ask(_LOOK, self._verified, self._tab.verified.show_rows, self._not_seen)

    def leave_project(self) -> None:
        """Forget what was found."""
        self._stop.set()
        for topic in (_FIND, _VERIFY, _LOOK):
            self._bridge.drop(topic)
        self._page.clear()
        self._tab.verified.show_rows(())

    def allow(self) -> None:
        """Allow what is possible with what is selected."""
        chosen, everything = self._page.selected(), self._page.candidates()
        conditions = {
            "surrogate.find": (self._prediction.surrogate is not None, "no surrogate predicts"),
            "surrogate.pareto": (self._prediction.surrogate is not None, "no surrogate predicts"),
            "surrogate.stop_search": (self._bridge.is_busy(_FIND), "no search is at work"),
            "surrogate.load": (len(chosen) == 1, "not one candidate is selected"),
            "surrogate.verify": (bool(everything), "no design was found yet"),
            "surrogate.show_run": (
                bool(self._tab.verified.run_id),
                "no verified candidate with a run is selected",
            ),
        }
        for action_id, (on, why) in conditions.items():
            self._window.actions_by_id.set_enabled(action_id, on, why)

    def _asked(self) -> tuple[InverseRequest, Surrogate] | None:
        """Return what the form asks and who is to answer; None where it is said why not."""
        surrogate, page = self._prediction.surrogate, self._page
        self._window.tabs.setCurrentWidget(self._tab)
        self._tab.pages.setCurrentWidget(page)
        if surrogate is None:
            page.banner.show_message("error", "There is no surrogate that could find designs.")
            return None
        try:
            return page.form.request(), surrogate
        except InputError as error:
            page.banner.show_message("error", error.message)
            return None

    def _verified(self) -> list[Verification]:
        campaigns = [each.name for each in self._session.campaigns.records()]
        return (
            self._session.surrogates.verifications(_CAMPAIGN).rows()
            if _CAMPAIGN in campaigns
            else []
        )

    def _begin(self) -> Event:
        """Return what stops the search that begins; one that is still at work is stopped."""
        self._stop.set()
        self._stop = Event()
        return self._stop

    def _found(self, found: FoundDesigns) -> None:
        self._page.show_found(found)
        self.allow()

    def _not_found(self, error: Exception) -> None:
        words = plain_words(str(error), self._window.units.unit)
        self._page.banner.show_message("error", words)
        self.allow()

    def _not_simulated(self, message: str) -> None:
        """Say where the person is that the queue does not simulate what waits for it."""
        if self._window.tabs.currentWidget() is self._tab:
            self._tab.banner.show_message("error", message)

    def _not_seen(self, error: Exception) -> None:
        self._tab.banner.show_message("error", str(error))

    def _added(self, keys: list[str]) -> None:
        self._tab.pages.setCurrentWidget(self._tab.verified)
        count = "1 candidate waits" if len(keys) == 1 else f"{len(keys)} candidates wait"
        self._tab.banner.show_done(
            f"{count} in the campaign “{_CAMPAIGN}”; the queue simulates them in the background."
        )
        self._window.campaigns.queue.run(_CAMPAIGN)
        self.refresh()

    def _surrogate_changed(self) -> None:
        if self._prediction.surrogate is not None:
            self._page.form.show_surrogate(self._prediction.surrogate)
        self.allow()

    def _show_run(self) -> None:
        run_id = self._tab.verified.run_id
        if run_id:
            self._window.show_run(run_id)

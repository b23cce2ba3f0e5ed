"""Active learning: what a surrogate would learn most from goes into a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from smcogui.errors import InputError
from smcogui.ui.surrogate_words import plain_words
from smcogui.ui.surrogates.model_words import gains_text
from smcogui.ui.surrogates.suggest_dialog import SuggestDialog

if TYPE_CHECKING:
    from smcogui.campaigns.feasibility import Selection
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.surrogates.surrogates_tab import SurrogatesTab

_TOPIC: Final = "suggested designs"


class Suggesting(QObject):
    """Suggests designs to simulate next.

    Parameters
    ----------
    window : MainWindow
        With its session, bridge, design tab and campaigns already there.
    tab : SurrogatesTab
        Whose form says within which limits.

    Attributes
    ----------
    dialog : SuggestDialog or None
        The one that is open.
    """

    def __init__(self, window: MainWindow, tab: SurrogatesTab) -> None:
        super().__init__(window)
        self._window, self._tab = window, tab
        self._prediction = window.design_tab.prediction
        self.dialog: SuggestDialog | None = None
        window.actions_by_id.connect({"surrogate.suggest": self.open_dialog})
        self._prediction.surrogate_changed.connect(self._allow)
        self._allow()

    def open_dialog(self) -> None:
        """Ask how many designs, and which campaign; the form has to be possible."""
        try:
            within = self._tab.inverse.form.request()
        except InputError as error:
            self._window.tabs.setCurrentWidget(self._tab)
            self._tab.pages.setCurrentWidget(self._tab.inverse)
            self._tab.inverse.banner.show_message("error", error.message)
            return
        self._close()
        brought = gains_text(self._tab.models.gains(), self._window.units.unit)
        dialog = SuggestDialog(within, brought, self._window)
        dialog.suggest_wanted.connect(lambda: self._suggest(dialog))
        dialog.finished.connect(lambda _code: self._closed(dialog))
        self.dialog = dialog
        dialog.open()

    def leave_project(self) -> None:
        """Close the dialog, and wait for nothing."""
        self._window.bridge.drop(_TOPIC)
        self._close()

    def _close(self) -> None:
        if self.dialog is not None:
            self.dialog.reject()

    def _suggest(self, dialog: SuggestDialog) -> None:
        surrogate, within = self._prediction.surrogate, dialog.within
        if surrogate is None:
            dialog.show_error("There is no surrogate that could suggest designs.")
            return
        surrogates, name = self._window.session.surrogates, surrogate.name
        campaign, count = dialog.chosen_campaign(), dialog.count.value()
        self._window.bridge.ask(
            _TOPIC,
            lambda: surrogates.suggest(
                campaign, count, name=name, ranges=within.ranges, z_phases=within.z_phases
            ),
            lambda selection: self._added(dialog, campaign, selection),
            lambda error: self._explain(dialog, error),
        )

    def _added(self, dialog: SuggestDialog, campaign: str, selection: Selection) -> None:
        if self.dialog is dialog:
            dialog.show_added()
        window = self._window
        window.campaigns.tab.select_campaign(campaign)
        window.campaigns.refresh()
        window.tabs.setCurrentWidget(window.campaigns.tab)
        window.say(f"{len(selection.members)} designs wait in the campaign {campaign!r}: run it.")

    def _explain(self, dialog: SuggestDialog, error: Exception) -> None:
        if self.dialog is dialog:
            dialog.show_error(plain_words(str(error), self._window.units.unit))

    def _closed(self, dialog: SuggestDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()

    def _allow(self) -> None:
        is_there = self._prediction.surrogate is not None
        self._window.actions_by_id.set_enabled(
            "surrogate.suggest", is_there, "no surrogate predicts"
        )

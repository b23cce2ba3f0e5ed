"""Surrogates in the window: which one predicts, their training, what is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer

from smcogui.ui.surrogates.design_search import DesignSearch
from smcogui.ui.surrogates.suggesting import Suggesting
from smcogui.ui.surrogates.surrogates_tab import SurrogatesTab
from smcogui.ui.surrogates.train_dialog import TrainDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.project_surrogates import ProjectSurrogates
    from smcogui.app.session import RunRecord
    from smcogui.app.surrogate_views import SurrogateView
    from smcogui.ui.main_window import MainWindow

_TOPIC: Final = "surrogates"
_LOOK_MS: Final = 500
_NONE: Final = "no surrogate is selected"


class SurrogatesSide(QObject):
    """The surrogates of a window.

    Parameters
    ----------
    window : MainWindow
        With its session, bridge, design tab and actions already there.

    Attributes
    ----------
    tab : SurrogatesTab
    dialog : TrainDialog or None
        The one that is open.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session, self._bridge = window, window.session, window.bridge
        self._actions = window.actions_by_id
        self._prediction = window.design_tab.prediction
        self._at_work: set[str] = set()
        self._views: tuple[SurrogateView, ...] = ()
        self.dialog: TrainDialog | None = None
        self.tab = SurrogatesTab(window.units, self._actions)
        self.search = DesignSearch(window, self.tab)
        self.suggesting = Suggesting(window, self.tab)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._connect()
        self._allow()

    def refresh(self) -> None:
        """Look at the surrogates of the project, and predict with the newest."""
        self._prediction.use()
        self.search.refresh()
        self._look()

    def show_runs(self, _runs: Sequence[RunRecord]) -> None:
        """Learn that the project's runs have come further."""
        self.search.refresh()

    def leave_project(self) -> None:
        """Forget the surrogates; a training goes on by itself."""
        self._timer.stop()
        for topic in (_TOPIC, f"{_TOPIC}: change", f"{_TOPIC}: sets"):
            self._bridge.drop(topic)
        if self.dialog is not None:
            self.dialog.reject()
        self._at_work, self._views = set(), ()
        self.tab.banner.clear_message()
        self.search.leave_project()
        self.suggesting.leave_project()
        self._prediction.leave_project()

    def open_dialog(self) -> None:
        """Ask what a surrogate is to be trained on, as soon as the sets are known."""
        surrogates = self._session.surrogates
        self._bridge.ask(
            f"{_TOPIC}: sets",
            lambda: (surrogates.sets(), surrogates.names()),
            lambda found: self._open(*found),
            self._explain,
        )

    # ------------------------------------------------------------------ looking
    def _look(self) -> None:
        self._timer.stop()
        surrogates = self._session.surrogates
        self._bridge.ask(_TOPIC, surrogates.views, self._show, self._explain)

    def _show(self, views: tuple[SurrogateView, ...]) -> None:
        before, self._views = self._at_work, views
        self._at_work = {view.name for view in views if view.is_at_work}
        for view in views:
            if view.name in before and not view.is_at_work:
                self._ended(view)
        self._show_views()
        if self._at_work:
            self._timer.start(_LOOK_MS)

    def _show_views(self) -> None:
        surrogate = self._prediction.surrogate
        self.tab.models.show_views(self._views, "" if surrogate is None else surrogate.name)
        self._allow()

    def _ended(self, view: SurrogateView) -> None:
        """Say how a training ended; a new model predicts at once."""
        if view.can_go_on:
            why = f": {view.trouble}" if view.trouble else ""
            state = "" if view.status is None else view.status.state.value
            self.tab.banner.show_message(
                "note" if not why else "error",
                f"The training of {view.name!r} is {state}{why}. “Go on” takes it up where it was.",
            )
            return
        self.tab.banner.show_done(f"The surrogate {view.name!r} is trained, and predicts now.")
        self._window.say(f"The surrogate {view.name!r} is trained.")
        self._prediction.use(view.name)

    # ------------------------------------------------------------------ actions
    def _connect(self) -> None:
        self._actions.connect(
            {
                "surrogate.use": self._use,
                "surrogate.train": self.open_dialog,
                "surrogate.stop": lambda: self._change(lambda s, name: s.training(name).stop()),
                "surrogate.resume": lambda: self._change(lambda s, name: s.resume(name)),
            }
        )
        self.tab.models.selection_changed.connect(self._allow)
        self._prediction.surrogate_changed.connect(self._show_views)

    def _use(self) -> None:
        view, surrogates = self.tab.models.current, self._session.surrogates
        if view is None:
            return
        name = view.name
        self._prediction.use(name)
        # Kept for the next time that the project is opened.
        self._bridge.ask(
            f"{_TOPIC}: choice", lambda: surrogates.use(name), lambda _: None, self._explain
        )

    def _change(self, work: Callable[[ProjectSurrogates, str], Any]) -> None:
        view, surrogates = self.tab.models.current, self._session.surrogates
        if view is None:
            return

        def done(_answer: object) -> None:
            self.tab.banner.clear_message()
            self._look()

        name = view.name
        self._bridge.ask(f"{_TOPIC}: change", lambda: work(surrogates, name), done, self._explain)

    def _open(self, sets: list[str], names: list[str]) -> None:
        if self.dialog is not None:
            self.dialog.reject()
        dialog = TrainDialog(sets, names, self._window)
        dialog.train_wanted.connect(lambda: self._train(dialog))
        dialog.finished.connect(lambda _code: self._closed(dialog))
        self.dialog = dialog
        dialog.open()

    def _train(self, dialog: TrainDialog) -> None:
        name, request = dialog.chosen_name(), dialog.request()
        training, test = dialog.training_sets(), dialog.test_sets()
        surrogates, replace = self._session.surrogates, dialog.replace.isChecked()

        def begun(_training: object) -> None:
            if self.dialog is dialog:
                dialog.show_begun()
            self._at_work.add(name)
            self.tab.banner.clear_message()
            self._window.tabs.setCurrentWidget(self.tab)
            self.tab.pages.setCurrentWidget(self.tab.models)
            self._look()

        self._bridge.ask(
            f"{_TOPIC}: change",
            lambda: surrogates.train(name, request, training, test, replace=replace),
            begun,
            lambda error: dialog.show_error(error) if self.dialog is dialog else None,
        )

    def _closed(self, dialog: TrainDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()

    def _explain(self, error: Exception) -> None:
        self.tab.banner.show_message("error", str(error))

    def _allow(self) -> None:
        view, used = self.tab.models.current, self._prediction.surrogate
        is_used = used is not None and view is not None and used.name == view.name
        conditions = {
            "surrogate.use": (
                view is not None and view.surrogate is not None and not is_used,
                "it predicts already" if is_used else "it has no model that can be used",
            ),
            "surrogate.stop": (view is not None and view.is_at_work, "it is not being trained"),
            "surrogate.resume": (
                view is not None and view.can_go_on,
                "its training did not end early",
            ),
        }
        for action_id, (on, why) in conditions.items():
            self._actions.set_enabled(action_id, on, _NONE if view is None else why)

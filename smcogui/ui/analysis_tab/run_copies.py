"""The actions that put words about the selected runs on the clipboard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from smcogui.app.session import Session
    from smcogui.ui.actions import Actions
    from smcogui.ui.analysis_tab.tab import AnalysisTab
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.run_selection import RunSelection

_WHAT: Final = {
    "paragraph": "the methods paragraph",
    "bibtex": "the citations as BibTeX",
}


class RunCopies(QObject):
    """Methods, citations, shell command and Python script of the selected runs.

    Signals
    -------
    said, failed : Signal(str)
        What was copied, or why nothing was.
    """

    said = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        actions: Actions,
        selection: RunSelection,
        tab: AnalysisTab,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._actions = session, bridge, actions
        self._selection, self._tab = selection, tab
        actions.connect(
            {
                "copy.methods": partial(self._copy_of_selected, "paragraph"),
                "copy.citations": partial(self._copy_of_selected, "bibtex"),
                "copy.command": partial(self._copy_of_one, session.as_command, "a shell command"),
                "copy.python": partial(self._copy_of_one, session.as_python, "a Python script"),
            }
        )
        selection.changed.connect(self.allow)
        self.allow()

    def copy_methods(
        self,
        part: str,
        run_ids: Sequence[str],
        measured: Sequence[str] = (),
        *,
        analytic: bool = False,
        then: Callable[[str], None] | None = None,
        or_else: Callable[[str], None] | None = None,
    ) -> None:
        """Copy the ``paragraph`` or the ``bibtex`` of runs and measured curves.

        Parameters
        ----------
        part : {"paragraph", "bibtex"}
        run_ids, measured : sequence of str
        analytic : bool
            Whether closed formulas are shown beside them.
        then, or_else : callable, optional
            Told what was copied, or why nothing was; by default the signals tell it.
        """
        chosen, curves = tuple(run_ids), tuple(measured)
        self._copy(
            lambda: self._session.exports.methods(
                chosen,
                curves,
                analytic=analytic,
                part="bibtex" if part == "bibtex" else "paragraph",
            ),
            _WHAT[part],
            then,
            or_else,
        )

    def allow(self) -> None:
        """Allow each action where it has what it needs."""
        count = len(self._selection.run_ids)
        for action_id in ("copy.methods", "copy.citations"):
            self._actions.set_enabled(action_id, count > 0, "no run is selected")
        for action_id in ("copy.command", "copy.python"):
            self._actions.set_enabled(action_id, count == 1, "select one run")

    def _copy_of_selected(self, part: str) -> None:
        measured = self._tab.measured if self._tab.isVisible() else ()
        self.copy_methods(part, self._selection.run_ids, measured)

    def _copy_of_one(self, text_of: Callable[[str], str], what: str) -> None:
        run_ids = self._selection.run_ids
        if len(run_ids) == 1:
            self._copy(lambda: text_of(run_ids[0]), f"{what} that computes the run again")

    def _copy(
        self,
        compute: Callable[[], str],
        what: str,
        then: Callable[[str], None] | None = None,
        or_else: Callable[[str], None] | None = None,
    ) -> None:
        def copied(text: str) -> None:
            QGuiApplication.clipboard().setText(text)
            (then or self._say)(what)

        self._bridge.ask(
            "copy", compute, copied, lambda error: (or_else or self.failed.emit)(str(error))
        )

    def _say(self, what: str) -> None:
        self.said.emit(f"Copied {what}.")

"""The actions of the library: when they are allowed, and what they ask before they act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QMessageBox

from smcogui.app.comparison import FEWEST, MOST
from smcogui.errors import InputError
from smcogui.ui.library_dock.library_panel import RUNS, TRASH

if TYPE_CHECKING:
    from smcogui.app.session import Session
    from smcogui.ui.actions import Actions
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.library_dock.library_commands import LibraryCommands
    from smcogui.ui.library_dock.library_panel import LibraryPanel

_NONE = "nothing is selected in the library"
_NOT_ONE = "select one design or run of the library"
_FIXED = "it ships with the program or shares its file; duplicate it"
_DAMAGED = "the file of the design cannot be read"
_AT_WORK = "a run is at work; stop it first"


class LibraryActions(QObject):
    """Connects the window's actions to the commands of the library."""

    def __init__(
        self,
        panel: LibraryPanel,
        commands: LibraryCommands,
        session: Session,
        document: DesignDocument,
        actions: Actions,
    ) -> None:
        super().__init__(panel)
        self._panel, self._commands, self._session = panel, commands, session
        self._document, self._actions = document, actions
        actions.connect(
            {
                "library.save": self._ask_save,
                "library.load": commands.load,
                "library.show": commands.show_run,
                "library.compare": commands.compare,
                "library.duplicate": commands.duplicate,
                "library.rename": self._ask_rename,
                "library.tag": self._ask_tags,
                "library.note": self._ask_note,
                "library.trash": commands.trash,
                "library.restore": commands.restore,
                "library.empty_trash": self._ask_empty_trash,
            }
        )
        panel.selection_changed.connect(self._show_actions)
        panel.chosen.connect(self._choose)
        self._show_actions()

    def _ask_save(self) -> None:
        try:
            self._document.require_shown()
        except InputError as error:
            self._panel.explain(error)
            return
        name, ok = QInputDialog.getText(
            self._panel, "Keep design", "Name of the design:", text=self._document.design.name
        )
        if not (ok and name.strip()):
            return
        try:
            taken = self._session.library.is_name_taken(name)
        except InputError as error:
            self._panel.explain(error)
            return
        if not taken or self._is_sure(
            "Keep design",
            f"The library already has a design called {name}. Replace it? "
            "The old one goes to the trash.",
        ):
            self._commands.save(name, overwrite=taken)

    def _ask_rename(self) -> None:
        name, ok = QInputDialog.getText(
            self._panel, "Rename", "New name:", text=self._panel.first_name()
        )
        if ok and name.strip():
            self._commands.rename(name)

    def _ask_tags(self) -> None:
        known = self._session.library.known_tags()
        hint = f"\nIn use: {', '.join(known[:12])}" if known else ""
        tags, _ = self._panel.first_labels()
        text, ok = QInputDialog.getText(
            self._panel, "Tags", f"Tags, separated by commas:{hint}", text=", ".join(tags)
        )
        if ok:
            self._commands.tag(text)

    def _ask_note(self) -> None:
        _, note = self._panel.first_labels()
        text, ok = QInputDialog.getMultiLineText(
            self._panel, "Note", f"Note on {self._panel.first_name()}:", note
        )
        if ok:
            self._commands.write_note(text)

    def _ask_empty_trash(self) -> None:
        if self._is_sure(
            "Empty trash", "Delete everything in the trash for good? This cannot be undone."
        ):
            self._commands.empty_trash()

    def _is_sure(self, title: str, question: str) -> bool:
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._panel, title, question, buttons.Yes | buttons.No, buttons.No
        )
        return answer == buttons.Yes

    def _choose(self) -> None:
        """Do what Enter and a double click mean on the page that is shown."""
        if self._panel.page == TRASH:
            self._commands.restore()
        elif self._panel.page == RUNS:
            self._commands.show_run()
        else:
            self._commands.load()

    def _show_actions(self) -> None:
        designs, runs = self._panel.selected_designs(), self._panel.selected_runs()
        chosen = len(designs) + len(runs)
        fixed = any(entry.is_fixed for entry in designs)
        damaged = any(entry.design is None for entry in designs)
        at_work = any(run.state.is_active for run in runs)
        one = "" if chosen == 1 else _NOT_ONE
        some = "" if chosen else _NONE
        few = "" if FEWEST <= len(runs) <= MOST else f"select {FEWEST} to {MOST} runs"
        # Each with the reason why it is not allowed now; an empty one allows it.
        for action_id, why_not in (
            ("library.load", one or _when(damaged, _DAMAGED)),
            ("library.show", _when(len(runs) != 1, "select one run of the library")),
            ("library.compare", few),
            ("library.duplicate", one or _when(damaged, _DAMAGED)),
            ("library.rename", one or _when(fixed, _FIXED) or _when(damaged, _DAMAGED)),
            ("library.tag", some),
            ("library.note", one),
            ("library.trash", some or _when(fixed, _FIXED) or _when(at_work, _AT_WORK)),
            (
                "library.restore",
                _when(not self._panel.selected_trash(), "nothing is selected on the Trash page"),
            ),
            ("library.empty_trash", _when(self._panel.is_trash_empty, "the trash is empty")),
        ):
            self._actions.set_enabled(action_id, not why_not, why_not)


def _when(holds: bool, reason: str) -> str:
    return reason if holds else ""

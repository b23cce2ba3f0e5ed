"""Undo, redo and the ghost as actions that say what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from smcogui.ui.actions import Actions
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.design_tab.editor import DesignEditor
    from smcogui.ui.settings.preferences import Preferences


class EditActions(QObject):
    """Keeps the Edit menu in step with the document."""

    def __init__(
        self,
        document: DesignDocument,
        editor: DesignEditor,
        preferences: Preferences,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._editor, self._actions = document, editor, actions
        self._preferences = preferences
        actions.connect(
            {
                "edit.undo": self.undo,
                "edit.redo": document.redo,
                "ghost.pin": document.pin_ghost,
                "ghost.return": document.return_to_ghost,
                "ghost.release": document.release_ghost,
            }
        )
        actions.connect_switches({"ghost.show": lambda on: preferences.change(ghost=on)})
        editor.refused.connect(self.refresh)
        document.stepped.connect(self.refresh)
        preferences.changed.connect(self._follow)
        self._follow()

    def undo(self) -> None:
        """Take back what was refused, which never became the design, else the last edit."""
        if not self._editor.discard_refused():
            self._document.undo()

    def refresh(self, _change: object = None) -> None:
        """Let each action say which edit it is about, and why it may not be used."""
        stack, actions = self._document.undo_stack, self._actions
        refused = self._editor.is_refused
        undo = "what was refused" if refused else stack.undoText()
        for action_id, name, can, what, why in (
            ("edit.undo", "&Undo", refused or stack.canUndo(), undo, "the design was not edited"),
            ("edit.redo", "&Redo", stack.canRedo(), stack.redoText(), "nothing was taken back"),
        ):
            actions[action_id].setText(f"{name}: {what}" if can else name)
            # The toolbar has room for the word only.
            actions[action_id].setIconText(name.replace("&", ""))
            actions.set_enabled(action_id, can, why)
        document = self._document
        there_is_one = document.compared is not None
        actions.set_enabled("ghost.return", there_is_one, "there is no ghost beside the design")
        actions.set_enabled("ghost.release", document.is_ghost_pinned, "no ghost was set")

    def _follow(self, _change: object = None) -> None:
        on = self._preferences.settings.ghost
        self._actions["ghost.show"].setChecked(on)
        self._document.show_ghost(on)
        self.refresh()

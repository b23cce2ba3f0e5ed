"""Keeps the colours as the settings or the system want them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from smcogui.ui.theme import applied_theme, apply_theme, current_theme

if TYPE_CHECKING:
    from smcogui.ui.actions import Actions
    from smcogui.ui.settings.preferences import Preferences

_SCHEMES: Final = {
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
    "system": Qt.ColorScheme.Unknown,
}


class ThemeSwitch(QObject):
    """Light, dark, or as the system has it.

    Signals
    -------
    changed : Signal()
        The palette is another one; what draws its own colours has to do so again.
    """

    changed = Signal()

    def __init__(
        self, preferences: Preferences, actions: Actions, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._preferences, self._actions = preferences, actions
        self._choice = ""
        actions.connect({f"view.theme_{name}": partial(self._choose, name) for name in _SCHEMES})
        preferences.changed.connect(self.follow)
        QApplication.styleHints().colorSchemeChanged.connect(self.follow)
        self.follow()

    def _choose(self, name: str) -> None:
        self._preferences.change(theme=name)
        # Qt has taken the mark away from an action that was chosen a second time.
        self.follow()

    def follow(self, _change: object = None) -> None:
        """Apply the theme that is wanted now, if it is another one."""
        choice = self._preferences.settings.theme
        for name in _SCHEMES:
            self._actions[f"view.theme_{name}"].setChecked(name == choice)
        if choice != self._choice:
            self._choice = choice
            # Frames, file dialogs and what else the system draws then fit as well.
            QApplication.styleHints().setColorScheme(_SCHEMES[choice])
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        theme = current_theme(app, choice)
        if theme is not applied_theme(app):
            apply_theme(app, theme, self._tell)

    def _tell(self) -> None:
        # The window may have gone while it was styled.
        if isValid(self):
            self.changed.emit()

"""Colours of the window, light and dark, on Qt's Fusion style."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPalette
from shiboken6 import isValid

import resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication, QWidget

_BETWEEN_MS: Final = 10
_CHANGE: Final = "themeChange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Named colours; text has a contrast of at least 4.5:1 on ``base`` and ``window``."""

    window: str
    base: str
    alternate: str
    text: str
    muted: str
    border: str
    accent: str
    on_accent: str
    hover: str
    warning: str
    warning_back: str
    error: str
    error_back: str
    good: str
    chevron: str
    check: str
    close: str
    undock: str


LIGHT: Final = Theme(
    window="#f3f5f8",
    base="#ffffff",
    alternate="#f1f4f7",
    text="#1a2330",
    muted="#55606d",
    border="#cdd5de",
    accent="#0b5fa0",
    on_accent="#ffffff",
    hover="#e3edf6",
    warning="#7a4b00",
    warning_back="#fdf1d8",
    error="#a1201c",
    error_back="#fce6e4",
    good="#1c6b3c",
    chevron="icons/chevron_light.svg",
    check="icons/check_light.svg",
    close="icons/close_light.svg",
    undock="icons/undock_light.svg",
)
DARK: Final = Theme(
    window="#1d2228",
    base="#15191e",
    alternate="#1b2026",
    text="#e6eaef",
    muted="#a7b2bd",
    border="#3a434d",
    accent="#63b3f0",
    on_accent="#0d1216",
    hover="#29323c",
    warning="#f2c46d",
    warning_back="#3a2f17",
    error="#ff9d96",
    error_back="#41201f",
    good="#7fd39d",
    chevron="icons/chevron_dark.svg",
    check="icons/check_dark.svg",
    close="icons/close_dark.svg",
    undock="icons/undock_dark.svg",
)

_IS_DARK: Final = "isDark"


def current_theme(app: QApplication, choice: str = "system") -> Theme:
    """Return the chosen theme: light, dark, or the one that follows the system's scheme."""
    if choice == "system":
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    else:
        dark = choice == "dark"
    return DARK if dark else LIGHT


def applied_theme(app: QApplication) -> Theme | None:
    """Return the theme that :func:`apply_theme` set last."""
    is_dark = app.property(_IS_DARK)
    return None if is_dark is None else (DARK if is_dark else LIGHT)


def apply_theme(app: QApplication, theme: Theme, then: Callable[[], object] = lambda: None) -> None:
    """Set style, palette and style sheet of the whole program.

    Windows that are already open are styled in steps with time for input in between, since all at
    once they would not answer for a third of a second; they show the old colours until the last.

    Parameters
    ----------
    app : QApplication
    theme : Theme
    then : callable, optional
        Called when everything is styled, unless another change has begun meanwhile.
    """
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    windows = [window for window in app.topLevelWidgets() if window.isVisible()]
    number = int(app.property(_CHANGE) or 0) + 1
    app.setProperty(_CHANGE, number)
    app.setProperty(_IS_DARK, theme is DARK)
    steps: list[Callable[[], object]] = [
        # Without a sheet the palette costs nothing; with one every widget would be styled twice.
        lambda: app.setStyleSheet(""),
        lambda: app.setPalette(_palette(theme)),
        lambda: app.setStyleSheet(_style_sheet(theme)),
    ]
    if windows:
        steps.insert(0, partial(_set_updates, windows, False))
        _do_in_turn(app, number, [*steps, partial(_set_updates, windows, True), then])
    else:
        for step in (*steps, then):
            step()


def _do_in_turn(app: QApplication, number: int, steps: list[Callable[[], object]]) -> None:
    """Do one step and the others later, unless another change of theme has begun meanwhile."""
    if app.property(_CHANGE) != number:
        return
    steps[0]()
    if len(steps) > 1:
        QTimer.singleShot(_BETWEEN_MS, app, lambda: _do_in_turn(app, number, steps[1:]))


def _set_updates(windows: list[QWidget], on: bool) -> None:
    for window in windows:
        if isValid(window):
            window.setUpdatesEnabled(on)


def _style_sheet(theme: Theme) -> str:
    sheet = resources.path("styles/window.qss").read_text(encoding="utf-8")
    for name in Theme.__slots__:
        value = getattr(theme, name)
        if value.endswith(".svg"):
            value = resources.path(value).as_posix()
        sheet = sheet.replace(f"@{name}@", value)
    return sheet


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for roles, colour in (
        ((role.Window, role.Button), theme.window),
        ((role.Base, role.ToolTipBase), theme.base),
        ((role.AlternateBase,), theme.alternate),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), theme.text),
        ((role.PlaceholderText,), theme.muted),
        ((role.Highlight, role.Link), theme.accent),
        ((role.HighlightedText,), theme.on_accent),
        ((role.Mid, role.Midlight), theme.border),
    ):
        for each in roles:
            palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.muted))
    return palette

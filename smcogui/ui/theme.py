"""Colours of the window, light and dark, on Qt's Fusion style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPalette

import resources

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

BETWEEN_MS: Final = 15


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


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Set style, palette and style sheet of the whole program.

    A window that is already open is styled in two steps with time for input in between: in one it
    would not answer for more than 100 ms. The second one comes :data:`BETWEEN_MS` later.
    """
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    is_change = applied_theme(app) is not None
    app.setProperty(_IS_DARK, theme is DARK)
    # Without a sheet the palette costs nothing; with one every widget would be styled twice.
    app.setStyleSheet("")
    app.setPalette(_palette(theme))
    if is_change:
        QTimer.singleShot(BETWEEN_MS, app, lambda: _finish(app, theme))
    else:
        _finish(app, theme)


def _finish(app: QApplication, theme: Theme) -> None:
    # Somebody may have chosen another theme in between.
    if applied_theme(app) is theme:
        app.setStyleSheet(_style_sheet(theme))


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

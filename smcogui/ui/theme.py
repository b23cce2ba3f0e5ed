"""Colours of the window, light and dark, on Qt's Fusion style.

The style sheet names roles of the palette only and is set once; another theme is another palette.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette

import resources
from smcogui.ui.restyling import restyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

_Role = QPalette.ColorRole


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
    error: str


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
    error="#a1201c",
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
    error="#ff9d96",
)

# The first role is the one by which the style sheet calls the colour; the style reads the others.
_ROLES: Final = {
    "window": (_Role.Window, _Role.Button),
    "base": (_Role.Base, _Role.ToolTipBase),
    "alternate": (_Role.AlternateBase,),
    "text": (_Role.Text, _Role.WindowText, _Role.ButtonText, _Role.ToolTipText),
    "muted": (_Role.PlaceholderText,),
    "border": (_Role.Mid,),
    "accent": (_Role.Highlight, _Role.Link),
    "on_accent": (_Role.HighlightedText,),
    "hover": (_Role.Midlight,),
    "warning": (_Role.LinkVisited,),
    "error": (_Role.BrightText,),
}
# What no role is left for is the same in both themes, and fits light and dark grounds.
_FIXED: Final = {
    "warning_back": "rgba(214, 150, 20, 40)",
    "error_back": "rgba(222, 60, 50, 36)",
}
_ICONS: Final = ("chevron", "check", "close", "undock")
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

    Windows that are already open are styled in steps with time for input in between; they show the
    old colours until the last step.

    Parameters
    ----------
    app : QApplication
    theme : Theme
    then : callable, optional
        Called when everything is styled, unless another change has begun meanwhile.
    """
    is_first = applied_theme(app) is None
    app.setProperty(_IS_DARK, theme is DARK)
    if is_first:
        app.setStyle("Fusion")
        app.setStyleSheet(_style_sheet())
    app.setPalette(_palette(theme))
    restyle(app, then)


def _style_sheet() -> str:
    sheet = resources.path("styles/window.qss").read_text(encoding="utf-8")
    values = {name: f"palette({_css_name(roles[0])})" for name, roles in _ROLES.items()}
    values |= {name: resources.path(f"icons/{name}.svg").as_posix() for name in _ICONS}
    for name, value in (values | _FIXED).items():
        sheet = sheet.replace(f"@{name}@", value)
    return sheet


def _css_name(role: QPalette.ColorRole) -> str:
    """Return the name of a role in style sheets, such as alternate-base of AlternateBase."""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in role.name).removeprefix("-")


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    for name, roles in _ROLES.items():
        for role in roles:
            palette.setColor(role, QColor(getattr(theme, name)))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return palette

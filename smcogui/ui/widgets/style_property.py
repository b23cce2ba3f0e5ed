"""Properties that the style sheet asks for, such as ``invalid``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def set_style_property(widget: QWidget, name: str, value: bool | str) -> None:
    """Set a property and let the widget look as the style sheet now has it.

    Qt asks the style sheet once, and not again by itself. An unset property is False.
    """
    if (widget.property(name) or False) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)

"""A dock that says what will appear in it until somebody fills it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDockWidget, QVBoxLayout, QWidget

from smcogui.ui.widgets.empty_label import EmptyLabel

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QAction


class ToolDock(QDockWidget):
    """A dock of the window.

    Parameters
    ----------
    name : str
        Its name in the kept layout; never shown, never changed.
    title : str
    areas : Qt.DockWidgetArea
        Where it may be put.
    empty_text : str
        What it says while it holds nothing.
    preferred : QSize
        The size that it takes where the layout is the first one.
    """

    def __init__(
        self,
        name: str,
        title: str,
        *,
        areas: Qt.DockWidgetArea,
        empty_text: str = "",
        preferred: QSize | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAllowedAreas(areas)
        self._preferred = preferred or QSize(320, 180)
        self._holder = QWidget()
        self._layout = QVBoxLayout(self._holder)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._empty = EmptyLabel(empty_text, margin=12)
        self._layout.addWidget(self._empty)
        self._widget: QWidget | None = None
        self._switch: QAction | None = None
        self.setWidget(self._holder)

    @property
    def preferred_size(self) -> QSize:
        """The size in the first layout."""
        return self._preferred

    def content(self) -> QWidget | None:
        """Return what the dock holds; None while it holds nothing."""
        return self._widget

    def set_widget(self, widget: QWidget) -> None:
        """Fill the dock; what it held before is hidden and handed back to its owner."""
        if self._widget is not None:
            self._layout.removeWidget(self._widget)
            self._widget.setParent(None)
        self._widget = widget
        self._empty.hide()
        self._layout.addWidget(widget)
        widget.show()

    def follow(self, action: QAction) -> None:
        """Let a checkable action show and hide the dock, and its check mark tell which."""
        self._switch = action
        self.toggleViewAction().toggled.connect(action.setChecked)
        action.setChecked(not self.isHidden())

    def set_shown(self, on: bool) -> None:
        """Show the dock in front of those that share its place, or hide it."""
        is_behind = not self.isHidden() and self.visibleRegion().isEmpty()
        if on or is_behind:
            self.show()
            self.raise_()
            if self._switch is not None:
                self._switch.setChecked(True)
        else:
            self.hide()

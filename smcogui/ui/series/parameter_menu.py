"""The menu of each number of the editor: one click to "Hc against L"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QFormLayout, QMenu, QWidget

from smcogui.design.variation import parameter_of
from smcogui.ui.widgets.linked_slider import LinkedSlider
from smcogui.ui.widgets.number_box import NumberBox

if TYPE_CHECKING:
    from collections.abc import Mapping


class ParameterMenu(QObject):
    """Watches numbers: offers a series in their menu, and knows which had the focus last.

    Parameters
    ----------
    widgets : mapping of str to QWidget
        What edits each number, by its key in the design file.

    Signals
    -------
    wanted : Signal(str)
        A series over the number of this key.
    """

    wanted = Signal(str)

    def __init__(self, widgets: Mapping[str, QWidget], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keys: dict[QObject, str] = {}
        self.focused = next(iter(widgets))
        for key, widget in widgets.items():
            for part in _parts(widget):
                self._keys[part] = key
                part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the menu by mouse or key; remember where the focus was."""
        key = self._keys.get(watched)
        if key is not None and event.type() == QEvent.Type.FocusIn:
            self.focused = key
        if (
            key is not None
            and isinstance(event, QContextMenuEvent)
            and isinstance(watched, QWidget)
        ):
            self.menu_of(watched, key).popup(event.globalPos())
            return True
        return super().eventFilter(watched, event)

    def menu_of(self, widget: QWidget, key: str) -> QMenu:
        """Return the menu of a number: that of its text, and the series over it."""
        parameter = parameter_of(key)
        if isinstance(widget, NumberBox):
            menu = widget.lineEdit().createStandardContextMenu()
        else:
            menu = QMenu(widget)
        if not menu.isEmpty():
            menu.addSeparator()
        action = menu.addAction(f"&Hc against {parameter.symbol}…")
        action.setStatusTip(f"Run a series over the {parameter.name}.")
        action.triggered.connect(lambda: self.wanted.emit(key))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu


def _parts(widget: QWidget) -> list[QWidget]:
    """Return everything of a row that may be clicked: slider, box, label."""
    parts = [widget]
    if isinstance(widget, LinkedSlider):
        parts += [widget.slider, widget.box]
    parent = widget.parentWidget()
    layout = None if parent is None else parent.layout()
    label = layout.labelForField(widget) if isinstance(layout, QFormLayout) else None
    return parts if label is None else [*parts, label]

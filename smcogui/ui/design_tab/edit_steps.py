"""Where one step of editing ends, and whose Ctrl+Z it is while a field has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QSlider, QWidget

if TYPE_CHECKING:
    from smcogui.ui.design_document import DesignDocument

_FIELDS = (QLineEdit, QAbstractSpinBox, QSlider, QComboBox)


class EditSteps(QObject):
    """Watches the fields of an editor.

    A field that loses the focus ends the step, so that coming back to it begins another one. And
    Ctrl+Z goes to the design unless the field has typed letters of its own to take back: a text
    field would otherwise keep the keys and do nothing.
    """

    def __init__(self, document: DesignDocument, editor: QWidget) -> None:
        super().__init__(editor)
        self._document = document
        for widget in editor.findChildren(QWidget):
            if isinstance(widget, _FIELDS):
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End a step, or pass undo and redo on to the window."""
        if event.type() == QEvent.Type.FocusOut:
            self._document.end_step()
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            line = _line_of(watched)
            undo = event.matches(QKeySequence.StandardKey.Undo)
            redo = event.matches(QKeySequence.StandardKey.Redo)
            if (undo and not (line and line.isUndoAvailable())) or (
                redo and not (line and line.isRedoAvailable())
            ):
                event.ignore()
                return True
        return super().eventFilter(watched, event)


def _line_of(widget: QObject) -> QLineEdit | None:
    if isinstance(widget, QLineEdit):
        return widget
    found: QLineEdit | None = (
        widget.findChild(QLineEdit) if isinstance(widget, QAbstractSpinBox) else None
    )
    return found

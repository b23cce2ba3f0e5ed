"""What the brush paints and how wide, the way back, and how much of the phases is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from smcogui.design.phases import Phase
from smcogui.rendering.colours import PHASE_COLOURS
from smcogui.ui.icons import icon
from smcogui.ui.widgets.number_box import ChoiceBox, NumberBox

if TYPE_CHECKING:
    from smcogui.micrographs.strokes import StrokeHistory

_BRUSHES: Final = (*((phase.label, phase) for phase in Phase), ("eraser", "eraser"))
_ERASED: Final = QColor(255, 255, 255, 170)
_SHARE: Final = 60


class BrushBar(QWidget):
    """A bar above the phases.

    Parameters
    ----------
    owner : QWidget
        Within which Ctrl+Z and Ctrl+Shift+Z take strokes back and make them again.

    Signals
    -------
    changed : Signal()
        Another brush.
    share_changed : Signal(float)
        How much of the phases is shown over the grey, 0 to 1.
    undo_wanted, redo_wanted, clear_wanted : Signal()
    """

    changed = Signal()
    share_changed = Signal(float)
    undo_wanted = Signal()
    redo_wanted = Signal()
    clear_wanted = Signal()

    def __init__(self, owner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.brush = ChoiceBox(_BRUSHES)
        self.brush.setAccessibleName("Brush: what it paints")
        self.brush.setMinimumContentsLength(13)
        self.brush.setToolTip("What the brush paints; the eraser brings the thresholds back.")
        self.width_nm = NumberBox(minimum=0.1, maximum=100, step=1, unit="nm")
        self.width_nm.setAccessibleName("Width of the brush")
        self.width_nm.setToolTip("Width of the brush.")
        self.width_nm.setValue(4)
        self.undo = _button("Take the last stroke back (Ctrl+Z)", "Undo stroke")
        self.redo = _button("Make the stroke again (Ctrl+Shift+Z)", "Redo stroke")
        self.clear = _button("Erase all strokes; it can be undone", "Erase all strokes")
        self.share = QSlider(Qt.Orientation.Horizontal)
        self.share.setRange(0, 100)
        self.share.setValue(_SHARE)
        self.share.setAccessibleName("Phases over the grey")
        self.share.setToolTip("How much of the phases is shown over the grey.")
        self._draw_icons()
        self._lay_out()
        self.brush.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.width_nm.valueChanged.connect(lambda _value: self.changed.emit())
        self.share.valueChanged.connect(lambda value: self.share_changed.emit(value / 100))
        self.clear.clicked.connect(self.clear_wanted)
        for button, signal, keys in (
            (self.undo, self.undo_wanted, QKeySequence.StandardKey.Undo),
            (self.redo, self.redo_wanted, QKeySequence.StandardKey.Redo),
        ):
            button.clicked.connect(signal)
            QShortcut(QKeySequence(keys), owner, signal.emit)

    @property
    def phase(self) -> Phase | None:
        """What is painted; None erases."""
        value = self.brush.value()
        return value if isinstance(value, Phase) else None

    @property
    def colour(self) -> QColor:
        """Colour of a stroke that is being painted."""
        return _ERASED if self.phase is None else QColor(*PHASE_COLOURS[self.phase])

    def show_history(self, history: StrokeHistory) -> None:
        """Allow what is possible."""
        self.undo.setEnabled(history.can_undo)
        self.redo.setEnabled(history.can_redo)
        self.clear.setEnabled(history.is_painted)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons again when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()

    def _draw_icons(self) -> None:
        for button, name in ((self.undo, "undo"), (self.redo, "redo"), (self.clear, "eraser")):
            button.setIcon(icon(name))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for text, box in (("&Brush", self.brush), ("&Width", self.width_nm)):
            label = QLabel(text)
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box)
        for button in (self.undo, self.redo, self.clear):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(QLabel("Grey"))
        row.addWidget(self.share)
        row.addWidget(QLabel("Phases"))


def _button(tip: str, spoken: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setAccessibleName(spoken)
    button.setProperty("panel", True)
    return button

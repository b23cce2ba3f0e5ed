"""The phases with their colours and patterns and the ghost, and boxes that show and hide them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from smcogui.design.phases import Phase
from smcogui.rendering.colours import PHASE_LABELS, phase_swatch
from smcogui.rendering.content import SHOWN_AT_FIRST
from smcogui.ui.widgets.ghost_outline import outline_swatch
from smcogui.ui.widgets.rgb_image import rgb_image

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtGui import QAction

_SWATCH = (18, 14)


class PhaseLegend(QWidget):
    """A row of phases, with the ghost behind them.

    Parameters
    ----------
    show_ghost : QAction
        Switches the ghost; its box does the same.

    Signals
    -------
    changed : Signal()
        A phase was shown or hidden by the user.
    """

    changed = Signal()

    def __init__(self, show_ghost: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toggles: dict[Phase, QCheckBox] = {}
        self._names: dict[Phase, QLabel] = {}
        self._swatches: dict[Phase, QLabel] = {}
        self._present: tuple[Phase, ...] = ()
        self._has_boxes = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addStretch(1)
        for phase in Phase:
            row.addLayout(self._make_pair(phase))
        self.ghost = self._make_ghost(show_ghost)
        row.addWidget(self.ghost)
        row.addStretch(1)
        self.offer_ghost(False)
        self._refresh()

    @property
    def visible_phases(self) -> tuple[int, ...]:
        """The phases whose boxes are ticked."""
        return tuple(int(phase) for phase, toggle in self.toggles.items() if toggle.isChecked())

    def show_present(self, phases: Collection[Phase]) -> None:
        """List the phases that the structure has."""
        self._present = tuple(phases)
        self._refresh()

    def offer_ghost(self, offered: bool) -> None:
        """Show the ghost's box where one can be drawn."""
        self.ghost.setVisible(offered)

    def show_boxes(self, on: bool) -> None:
        """Show boxes where there is something to show and hide, else the names alone."""
        self._has_boxes = on
        self._refresh()

    def _refresh(self) -> None:
        for phase in Phase:
            is_present = phase in self._present
            self._swatches[phase].setVisible(is_present)
            self.toggles[phase].setVisible(is_present and self._has_boxes)
            self._names[phase].setVisible(is_present and not self._has_boxes)

    def _make_pair(self, phase: Phase) -> QHBoxLayout:
        width, height = _SWATCH
        swatch = QLabel()
        swatch.setPixmap(QPixmap.fromImage(rgb_image(phase_swatch(phase, width, height))))
        toggle = QCheckBox(PHASE_LABELS[phase])
        toggle.setChecked(int(phase) in SHOWN_AT_FIRST)
        toggle.setToolTip(f"Show {PHASE_LABELS[phase]} in the 3-D view.")
        toggle.toggled.connect(lambda _on: self.changed.emit())
        name = QLabel(PHASE_LABELS[phase])
        pair = QHBoxLayout()
        pair.setSpacing(5)
        pair.addWidget(swatch)
        pair.addWidget(toggle)
        pair.addWidget(name)
        self._names[phase] = name
        self.toggles[phase] = toggle
        self._swatches[phase] = swatch
        return pair

    def _make_ghost(self, action: QAction) -> QWidget:
        swatch = QLabel()
        swatch.setPixmap(QPixmap.fromImage(outline_swatch(*_SWATCH)))
        box = QCheckBox("Ghost")
        box.setToolTip("Outline what the structure was in the design that it is compared with.")
        box.setChecked(action.isChecked())
        box.clicked.connect(action.trigger)
        action.toggled.connect(box.setChecked)
        both = QWidget()
        pair = QHBoxLayout(both)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(5)
        pair.addWidget(swatch)
        pair.addWidget(box)
        return both

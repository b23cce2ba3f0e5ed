"""The phases with their colours and patterns, each with a box that shows and hides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from smcogui.design.phases import Phase
from smcogui.rendering.colours import PHASE_LABELS, phase_swatch
from smcogui.rendering.content import SHOWN_AT_FIRST
from smcogui.ui.widgets.rgb_image import rgb_image

if TYPE_CHECKING:
    from collections.abc import Collection

_SWATCH = (18, 14)


class PhaseLegend(QWidget):
    """A row of phases.

    Signals
    -------
    changed : Signal()
        A phase was shown or hidden by the user.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toggles: dict[Phase, QCheckBox] = {}
        self._swatches: dict[Phase, QLabel] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addStretch(1)
        for phase in Phase:
            row.addLayout(self._make_pair(phase))
        row.addStretch(1)

    @property
    def visible_phases(self) -> tuple[int, ...]:
        """The phases whose boxes are ticked."""
        return tuple(int(phase) for phase, toggle in self.toggles.items() if toggle.isChecked())

    def show_present(self, phases: Collection[Phase]) -> None:
        """List the phases that the structure has."""
        for phase, toggle in self.toggles.items():
            toggle.setVisible(phase in phases)
            self._swatches[phase].setVisible(phase in phases)

    def set_boxes_enabled(self, enabled: bool) -> None:
        """Enable the boxes where there is something to show and hide."""
        for toggle in self.toggles.values():
            toggle.setEnabled(enabled)

    def _make_pair(self, phase: Phase) -> QHBoxLayout:
        width, height = _SWATCH
        swatch = QLabel()
        swatch.setPixmap(QPixmap.fromImage(rgb_image(phase_swatch(phase, width, height))))
        toggle = QCheckBox(PHASE_LABELS[phase])
        toggle.setChecked(int(phase) in SHOWN_AT_FIRST)
        toggle.setToolTip(f"Show {PHASE_LABELS[phase]} in the 3-D view.")
        toggle.toggled.connect(lambda _on: self.changed.emit())
        pair = QHBoxLayout()
        pair.setSpacing(5)
        pair.addWidget(swatch)
        pair.addWidget(toggle)
        self.toggles[phase] = toggle
        self._swatches[phase] = swatch
        return pair

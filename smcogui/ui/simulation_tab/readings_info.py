"""The explanation of Hc and of the two readings of Hp, with the values of the shown run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from smcogui.ui.simulation_tab.run_texts import readings_html

if TYPE_CHECKING:
    from smcogui.ui.field_unit import FieldUnit
    from smcogui.ui.simulation_tab.run_picture import LiveReadings

_WIDTH: Final = 520


class ReadingsInfo(QDialog):
    """Stays open beside the plot and follows the run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("How Hc and Hp are read")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setMinimumWidth(_WIDTH)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self._text, 1)
        layout.addWidget(buttons)

    def text(self) -> str:
        """Return what is explained, as HTML."""
        return self._text.text()

    def explain(self, readings: LiveReadings | None, unit: FieldUnit) -> None:
        """Show the explanation, with the readings of a run where there are any."""
        self._text.setText(readings_html(readings, unit))
        self.show()

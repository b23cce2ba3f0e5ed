"""Choices of a profile below each other, each with a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from smcogui.ui.wizard.draft import value_in
from smcogui.ui.wizard.profile_field import ProfileField

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smcogui.app.cluster_advice import Advice
    from smcogui.errors import InputError

_LABEL_WIDTH: Final = 190
_BETWEEN: Final = 10


class ProfileRows(QWidget):
    """Edits some fields of a profile.

    Parameters
    ----------
    names : sequence of str
        Fields, from top to bottom.

    Signals
    -------
    edited : Signal()
    """

    edited = Signal()

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = {name: ProfileField(name, self) for name in names}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        for field in self.fields.values():
            self._add(field)
            field.edited.connect(self.edited)

    def values(self) -> dict[str, Any]:
        """Return what stands in all controls."""
        return {name: field.value() for name, field in self.fields.items()}

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show values of a profile without telling that they were edited."""
        self.blockSignals(True)
        for name, field in self.fields.items():
            field.show_value(value_in(dict(values), name))
        self.blockSignals(False)

    def show_advice(self, advice: Mapping[str, Advice], trouble: InputError | None) -> bool:
        """Say what there is to say about each value.

        Returns
        -------
        bool
            Whether one of the fields here is what is not allowed.
        """
        wrong = "" if trouble is None else str(trouble.key)
        for name, field in self.fields.items():
            if name == wrong and field.value() not in ("", None):
                field.explain()
            else:
                field.show_advice(advice.get(name))
        return wrong in self.fields

    def add_beside(self, name: str, widget: QWidget) -> None:
        """Put a widget at the right of a control."""
        index = self._grid.indexOf(self.fields[name].control)
        row = self._grid.getItemPosition(index)[0]  # type: ignore[index]
        self._grid.addWidget(widget, row, 2)
        self.setTabOrder(self.fields[name].control, widget)

    def _add(self, field: ProfileField) -> None:
        row = self._grid.rowCount()
        if not isinstance(field.control, QCheckBox):
            label = QLabel(field.title)
            label.setBuddy(field.control)
            # Boxes of several lines would be taller, were they not held.
            height = min(field.control.sizeHint().height(), field.control.maximumHeight())
            label.setMinimumHeight(height)
            self._grid.addWidget(label, row, 0)
        self._grid.addWidget(field.control, row, 1)
        self._grid.addWidget(field.note, row + 1, 1)
        self._grid.setRowMinimumHeight(row + 2, _BETWEEN)

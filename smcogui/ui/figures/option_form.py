"""What can be chosen of a figure, laid out from what the gallery declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from smcogui.ui.widgets.number_box import ChoiceBox, NumberBox
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_COLUMN_WIDTH: Final = 225
_DIGITS: Final = 6
_STEP: Final = 5.0
_SHORT: Final = 5
_LONG: Final = 11


class OptionForm(QWidget):
    """A field for each option; as many beside each other as there is room for.

    Signals
    -------
    changed : Signal()
        Something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._declared: list[dict[str, Any]] = []
        self._fields: dict[str, QWidget] = {}
        self._rows: list[tuple[QLabel, QWidget]] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)

    @property
    def fields(self) -> Mapping[str, QWidget]:
        """The fields by the keys of their options."""
        return self._fields

    def show_options(
        self, declared: Sequence[Mapping[str, Any]], chosen: Mapping[str, str]
    ) -> None:
        """Show these options; fields stay where they are offered in the same way already.

        Parameters
        ----------
        declared : sequence of mapping
            As :meth:`smcogui.app.analysis.Analysis.options` gives them.
        chosen : mapping
            Values that are not the default's.
        """
        now = [dict(each) for each in declared]
        if now == self._declared:
            return
        self._declared = now
        for label, field in self._rows:
            label.deleteLater()
            field.deleteLater()
        self._fields, self._rows, self._columns = {}, [], 0
        for each in now:
            field = self._field(each, chosen.get(each["key"], each["default"]))
            field.setAccessibleName(each["label"])
            field.setToolTip(each["tip"])
            label = QLabel(each["label"])
            label.setBuddy(field)
            self._fields[each["key"]] = field
            self._rows.append((label, field))
        self._arrange()

    def chosen(self) -> dict[str, str]:
        """Return the values that are not the default's."""
        found = {each["key"]: self._value(each) for each in self._declared}
        return {
            each["key"]: found[each["key"]]
            for each in self._declared
            if found[each["key"]] != each["default"]
        }

    def resizeEvent(self, event: Any) -> None:
        """Lay the fields out in as many columns as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        columns = max(1, self.width() // _COLUMN_WIDTH)
        if columns == self._columns:
            return
        self._columns = columns
        for number, (label, field) in enumerate(self._rows):
            row, column = divmod(number, columns)
            self._grid.addWidget(label, row, 2 * column)
            self._grid.addWidget(field, row, 2 * column + 1)
        for column in range(max(self._grid.columnCount(), 2 * columns)):
            self._grid.setColumnStretch(column, column % 2 if column < 2 * columns else 0)

    def _field(self, option: Mapping[str, Any], value: str) -> QWidget:
        tell: Callable[..., None] = lambda *_: self.changed.emit()  # noqa: E731
        if option["choices"] is not None:
            box = ChoiceBox([(text, each) for text, each in option["choices"]])
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(_SHORT)
            box.set_value(value)
            box.currentIndexChanged.connect(tell)
            return box
        if option["limits"] is not None:
            low, high = option["limits"]
            number = NumberBox(minimum=low, maximum=high, step=_STEP, unit=option["unit"])
            number.setValue(float(value))
            number.valueChanged.connect(tell)
            return number
        line = QLineEdit(value)
        line.setMinimumWidth(line.fontMetrics().averageCharWidth() * _LONG)
        line.editingFinished.connect(tell)
        return line

    def _value(self, option: Mapping[str, Any]) -> str:
        field = self._fields[option["key"]]
        if isinstance(field, ChoiceBox):
            return str(field.value())
        if isinstance(field, NumberBox):
            return format_number(field.value(), _DIGITS)
        return field.text().strip() if isinstance(field, QLineEdit) else ""

"""One axis of a sampling: which coordinate, and its range, values or choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.campaigns.axes import COORDINATES, Axis, Value
from smcogui.data.series import spaced_values
from smcogui.errors import InputError
from smcogui.ui.campaigns.coordinate_labels import symbol_of, unit_of, value_text
from smcogui.ui.campaigns.default_ranges import default_axis
from smcogui.ui.icons import icon
from smcogui.ui.widgets.number_box import ChoiceBox, CountBox, NumberBox
from smcogui.units.quantities import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.design.limits import Limit

_RANGE, _LOG, _VALUES, _SPACED, _CHOICES = "range", "log", "values", "spaced", "choices"
_KINDS: Final = (("Range", _RANGE), ("Log range", _LOG), ("Values", _VALUES))
_GRID_KINDS: Final = (("Values", _VALUES), ("Evenly spaced", _SPACED))
_CHOICE_KINDS: Final = (("Choices", _CHOICES),)
_GRID_VALUES: Final = 5
_MOST_VALUES: Final = 1000
_KEYS: Final = tuple((f"{symbol_of(key)}: {each.name}", key) for key, each in COORDINATES.items())


class AxisRow(QFrame):
    """Two lines: the coordinate and the kind; below them numbers, a list, or boxes to tick.

    Signals
    -------
    changed : Signal()
    removed : Signal()
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, axis: Axis, *, is_grid: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_grid = is_grid
        self.coordinate = ChoiceBox(_KEYS)
        self.coordinate.setAccessibleName("Coordinate of the axis")
        self.coordinate.setMinimumContentsLength(20)
        self.kind = ChoiceBox(_KINDS)
        self.kind.setAccessibleName("How the axis is covered")
        self.kind.setMinimumContentsLength(13)
        self.remove = QToolButton()
        self.remove.setIcon(icon("close"))
        self.remove.setProperty("panel", True)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setProperty("banner", "error")
        self.note.setMargin(4)
        self.note.hide()
        self._fields = QWidget()
        self._lay_out()
        self.coordinate.set_value(axis.key)
        self._show_axis(axis)
        self.coordinate.currentIndexChanged.connect(lambda _index: self._coordinate_chosen())
        self.kind.currentIndexChanged.connect(lambda _index: self._kind_chosen())
        self.remove.clicked.connect(self.removed)

    @property
    def key(self) -> str:
        """The coordinate."""
        return str(self.coordinate.value())

    def axis(self) -> Axis:
        """Return the axis; raises InputError where it cannot be."""
        kind = self.kind.value()
        if kind == _CHOICES:
            values = tuple(box.text() for box in self.choices if box.isChecked())
            if not values:
                raise self._refused("nothing", ", ".join(box.text() for box in self.choices))
            return Axis(key=self.key, values=values)
        if kind == _VALUES:
            return Axis(key=self.key, values=self._listed())
        low, high = self.low.value(), self.high.value()
        if kind == _SPACED:
            if not low < high:
                raise self._refused(f"{low:g} to {high:g}", "a first value below the last")
            return Axis(key=self.key, values=tuple(spaced_values(low, high, self.count.value())))
        return Axis(
            key=self.key,
            low=low,
            high=high,
            scale="log" if kind == _LOG else "linear",
            step=self.step.value() or None,
        )

    def show_grid(self, on: bool) -> None:
        """Offer what a grid can use, or what points between can."""
        if on != self._is_grid:
            self._is_grid = on
            self._show_axis(self._shown_or_default())

    def explain(self, message: str) -> None:
        """Say below the row what is wrong with it; an empty message takes that away."""
        self.note.setText(message)
        self.note.setVisible(bool(message))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.coordinate, 1)
        top.addWidget(self.kind)
        top.addWidget(self.remove)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 2, 0, 6)
        self._layout.setSpacing(3)
        self._layout.addLayout(top)
        self._layout.addWidget(self._fields)
        self._layout.addWidget(self.note)

    def _shown_or_default(self) -> Axis:
        try:
            return self.axis()
        except InputError:
            return default_axis(self.key)

    def _coordinate_chosen(self) -> None:
        self._show_axis(default_axis(self.key))
        self.changed.emit()

    def _kind_chosen(self) -> None:
        self._show_fields(default_axis(self.key))
        self.changed.emit()

    def _show_axis(self, axis: Axis) -> None:
        """Show an axis in the nearest kind that is on offer."""
        kinds: Sequence[tuple[str, str]]
        if COORDINATES[axis.key].choices:
            kinds, kind = _CHOICE_KINDS, _CHOICES
        elif self._is_grid:
            kinds, kind = _GRID_KINDS, _VALUES if axis.values else _SPACED
        else:
            kinds, kind = _KINDS, _LOG if axis.scale == "log" else _RANGE
            kind = _VALUES if axis.values else kind
        self.kind.set_choices(kinds)
        self.kind.blockSignals(True)
        self.kind.set_value(kind)
        self.kind.blockSignals(False)
        self._show_fields(axis)

    def _show_fields(self, axis: Axis) -> None:
        """Make the second line anew, as boxes differ in limits and units."""
        symbol = symbol_of(self.key)
        self.remove.setAccessibleName(f"Remove the axis {symbol}")
        self.remove.setToolTip(f"Remove the axis {symbol}.")
        fields = QWidget()
        line = QHBoxLayout(fields)
        line.setContentsMargins(12, 0, 0, 0)
        kind = self.kind.value()
        if kind == _CHOICES:
            self._add_choices(line, axis)
        elif kind == _VALUES:
            self._add_list(line, axis)
        else:
            self._add_range(line, axis, is_spaced=kind == _SPACED)
        self._layout.replaceWidget(self._fields, fields)
        self._fields.hide()
        self._fields.deleteLater()
        self._fields = fields

    def _add_choices(self, line: QHBoxLayout, axis: Axis) -> None:
        self.choices = [QCheckBox(word) for word in COORDINATES[self.key].choices]
        for box in self.choices:
            box.setChecked(box.text() in axis.values)
            box.toggled.connect(lambda _on: self.changed.emit())
            line.addWidget(box)
        line.addStretch(1)

    def _add_list(self, line: QHBoxLayout, axis: Axis) -> None:
        values: tuple[Value, ...] = axis.values
        if not values and axis.low is not None and axis.high is not None:
            values = tuple(spaced_values(axis.low, axis.high, _GRID_VALUES))
        unit = unit_of(self.key)
        self.listed = QLineEdit("; ".join(value_text(value) for value in values))
        self.listed.setAccessibleName(f"Values of {symbol_of(self.key)}")
        self.listed.setToolTip(f"Separated by semicolons{f', in {unit}' if unit else ''}.")
        self.listed.textChanged.connect(lambda _text: self.changed.emit())
        line.addWidget(self.listed, 1)
        line.addWidget(QLabel(unit))

    def _add_range(self, line: QHBoxLayout, axis: Axis, *, is_spaced: bool) -> None:
        limit, symbol = COORDINATES[self.key].limit, symbol_of(self.key)
        numbers = [value for value in axis.values if not isinstance(value, str)]
        low = min(numbers) if numbers else axis.low or 0.0
        high = max(numbers) if numbers else axis.high or 0.0
        self.low = self._number(f"{symbol} from", limit, low)
        self.high = self._number(f"{symbol} to", limit, high)
        line.addWidget(self.low, 1)
        line.addWidget(QLabel("to"))
        line.addWidget(self.high, 1)
        if is_spaced:
            self.count = CountBox(minimum=2, maximum=_MOST_VALUES)
            self.count.setAccessibleName(f"Number of values of {symbol}")
            self.count.setValue(len(numbers) if len(numbers) > 1 else _GRID_VALUES)
            self.count.valueChanged.connect(lambda _value: self.changed.emit())
            line.addWidget(QLabel("number"))
            line.addWidget(self.count, 1)
        else:
            self.step = self._number(f"{symbol} rounded to", limit, axis.step or 0.0, least=0.0)
            self.step.setToolTip("Values are multiples of it; 0 leaves them as they are drawn.")
            line.addWidget(QLabel("step"))
            line.addWidget(self.step, 1)

    def _number(
        self, name: str, limit: Limit, value: float, least: float | None = None
    ) -> NumberBox:
        quantity = "magnetisation" if self.key == "Ms_z_kA_m" else ""
        low = limit.low if least is None else least
        box = NumberBox(minimum=low, maximum=limit.high, unit=limit.unit, quantity=quantity)
        box.setAccessibleName(name)
        box.setToolTip(f"Allowed: {limit.describe()}.")
        box.setValue(value)
        box.valueChanged.connect(lambda _value: self.changed.emit())
        return box

    def _listed(self) -> tuple[float, ...]:
        texts = [text for text in self.listed.text().split(";") if text.strip()]
        if not 1 <= len(texts) <= _MOST_VALUES:
            raise self._refused(f"{len(texts)} values", f"1 to {_MOST_VALUES}, with semicolons")
        quantity = "magnetisation" if self.key == "Ms_z_kA_m" else ""
        unit, symbol = unit_of(self.key), symbol_of(self.key)
        try:
            return tuple(parse_quantity(t, unit, quantity=quantity, what=symbol) for t in texts)
        except InputError as error:
            raise InputError(
                error.message, key=f"axis.{self.key}", given=error.given, allowed=error.allowed
            ) from error

    def _refused(self, given: str, allowed: str) -> InputError:
        return InputError(
            f"the axis {self.key}: {given}; allowed is {allowed}",
            key=f"axis.{self.key}",
            given=given,
            allowed=allowed,
        )

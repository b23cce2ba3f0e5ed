"""Boxes for numbers that read 0.5 and 0,5, 4.05 T and 3200 kA/m alike in any system's language."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NoReturn

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget

from smcogui.errors import InputError
from smcogui.ui.widgets.input_note import InputNote
from smcogui.ui.widgets.style_property import set_style_property
from smcogui.units.quantities import convert, format_number, parse_quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent, QShowEvent, QWheelEvent

_DIGITS: Final = 10
_CONVERTED_DIGITS: Final = 6
_COMMIT_KEYS: Final = frozenset(Qt.Key(Qt.Key.Key_F1 + i) for i in range(12))
_COMMIT_WITH_CTRL: Final = frozenset({Qt.Key.Key_S, Qt.Key.Key_E, Qt.Key.Key_Return})


class NumberBox(QAbstractSpinBox):
    """A number with its unit; a number typed in another unit of the same quantity is converted.

    What cannot be read or is not allowed stays as it was typed, framed in red and explained below
    the box, while the last good number stays in force: nothing is clamped in silence. Escape brings
    the last good number back.

    Parameters
    ----------
    minimum, maximum : float
        Limits in ``unit``; what lies between may still be refused by the design itself.
    step : float
        Change by one press of an arrow key, in ``unit``.
    unit : str
        Unit of :meth:`value`.
    quantity : str
        Key of :data:`~smcogui.units.quantities.QUANTITIES`; by default the first with that unit.

    Signals
    -------
    valueChanged : Signal(object)
        The new number in ``unit``.
    refused : Signal(str)
        Why what was typed cannot be taken; empty when it was put right.
    """

    valueChanged = Signal(object)
    refused = Signal(str)

    def __init__(
        self,
        *,
        minimum: float,
        maximum: float,
        step: float = 1.0,
        unit: str = "",
        quantity: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._minimum, self._maximum, self._step = minimum, maximum, step
        self._unit = self._shown_unit = unit
        self._quantity = quantity
        self._value = min(max(0.0, minimum), maximum)
        self._message = ""
        self._note = InputNote(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.lineEdit().textEdited.connect(self._typed)
        self.editingFinished.connect(self.commit)
        self._show_value()

    def value(self) -> float:
        """Return the number in the box's own unit."""
        return self._value

    def setValue(self, value: float) -> None:
        """Show a number given in the box's own unit; whoever sets it answers for its limits."""
        changed = value != self._value
        self._value = value
        self._show_value()
        if changed:
            self.valueChanged.emit(value)

    def text_of(self, value: float) -> str:
        """Return how the box would show a number given in its own unit."""
        return f"{self._number_text(value)} {self._shown_unit}".strip().replace(" °", "°")

    def minimum(self) -> float:
        """Return the least number allowed."""
        return self._minimum

    def maximum(self) -> float:
        """Return the largest number allowed."""
        return self._maximum

    @property
    def shown_unit(self) -> str:
        """The unit in which the number is shown."""
        return self._shown_unit

    @property
    def message(self) -> str:
        """Why what was typed cannot be taken; empty where it can."""
        return self._message

    def show_in(self, unit: str) -> None:
        """Show the number in another unit of the same quantity; :meth:`value` stays as it is."""
        self._shown_unit = unit
        if not self._message:
            self._show_value()

    def commit(self) -> None:
        """Take what was typed, or explain why it cannot be taken."""
        text = self.lineEdit().text()
        if text == self._shown_text():
            self._explain("")
            return
        try:
            value = self._read(text)
        except InputError as error:
            self._explain(error.message)
            return
        self._explain("")
        self.setValue(value)

    def stepBy(self, steps: int) -> None:
        """Go up or down by steps that are round in the unit shown, up to the limits."""
        self.commit()
        step, shown = self._shown_step(), self._to_shown(self._value)
        if self._shown_unit != self._unit:
            # What is converted is seldom round; the first step makes it so.
            way = math.floor if steps > 0 else math.ceil
            shown = way(round(shown / step, 9)) * step
        stepped = round(self._from_shown(shown + steps * step), 12)
        self.setValue(min(max(stepped, self._minimum), self._maximum))

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Return which ways there is still room."""
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._value < self._maximum:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self._value > self._minimum:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def sizeHint(self) -> QSize:
        """Return room for the longest usual number with its unit."""
        hint = super().sizeHint()
        text = f"−1000.00 {self._shown_unit}"
        return QSize(self.fontMetrics().horizontalAdvance(text) + 20, hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return the room below which the number would be cut."""
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        """Take what was typed before the shortcut of an action uses the number."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_command(event):
            self.commit()
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Bring the last good number back on Escape."""
        if event.key() == Qt.Key.Key_Escape and self.lineEdit().text() != self._shown_text():
            self._show_value()
            self.selectAll()
            event.accept()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Show the explanation too."""
        super().showEvent(event)
        self._note.explain(self._message)

    def hideEvent(self, event: QHideEvent) -> None:
        """Hide the explanation too."""
        super().hideEvent(event)
        self._note.explain("")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the number only after a click into it, so that scrolling a panel changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _read(self, text: str) -> float:
        value = parse_quantity(
            text,
            self._unit,
            quantity=self._quantity,
            bare_unit=self._shown_unit,
            what=self.accessibleName(),
        )
        # A limit that was given in another unit may miss itself by the last digit.
        least, most = self._minimum, self._maximum
        if not least - 1e-9 * abs(least) <= value <= most + 1e-9 * abs(most):
            self._refuse(text, "is outside of what is allowed,")
        return min(max(value, least), most)

    def _refuse(self, text: str, reason: str) -> NoReturn:
        low, high = (self._number_text(limit) for limit in (self._minimum, self._maximum))
        allowed = f"{low} to {high} {self._shown_unit}".strip()
        name = f"{self.accessibleName()}: " if self.accessibleName() else ""
        raise InputError(
            f"{name}“{text.strip()}” {reason} {allowed}.",
            key=self.accessibleName(),
            given=text,
            allowed=allowed,
        )

    def _typed(self) -> None:
        """Take the explanation away as soon as what is typed is good."""
        if not self._message:
            return
        try:
            self._read(self.lineEdit().text())
        except InputError:
            return
        self._explain("")

    def _explain(self, message: str) -> None:
        changed = message != self._message
        self._message = message
        self._note.explain(message if self.isVisible() else "")
        if changed:
            self.setAccessibleDescription(message)
            set_style_property(self, "refused", bool(message))
            self.refused.emit(message)

    def _show_value(self) -> None:
        self._explain("")
        self.lineEdit().setText(self._shown_text())
        # Where assistive technology looks for the value of a spin box.
        self.setProperty("value", self._value)

    def _shown_text(self) -> str:
        return self.text_of(self._value)

    def _number_text(self, value: float) -> str:
        is_converted = self._shown_unit != self._unit
        return format_number(self._to_shown(value), _CONVERTED_DIGITS if is_converted else _DIGITS)

    def _to_shown(self, value: float) -> float:
        return convert(value, self._unit, self._shown_unit, quantity=self._quantity)

    def _from_shown(self, shown: float) -> float:
        return convert(shown, self._shown_unit, self._unit, quantity=self._quantity)

    def _shown_step(self) -> float:
        """Return a round step near the usual one: 1, 2 or 5 times a power of ten if converted."""
        step = self._to_shown(self._step)
        if self._shown_unit == self._unit:
            return step
        power = 10.0 ** math.floor(math.log10(step))
        return min((1.0, 2.0, 5.0, 10.0), key=lambda m: abs(math.log(m * power / step))) * power


class CountBox(NumberBox):
    """A whole number; :meth:`value` and the signal give an int."""

    def __init__(self, *, minimum: int, maximum: int, parent: QWidget | None = None) -> None:
        super().__init__(minimum=minimum, maximum=maximum, parent=parent)

    def value(self) -> int:
        """Return the number."""
        return int(super().value())

    def setValue(self, value: float) -> None:
        """Show a whole number."""
        super().setValue(int(value))

    def _read(self, text: str) -> float:
        value = super()._read(text)
        if value != math.floor(value):
            self._refuse(text, "is no whole number; allowed is")
        return value

    def _number_text(self, value: float) -> str:
        # A seed may have more digits than a float.
        return str(int(value))


class ChoiceBox(QComboBox):
    """A list of choices, each with a value behind its text."""

    def __init__(
        self, choices: Sequence[tuple[str, object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self.set_choices(choices)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def set_choices(self, choices: Sequence[tuple[str, object]]) -> None:
        """Offer these choices without telling anybody; the value stays where it is one of them."""
        value = self.value() if self._values else None
        self.blockSignals(True)
        self.clear()
        self._values = [each for _, each in choices]
        self.addItems([text for text, _ in choices])
        self.set_value(value)
        self.blockSignals(False)

    def value(self) -> object:
        """Return the value behind the current text."""
        return self._values[self.currentIndex()]

    def text_of(self, value: object) -> str:
        """Return the text in front of a value; empty where it is no choice."""
        return self.itemText(self._values.index(value)) if value in self._values else ""

    def set_value(self, value: object) -> None:
        """Select a value; one that is not in the list leaves the selection as it is."""
        if value in self._values:
            self.setCurrentIndex(self._values.index(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change only after a click, so that scrolling a panel changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _is_command(event: QEvent) -> bool:
    """Whether a key belongs to an action that uses what was typed, such as Run or Save."""
    if not isinstance(event, QKeyEvent):
        return False
    with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    return event.key() in (_COMMIT_WITH_CTRL if with_ctrl else _COMMIT_KEYS)

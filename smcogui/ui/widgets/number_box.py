"""Spin boxes that read 0.5 and 0,5 alike, whatever the system's language."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget


class NumberBox(QDoubleSpinBox):
    """A number with its unit; point and comma are both decimal marks, trailing zeros are dropped.

    Parameters
    ----------
    minimum, maximum : float
        Limits of the field; what lies between may still be refused by the design itself.
    decimals : int
        Digits kept after the decimal point.
    step : float
        Change by one press of an arrow key.
    unit : str
        Shown behind the number.
    """

    def __init__(
        self,
        *,
        minimum: float,
        maximum: float,
        decimals: int = 2,
        step: float = 1.0,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        locale = QLocale.c()
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        self.setLocale(locale)
        self.setDecimals(decimals)
        self.setRange(minimum, maximum)
        self.setSingleStep(step)
        if unit:
            self.setSuffix(f" {unit}")
        # A half-typed number is not yet a design.
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def textFromValue(self, value: float) -> str:
        """Return the number without trailing zeros."""
        text = f"{value:.{self.decimals()}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def valueFromText(self, text: str) -> float:
        """Read a number whose decimal mark is a point or a comma."""
        try:
            return float(self._digits(text))
        except ValueError:
            return self.value()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Judge what is being typed, comma or point."""
        digits = self._digits(text)
        if digits in {"", "-", ".", "-."}:
            return QValidator.State.Intermediate, text, position
        try:
            value = float(digits)
        except ValueError:
            return QValidator.State.Invalid, text, position
        if any(each in digits.lower() for each in "einf_"):
            return QValidator.State.Invalid, text, position
        inside = self.minimum() <= value <= self.maximum()
        state = QValidator.State.Acceptable if inside else QValidator.State.Intermediate
        return state, text, position

    def fixup(self, text: str) -> str:
        """Bring a number beyond the limits back to the nearer limit."""
        value = min(max(self.valueFromText(text), self.minimum()), self.maximum())
        return self.textFromValue(value) + self.suffix()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the number only after a click into it, so that scrolling a panel changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _digits(self, text: str) -> str:
        return text.removesuffix(self.suffix()).strip().replace(",", ".")


class CountBox(QSpinBox):
    """A whole number that ignores the wheel until it has the focus."""

    def __init__(self, *, minimum: int, maximum: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        locale = QLocale.c()
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        self.setLocale(locale)
        self.setRange(minimum, maximum)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the number only after a click into it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceBox(QComboBox):
    """A list of choices, each with a value behind its text."""

    def __init__(
        self, choices: tuple[tuple[str, object], ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._values = [value for _, value in choices]
        self.addItems([text for text, _ in choices])
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def value(self) -> object:
        """Return the value behind the current text."""
        return self._values[self.currentIndex()]

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

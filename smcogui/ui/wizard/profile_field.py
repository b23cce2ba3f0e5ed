"""One choice of a profile: its control, what to know about its value, why it is not allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from smcogui.runs.cluster.profile import ClusterProfile, allowed_of
from smcogui.ui.widgets.number_box import CountBox, NumberBox
from smcogui.ui.widgets.style_property import set_style_property

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic.fields import FieldInfo

    from smcogui.app.cluster_advice import Advice

_SUGGESTED: Final = frozenset({"host", "partition", "account", "qos", "gres", "constraint"})
_TEXTS: Final = frozenset({"prologue"})
_CHOICES: Final = {"as_found": "As found", "slurm": "Slurm", "pbs": "PBS", "sge": "SGE"}
_LINES_SHOWN: Final = 3
Control = QLineEdit | QComboBox | CountBox | NumberBox | QCheckBox | QPlainTextEdit


class ProfileField(QObject):
    """A control for a field of :class:`~smcogui.runs.cluster.profile.ClusterProfile`.

    Parameters
    ----------
    name : str
        Of the field.
    parent : QWidget

    Attributes
    ----------
    control : QWidget
    title : str
        With the unit, where there is one.
    note : QLabel
        What the field means, or what there is to say about its value.

    Signals
    -------
    edited : Signal()
    """

    edited = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = name
        field = ClusterProfile.model_fields[name]
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        unit = str(extra.get("unit", ""))
        self.title = f"{field.title} ({unit})" if unit else str(field.title)
        self._meaning = field.description or ""
        self._is_tuple = get_origin(field.annotation) is tuple
        self.control = _make_control(name, field, self.title)
        self.control.setAccessibleName(self.title)
        self.note = QLabel(self._meaning)
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self._connect()

    def value(self) -> Any:
        """Return what stands in the control, as a profile takes it."""
        control = self.control
        if isinstance(control, QCheckBox):
            return control.isChecked()
        if isinstance(control, NumberBox):
            return control.value()
        if isinstance(control, QComboBox):
            return control.currentData() or control.currentText().strip()
        if isinstance(control, QPlainTextEdit):
            text = control.toPlainText()
            lines = (line.strip() for line in text.splitlines())
            return tuple(filter(None, lines)) if self._is_tuple else text
        text = control.text().strip()
        return (int(text) if text.isdecimal() else text or None) if self.name == "port" else text

    def show_value(self, value: Any) -> None:
        """Show a value."""
        control = self.control
        if isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, NumberBox):
            control.setValue(value)
        elif isinstance(control, QComboBox):
            control.setCurrentText(_CHOICES.get(str(value), str(value)))
        elif isinstance(control, QPlainTextEdit):
            control.setPlainText("\n".join(value) if self._is_tuple else str(value))
        else:
            control.setText("" if value is None else str(value))

    def suggest(self, values: Sequence[str]) -> None:
        """Offer values that are known; any other can be typed as well."""
        control = self.control
        if isinstance(control, QComboBox):
            typed = control.currentText()
            control.blockSignals(True)
            control.clear()
            control.addItems(list(values))
            control.setCurrentText(typed)
            control.blockSignals(False)

    def show_advice(self, advice: Advice | None) -> None:
        """Say what there is to know about the value, else what the field means."""
        is_warning = advice is not None and advice.level == "warning"
        words = self._meaning if advice is None else advice.words
        self._say(f"⚠ {words}" if is_warning else words, "warning" if is_warning else "muted")
        set_style_property(self.control, "invalid", False)

    def explain(self) -> None:
        """Say what is allowed, as what stands there is not."""
        self._say(f"✖ Allowed: {allowed_of(self.name)}.", "error")
        set_style_property(self.control, "invalid", True)

    def _say(self, words: str, role: str) -> None:
        if self.note.text() == words:
            return
        self.note.setText(words)
        set_style_property(self.note, "role", role)
        self.control.setAccessibleDescription(words)

    def _connect(self) -> None:
        control = self.control
        if isinstance(control, QCheckBox):
            control.toggled.connect(lambda _on: self.edited.emit())
        elif isinstance(control, NumberBox):
            control.valueChanged.connect(lambda _value: self.edited.emit())
        elif isinstance(control, QComboBox):
            control.currentTextChanged.connect(lambda _text: self.edited.emit())
        elif isinstance(control, QPlainTextEdit):
            control.textChanged.connect(self.edited)
        else:
            control.textChanged.connect(lambda _text: self.edited.emit())


def _make_control(name: str, field: FieldInfo, title: str) -> Control:
    kind = field.annotation
    if kind is bool:
        return QCheckBox(title)
    if kind in (int, float):
        limits = {
            key: getattr(each, key)
            for each in field.metadata
            for key in ("ge", "le")
            if hasattr(each, key)
        }
        low, high = limits.get("ge", 0), limits["le"]
        if kind is int:
            return CountBox(minimum=low, maximum=high)
        return NumberBox(minimum=low, maximum=high, unit="s")
    if get_origin(kind) is Literal:
        choice = QComboBox()
        for value in get_args(kind):
            choice.addItem(_CHOICES[value], value)
        return choice
    if get_origin(kind) is tuple or name in _TEXTS:
        box = QPlainTextEdit()
        box.setTabChangesFocus(True)
        metrics = box.fontMetrics()
        box.setFixedHeight(_LINES_SHOWN * metrics.lineSpacing() + 14)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return box
    if name in _SUGGESTED:
        combo = QComboBox()
        combo.setEditable(True)
        combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return combo
    return QLineEdit()

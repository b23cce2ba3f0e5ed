"""One setting in the dialog: its control, what it does, and why a value is not allowed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_origin

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from smcogui.app.settings import variable_of
from smcogui.app.settings_file import explain_value
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.number_box import ChoiceBox
from smcogui.ui.widgets.style_property import set_style_property

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

CHOICE_TEXTS: Final = {
    "system": "As the system",
    "light": "Light",
    "dark": "Dark",
    "": "Follows the unit of fields",
    "builtin": "Built-in solver",
    "mumax3": "MuMax3",
}
_LABEL_WIDTH: Final = 190
_PLACES: Final = ("project", "mumax3")
"""Settings that name a place on the disk."""
_EMPTY_TEXTS: Final = {
    "project": "the program's own folder",
    "mumax3": "looked for",
    "mumax3_gpus": "all",
}


class SettingRow(QWidget):
    """A label, a control and a sentence.

    Signals
    -------
    edited : Signal()
        The value in the control is another one.
    """

    edited = Signal()

    def __init__(self, name: str, field: FieldInfo, *, is_overridden: bool) -> None:
        super().__init__()
        self.name = name
        self.title = field.title or name
        self.description = field.description or ""
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        self.section = str(extra["section"])
        self._kind = field.annotation
        self._unit = str(extra["unit"])
        self.control = self._make_control()
        self.control.setAccessibleName(self.title)
        self.control.setAccessibleDescription(self.description)
        self.control.setEnabled(not is_overridden)
        self.error = Banner()
        self.note = Banner()
        note = self.description
        if is_overridden:
            note += f" Decided by {variable_of(name)} for this start; it cannot be changed here."
        self._lay_out(note, is_overridden=is_overridden)

    def value(self) -> Any:
        """Return what stands in the control; a text that is no number stays a text."""
        control = self.control
        if isinstance(control, ChoiceBox):
            return control.value()
        if isinstance(control, QCheckBox):
            return control.isChecked()
        text = control.text().strip()
        if self._kind is str:
            return text
        try:
            number = float(text.replace(",", ".").removesuffix(self._unit).strip())
        except ValueError:
            return text
        return int(number) if self._kind is int and number.is_integer() else number

    def show_value(self, value: Any) -> None:
        """Show a value."""
        control = self.control
        if isinstance(control, ChoiceBox):
            control.set_value(value)
        elif isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        else:
            control.setText(f"{value:g}" if isinstance(value, float) else str(value))

    def check(self) -> bool:
        """Explain below the control what is wrong with its value; true where nothing is."""
        reason = explain_value(self.name, self.value())
        self.error.show_message("error", reason.replace(self.name, self.title, 1))
        set_style_property(self.control, "invalid", bool(reason))
        return not reason

    def fits(self, words: list[str]) -> bool:
        """Whether every word stands somewhere in title, description, section or name."""
        text = f"{self.title} {self.description} {self.section} {self.name}".casefold()
        return all(word in text for word in words)

    def _make_control(self) -> ChoiceBox | QCheckBox | QLineEdit:
        if get_origin(self._kind) is Literal:
            values = self._kind.__args__  # type: ignore[union-attr]
            box = ChoiceBox(tuple((CHOICE_TEXTS.get(value, value), value) for value in values))
            box.activated.connect(lambda _index: self.edited.emit())
            return box
        if self._kind is bool:
            check = QCheckBox(self.title)
            check.toggled.connect(lambda _on: self.edited.emit())
            return check
        line = QLineEdit()
        line.textChanged.connect(lambda _text: self.edited.emit())
        if self._kind is str:
            line.setPlaceholderText(_EMPTY_TEXTS.get(self.name, ""))
        else:
            line.setFixedWidth(120)
        return line

    def _lay_out(self, note: str, *, is_overridden: bool) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 6)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        label = QLabel("" if isinstance(self.control, QCheckBox) else self.title)
        label.setFixedWidth(_LABEL_WIDTH)
        label.setBuddy(self.control)
        grid.addWidget(label, 0, 0)
        is_wide = not isinstance(self.control, QLineEdit) or self.name in _PLACES
        grid.addWidget(self.control, 0, 1, 1, 2 if is_wide else 1)
        if self._unit:
            grid.addWidget(QLabel(self._unit), 0, 2)
        if self.name in _PLACES:
            browse = QPushButton("Browse…")
            browse.setAccessibleName(f"Browse: {self.title}")
            browse.setEnabled(not is_overridden)
            browse.clicked.connect(self._browse)
            grid.addWidget(browse, 0, 3)
        sentence = QLabel(note)
        sentence.setProperty("role", "muted")
        sentence.setWordWrap(True)
        grid.addWidget(sentence, 1, 1, 1, 3)
        grid.addWidget(self.error, 2, 1, 1, 3)
        grid.addWidget(self.note, 3, 1, 1, 3)

    def _browse(self) -> None:
        start = str(self.value()) or str(Path.home())
        if self.name == "project":
            place = QFileDialog.getExistingDirectory(self, self.title, start)
        else:
            place, _ = QFileDialog.getOpenFileName(self, self.title, start)
        if place:
            self.show_value(place)

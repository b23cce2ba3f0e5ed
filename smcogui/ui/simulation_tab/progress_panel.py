"""Start, stop, resume; how far the run is and how long it will still take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QToolButton,
    QWidget,
)

from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.widgets.elided_label import ElidedLabel
from smcogui.units.durations import duration_text
from smcogui.units.quantities import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction

    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch

STEPS_SHIFT: Final = (
    "The sweep lands on these fields too, and steps on from there: Hc and Hp, read on the steps, "
    "may move by about the smallest field step."
)


class ProgressPanel(QFrame):
    """The bar above the curve: what will run, the three actions, progress and time to go."""

    def __init__(
        self, actions: Actions, units: FieldUnitSwitch, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._units = units
        self._bare_unit = units.unit.name
        self.setObjectName("card")
        self._title = ElidedLabel()
        self._title.setProperty("role", "heading")
        self._state = ElidedLabel()
        self._state.setProperty("role", "muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Progress of the run")
        self.bar.setFormat("")
        # On a small screen the title gives way, which can be read in its tool tip.
        least = self.bar.fontMetrics().horizontalAdvance("100 % of field points")
        self.bar.setMinimumWidth(least + 8)
        self.stored_fields = QLineEdit()
        self.stored_fields.setMaximumWidth(130)
        self.stored_fields.setAccessibleName("Store states also at these fields")
        self.stored_fields.setToolTip(
            "Fields, separated by semicolons, at which the next run also stores the magnetisation, "
            "such as −2; −3.5 T; −2800 kA/m. Remanence and the states around Hp (jump) and Hc are "
            f"always stored. {STEPS_SHIFT}"
        )
        self.stored_fields.textEdited.connect(
            lambda text: self.show_state(STEPS_SHIFT if text.strip() else "")
        )
        label = QLabel()
        label.setProperty("role", "muted")
        label.setBuddy(self.stored_fields)
        self._stored_label = label
        layout = QGridLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addLayout(_button_row(actions, ("run.start", "run.cancel", "run.resume")), 0, 0)
        engines = _button_row(actions, ("engine.builtin", "engine.mumax3"))
        # Its words would take the room of the bar on a small screen.
        engines.insertWidget(2, action_button(actions, "cluster.submit"))
        layout.addLayout(engines, 1, 0)
        layout.addWidget(self._title, 0, 1)
        layout.addWidget(self.bar, 0, 2)
        state = QHBoxLayout()
        state.addWidget(self._state, 1)
        state.addWidget(_info_button(actions["help.readings"]))
        layout.addLayout(state, 1, 1, 1, 2)
        layout.addWidget(label, 0, 3)
        layout.addWidget(self.stored_fields, 1, 3)
        layout.setColumnStretch(1, 1)
        layout.setColumnStretch(2, 1)
        layout.setHorizontalSpacing(14)
        units.changed.connect(self._show_unit)
        self._show_unit(units.unit)

    def chosen_fields_T(self) -> tuple[float, ...]:
        """Return the fields at which the next run stores states.

        Raises
        ------
        InputError
            If something there is no field; the message says what is allowed.
        """
        parts = [part.strip() for part in self.stored_fields.text().split(";")]
        unit = self._units.unit.name
        return tuple(
            parse_quantity(part, "T", bare_unit=unit, what="Store states at")
            for part in parts
            if part
        )

    def show_title(self, text: str) -> None:
        """Show which run, or which design, this is about."""
        self._title.show_text(text)

    def show_state(self, text: str) -> None:
        """Show a sentence."""
        self._state.show_text(text)

    def show_progress(self, fraction: float, eta_s: float | None) -> None:
        """Show the share of the field points that are done and the time to go."""
        self.bar.setValue(round(1000 * fraction))
        to_go = "" if eta_s is None or fraction >= 1 else f", about {duration_text(eta_s)} to go"
        self.bar.setFormat(f"{100 * fraction:.0f} % of field points{to_go}")

    def _show_unit(self, unit: FieldUnit) -> None:
        """Say in which unit a bare number is; what was typed keeps its meaning."""
        typed = self.stored_fields.text()
        if typed and self._bare_unit != unit.name:
            self.stored_fields.setText(_with_unit(typed, self._bare_unit))
        self._bare_unit = unit.name
        self._stored_label.setText(f"Store states at ({unit.name})")
        examples = "; ".join(unit.number(field) for field in (-2.0, -3.5))
        self.stored_fields.setPlaceholderText(f"e.g. {examples}")

    def clear_progress(self) -> None:
        """Show an empty bar."""
        self.bar.setValue(0)
        self.bar.setFormat("")


def _with_unit(typed: str, unit: str) -> str:
    """Return a list of fields with the unit behind every bare number."""
    parts = [part.strip() for part in typed.split(";")]
    return "; ".join(f"{part} {unit}" if part[-1:].isdigit() else part for part in parts)


def _button_row(actions: Actions, action_ids: Sequence[str]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for action_id in action_ids:
        row.addWidget(_button(actions[action_id], primary=action_id == "run.start"))
    row.addStretch(1)
    return row


def _button(action: QAction, *, primary: bool) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setProperty("panel", True)
    button.setProperty("primary", primary)
    return button


def _info_button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAccessibleName(action.text().replace("&", ""))
    button.setAutoRaise(True)
    return button

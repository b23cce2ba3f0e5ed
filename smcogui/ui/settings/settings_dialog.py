"""Ctrl+,: every setting with what it does, found by words, applied or put back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.settings import Settings
from smcogui.ui.settings.setting_row import SettingRow
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.vertical_scroll import vertical_scroll

if TYPE_CHECKING:
    from smcogui.ui.settings.preferences import Preferences

_NETWORK: Final = (
    "SmCo Studio never uses the network by itself: it looks for no updates, sends nothing and "
    "fetches nothing unless you ask for it."
)
_Button = QDialogButtonBox.StandardButton


class SettingsDialog(QDialog):
    """Edits a copy of the settings; OK and Apply put it into use."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._preferences = preferences
        overridden = preferences.file.overridden
        self.rows = {
            name: SettingRow(name, field, is_overridden=name in overridden)
            for name, field in Settings.model_fields.items()
        }
        self.search = QLineEdit()
        self.search.setAccessibleName("Search settings")
        self.search.setPlaceholderText("Search settings")
        self.search.setClearButtonEnabled(True)
        self.note = Banner()
        self._headings: dict[str, QLabel] = {}
        self._nothing = QLabel("No setting fits. Fewer letters find more.")
        self._nothing.setProperty("role", "muted")
        self.buttons = QDialogButtonBox(
            _Button.Ok | _Button.Apply | _Button.Cancel | _Button.RestoreDefaults
        )
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        for row in self.rows.values():
            row.edited.connect(self._check)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(_Button.Apply).clicked.connect(self.apply)
        self.buttons.button(_Button.RestoreDefaults).clicked.connect(self.show_defaults)
        preferences.failed.connect(lambda message: self.note.show_message("error", message))
        self.resize(680, 620)

    def open_dialog(self) -> None:
        """Show the settings in use."""
        self._show(self._preferences.settings)
        self.search.clear()
        self.note.show_message("warning", " ".join(self._preferences.file.notes))
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.setFocus()

    def show_defaults(self) -> None:
        """Put every setting back to its default; it takes OK or Apply to use them."""
        self._show(Settings())

    def apply(self) -> None:
        """Use what is chosen."""
        if not self._check():
            return
        # Settings(**values), not a copy: values are checked and brought into form once more.
        self._preferences.use(Settings(**self._values()))
        self._show(self._preferences.settings)

    def _accept(self) -> None:
        if self._check():
            self.apply()
            self.accept()

    def _values(self) -> dict[str, Any]:
        return {name: row.value() for name, row in self.rows.items()}

    def _show(self, settings: Settings) -> None:
        in_use = self._preferences.settings
        for name, row in self.rows.items():
            source = in_use if name in self._preferences.file.overridden else settings
            row.show_value(getattr(source, name))
        self._check()

    def _check(self) -> bool:
        """Explain what is wrong, and allow OK and Apply only where nothing is."""
        results = [row.check() for row in self.rows.values()]
        is_well = all(results)
        self.buttons.button(_Button.Ok).setEnabled(is_well)
        is_changed = is_well and Settings(**self._values()) != self._preferences.settings
        self.buttons.button(_Button.Apply).setEnabled(is_changed)
        return is_well

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        shown: set[str] = set()
        for row in self.rows.values():
            fits = row.fits(words)
            row.setVisible(fits)
            if fits:
                shown.add(row.section)
        for section, heading in self._headings.items():
            heading.setVisible(section in shown)
        self._nothing.setVisible(not shown)

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        for row in self.rows.values():
            if row.section not in self._headings:
                heading = QLabel(row.section)
                heading.setProperty("role", "heading")
                heading.setContentsMargins(0, 10, 0, 2)
                self._headings[row.section] = heading
                column.addWidget(heading)
            column.addWidget(row)
        column.addWidget(self._nothing)
        self._nothing.hide()
        column.addStretch(1)
        scroll = vertical_scroll(body)
        network = QLabel(_NETWORK)
        network.setProperty("role", "muted")
        network.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.note)
        layout.addWidget(scroll, 1)
        layout.addWidget(network)
        layout.addWidget(self.buttons)

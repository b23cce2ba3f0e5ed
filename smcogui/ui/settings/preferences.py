"""The settings in use: changed in one place, written in the background, told to who listens."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from smcogui.errors import SettingsError

if TYPE_CHECKING:
    from smcogui.app.settings import Settings
    from smcogui.app.settings_file import SettingsFile
    from smcogui.ui.run_bridge import RunBridge

_LOG = logging.getLogger(__name__)


class Preferences(QObject):
    """What the dialog, the actions and the status bar change.

    Signals
    -------
    changed : Signal(object)
        The new :class:`~smcogui.app.settings.Settings`.
    failed : Signal(str)
        They are in use but could not be written; why.
    """

    changed = Signal(object)
    failed = Signal(str)

    def __init__(
        self, settings_file: SettingsFile, bridge: RunBridge, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.file = settings_file
        self._bridge = bridge

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self.file.settings

    def change(self, **values: Any) -> None:
        """Use other values of some settings from now on."""
        self.use(self.settings.model_copy(update=values))

    def use(self, settings: Settings) -> None:
        """Use other settings from now on; they are written in the background."""
        before = self.settings
        self.file.use(settings)
        if self.settings != before:
            self.changed.emit(self.settings)
        if not self.file.is_written:
            self._bridge.ask_in_turn(
                "settings",
                self.file.write,
                lambda _: None,
                lambda error: self.failed.emit(str(error)),
            )

    def finish(self) -> None:
        """Write what is not written yet; before the window goes."""
        if not self.file.is_written:
            try:
                self.file.write()
            except SettingsError as error:
                _LOG.warning("%s", error)

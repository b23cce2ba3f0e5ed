"""Keeps the current design in the project, so that it opens where it was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from smcogui.app.session import Session
    from smcogui.design.design import Design
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.run_bridge import RunBridge

DELAY_MS: Final = 1000
_TOPIC: Final = "keep design"


class DesignAutosave(QObject):
    """Writes the design at most once a second, in a worker thread, while it is being edited.

    Signals
    -------
    failed : Signal(str)
        The design could not be written; told once, until it can be written again.
    """

    failed = Signal(str)

    def __init__(
        self,
        document: DesignDocument,
        session: Session,
        bridge: RunBridge,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._bridge = document, session, bridge
        self._saved: Design = document.design
        self._has_failed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._save)
        # A timer that runs is not started again: whoever drags a slider for minutes is saved too.
        document.changed.connect(lambda _design: None if self._timer.isActive() else self._begin())

    @property
    def is_pending(self) -> bool:
        """Whether an edit is not on its way to the disk yet."""
        return self._document.design != self._saved

    def opened(self, design: Design) -> None:
        """Take over what was read from a project, which need not be written again."""
        self._timer.stop()
        self._saved = design

    def take_pending(self) -> Design | None:
        """Return the design that is still to be written, for whoever closes window or project."""
        self._timer.stop()
        if not self.is_pending or not self._session.is_writable:
            return None
        self._saved = self._document.design
        return self._saved

    def _begin(self) -> None:
        self._timer.start()

    def _save(self) -> None:
        design, project = self._document.design, self._session.project
        if design == self._saved or not self._session.is_writable:
            return
        self._bridge.ask_in_turn(
            _TOPIC,
            lambda: self._session.keep_design(design, project),
            lambda _none: self._written(design),
            self._not_written,
        )

    def _written(self, design: Design) -> None:
        self._saved = design
        self._has_failed = False

    def _not_written(self, error: Exception) -> None:
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(f"The design is not kept in the project: {error}")

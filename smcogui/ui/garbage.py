"""Python's garbage collector in the window's thread only.

It runs in whichever thread happens to make the object that is one too many, and destroys what it
finds there: a menu or a dialog that a cycle of references kept, in a thread where no widget may be
touched. The program crashes then, rarely and anywhere.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_TICK_MS: Final = 500
_SETTLED_TICKS: Final = 20
"""After these the modules and the window stand, which stay: they are not looked at again."""


class GarbageTimer(QObject):
    """Turns the automatic collections off and makes them in its own thread, step by step."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(_TICK_MS)
        gc.disable()

    def collect(self) -> None:
        """Collect the oldest generation that is due, as the collector itself would."""
        self._ticks += 1
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(3) if counts[generation] > limits[generation]]
        if due:
            gc.collect(due[-1])
        if self._ticks == _SETTLED_TICKS:
            gc.freeze()

    def stop(self) -> None:
        """Leave it to the collector again."""
        self._timer.stop()
        gc.enable()

"""The window's end of the drawing process: messages out, pictures in, and what if there is none."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import count
from typing import Final

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from smcogui.rendering.drawing_process import WAYS, drawing_command, drawing_environment
from smcogui.rendering.messages import Message, pack
from smcogui.ui.child_process import ChildProcess

_LOG = logging.getLogger(__name__)
_START_MS: Final = 30_000
_MOST_RESTARTS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingSupport:
    """What draws the 3-D pictures.

    Parameters
    ----------
    renderer : str
        As OpenGL names it.
    trouble : str
        Why the display's own OpenGL is not used; empty where it is.
    """

    renderer: str
    trouble: str = ""


class RenderProcess(ChildProcess):
    """Starts the drawing process, again in another way where the first fails, and talks to it.

    Starting it is the probe of OpenGL: a driver that crashes, hangs or is too old ends that
    process only. One that crashes later is started again, a few times.

    Signals
    -------
    ready : Signal(object)
        The :class:`DrawingSupport`; messages may be sent from now on.
    answered : Signal(object)
        A :class:`Message`.
    stopped : Signal(str)
        It ended, or never started in any way; the sentence says why.
    """

    ready = Signal(object)
    answered = Signal(object)
    stopped = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("The drawing process", parent)
        self._way = 0
        self._trouble = ""
        self._restarts = 0
        self._is_ready = False
        self._numbers = count(1)
        self._owner: object = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_START_MS)
        self._patience.timeout.connect(self._give_up_waiting)

    @property
    def is_ready(self) -> bool:
        """Whether messages can be sent."""
        return self._is_ready

    def start(self) -> None:
        """Start drawing in the first way that works; ``ready`` or ``stopped`` follows."""
        self._way, self._trouble, self._restarts = 0, "", 0
        self._launch()

    def next_number(self) -> int:
        """Return a number for a picture that no other picture of this process has."""
        return next(self._numbers)

    def claim(self, owner: object) -> bool:
        """Take the one scene; return whether it was another's, so that all is to be sent."""
        had_other = self._owner is not owner
        self._owner = owner
        return had_other

    def send(self, message: Message) -> None:
        """Send a message; without a process it is dropped."""
        if self._process is not None and self._is_ready:
            self._process.write(pack(message))

    def close(self) -> None:
        """End the process without telling anybody."""
        self._patience.stop()
        self._is_ready = False
        self._end()

    def _launch(self) -> None:
        self._owner = None
        self._patience.start()
        self._start(drawing_command(), drawing_environment(self._way))

    def _take(self, message: Message) -> None:
        kind = message.facts["is"]
        if kind == "ready":
            self._patience.stop()
            self._is_ready = True
            renderer = str(message.facts.get("renderer", ""))
            self.ready.emit(DrawingSupport(renderer=renderer, trouble=self._trouble))
        elif kind == "unusable":
            self._trouble = self._trouble or str(message.facts["message"])
        else:
            self.answered.emit(message)

    def _give_up_waiting(self) -> None:
        self._trouble = self._trouble or "the OpenGL driver did not answer"
        if self._process is not None:
            self._process.kill()

    def _not_started(self) -> None:
        self._ended("the drawing process cannot be started")

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        crashed = status == QProcess.ExitStatus.CrashExit
        self._ended("the OpenGL driver crashed" if crashed else f"drawing ended with code {code}")

    def _ended(self, reason: str) -> None:
        self._patience.stop()
        was_ready, self._is_ready = self._is_ready, False
        self._trouble = self._trouble or reason
        self._forget()
        _LOG.warning("%s\n%s", self._trouble, self._said)
        if not was_ready and self._way + 1 < len(WAYS):
            self._way += 1
            self._launch()
        elif was_ready and self._restarts < _MOST_RESTARTS:
            self._restarts += 1
            self._trouble = ""
            self._launch()
        else:
            self.stopped.emit(self._trouble)

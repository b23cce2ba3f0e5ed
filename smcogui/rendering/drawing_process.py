"""How the drawing process is started, and a client that waits for its answers; knows no Qt."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from typing import TYPE_CHECKING, Final

from smcogui.errors import InputError
from smcogui.rendering.messages import Message, pack, read_message
from smcogui.runs.children import program

if TYPE_CHECKING:
    from types import TracebackType

_LIMIT_S: Final = 120.0
_MESA: Final = {"VTK_DEFAULT_OPENGL_WINDOW": "vtkOSOpenGLRenderWindow"}
WAYS: Final[tuple[dict[str, str], ...]] = ({}, _MESA)
"""Ways of drawing, tried in this order: the display's own OpenGL, then Mesa's in memory."""


def drawing_command() -> list[str]:
    """Return the command that starts the drawing process."""
    return program("smcogui.rendering.server", "--draw")


def drawing_environment(way: int) -> dict[str, str]:
    """Return the environment variables to add for a way of drawing."""
    # One core is left to the window where Mesa draws with the processor.
    threads = max(1, min((os.cpu_count() or 2) - 1, 4))
    return {"LP_NUM_THREADS": str(threads), **WAYS[way]}


class DrawingProcess:
    """A drawing process for exports; a context manager, so that it never stays behind.

    Raises
    ------
    InputError
        On entering, if nothing can draw here.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.renderer = ""
        """What draws, as OpenGL names it; known once the process is there."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the process)

    def __enter__(self) -> DrawingProcess:
        trouble = ""
        for way in range(len(WAYS)):
            self._process = subprocess.Popen(
                drawing_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={**os.environ, **drawing_environment(way)},
            )
            answer = self._wait()
            if answer is not None and answer.facts["is"] == "ready":
                self.renderer = str(answer.facts.get("renderer", ""))
                return self
            said = "" if answer is None else str(answer.facts.get("message", ""))
            trouble = trouble or said or "the OpenGL driver crashed or did not answer"
            self._end()
        self._errors.close()
        raise InputError(f"nothing can draw in 3-D here: {trouble}", key="opengl")

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end()
        self._errors.close()

    def send(self, message: Message) -> None:
        """Send an order that is not answered."""
        if self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.write(pack(message))
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._broken() from error

    def ask(self, message: Message) -> Message:
        """Send an order and return its answer.

        Raises
        ------
        InputError
            If it could not be done, or the process ended.
        """
        self.send(message)
        answer = self._wait()
        if answer is None:
            raise self._broken()
        if answer.facts["is"] == "error":
            raise InputError(str(answer.facts["message"]), key="picture")
        return answer

    def _wait(self) -> Message | None:
        """Return the next answer; a process that hangs is ended, and gives none."""
        if self._process is None or self._process.stdout is None:
            return None
        patience = threading.Timer(_LIMIT_S, self._process.kill)
        patience.start()
        try:
            return read_message(self._process.stdout)
        except ValueError:
            return None
        finally:
            patience.cancel()

    def _broken(self) -> InputError:
        self._errors.seek(0)
        last = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
        said = f" ({last[0]})" if last else ""
        return InputError(
            f"the process that draws ended before the picture was made{said}. A smaller picture "
            "may help",
            key="picture",
        )

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # What was never read or sent is of no interest any more.
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue

"""The process that draws: ``python -m smcogui.rendering.server``, messages in, pictures out."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from smcogui.errors import InputError, SmCoError
from smcogui.rendering.annotation import annotated, band_height
from smcogui.rendering.content import Block, Camera, Look
from smcogui.rendering.film import open_film
from smcogui.rendering.messages import Message, pack, read_message, take_standard_output
from smcogui.rendering.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.rendering.film import Film

MINIMUM: Final = (3, 2)
"""The oldest OpenGL that VTK draws with."""
_NICE: Final = 5


class Server:
    """Holds one scene and does what messages ask for.

    Parameters
    ----------
    plotter : pyvista.Plotter
    out : binary stream
        Takes the answers.
    """

    def __init__(self, plotter: Any, out: BinaryIO) -> None:
        self._scene = Scene(plotter)
        self._out = out
        self._film: Film | None = None
        self._orders: dict[str, Callable[..., None]] = {
            "structure": self._structure,
            "state": self._state,
            "look": self._set_look,
            "frame": self._frame,
            "picture": self._picture,
            "open film": self._open_film,
            "add to film": self._add_to_film,
            "close film": self._close_film,
        }

    def handle(self, message: Message) -> None:
        """Do what a message asks for; what is wrong with its files is answered, not raised."""
        facts = dict(message.facts)
        order = facts.pop("do")
        try:
            self._orders[order](message, **facts)
        except (SmCoError, OSError) as error:
            self._answer("error", order=order, message=str(error))

    def _structure(self, message: Message, cell_nm: list[float], alpha: float) -> None:
        if message.array is None:
            raise InputError("a structure without region ids cannot be drawn")
        self._scene.show(Block(values=message.array, cell_nm=_triple(cell_nm), alpha=alpha))

    def _state(self, _message: Message, path: str, cell_nm: list[float], alpha: float) -> None:
        self._scene.show(load_block(Path(path), _triple(cell_nm), alpha))

    def _set_look(self, _message: Message, **look: Any) -> None:
        self._scene.set_look(Look(**{**look, "visible": tuple(look["visible"])}))

    def _frame(
        self,
        _message: Message,
        number: int,
        size: list[int],
        scale: float,
        camera: dict[str, Any],
    ) -> None:
        began = time.perf_counter()
        picture = self._scene.draw(Camera(**camera), (size[0], size[1]), scale=scale)
        seconds = time.perf_counter() - began
        self._answer("frame", picture, number=number, scale=scale, seconds=seconds)

    def _picture(self, _message: Message, path: str, dpi: float, **order: Any) -> None:
        from PIL import Image

        image = Image.fromarray(self._annotated(**order))
        image.save(path, format="PNG", dpi=(dpi, dpi))
        self._answer("done")

    def _open_film(
        self, _message: Message, path: str, suffix: str, rate: float, size: list[int]
    ) -> None:
        self._film = open_film(Path(path), suffix, rate, (size[0], size[1]))
        self._answer("done")

    def _add_to_film(self, _message: Message, **order: Any) -> None:
        if self._film is None:
            raise InputError("no film was started")
        self._film.add(self._annotated(**order))
        self._answer("done")

    def _close_film(self, _message: Message) -> None:
        if self._film is not None:
            self._film.close()
            self._film = None
        self._answer("done")

    def _annotated(
        self, size: list[int], scale: float, camera: dict[str, Any], title: str
    ) -> NDArray[np.uint8]:
        """Return a picture of the whole size, with title and key."""
        look, block = self._scene.look, self._scene.block
        band = band_height(scale)
        inner = (size[0], max(size[1] - 2 * band, 16))
        is_structure = block is not None and block.is_structure
        return annotated(
            self._scene.draw(Camera(**camera), inner, scale=scale),
            title,
            "phases" if is_structure else look.mode,
            phases=look.visible,
            background=look.background,
            ink=look.ink,
            scale=scale,
        )

    def _answer(self, kind: str, array: np.ndarray[Any, Any] | None = None, **facts: Any) -> None:
        self._out.write(pack(Message(facts={"is": kind, **facts}, array=array)))
        self._out.flush()


def load_block(path: Path, cell_nm: tuple[float, float, float], alpha: float) -> Block:
    """Read a stored magnetisation as a block to draw.

    Raises
    ------
    InputError
        If the file is missing, damaged, or holds no magnetisation.
    """
    from solver.mumax3.ovf import OvfError, read_ovf

    try:
        m = read_ovf(path).data
    except (OSError, OvfError) as error:
        raise InputError(f"{path} cannot be read as an OVF file: {error}", key="state") from error
    if m.shape[0] != 3:
        raise InputError(f"{path} holds {m.shape[0]} components; a state has 3", key="state")
    return Block(values=m, cell_nm=cell_nm, alpha=alpha)


def start_plotter() -> tuple[Any, dict[str, str]]:
    """Return a plotter without a window, and what draws it ("renderer", "version").

    Raises
    ------
    InputError
        If the driver is older than OpenGL 3.2.
    """
    import pyvista

    plotter = pyvista.Plotter(off_screen=True, window_size=(64, 64), lighting="none")
    # The first frame makes the OpenGL context; before it some drivers crash when asked.
    plotter.show(auto_close=False, interactive=False)
    report = plotter.render_window.ReportCapabilities()
    found = dict(re.findall(r"^OpenGL (renderer|version) string: *(.*)$", report, re.MULTILINE))
    version = re.match(r"(\d+)\.(\d+)", found.get("version", ""))
    if version is None or (int(version[1]), int(version[2])) < MINIMUM:
        offered = found.get("version", "") or "none"
        raise InputError(f"this display offers OpenGL {offered}; 3.2 is needed", key="opengl")
    return plotter, found


def main(_arguments: Sequence[str] = ()) -> int:
    """Serve standard input until it ends."""
    out = take_standard_output()
    if hasattr(os, "nice"):
        # The window and the runs come first.
        os.nice(_NICE)
    try:
        plotter, found = start_plotter()
    except SmCoError as error:
        out.write(pack(Message(facts={"is": "unusable", "message": str(error)})))
        out.flush()
        return error.exit_code
    server = Server(plotter, out)
    out.write(pack(Message(facts={"is": "ready", **found})))
    out.flush()
    while (message := read_message(sys.stdin.buffer)) is not None:
        server.handle(message)
    plotter.close()
    return 0


def _triple(edges: list[float]) -> tuple[float, float, float]:
    x, y, z = edges
    return x, y, z


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

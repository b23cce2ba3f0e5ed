"""What the drawing process can be told to show, as messages."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from smcogui.rendering.colours import PREVIEW_THICKNESS_NM
from smcogui.rendering.content import without_equal_layers
from smcogui.rendering.messages import Message

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.design.nanostructure import Nanostructure
    from smcogui.rendering.content import Camera, Look, Vector
    from solver.mesh import Mesh

_NM: Final = 1e9


def drawn_cell_nm(mesh: Mesh) -> Vector:
    """Return the edges of a cell in nm as drawn; an endless body gets a depth that looks well."""
    dx, dy, dz = (edge * _NM for edge in mesh.cell_size)
    if mesh.is_z_invariant:
        dz = min(PREVIEW_THICKNESS_NM, mesh.cells[0] * dx)
    return dx, dy, dz


def structure_order(nanostructure: Nanostructure, alpha: float) -> Message:
    """Return the order to show a structure; ``alpha`` is the angle of the field from c in rad."""
    regions, cell_nm = without_equal_layers(
        nanostructure.regions, drawn_cell_nm(nanostructure.mesh)
    )
    facts = {"do": "structure", "cell_nm": list(cell_nm), "alpha": alpha}
    return Message(facts=facts, array=regions)


def state_order(path: Path, mesh: Mesh, alpha: float) -> Message:
    """Return the order to show a stored magnetisation, which the process reads itself."""
    facts = {"path": str(path), "cell_nm": list(drawn_cell_nm(mesh)), "alpha": alpha}
    return Message(facts={"do": "state", **facts})


def look_order(look: Look) -> Message:
    """Return the order to show what is shown in another way."""
    return Message(facts={"do": "look", **asdict(look)})


def frame_order(number: int, size: tuple[int, int], scale: float, camera: Camera) -> Message:
    """Return the order of a picture for the screen; size in pixels."""
    facts: dict[str, Any] = {"number": number, "size": list(size), "scale": scale}
    return Message(facts={"do": "frame", **facts, "camera": asdict(camera)})

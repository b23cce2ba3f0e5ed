"""The 3-D scene: phases as opaque surfaces, the 2:17 cells as an outline, scale bar, directions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.design.phases import Phase
from smcogui.rendering.colours import FIELD_COLOUR, PHASE_COLOURS
from smcogui.rendering.content import Camera, Look
from smcogui.rendering.scale_bar import nice_length
from smcogui.rendering.solids import arrows_on, coloured_block, cut_block, phase_surface

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.rendering.content import Block, Vector

_LETTERS: Final = 18
_THIN, _THICK = 1.5, 5.0
_FILL: Final = 1.4
_PHASE_LIGHT: Final = {"lighting": True, "ambient": 0.5, "diffuse": 0.7, "specular": 0.0}
_FLAT: Final = {"lighting": False}


class Scene:
    """Draws into a pyvista plotter, which this class neither creates nor closes.

    Parameters
    ----------
    plotter : pyvista.Plotter
    """

    def __init__(self, plotter: Any) -> None:
        self._plotter = plotter
        self._block: Block | None = None
        self._look = Look()
        self._scale = 1.0
        self._is_stale = False
        self._surroundings: tuple[Any, ...] = ()
        plotter.enable_parallel_projection()
        self._set_light()

    @property
    def look(self) -> Look:
        """How the block is shown."""
        return self._look

    @property
    def block(self) -> Block | None:
        """What is shown."""
        return self._block

    def show(self, block: Block) -> None:
        """Show another block."""
        self._block = block
        self._is_stale = True

    def set_look(self, look: Look) -> None:
        """Show the block in another way."""
        self._is_stale = self._is_stale or look != self._look
        self._look = look

    def draw(
        self, camera: Camera, size: tuple[int, int], *, scale: float = 1.0
    ) -> NDArray[np.uint8]:
        """Return a picture, shape (height, width, 3).

        Parameters
        ----------
        camera : Camera
        size : tuple of int
            Width and height in pixels.
        scale : float
            Thickness of lines and size of letters, in those of a screen of 96 dots per inch.
        """
        if tuple(self._plotter.window_size) != size:
            self._plotter.window_size = size
        if self._is_stale or scale != self._scale:
            self._is_stale = False
            self._scale = scale
            self._build()
        self._aim(camera)
        self._plotter.render()
        # Some drivers leave the alpha channel in; what is drawn is opaque.
        picture = np.asarray(self._plotter.screenshot(return_img=True), dtype=np.uint8)
        return np.ascontiguousarray(picture[..., :3])

    def _build(self) -> None:
        """Bring every actor in line with block and look."""
        block, look = self._block, self._look
        self._plotter.set_background(look.background)
        if block is None:
            return
        left, middle = cut_block(block, look.cut_axis, look.cut_at)
        if block.is_structure:
            self._remove("magnetisation", "arrows")
            for phase in Phase:
                surface = phase_surface(left, middle, phase) if phase in look.visible else None
                red, green, blue = PHASE_COLOURS[phase]
                self._put(f"phase-{phase}", surface, color=(red, green, blue), **_PHASE_LIGHT)
        else:
            self._remove(*(f"phase-{phase}" for phase in Phase))
            cells = coloured_block(left, middle, look.mode)
            self._put("magnetisation", cells, scalars="rgb", rgb=True, **_FLAT)
            arrows = arrows_on(left, middle, look.cut_axis or "z") if look.arrows else None
            self._put("arrows", arrows, color=(25, 25, 30), **_FLAT)
        self._draw_surroundings(block.box_nm, block.alpha)

    def _draw_surroundings(self, box_nm: Vector, alpha: float) -> None:
        """Draw outline, scale bar and the directions of c and H, where they changed."""
        ink, scale = self._look.ink, self._scale
        wanted = (box_nm, alpha, ink, scale)
        if wanted == self._surroundings:
            return
        self._surroundings = wanted
        import pyvista

        x, y, z = (edge / 2 for edge in box_nm)
        outline = pyvista.Box((-x, x, -y, y, -z, z)).extract_all_edges()
        self._put("outline", outline, color=ink, line_width=_THIN * scale, **_FLAT)
        bar_nm = nice_length(box_nm[0] / 4)
        bar = pyvista.Line((-x, -1.09 * y, z), (-x + bar_nm, -1.09 * y, z))
        self._put("scale", bar, color=ink, line_width=_THICK * scale, **_FLAT)
        foot, length = np.array([-1.7 * x, -y, z]), 0.3 * y
        self._put("c-axis", _arrow(foot, (0.0, 1.0, 0.0), length), color=ink, **_FLAT)
        field = (math.sin(alpha), math.cos(alpha), 0.0)
        beside = foot + np.array([0.2 * x, 0.0, 0.0])
        self._put("field", _arrow(beside, field, length), color=FIELD_COLOUR, **_FLAT)
        self._write(
            {
                f"{bar_nm:g} nm": np.array([-x + bar_nm / 2, -1.22 * y, z]),
                "c": foot + np.array([0.0, length * 1.35, 0.0]),
                "H": beside + np.array(field) * length * 1.35,
            }
        )

    def _write(self, places: dict[str, NDArray[np.float64]]) -> None:
        size = round(_LETTERS * self._scale)
        self._plotter.add_point_labels(
            np.array(list(places.values())),
            list(places),
            name="labels",
            shape=None,
            show_points=False,
            always_visible=True,
            font_size=size,
            text_color=self._look.ink,
            bold=False,
            justification_horizontal="center",
            justification_vertical="center",
            reset_camera=False,
            render=False,
        )

    def _aim(self, camera: Camera) -> None:
        """Put the camera where the whole domain is seen, then nearer and aside as asked."""
        box = (1.0, 1.0, 1.0) if self._block is None else self._block.box_nm
        x, y, z = (edge / 2 for edge in box)
        view = self._plotter.camera
        view.focal_point = (0.0, 0.0, 0.0)
        view.position = camera.direction
        view.up = camera.up
        # Not the plotter's reset_camera, which draws a frame whatever it is told.
        self._plotter.renderer.ResetCamera([-1.8 * x, x, -1.25 * y, 1.1 * y, -z, z])
        view.parallel_scale /= _FILL * camera.zoom
        shift = -2 * view.parallel_scale * np.array(camera.pan)
        aside = shift[0] * np.array(camera.right) + shift[1] * np.array(camera.up)
        view.focal_point = tuple(np.array(view.focal_point) + aside)
        view.position = tuple(np.array(view.position) + aside)
        self._plotter.renderer.ResetCameraClippingRange()

    def _set_light(self) -> None:
        """Light x and y faces nearly alike: the steps of slanted walls would else look striped."""
        import pyvista

        self._plotter.remove_all_lights()
        light = pyvista.Light(position=(0.8, 1.0, 1.9), light_type="scene light", intensity=0.75)
        light.positional = False
        self._plotter.add_light(light)
        self._plotter.add_light(pyvista.Light(light_type="headlight", intensity=0.25))

    def _put(self, name: str, mesh: Any | None, **properties: Any) -> None:
        """Show a mesh under a name; a second one of the same name takes its place."""
        if mesh is None:
            self._remove(name)
            return
        self._plotter.add_mesh(
            mesh, name=name, reset_camera=False, render=False, pickable=False, **properties
        )

    def _remove(self, *names: str) -> None:
        for name in names:
            if name in self._plotter.actors:
                self._plotter.remove_actor(name, reset_camera=False, render=False)


def _arrow(foot: NDArray[np.float64], direction: Vector, length: float) -> Any:
    import pyvista

    return pyvista.Arrow(
        start=tuple(foot),
        direction=direction,
        scale=length,
        tip_length=0.3,
        tip_radius=0.12,
        shaft_radius=0.04,
    )

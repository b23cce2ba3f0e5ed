"""The 3-D scene: phases as opaque surfaces, the 2:17 cells as an outline, scale bar, directions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from smcogui.design.phases import Phase
from smcogui.ui.colours import PHASE_COLOURS, angle_colours, diverging_colours
from smcogui.ui.widgets.scale_bar import nice_length

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from smcogui.ui.colours import ColourMode
    from smcogui.ui.design_tab.structure_faces import StructurePicture

ViewName = Literal["reset", "x", "y", "z"]
_ARROWS_ACROSS: Final = 20


class Scene:
    """Draws into a pyvista plotter, which this class neither creates nor closes.

    Parameters
    ----------
    plotter : pyvistaqt.QtInteractor or pyvista.Plotter
    redraw : callable
        Draws a frame soon; several calls in a row make one frame.
    """

    def __init__(self, plotter: Any, redraw: Callable[[], object]) -> None:
        self._plotter = plotter
        self._redraw = redraw
        self._actors: dict[Phase, Any] = {}
        self._surroundings: tuple[Any, ...] = ()
        self._visible = {phase: phase != Phase.CELL_2_17 for phase in Phase}
        self._picture: StructurePicture | None = None
        self._box_nm: tuple[float, float, float] | None = None
        self._ink = "black"
        plotter.enable_parallel_projection()
        self._set_light()

    def set_colours(self, background: str, ink: str) -> None:
        """Set the colours of background and of lines and letters."""
        self._ink = ink
        self._plotter.set_background(background)
        if self._picture is not None:
            self.show_structure(self._picture)

    def set_phase_visible(self, phase: Phase, visible: bool) -> None:
        """Show or hide the surfaces of one phase."""
        self._visible[phase] = visible
        if self._picture is not None:
            self.show_structure(self._picture)

    def show_structure(self, picture: StructurePicture) -> None:
        """Replace what is shown by a structure; the camera stays unless the domain changed."""
        self._picture = picture
        self._remove("magnetisation", "arrows")
        for phase in Phase:
            faces = picture.faces.get(phase)
            is_shown = faces is not None and self._visible[phase]
            if faces is not None and is_shown:
                self._show_faces(phase, faces)
            if phase in self._actors:
                self._actors[phase].SetVisibility(is_shown)
        self._show_surroundings(picture.box_nm, picture.alpha)

    def show_magnetisation(
        self,
        m: NDArray[np.floating],
        box_nm: tuple[float, float, float],
        alpha: float,
        mode: ColourMode,
    ) -> None:
        """Replace what is shown by a magnetisation state, shape (3, nz, ny, nx)."""
        import pyvista

        self._picture = None
        for actor in self._actors.values():
            actor.SetVisibility(False)
        nz, ny, nx = m.shape[1:]
        block = pyvista.ImageData(
            dimensions=(nx + 1, ny + 1, nz + 1),
            spacing=(box_nm[0] / nx, box_nm[1] / ny, box_nm[2] / nz),
            origin=tuple(-edge / 2 for edge in box_nm),
        )
        rgb = diverging_colours(m[1]) if mode == "projection" else angle_colours(m[0], m[1])
        block.cell_data["rgb"] = rgb.reshape(-1, 3)
        self._plotter.add_mesh(
            block,
            scalars="rgb",
            rgb=True,
            name="magnetisation",
            lighting=False,
            reset_camera=False,
            render=False,
            pickable=False,
        )
        self._draw_arrows(np.asarray(m, dtype=float), box_nm)
        self._show_surroundings(box_nm, alpha)

    def is_phase_shown(self, phase: Phase) -> bool:
        """Whether the surfaces of a phase are in the picture."""
        return phase in self._actors and bool(self._actors[phase].GetVisibility())

    def set_view(self, name: ViewName) -> None:
        """Turn the camera: an angle from above, or along an axis, and fit the whole domain."""
        directions = {
            "reset": ((0.55, 0.45, 1.0), (0.0, 1.0, 0.0)),
            "x": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
            "y": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
            "z": ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0)),
        }
        direction, up = directions[name]
        self._plotter.view_vector(direction, viewup=up, render=False)
        # Not the plotter's reset_camera, which draws a frame whatever it is told.
        self._plotter.renderer.ResetCamera()
        self._plotter.camera.zoom(1.15)
        self._redraw()

    def _set_light(self) -> None:
        """Light x and y faces nearly alike: the steps of slanted walls would else look striped."""
        import pyvista

        self._plotter.remove_all_lights()
        light = pyvista.Light(position=(0.8, 1.0, 1.9), light_type="scene light", intensity=0.75)
        light.positional = False
        self._plotter.add_light(light)
        self._plotter.add_light(pyvista.Light(light_type="headlight", intensity=0.25))

    def _draw_arrows(self, m: NDArray[np.float64], box_nm: tuple[float, float, float]) -> None:
        """Draw thinned arrows of m above the topmost layer."""
        import pyvista

        _, _, ny, nx = m.shape
        every = max(1, max(nx, ny) // _ARROWS_ACROSS)
        rows = np.arange(every // 2, ny, every)
        columns = np.arange(every // 2, nx, every)
        y, x = np.meshgrid(rows, columns, indexing="ij")
        vectors = m[:, -1, y, x].reshape(3, -1).T
        pitch = box_nm[0] / nx * every
        centres = np.column_stack(
            [
                (x.ravel() + 0.5) * box_nm[0] / nx - box_nm[0] / 2,
                (y.ravel() + 0.5) * box_nm[1] / ny - box_nm[1] / 2,
                np.full(x.size, box_nm[2] / 2 + 0.5 * pitch),
            ]
        )
        points = pyvista.PolyData(centres - vectors * 0.4 * pitch)
        points["m"] = vectors
        arrow = pyvista.Arrow(
            tip_length=0.4,
            tip_radius=0.16,
            shaft_radius=0.05,
            tip_resolution=8,
            shaft_resolution=6,
        )
        glyphs = points.glyph(orient="m", scale=False, factor=0.8 * pitch, geom=arrow)
        self._plotter.add_mesh(
            glyphs,
            color=(25, 25, 30),
            name="arrows",
            lighting=False,
            reset_camera=False,
            render=False,
            pickable=False,
        )

    def _show_faces(self, phase: Phase, faces: NDArray[np.float32]) -> None:
        """Show rectangles of a phase; an actor that exists only gets another surface."""
        if phase in self._actors:
            self._actors[phase].mapper.SetInputData(_surface(faces))
            return
        red, green, blue = PHASE_COLOURS[phase]
        self._actors[phase] = self._plotter.add_mesh(
            _surface(faces),
            color=(red, green, blue),
            name=f"phase-{phase}",
            lighting=True,
            ambient=0.5,
            diffuse=0.7,
            specular=0.0,
            reset_camera=False,
            render=False,
            pickable=False,
        )

    def _show_surroundings(self, box_nm: tuple[float, float, float], alpha: float) -> None:
        """Show outline, scale bar, c and H; fit the camera to a new domain; draw a frame."""
        wanted = (box_nm, alpha, self._ink)
        if self._surroundings != wanted:
            self._surroundings = wanted
            self._draw_surroundings(box_nm, alpha)
        if self._box_nm != box_nm:
            self._box_nm = box_nm
            self.set_view("reset")
        self._redraw()

    def _draw_surroundings(self, box_nm: tuple[float, float, float], alpha: float) -> None:
        """Draw outline, scale bar and the directions of c and H anew."""
        import pyvista

        x, y, z = (edge / 2 for edge in box_nm)
        self._plotter.add_mesh(
            pyvista.Box((-x, x, -y, y, -z, z)).extract_all_edges(),
            color=self._ink,
            line_width=1.5,
            name="outline",
            lighting=False,
            reset_camera=False,
            render=False,
            pickable=False,
        )
        bar_nm = nice_length(box_nm[0] / 4)
        self._draw_line("scale", (-x, -1.09 * y, z), (-x + bar_nm, -1.09 * y, z))
        foot = np.array([-1.7 * x, -y, z])
        length = 0.3 * y
        self._draw_arrow("c-axis", foot, (0.0, 1.0, 0.0), length, self._ink)
        field = (math.sin(alpha), math.cos(alpha), 0.0)
        beside = foot + np.array([0.2 * x, 0.0, 0.0])
        self._draw_arrow("field", beside, field, length, "#c8501e")
        anchors = np.array(
            [
                (-x + bar_nm / 2, -1.22 * y, z),
                foot + np.array([0.0, length * 1.35, 0.0]),
                beside + np.array(field) * length * 1.35,
            ]
        )
        self._plotter.add_point_labels(
            anchors,
            [f"{bar_nm:g} nm", "c", "H"],
            name="labels",
            shape=None,
            show_points=False,
            always_visible=True,
            font_size=18,
            text_color=self._ink,
            bold=False,
            justification_horizontal="center",
            justification_vertical="center",
            reset_camera=False,
            render=False,
        )

    def _draw_line(self, name: str, start: tuple[float, ...], stop: tuple[float, ...]) -> None:
        import pyvista

        self._plotter.add_mesh(
            pyvista.Line(start, stop),
            color=self._ink,
            line_width=5,
            name=name,
            lighting=False,
            reset_camera=False,
            render=False,
            pickable=False,
        )

    def _draw_arrow(
        self,
        name: str,
        foot: NDArray[np.float64],
        direction: tuple[float, float, float],
        length: float,
        colour: str,
    ) -> None:
        import pyvista

        arrow = pyvista.Arrow(
            start=tuple(foot),
            direction=direction,
            scale=length,
            tip_length=0.3,
            tip_radius=0.12,
            shaft_radius=0.04,
        )
        self._plotter.add_mesh(
            arrow,
            color=colour,
            name=name,
            lighting=False,
            reset_camera=False,
            render=False,
            pickable=False,
        )

    def _remove(self, *names: str) -> None:
        for name in names:
            if name in self._plotter.actors:
                self._plotter.remove_actor(name, reset_camera=False, render=False)


def _surface(faces: NDArray[np.float32]) -> Any:
    """Return rectangles, shape (n, 4, 3), as a pyvista surface."""
    import pyvista

    count = len(faces)
    cells = np.empty((count, 5), dtype=np.int64)
    cells[:, 0] = 4
    cells[:, 1:] = np.arange(4 * count).reshape(count, 4)
    return pyvista.PolyData(faces.reshape(-1, 3), cells.ravel())

"""Loads the plotting libraries in a worker thread, so that the window answers meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.ui.gl_probe import GlSupport


def load_viewers(probe: Callable[[], GlSupport]) -> GlSupport:
    """Load pyqtgraph and, where the display has OpenGL, pyvista; return what the probe found.

    Together they take two seconds; the first curve and the 3-D view then open at once.
    """
    import pyqtgraph  # noqa: F401

    support = probe()
    if support.available:
        import pyvista
        import pyvistaqt  # noqa: F401
        import vtkmodules.vtkInteractionWidgets
        import vtkmodules.vtkViewsContext2D  # noqa: F401

        # The first arrow loads further parts of VTK.
        pyvista.Arrow()
    return support

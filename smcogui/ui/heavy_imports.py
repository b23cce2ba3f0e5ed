"""Loads what is large in a worker thread before it is needed; the window answers meanwhile."""

from __future__ import annotations

import sys
import time
from functools import partial
from importlib import import_module
from typing import Final

from smcogui.ui.long_lived import long_lived

_PAUSE_S: Final = 0.02
_CLUSTERS: Final = ("smcogui.app.project_clusters",)
_PLOTTING: Final = ("pyqtgraph",)
# From the ground up, so that each is a slice of the whole.
_FIGURES: Final = (
    "pyparsing",
    "PIL.Image",
    "matplotlib",
    "matplotlib.font_manager",
    "matplotlib.text",
    "matplotlib.patches",
    "matplotlib.collections",
    "matplotlib.axis",
    "matplotlib.axes",
    "matplotlib.projections",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "PIL.PngImagePlugin",
)


def load_clusters() -> None:
    """Load what follows clusters, which takes a tenth of a second."""
    _load(_CLUSTERS)


def load_plotting() -> None:
    """Load pyqtgraph, which takes more than half a second; the first curve then opens at once."""
    _load(_PLOTTING)


def load_figures() -> None:
    """Load matplotlib, which takes half a second; the first figure is then there at once."""
    _load(_FIGURES)


def _load(modules: tuple[str, ...]) -> None:
    for name in modules:
        if name not in sys.modules:
            # What it makes would else start a full collection, which holds the window up.
            long_lived(partial(import_module, name))
            time.sleep(_PAUSE_S)

"""Loads the plotting library in a worker thread, so that the window answers meanwhile."""

from __future__ import annotations


def load_plotting() -> None:
    """Load pyqtgraph, which takes more than half a second; the first curve then opens at once."""
    import pyqtgraph  # noqa: F401

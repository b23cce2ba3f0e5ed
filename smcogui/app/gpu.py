"""Which graphics processors the machine has."""

from __future__ import annotations

from solver.mumax3.gpus import list_gpus


def find_gpus() -> list[str]:
    """Return the names of the NVIDIA GPUs that the driver lists; takes up to some seconds."""
    return [gpu.name for gpu in list_gpus()]

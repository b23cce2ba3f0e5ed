"""Which GPU a half-cycle runs on: one that was asked for, is free, and large enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from solver.errors import Mumax3Error
from solver.mumax3.failures import Failure, FailureKind
from solver.mumax3.gpu_queue import GpuClaim, choose, claim
from solver.mumax3.gpus import Gpu, list_gpus

if TYPE_CHECKING:
    from collections.abc import Callable, Set

ANY_GPU: Final = Gpu(index=0, uuid="", name="chosen by MuMax3")
"""Where the driver lists none: MuMax3 itself says what is missing."""

_WAIT_S: Final = 1.0
_FREEING_S: Final = 3


@dataclass(slots=True)
class GpuChoice:
    """Claims GPUs for a mesh.

    Parameters
    ----------
    wanted : str
        The GPUs that may be used, as numbers or UUIDs; empty for all.
    needed : int
        Bytes of memory that MuMax3 needs about.
    pause : callable
        ``pause(seconds)`` waits, and raises CancelledError where somebody asks to stop.
    """

    wanted: str
    needed: int
    pause: Callable[[float], None]

    def gpus(self) -> list[Gpu]:
        """Return the GPUs that may be used, with the memory that is free now."""
        return choose(list_gpus(), self.wanted) or [ANY_GPU]

    def claim(self, left_alone: Set[str], tell: Callable[[str], None]) -> GpuClaim:
        """Return a GPU of our own that is large enough; waits where all are in use, and says so.

        Raises
        ------
        Mumax3Error
            If none is large enough.
        CancelledError
        """
        told = False
        while True:
            # Anew each time: what is free changes while others are at work.
            gpus = [gpu for gpu in self.gpus() if gpu.key not in left_alone]
            fitting = [
                gpu for gpu in gpus if gpu.memory_bytes is None or gpu.memory_bytes > self.needed
            ]
            if not fitting:
                raise self._too_large(gpus)
            claimed = claim(fitting)
            if claimed is not None:
                return claimed
            if not told:
                names = ", ".join(gpu.label for gpu in fitting)
                tell(f"waits for a GPU: other simulations use {names}")
                told = True
            self.pause(_WAIT_S)

    def fullness(self, gpu: Gpu) -> Failure | None:
        """Return what is wrong where other programs hold the memory of a GPU that is ours.

        What just ended may need a moment to free its memory.
        """
        for _ in range(_FREEING_S):
            now = next((each for each in self.gpus() if each.key == gpu.key), gpu)
            if now.free_bytes is None or now.free_bytes >= self.needed:
                return None
            self.pause(_WAIT_S)
        return Failure(
            kind=FailureKind.OUT_OF_MEMORY,
            message=f"the mesh needs about {self.needed / 1e9:.1f} GB of GPU memory, and of that "
            f"of {gpu.label} {(now.free_bytes or 0) / 1e9:.1f} GB are free",
        )

    def _too_large(self, gpus: list[Gpu]) -> Mumax3Error:
        sizes = ", ".join(f"{gpu.label}: {(gpu.memory_bytes or 0) / 1e9:.1f} GB" for gpu in gpus)
        return Mumax3Error(
            f"the mesh needs about {self.needed / 1e9:.1f} GB of GPU memory "
            f"({sizes or 'no GPU is left'})",
            kind=FailureKind.OUT_OF_MEMORY,
        )

"""What a batch asks of its kernels, and the choice between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from solver.batch.device import has_fused_pass

if TYPE_CHECKING:
    from solver.batch.shape import BatchShape
    from solver.batch.tables import Coefficients, RegionTables


class LocalPass(Protocol):
    """States, torques and fields of a batch (kernels/torch_pass.py, kernels/triton_pass.py)."""

    tables: RegionTables
    regions: Any

    def load(self, slot: int) -> None:
        """Take over what was put into the tables and regions of a slot."""

    def set_state(self, slot: int, m: Any) -> None:
        """Put unit vectors of shape (3, ny, nx) into a slot."""

    def state(self, slots: Any) -> Any:
        """Return the states of some slots, shape (problems, 3, ny, nx)."""

    def torque(self, slots: Any) -> Any:
        """Return the torque fields of some slots in T, shape (problems, 3, ny, nx)."""

    def demag(self, slots: Any) -> Any:
        """Return the frozen demagnetising fields in T, shape (problems, 2, ny, nx)."""

    def set_demag(self, slots: Any, field: Any) -> None:
        """Freeze other demagnetising fields."""

    def coefficients(self, slots: Any) -> Coefficients:
        """Return the coefficients of some slots by cell."""

    def evaluate(self, slots: Any) -> Any:
        """Write the torque of some slots; return its largest square and a sum over all."""

    def descend(self, slots: Any, steps: Any, iterations: int) -> None:
        """Take steps in some slots, as long as they are active."""


def make_pass(shape: BatchShape, slots: int, device: Any) -> LocalPass:
    """Return the fastest pass that the device has."""
    if has_fused_pass(device):
        from solver.kernels.triton_pass import FusedPass

        return FusedPass(shape, slots, device)
    from solver.kernels.torch_pass import PlainPass

    return PlainPass(shape, slots, device)

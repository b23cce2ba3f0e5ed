"""Where a half-cycle stands: the last states of its curve and what decides how it goes on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from solver.relaxation import Effort

if TYPE_CHECKING:
    from solver.events import FieldStep

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A state on the curve: field in T, reduced moments, and what they cost."""

    mu0_H: float
    M: float
    moments: tuple[float, float, float]
    energy: float
    torque: float
    jump: bool = False


@dataclass(slots=True, kw_only=True)
class SweepState:
    """Everything that decides how a half-cycle goes on; stored in the checkpoint.

    Attributes
    ----------
    accepted, previous : Point or None
        The last two states; ``m`` and ``m_previous`` are their magnetisations.
    is_provisional : bool
        The last state is not announced yet, because it has not been checked tightly.
    dropped_at : float or None
        A field in T at which the structure is known to drop; None where no drop is being narrowed.
    slope : float or None
        Last reversible slope d(M/Ms)/d(mu0 H) in 1/T.
    """

    accepted: Point | None = None
    previous: Point | None = None
    is_provisional: bool = False
    dropped_at: float | None = None
    has_dropped: bool = False
    has_jumped: bool = False
    is_finished: bool = False
    slope: float | None = None
    trials: int = 0
    announced: int = 0
    effort: Effort = field(default_factory=Effort)
    m: Array | None = None
    m_previous: Array | None = None

    def copy(self) -> SweepState:
        """Return this state as it is now: what follows only ever replaces its arrays."""
        return replace(self, effort=self.effort.so_far())


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A state that is settled, with the one before it where a drop lies between them."""

    step: FieldStep
    m: Array
    is_first_jump: bool
    crosses_zero: bool
    m_before: Array | None
    mu0_H_before: float | None

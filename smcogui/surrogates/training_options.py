"""How a surrogate is trained; apart, since whoever asks for it need not load what trains."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

_STEPS_PER_DESIGN: Final = 1.2
_STEPS: Final = (300, 4000)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOptions:
    """How a surrogate is trained.

    Parameters
    ----------
    members : int
        Of the ensemble, each on a random 90 % of the designs.
    folds : int
        Of the cross-validation by structure.
    steps : int
        0 takes 1.2 for each design, between 300 and 4,000: few designs are learned by heart with
        more, which cross-validation showed.
    level : float
        Share of true values that the intervals are to hold.
    seed : int
    peers : bool
        Whether the paper's f-NN and boosted trees are trained beside.
    compare : bool
        Whether the paper's six models are trained beside, which brings the peers too.
    trials : int
        Of Optuna for each of the six, with which they are tuned; 0 leaves scikit-learn's settings.
    curve_draws : int
        Trainings for each size of the learning curve; 0 draws none.
    """

    members: int = 5
    folds: int = 5
    steps: int = 0
    level: float = 0.9
    bagging: float = 0.9
    seed: int = 0
    peers: bool = True
    compare: bool = False
    trials: int = 0
    curve_draws: int = 0

    def resolved(self, designs: int) -> TrainingOptions:
        """Return the options with the steps that so many designs need."""
        least, most = _STEPS
        steps = self.steps or min(most, max(least, round(_STEPS_PER_DESIGN * designs)))
        return replace(self, steps=steps)

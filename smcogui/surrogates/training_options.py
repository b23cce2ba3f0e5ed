"""How a surrogate is trained; apart, since whoever asks for it need not load what trains."""

from __future__ import annotations

from dataclasses import dataclass


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
    level : float
        Share of true values that the intervals are to hold.
    seed : int
    peers : bool
        Whether the paper's f-NN and boosted trees are trained beside.
    curve_draws : int
        Trainings for each size of the learning curve; 0 draws none.
    """

    members: int = 5
    folds: int = 5
    steps: int = 2000
    level: float = 0.9
    bagging: float = 0.9
    seed: int = 0
    peers: bool = True
    curve_draws: int = 0

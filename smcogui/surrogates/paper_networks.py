"""The paper's own way back: its i-NN, trained through its f-NN on the designs that are at hand.

Kept for comparison (paper, Eq. 5 and Suppl. Table 3): a map from two numbers to four lengths knows
one answer for each, and promises by a network of its own that it has found it. Angle and Z phase
are prescribed for all; the structures of the data are given what the f-NN says of them there. What
comes out may be no possible design, which is told, and cut to the nearest that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.evaluate import split_groups
from models.fnn import FnnOptions, train_fnn
from models.inverse import InnOptions, InverseModel, train_inn
from models.scaling import Scaler
from models.train import never
from models.variables import names_of
from smcogui.surrogates.features import GEOMETRY, OUTPUTS, Z_PHASE
from smcogui.surrogates.search_space import W_S, W_Z, D, L

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from models.mlp import MLP
    from smcogui.surrogates.search_space import SearchSpace
    from smcogui.surrogates.training_data import LearningTable

    Array = NDArray[np.float64]

WANTED: Final = ("mu0_Hc_T", "Phi_p")
"""What the paper's networks know: its two outputs Y."""
_COLUMNS: Final = [names_of(OUTPUTS).index(name) for name in WANTED]
_HELD_OUT: Final = 0.2
_FREE: Final = len(GEOMETRY)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperNetworks:
    """f-NN and i-NN for one angle and one Z phase.

    Parameters
    ----------
    prescribed : ndarray, shape (n_inputs - 4,)
        Angle and constants of the Z phase.
    x_scaler, y_scaler : Scaler
    forward : MLP
    inverse : InverseModel
    low, high : ndarray, shape (4,)
        Range of the lengths of the designs.
    """

    prescribed: Array
    x_scaler: Scaler
    y_scaler: Scaler
    forward: MLP
    inverse: InverseModel
    low: Array
    high: Array

    def promised(self, X: Array) -> Array:
        """Return what the f-NN says of designs, shape (n, 2): the paper's own check."""
        scaled = self.forward(self.x_scaler.apply(X))[0].astype(np.float64)
        return self.y_scaler.invert(scaled)

    def find(self, wanted: Mapping[str, float]) -> Array:
        """Return the design for wanted Hc and Φp, shape (n_inputs,), possible or not."""
        lengths = self.inverse.find(np.array([[wanted[name] for name in WANTED]]))[0]
        return np.concatenate([lengths, self.prescribed])


def faults_of(x: Array, networks: PaperNetworks, space: SearchSpace) -> list[str]:
    """Return in words why the design of an i-NN, shape (n_inputs,), is none; empty if it is one."""
    lengths = x[:_FREE]
    found = [
        f"{name} {value:.4g} is outside of the designs: {low:.4g} to {high:.4g}"
        for name, value, low, high in zip(
            GEOMETRY, lengths, networks.low, networks.high, strict=True
        )
        if not low <= value <= high
    ]
    if lengths[W_S] >= lengths[L]:
        found.append("w_S is not below L")
    if lengths[W_Z] >= lengths[D]:
        found.append("w_Z is not below d")
    if not found and not bool(space.accepts(x[None])[0]):
        found.append("gaps or fractions are outside of those of the designs")
    return found


def cut_to(space: SearchSpace, x: Array, networks: PaperNetworks) -> Array:
    """Return the nearest design that a space accepts, shape (n_inputs,), length by length."""
    found = x.copy()
    low = np.maximum(networks.low, space.low[:_FREE])
    high = np.minimum(networks.high, space.high[:_FREE])
    found[:_FREE] = np.clip(np.nan_to_num(x[:_FREE]), low, high)
    found[W_S] = min(found[W_S], space.most_phi_S * found[L], found[L] - space.least_nm)
    found[W_Z] = min(found[W_Z], space.most_phi_Z * found[D], found[D] - space.least_nm)
    found[[W_S, W_Z]] = np.maximum(found[[W_S, W_Z]], space.least_nm)
    rounded: Array = space.rounded(found[None])[0]
    return rounded


def train_paper_networks(
    table: LearningTable,
    alpha_deg: float,
    constants: Mapping[str, float],
    seed: int = 0,
    should_stop: Callable[[], bool] = never,
) -> PaperNetworks:
    """Train both networks; takes some seconds for a thousand designs.

    Parameters
    ----------
    table : LearningTable
    alpha_deg : float
    constants : mapping
        Of the Z phase, by input.
    seed : int
    should_stop : callable

    Raises
    ------
    MissingPackageError
        Without torch.
    TrainingStoppedError
    """
    Y = table.Y[:, _COLUMNS]
    x_scaler, y_scaler = Scaler.fit(table.X), Scaler.fit(Y)
    rows = split_groups(table.groups, _HELD_OUT, seed)
    forward = train_fnn(
        x_scaler.apply(table.X),
        y_scaler.apply(Y),
        *rows,
        FnnOptions(seed=seed),
        should_stop=should_stop,
    )
    prescribed = np.array([alpha_deg, *(constants[name] for name in Z_PHASE)])
    there: Any = table.X.copy()
    there[:, _FREE:] = prescribed
    scaled = x_scaler.apply(there)
    said = forward(scaled)[0].astype(np.float64)
    network = train_inn(
        scaled, said, forward, *rows, InnOptions(seed=seed), should_stop=should_stop
    )
    lengths = Scaler(mean=x_scaler.mean[:_FREE], scale=x_scaler.scale[:_FREE])
    return PaperNetworks(
        prescribed=prescribed,
        x_scaler=x_scaler,
        y_scaler=y_scaler,
        forward=forward,
        inverse=InverseModel(x_scaler=lengths, y_scaler=y_scaler, network=network),
        low=table.X[:, :_FREE].min(axis=0),
        high=table.X[:, :_FREE].max(axis=0),
    )

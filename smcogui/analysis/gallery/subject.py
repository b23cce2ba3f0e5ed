"""What figures are drawn of: designs, what predicts others, and what was computed of both once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from smcogui.analysis.fitted_model import (
    DEFAULT_MODEL,
    check_fittable,
    cross_fitted,
    fit,
    predictions,
)
from smcogui.analysis.sensitivity import permutation_importance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from smcogui.analysis.design_table import DesignTable
    from smcogui.analysis.fitted_model import Predict, Split
    from smcogui.analysis.sensitivity import Importance
    from smcogui.curves.mh_curve import MHCurve

    Array = NDArray[np.float64]
    LoadCurves = Callable[[Sequence[str]], Mapping[str, list[MHCurve]]]

_MOST_FITTED: Final = 6
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictor:
    """A trained surrogate, as figures use it.

    Parameters
    ----------
    name : str
        Shown beside what it predicts.
    predict : callable
        From inputs, shape (n, 8), to Hc in T and Φp, shape (n, 2).
    trusted : callable
        From inputs to which of them it is to be trusted for, shape (n,).
    held_out : ndarray of bool, shape (designs,)
        Which designs it was not trained on.
    """

    name: str
    predict: Predict
    trusted: Callable[[Array], NDArray[np.bool_]]
    held_out: NDArray[np.bool_]


class Subject:
    """Designs under analysis.

    Parameters
    ----------
    table : DesignTable
    load_curves : callable, optional
        From ids of runs to the curves of their half-cycles.
    surrogate : Predictor, optional
        Draws surfaces; without it a model is fitted to the designs.
    model : str
        One of :data:`~smcogui.analysis.fitted_model.FITTED_MODELS`: for permutations, and for
        surfaces where there is no surrogate.
    seed : int
    """

    def __init__(
        self,
        table: DesignTable,
        *,
        load_curves: LoadCurves | None = None,
        surrogate: Predictor | None = None,
        model: str = DEFAULT_MODEL,
        seed: int = 0,
    ) -> None:
        self.table = table
        self.load_curves = load_curves
        self.surrogate = surrogate
        self.model = model
        self.seed = seed
        self._kept: dict[str, Any] = {}
        self._splits: dict[str, list[Split]] = {}

    def once(self, name: str, compute: Callable[[], Kept]) -> Kept:
        """Return what was computed under a name, computing it the first time."""
        if name not in self._kept:
            self._kept[name] = compute()
        kept: Kept = self._kept[name]
        return kept

    def why_no_model(self) -> str:
        """Return why no model can be fitted to the designs, empty where one can."""
        return check_fittable(self.table)

    def why_no_prediction(self) -> str:
        """Return why nothing can be predicted, empty where it can."""
        return "" if self.surrogate is not None else self.why_no_model()

    @property
    def predicted_by(self) -> str:
        """What predicts, in words."""
        if self.surrogate is not None:
            return f"surrogate {self.surrogate.name}"
        return f"{self.model} fitted to these designs"

    def predict(self, X: Array) -> Array:
        """Return Hc in T and Φp of inputs, shape (n, 2)."""
        if self.surrogate is not None:
            return self.surrogate.predict(X)
        fitted = self.once("fitted", lambda: fit(self.model, self.table, seed=self.seed))
        return fitted(X)

    def trusted(self, X: Array) -> NDArray[np.bool_]:
        """Return which inputs a prediction is to be trusted for; all without a surrogate."""
        if self.surrogate is None:
            return np.ones(len(X), dtype=bool)
        return self.surrogate.trusted(X)

    def splits(self, model: str = "") -> list[Split]:
        """Return models that were fitted to four fifths of the structures each."""
        name = model or self.model
        if name not in self._splits:
            if len(self._splits) > _MOST_FITTED:
                self._splits.clear()
            self._splits[name] = cross_fitted(name, self.table, seed=self.seed)
        return self._splits[name]

    def held_out_predictions(self, model: str = "") -> Array:
        """Return what these models say of the structures that they have not seen, (n, 2)."""
        return predictions(self.splits(model), self.table)

    def importance(self) -> Importance:
        """Return the permutation importance by these models."""
        return self.once(
            "importance",
            lambda: permutation_importance(self.table, self.splits(), seed=self.seed),
        )

"""What figures are drawn of: designs, what predicts others, and what was computed of both once."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from smcogui.analysis.design_table import READINGS
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
_MOST_PARTS: Final = 12
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictor:
    """A trained surrogate, as figures use it.

    Parameters
    ----------
    name : str
        Shown beside what it predicts.
    predict : callable
        From inputs, shape (n, 8), to the outputs, shape (n, outputs).
    trusted : callable
        From inputs to which of them it is to be trusted for, shape (n,).
    held_out : ndarray of bool, shape (designs,)
        Which designs it was not trained on.
    outputs : tuple of str
        Readings that it predicts, in this order.
    """

    name: str
    predict: Predict
    trusted: Callable[[Array], NDArray[np.bool_]]
    held_out: NDArray[np.bool_]
    outputs: tuple[str, ...] = READINGS


class Subject:
    """Designs under analysis, and what is chosen of a figure of them.

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
        self.options: Mapping[str, str] = {}
        self.whole: Subject = self
        """With all designs, where these are some of them."""
        self._kept: dict[str, Any] = {}
        self._splits: dict[str, list[Split]] = {}
        self._parts: dict[bytes, Subject] = {}

    @property
    def readings(self) -> tuple[str, str]:
        """The two readings that a figure shows; the paper's where no others are chosen."""
        return self.option("reading", READINGS[0]), self.option("second", READINGS[1])

    def option(self, key: str, default: str = "") -> str:
        """Return what is chosen of a figure."""
        return self.options.get(key, default)

    def chosen(self, options: Mapping[str, str], rows: NDArray[np.bool_] | None = None) -> Subject:
        """Return these designs, or some of them, with what is chosen of a figure.

        What is computed once is shared by all that have the same designs (the copy is shallow).
        """
        part = self if rows is None or rows.all() else self._part(rows)
        found = copy.copy(part)
        found.model, found.options, found.whole = options.get("fit", self.model), options, self
        return found

    def _part(self, rows: NDArray[np.bool_]) -> Subject:
        key = rows.tobytes()
        if key not in self._parts:
            if len(self._parts) >= _MOST_PARTS:
                self._parts.clear()
            surrogate = self.surrogate
            if surrogate is not None:
                surrogate = replace(surrogate, held_out=surrogate.held_out[rows])
            self._parts[key] = Subject(
                self.table.take(rows),
                load_curves=self.load_curves,
                surrogate=surrogate,
                seed=self.seed,
            )
        return self._parts[key]

    def once(self, name: str, compute: Callable[[], Kept]) -> Kept:
        """Return what was computed under a name, computing it the first time."""
        if name not in self._kept:
            self._kept[name] = compute()
        kept: Kept = self._kept[name]
        return kept

    def why_no_model(self) -> str:
        """Return why no model can be fitted to the designs, empty where one can."""
        return check_fittable(self.table, self.readings)

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
        """Return the readings of inputs, shape (n, 2)."""
        if self.surrogate is not None:
            columns = [self.surrogate.outputs.index(key) for key in self.readings]
            return self.surrogate.predict(X)[:, columns]
        fitted = self.once(
            f"fitted {self.model} {self.readings}",
            lambda: fit(self.model, self.table, self.readings, seed=self.seed),
        )
        return fitted(X)

    def trusted(self, X: Array) -> NDArray[np.bool_]:
        """Return which inputs a prediction is to be trusted for; all without a surrogate."""
        if self.surrogate is None:
            return np.ones(len(X), dtype=bool)
        return self.surrogate.trusted(X)

    def splits(self, model: str = "") -> list[Split]:
        """Return models that were fitted to four fifths of the structures each."""
        name = model or self.model
        key = f"{name} {self.readings}"
        if key not in self._splits:
            if len(self._splits) > _MOST_FITTED:
                self._splits.clear()
            self._splits[key] = cross_fitted(name, self.table, self.readings, seed=self.seed)
        return self._splits[key]

    def held_out_predictions(self, model: str = "") -> Array:
        """Return what these models say of the structures that they have not seen, (n, 2)."""
        return predictions(self.splits(model), self.table)

    def importance(self) -> Importance:
        """Return the permutation importance by these models."""
        return self.once(
            f"importance {self.model} {self.readings}",
            lambda: permutation_importance(
                self.table, self.splits(), readings=self.readings, seed=self.seed
            ),
        )

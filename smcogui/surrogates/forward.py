"""A stored model as a surrogate: designs in, readings with intervals and a badge of trust out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.neighbours import Neighbours
from models.store import StoredModel, check_fits, load_model
from models.trust import NEIGHBOURS
from models.variables import names_of
from smcogui.errors import InputError
from smcogui.surrogates.features import FEATURES, INPUTS, OUTPUTS, features_of, query_of
from smcogui.surrogates.model_errors import program_errors
from smcogui.surrogates.queries import check_queries
from smcogui.surrogates.training_data import CONDITIONS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from models.forward import ForwardModel, Prediction
    from models.trust import Trust, TrustModel
    from models.variables import Variable
    from smcogui.design.design import Design

    Array = NDArray[np.float64]

SOURCE: Final = "predicted"
READINGS: Final = names_of(OUTPUTS)
_USUAL_SHARE: Final = 0.9
_UNTOLD: Final[dict[str, Any]] = {"dimension": "2d", "demag": "on", "interface_factor": 1.0}
"""Of designs that do not tell these: cross-sections, with all of the physics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeLeft:
    """An input of a query outside the range of the designs that were learned from."""

    variable: Variable
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surrogate:
    """A trained model that fits this version of the program.

    Parameters
    ----------
    name : str
        Shown beside what it predicts.
    model : ForwardModel
        With intervals and trust.
    about : dict
        What its card says: designs, scores, conditions, and when it was created.
    """

    name: str
    model: ForwardModel
    about: dict[str, Any]

    @property
    def conditions(self) -> dict[str, Any]:
        """What holds for all designs it was trained on: preset, layer, θ, exchange rule, solver."""
        conditions: dict[str, Any] = self.about["conditions"]
        return conditions

    @property
    def trust(self) -> TrustModel:
        """What judges queries; it knows the range of the data."""
        trust = self.model.trust
        assert trust is not None  # noqa: S101  (load_surrogate saw to it)
        return trust

    @property
    def designs(self) -> int:
        """Number of designs that it was trained on."""
        return int(self.about["designs"])

    @property
    def reading_ranges(self) -> list[dict[str, Any]]:
        """Where the readings of the designs lie, by angle; empty where the card does not tell."""
        ranges: list[dict[str, Any]] = self.about.get("readings", [])
        return ranges

    @property
    def cycles(self) -> float:
        """Half-cycles that a reading is the mean of for which the intervals hold by default."""
        scatter = self.model.scatter
        return 1.0 if scatter is None else scatter.repeats

    def predict(self, X: Array, cycles: float | None = None) -> Prediction:
        """Return readings with intervals and trust of queries, without any check.

        Parameters
        ----------
        X : ndarray, shape (n, n_inputs)
            Columns of :data:`smcogui.surrogates.features.INPUTS`.
        cycles : float, optional
            Half-cycles whose mean the intervals are to hold; as many as the designs have by
            default.
        """
        return self.model.predict(X, features_of(X), cycles)

    def remoteness(self, F: Array) -> Array:
        """Return how far features, shape (n, n_features), lie from those of the data.

        The mean distance to the three nearest designs, over the distance that nine of ten of the
        designs have to their own neighbours.
        """
        neighbours, usual = _neighbours(self)
        nearest = neighbours.distances(self.model.x_scaler.apply(F), NEIGHBOURS)
        found: Array = nearest.mean(axis=1) / usual
        return found

    def outside(self, x: Array) -> list[str]:
        """Return in words which inputs of a query, shape (n_inputs,), leave the range learned."""
        return [
            f"{each.variable.name} is {each.value:g}; the designs have {each.low:g} to "
            f"{each.high:g}"
            for each in self.ranges_left(x)
        ]

    def ranges_left(self, x: Array) -> list[RangeLeft]:
        """Return the inputs of a query, shape (n_inputs,), that leave the range learned."""
        ends = zip(INPUTS, x.tolist(), self.trust.low, self.trust.high, strict=True)
        return [
            RangeLeft(variable=variable, value=value, low=float(low), high=float(high))
            for variable, value, low, high in ends
            if not low <= value <= high
        ]

    def predict_design(self, design: Design) -> dict[str, Any]:
        """Return the readings of one design as :func:`readings_of` does, and what is outside.

        Raises
        ------
        InputError
            If the design has other conditions than the model's designs.
        """
        self.check_conditions(design)
        X = check_queries(query_of(design)[None])
        return readings_of(self.predict(X))[0] | {"outside": self.outside(X[0])}

    def differences(self, design: Design) -> dict[str, tuple[Any, Any]]:
        """Return the conditions in which a design differs: those of the design and the model."""
        from smcogui.data.dataset import design_columns

        own = design_columns(design)
        its = _UNTOLD | self.conditions
        if design.region_map is not None:
            # Nothing else counts: what it learned is built from L, d, w_S and w_Z.
            return {"structure": (f"from image {design.region_map.source}", "parametric")}
        return {
            key: (own[key], its[key])
            for key in (*CONDITIONS, *_UNTOLD)
            if key in own and not _same(own[key], its[key])
        }

    def check_conditions(self, design: Design) -> None:
        """Refuse a design whose conditions are not the model's; raises InputError."""
        differing = self.differences(design)
        if not differing:
            return
        told = "; ".join(f"{key} {own} instead of {its}" for key, (own, its) in differing.items())
        raise InputError(
            f"the surrogate {self.name!r} does not hold for this design: {told}. Train one on "
            "such designs, or simulate it",
            key=next(iter(differing)),
            given=told,
            allowed=", ".join(f"{key} {its}" for key, (_, its) in differing.items()),
        )


@lru_cache(maxsize=4)
def _neighbours(surrogate: Surrogate) -> tuple[Neighbours, float]:
    """Return the features of the data, and the usual distance among them."""
    F = surrogate.model.x_scaler.apply(features_of(surrogate.trust.rows))
    neighbours = Neighbours(F)
    # The first neighbour of a design is the design itself.
    own = neighbours.distances(F, NEIGHBOURS + 1)[:, 1:].mean(axis=1)
    return neighbours, float(np.quantile(own, _USUAL_SHARE))


def load_surrogate(folder: Path, name: str) -> Surrogate:
    """Read a surrogate.

    Parameters
    ----------
    folder : Path
        That holds ``card.json`` and the weights.
    name : str

    Raises
    ------
    InputError
        If the files are damaged or foreign, or made for other inputs, units or outputs.
    """
    with program_errors():
        stored = load_model(folder)
        check_fits(stored, INPUTS, FEATURES, OUTPUTS)
    return as_surrogate(stored, name)


def as_surrogate(stored: StoredModel, name: str) -> Surrogate:
    """Return a stored model as a surrogate; raises InputError where its card says too little."""
    about, model = {**stored.about, "created": stored.card.get("created", "")}, stored.model
    conditions = about.get("conditions")
    lacking = [
        what
        for what, is_there in (
            ("intervals", model.calibration is not None),
            ("trust", model.trust is not None),
            ("number of designs", isinstance(about.get("designs"), int)),
            (
                "conditions",
                isinstance(conditions, dict) and all(key in conditions for key in CONDITIONS),
            ),
            ("outputs in the order of this program", names_of(model.outputs) == READINGS),
        )
        if not is_there
    ]
    if lacking:
        raise InputError(
            f"the surrogate {name!r} cannot be used: its card lacks {', '.join(lacking)}. Train it "
            "again with this version",
            key="model",
            given=name,
            allowed="a surrogate that `train` made",
        )
    return Surrogate(name=name, model=model, about=about)


def readings_of(prediction: Prediction) -> list[dict[str, Any]]:
    """Return predictions as rows for JSON: each reading with ``_low`` and ``_high``, and trust.

    A refused query has None for every number.
    """
    columns: dict[str, list[Any]] = {}
    for k, name in enumerate(READINGS):
        for suffix, values in (
            ("", prediction.mean),
            ("_low", prediction.low),
            ("_high", prediction.high),
        ):
            columns[name + suffix] = [
                value if math.isfinite(value) else None for value in values[:, k].tolist()
            ]
    columns["trust"] = [_word(level) for level in prediction.trust]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _word(level: Trust) -> str:
    return level.value


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9)
    return bool(one == other)

"""card.json: what a stored model is, from columns to metrics; checked value by value."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.calibrate import Calibration
from models.errors import ModelFileError
from models.file_names import WEIGHTS_FILE
from models.forward import ForwardModel
from models.mlp import ACTIVATIONS, MLP
from models.onnx_export import ONNX_FILE
from models.scaling import Scaler
from models.scatter import ScatterModel
from models.trust import MOST_ROWS, TrustModel
from models.variables import Variable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FORMAT_VERSION: Final = 2
MODEL_FILES: Final = (WEIGHTS_FILE, ONNX_FILE)
_MOST: Final = {"members": 64, "layers": 8, "width": 2048, "rows": MOST_ROWS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a card says of the network, checked; lacks the numbers of the weights file.

    Parameters
    ----------
    tensors : mapping
        Name to (shape, safetensors type, bytes per number).
    card : mapping
    """

    tensors: Mapping[str, tuple[tuple[int, ...], str, int]]
    card: Mapping[str, Any]

    def build(self, arrays: Mapping[str, NDArray[Any]]) -> ForwardModel:
        """Return the model; raises ModelError or ValueError where parts do not fit."""
        card, layers = self.card, len(self.card["network"]["sizes"]) - 1
        trust = card["trust"]
        return ForwardModel(
            inputs=tuple(Variable.from_dict(each) for each in card["inputs"]),
            features=tuple(card["features"]),
            outputs=tuple(Variable.from_dict(each) for each in card["outputs"]),
            x_scaler=_scaler(card["x_scaler"]),
            y_scaler=_scaler(card["y_scaler"]),
            network=MLP(
                weights=tuple(arrays[f"weight.{number}"] for number in range(layers)),
                biases=tuple(arrays[f"bias.{number}"] for number in range(layers)),
                activation=card["network"]["activation"],
            ),
            calibration=Calibration(
                level=card["calibration"]["level"],
                weight=np.array(card["calibration"]["weight"]),
                floor=np.array(card["calibration"]["floor"]),
                quantile=np.array(card["calibration"]["quantile"]),
            ),
            trust=TrustModel(
                arrays["trust.rows"],
                tuple(trust["distance_limits"]),
                tuple(trust["spread_limits"]),
                np.array(trust["low"]),
                np.array(trust["high"]),
            ),
            scatter=_scatter(card.get("scatter")),
        )


def forward_card(model: ForwardModel) -> dict[str, Any]:
    """Return what a card says of a model itself.

    Raises
    ------
    ModelFileError
        If the model has no calibration or no trust.
    """
    if model.calibration is None or model.trust is None:
        raise ModelFileError("only a model with calibration and trust is stored")
    network, calibration, trust = model.network, model.calibration, model.trust
    return {
        "format_version": FORMAT_VERSION,
        "kind": "forward ensemble",
        "inputs": [variable.as_dict() for variable in model.inputs],
        "features": list(model.features),
        "outputs": [variable.as_dict() for variable in model.outputs],
        "network": {
            "members": network.members,
            "sizes": [network.n_inputs, *(int(w.shape[2]) for w in network.weights)],
            "activation": network.activation,
        },
        "x_scaler": {"mean": model.x_scaler.mean.tolist(), "scale": model.x_scaler.scale.tolist()},
        "y_scaler": {"mean": model.y_scaler.mean.tolist(), "scale": model.y_scaler.scale.tolist()},
        "calibration": {
            "level": calibration.level,
            "weight": calibration.weight.tolist(),
            "floor": calibration.floor.tolist(),
            "quantile": calibration.quantile.tolist(),
        },
        "scatter": None
        if model.scatter is None
        else {
            "coefficients": model.scatter.coefficients.tolist(),
            "low": model.scatter.low.tolist(),
            "high": model.scatter.high.tolist(),
            "repeats": model.scatter.repeats,
        },
        "trust": {
            "rows": len(trust.rows),
            "low": trust.low.tolist(),
            "high": trust.high.tolist(),
            "distance_limits": list(trust.distance_limits),
            "spread_limits": list(trust.spread_limits),
        },
    }


def parse_card(data: bytes, place: str) -> dict[str, Any]:
    """Return a card whose values have the types and ranges that they must have.

    Raises
    ------
    ModelFileError
    """
    try:
        card = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{place} is no model card: {error}", key="card") from error
    if not isinstance(card, dict):
        raise ModelFileError(f"{place} is no model card", key="card")
    version = card.get("format_version")
    if version != FORMAT_VERSION:
        newer = isinstance(version, int) and version > FORMAT_VERSION
        hint = "update the program" if newer else "train it again"
        raise ModelFileError(
            f"{place} has format_version {version!r}; this program reads {FORMAT_VERSION}: {hint}",
            key="format_version",
            given=repr(version),
            allowed=str(FORMAT_VERSION),
        )
    return card


def layout_of(card: Mapping[str, Any], place: str) -> Layout:
    """Return what the weights file must hold; raises ModelFileError where the card is wrong."""
    try:
        fault = _fault_of(card)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(
            f"the card of {place} lacks or mistypes {error}", key="card", given=place
        ) from error
    if fault:
        raise ModelFileError(f"the card of {place} is wrong: {fault}", key="card", given=place)
    network = card["network"]
    members, sizes = network["members"], network["sizes"]
    tensors: dict[str, tuple[tuple[int, ...], str, int]] = {
        "trust.rows": ((card["trust"]["rows"], len(card["inputs"])), "F64", 8)
    }
    for number in range(len(sizes) - 1):
        tensors[f"weight.{number}"] = ((members, sizes[number], sizes[number + 1]), "F32", 4)
        tensors[f"bias.{number}"] = ((members, 1, sizes[number + 1]), "F32", 4)
    return Layout(tensors=tensors, card=card)


def _fault_of(card: Mapping[str, Any]) -> str:
    """Return what is wrong with a card, empty for nothing; KeyError and the like for gaps."""
    network, trust, calibration = card["network"], card["trust"], card["calibration"]
    sizes, n_out = network["sizes"], len(card["outputs"])
    limits = (
        ("members", [network["members"]]),
        ("layers", [len(sizes) - 1]),
        ("width", sizes),
        ("rows", [trust["rows"]]),
    )
    for name, values in limits:
        for value in values:
            if type(value) is not int or not 1 <= value <= _MOST[name]:
                return f"{name} is {value!r}; allowed is 1 to {_MOST[name]}"
    if network["activation"] not in ACTIVATIONS:
        return f"activation is {network['activation']!r}; allowed are {', '.join(ACTIVATIONS)}"
    if [sizes[0], sizes[-1]] != [len(card["features"]), n_out]:
        return f"a network of {sizes} has not {len(card['features'])} features, {n_out} outputs"
    for variable in (*card["inputs"], *card["outputs"]):
        Variable.from_dict(variable)
    lists = [
        *((card["x_scaler"][key], sizes[0]) for key in ("mean", "scale")),
        *((card["y_scaler"][key], n_out) for key in ("mean", "scale")),
        *((calibration[key], n_out) for key in ("weight", "floor", "quantile")),
        *_lists_of_scatter(card.get("scatter"), sizes[0], n_out),
        *((trust[key], 2) for key in ("distance_limits", "spread_limits")),
        *((trust[key], len(card["inputs"])) for key in ("low", "high")),
        ([calibration["level"]], 1),
    ]
    for values, count in lists:
        if len(values) != count or not all(type(v) in {int, float} for v in values):
            return f"{count} numbers are expected in the place of {str(values)[:60]}"
    if min(*card["x_scaler"]["scale"], *card["y_scaler"]["scale"]) <= 0:
        return "a scale is not above 0"
    for name in MODEL_FILES:
        facts = card["files"][name]
        if type(facts["bytes"]) is not int or not isinstance(facts["sha256"], str):
            return f"no size and SHA-256 of {name}"
    return "" if isinstance(card["about"], dict) else "about is no object"


def _lists_of_scatter(scatter: Any, n_in: int, n_out: int) -> list[tuple[Any, int]]:
    """Return the lists of numbers of a model of scatter, and how long each has to be."""
    if scatter is None:
        return []
    rows = scatter["coefficients"]
    return [
        *((row, n_in + 1) for row in rows),
        ([0.0] * len(rows), n_out),
        *((scatter[key], n_out) for key in ("low", "high")),
        ([scatter["repeats"]], 1),
    ]


def _scatter(values: Mapping[str, Any] | None) -> ScatterModel | None:
    if values is None:
        return None
    if not values["repeats"] > 0:
        raise ModelFileError(f"the card tells of {values['repeats']!r} repeats; above 0 is allowed")
    return ScatterModel(
        coefficients=np.array(values["coefficients"]),
        low=np.array(values["low"]),
        high=np.array(values["high"]),
        repeats=float(values["repeats"]),
    )


def _scaler(values: Mapping[str, Any]) -> Scaler:
    return Scaler(mean=np.array(values["mean"]), scale=np.array(values["scale"]))


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")

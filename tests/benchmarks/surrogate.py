"""Queries of a surrogate of the shipped size in numpy, beside the same network in torch."""

from __future__ import annotations

import itertools
import sys
import time
from typing import TYPE_CHECKING, Any

from measure import Measure, in_child

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from models.forward import ForwardModel

ONE_QUERY_MS, MANY_S, INVERSE_S = 1.0, 2.0, 0.5
MANY, ADJOINT, TRAINING_ROWS = 100_000, 64, 14_000
HIDDEN = (96, 96, 96)


def _queries(n: int, seed: int) -> NDArray[np.float64]:
    import numpy as np

    generator = np.random.default_rng(seed)
    low = np.array([10, 6, 1, 1, 0, 200, 2, 2.2])
    high = np.array([180, 60, 9, 5, 85, 900, 40, 8])
    return generator.uniform(low, high, (n, 8))


def _surrogate() -> ForwardModel:
    """Return five members with random weights and 14,000 rows to judge by: time needs no more."""
    import numpy as np

    from models.calibrate import Calibration
    from models.forward import ForwardModel
    from models.mlp import MLP
    from models.scaling import Scaler
    from models.trust import TrustModel
    from smcogui.surrogates.features import FEATURES, INPUTS, OUTPUTS, features_of

    generator = np.random.default_rng(0)
    sizes = (len(FEATURES), *HIDDEN, len(OUTPUTS))
    pairs = list(itertools.pairwise(sizes))
    rows = _queries(TRAINING_ROWS, 1)
    ones = np.ones(len(OUTPUTS))
    return ForwardModel(
        inputs=INPUTS,
        features=FEATURES,
        outputs=OUTPUTS,
        x_scaler=Scaler.fit(features_of(rows)),
        y_scaler=Scaler(mean=ones, scale=ones),
        network=MLP(
            weights=tuple(
                (generator.normal(size=(5, a, b)) / a**0.5).astype(np.float32) for a, b in pairs
            ),
            biases=tuple(np.zeros((5, 1, b), np.float32) for _, b in pairs),
            activation="silu",
        ),
        calibration=Calibration(level=0.9, weight=ones, floor=ones, quantile=ones),
        trust=TrustModel(rows, (1.0, 2.0), (1.0, 2.0)),
    )


def queries(repeats: int) -> dict[str, Any]:
    """Time queries with and without torch; called in a child process."""
    import numpy as np

    from smcogui.app.surrogate_choice import SHIPPED, choose_surrogate
    from smcogui.surrogates.features import features_and_pullback, features_of
    from smcogui.surrogates.inverse import invert
    from smcogui.surrogates.search_space import SearchSpace

    model, shipped, angles = _surrogate(), choose_surrogate(SHIPPED), itertools.count(10)
    one, many, starts = _queries(1, 2), _queries(MANY, 3), _queries(ADJOINT, 4)
    gradient = np.ones((5, ADJOINT, len(model.outputs)))

    def adjoint() -> None:
        F, jacobian = features_and_pullback(starts)
        _, pullback = model.value_and_pullback(F)
        np.einsum("nf,nfi->ni", pullback(gradient), jacobian)

    def inverse() -> None:
        # Another angle each time: the library of designs is never the one that is there already.
        angle = float(next(angles))
        space = SearchSpace.of(shipped, {"alpha_deg": (angle, angle)}, ("DFT",))
        invert(shipped, space, {"mu0_Hc_T": 4.0, "Phi_p": 0.05})

    found = {
        "inverse_s": _best(inverse, 1, repeats),
        "one_ms": _best(lambda: model.predict(one, features_of(one)), 200, repeats) * 1e3,
        "network_ms": _best(lambda: model.network(one @ np.eye(8, 17)), 200, repeats) * 1e3,
        "adjoint_ms": _best(adjoint, 5, repeats) * 1e3,
        "many_s": _best(lambda: model.predict(many, features_of(many)), 1, repeats),
        "no_torch": "torch" not in sys.modules,
    }
    return found | _in_torch(model, one @ np.eye(8, 17), many @ np.eye(8, 17), repeats)


def _in_torch(model: ForwardModel, one: Any, many: Any, repeats: int) -> dict[str, Any]:
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(1)
    weights = [torch.from_numpy(part) for part in model.network.weights]
    biases = [torch.from_numpy(part) for part in model.network.biases]

    def call(rows: Any) -> Any:
        value = torch.from_numpy(rows).float().expand(5, *rows.shape)
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            value = torch.nn.functional.silu(torch.baddbmm(bias, value, weight))
        return torch.baddbmm(biases[-1], value, weights[-1])

    with torch.no_grad():
        return {
            "torch_network_ms": _best(lambda: call(one), 200, repeats) * 1e3,
            "torch_many_s": _best(lambda: call(many), 1, repeats),
            "numpy_many_s": _best(lambda: model.network(many), 1, repeats),
        }


def _best(call: Callable[[], object], times: int, repeats: int) -> float:
    """Return the shortest mean CPU time of a call in s; everything runs in one thread."""
    found = []
    for _ in range(max(3, repeats)):
        began = time.process_time()
        for _ in range(times):
            call()
        found.append((time.process_time() - began) / times)
    return min(found)


def surrogate_queries(repeats: int) -> list[Measure]:
    """Measure one query, 100,000 queries, a whole search and one of its steps."""
    found = in_child("surrogate", "queries", repeats=repeats)
    torch = "torch is not installed"
    if "torch_network_ms" in found:
        torch = (
            f"the bare network: numpy {found['network_ms']:.3f} ms and "
            f"{found['numpy_many_s']:.2f} s, torch {found['torch_network_ms']:.3f} ms and "
            f"{found['torch_many_s']:.2f} s"
        )
    loaded = "without torch" if found["no_torch"] else "TORCH WAS LOADED"
    rows = (
        ("one_query", found["one_ms"], "ms", ONE_QUERY_MS, f"{loaded}; {torch}"),
        ("100k_queries", found["many_s"], "s", MANY_S, "features, interval and trust included"),
        ("inverse_query", found["inverse_s"], "s", INVERSE_S, "8 candidates, a new box each time"),
        ("64_gradients", found["adjoint_ms"], "ms", None, "features and their derivatives too"),
    )
    return [
        Measure(
            name=f"surrogate/{name}", value=value, unit=unit, bar=bar, better="lower", note=note
        )
        for name, value, unit, bar, note in rows
    ]

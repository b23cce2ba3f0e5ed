"""What the paper's i-NN finds is told where it is no design, and cut to one that is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.inverse import InverseModel
from models.mlp import MLP
from models.scaling import Scaler
from smcogui.app.surrogate_choice import choose_surrogate
from smcogui.data.dataset_import import check_dataset
from smcogui.surrogates.features import queries_of
from smcogui.surrogates.paper_networks import (
    PaperNetworks,
    cut_to,
    faults_of,
    train_paper_networks,
)
from smcogui.surrogates.queries import z_constants
from smcogui.surrogates.search_space import SearchSpace
from smcogui.surrogates.training_data import learning_table


def fixed_networks(lengths: tuple[float, ...]) -> PaperNetworks:
    """Return networks that find these lengths whatever is wanted."""
    answer = MLP(
        weights=(np.zeros((1, 2, 4), np.float32),),
        biases=(np.array(lengths, np.float32).reshape(1, 1, 4),),
        activation="relu",
    )
    one, two, eight = (Scaler(mean=np.zeros(n), scale=np.ones(n)) for n in (4, 2, 8))
    return PaperNetworks(
        prescribed=np.array([0.0, *z_constants("DFT").values()]),
        x_scaler=eight,
        y_scaler=two,
        forward=answer,
        inverse=InverseModel(x_scaler=one, y_scaler=two, network=answer),
        low=np.array([10.0, 6.0, 1.0, 1.0]),
        high=np.array([180.0, 60.0, 90.0, 30.0]),
    )


@pytest.mark.parametrize(
    ("lengths", "fault"),
    [
        ((90.0, 25.0, 6.0, 4.0), None),
        ((-5.0, 25.0, 6.0, 4.0), "L_nm -5 is outside of the designs: 10 to 180"),
        ((20.0, 25.0, 22.0, 4.0), "w_S is not below L"),
        ((90.0, 12.0, 6.0, 12.5), "w_Z is not below d"),
        ((90.0, 13.1, 6.0, 12.9), "gaps or fractions are outside of those of the designs"),
    ],
)
def test_designs_that_are_none_are_told_and_cut(
    lengths: tuple[float, ...], fault: str | None
) -> None:
    networks = fixed_networks(lengths)
    space = SearchSpace.of(choose_surrogate("shipped"), {"alpha_deg": (0.0, 0.0)}, ("DFT",))
    x = networks.find({"mu0_Hc_T": 4.0, "Phi_p": 0.0})

    faults = faults_of(x, networks, space)

    assert x[:4] == pytest.approx(lengths)
    assert (fault is None and not faults) or fault in faults
    assert space.accepts(cut_to(space, x, networks)[None]).all()


def test_networks_of_a_few_designs_promise_what_was_wanted(checkout: Path) -> None:
    rows = check_dataset(checkout / "models" / "data" / "train.parquet").rows[:120]
    table = learning_table(rows)
    wanted = {"mu0_Hc_T": 4.0, "Phi_p": 0.05}

    networks = train_paper_networks(table, 20.0, z_constants("DFT"))

    x = networks.find(wanted)
    promised = networks.promised(x[None])[0]
    assert x[4:] == pytest.approx([20.0, *z_constants("DFT").values()])
    spread = np.nanstd(table.Y[:, [0, 2]], axis=0)
    assert (np.abs(promised - list(wanted.values())) < 1.5 * spread).all()
    assert len(queries_of(rows)) == 120

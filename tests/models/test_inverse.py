"""The paper's inverse network finds inputs whose forward answer is what was wanted."""

from __future__ import annotations

import numpy as np

from models.inverse import InnOptions, InverseModel, train_inn
from models.mlp import MLP
from models.scaling import Scaler


def linear(matrix: np.ndarray) -> MLP:
    return MLP(
        weights=(matrix[None].astype(np.float32),),
        biases=(np.zeros((1, 1, matrix.shape[1]), np.float32),),
        activation="relu",
    )


def test_found_inputs_give_the_wanted_outputs() -> None:
    """With a known linear forward map of four free and one prescribed input."""
    generator = np.random.default_rng(0)
    matrix = generator.normal(size=(5, 2)) / 2
    X = generator.normal(size=(600, 5))
    X[:, 4] = 0.3
    Y = X @ matrix
    forward = linear(matrix)
    options = InnOptions(hidden=(32,), epochs=40, batch=64, learning_rate=1e-2)

    network = train_inn(X, Y, forward, np.arange(500), np.arange(500, 600), options)

    ones = Scaler(mean=np.zeros(4), scale=np.ones(4))
    inverse = InverseModel(
        x_scaler=ones, y_scaler=Scaler(mean=np.zeros(2), scale=np.ones(2)), network=network
    )
    found = inverse.find(Y[500:])
    checked = np.hstack([found, np.full((100, 1), 0.3)]) @ matrix
    assert np.sqrt(((checked - Y[500:]) ** 2).mean()) < 0.1 * Y.std()


def test_paper_sizes_give_the_paper_number_of_weights() -> None:
    X, Y = np.random.default_rng(0).normal(size=(40, 8)), np.zeros((40, 2))

    network = train_inn(
        X, Y, linear(np.zeros((8, 2))), np.arange(30), np.arange(30, 40), InnOptions(epochs=1)
    )

    assert network.n_weights == 17_412

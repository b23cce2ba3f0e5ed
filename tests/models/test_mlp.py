"""Networks in numpy are those of torch, and their gradients those of differences."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from models.errors import ModelError
from models.forward import ForwardModel
from models.mlp import BLOCK, MLP, Activation


def random_network(activation: Activation, members: int = 3) -> MLP:
    generator = np.random.default_rng(1)
    sizes = (4, 8, 8, 2)
    pairs = list(itertools.pairwise(sizes))
    return MLP(
        weights=tuple(
            generator.normal(size=(members, a, b)).astype(np.float32) / 2 for a, b in pairs
        ),
        biases=tuple(generator.normal(size=(members, 1, b)).astype(np.float32) for _, b in pairs),
        activation=activation,
    )


@pytest.mark.parametrize("activation", ["relu", "silu"])
def test_outputs_are_those_of_torch(activation: Activation) -> None:
    torch = pytest.importorskip("torch")
    network = random_network(activation)
    X = np.random.default_rng(0).normal(size=(7, 4)).astype(np.float32)
    value = torch.from_numpy(X).expand(3, 7, 4)
    act = torch.relu if activation == "relu" else torch.nn.functional.silu
    for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        value = act(torch.from_numpy(bias) + value @ torch.from_numpy(weight))
    value = torch.from_numpy(network.biases[-1]) + value @ torch.from_numpy(network.weights[-1])

    np.testing.assert_allclose(network(X), value.numpy(), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("activation", ["relu", "silu"])
def test_pullback_is_the_gradient(activation: Activation) -> None:
    network = random_network(activation)
    X = np.random.default_rng(0).normal(size=(5, 4))
    direction = np.random.default_rng(2).normal(size=(3, 5, 2))

    Y, pullback = network.value_and_pullback(X)
    gradient = pullback(direction)

    np.testing.assert_allclose(Y, network(X), rtol=1e-5, atol=1e-6)
    step = 1e-2
    for column in range(4):
        shift = np.zeros(4)
        shift[column] = step
        difference = (network(X + shift) - network(X - shift)).astype(np.float64) / (2 * step)
        expected = (difference * direction).sum(axis=(0, 2))
        np.testing.assert_allclose(gradient[:, column], expected, rtol=0.03, atol=0.02)


def test_many_rows_give_what_single_rows_give() -> None:
    network = random_network("silu")
    X = np.random.default_rng(0).normal(size=(BLOCK + 3, 4))

    together = network(X)

    apart = np.concatenate([network(row[None]) for row in X], axis=1)
    np.testing.assert_allclose(together, apart, rtol=1e-5, atol=1e-6)


def test_large_negative_sums_are_no_warning() -> None:
    network = random_network("silu")

    assert np.isfinite(network(np.full((1, 4), -1e4))).all()


def test_selected_members_answer_as_before() -> None:
    network = random_network("relu")
    X = np.ones((2, 4))

    np.testing.assert_array_equal(network.select(slice(1, 3))(X), network(X)[1:])
    assert network.n_weights == 4 * 8 + 8 + 8 * 8 + 8 + 8 * 2 + 2


def test_layers_that_do_not_fit_are_refused() -> None:
    good = random_network("relu")

    with pytest.raises(ModelError, match="layer 2"):
        MLP(
            weights=(good.weights[0], good.weights[1][:, :7], good.weights[2]),
            biases=good.biases,
            activation="relu",
        )


def test_gradient_of_a_forward_model_is_in_units(trained: ForwardModel) -> None:
    F = np.array([[40.0, 60.0], [80.0, 30.0]])

    Y, pullback = trained.value_and_pullback(F)
    only_field = np.zeros_like(Y)
    only_field[:, :, 0] = 1 / trained.network.members
    gradient = pullback(only_field)

    np.testing.assert_allclose(Y.mean(axis=0), trained.mean_and_spread(F)[0], rtol=1e-5)
    shift = np.array([0.2, 0.0])
    up, down = trained.mean_and_spread(F + shift)[0], trained.mean_and_spread(F - shift)[0]
    np.testing.assert_allclose(gradient[:, 0], (up - down)[:, 0] / 0.4, rtol=0.02, atol=1e-4)

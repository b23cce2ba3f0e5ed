"""An ensemble trained on a table whose outputs are known functions of its inputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_table import INPUTS, OUTPUTS, Table, make_table

from models.calibrate import Calibration
from models.forward import ForwardModel
from models.scaling import Scaler
from models.train import EnsembleOptions, train_ensemble
from models.trust import TrustModel


@pytest.fixture(scope="session")
def table() -> Table:
    """Return 320 rows."""
    return make_table()


@pytest.fixture(scope="session")
def trained(table: Table) -> ForwardModel:
    """Return three members trained on the first 240 rows, calibrated on the rest."""
    options = EnsembleOptions(hidden=(16, 16), steps=400, batch=64, learning_rate=1e-2)
    x_scaler, y_scaler = Scaler.fit(table.X), Scaler.fit(table.Y)
    rows = [np.arange(240)] * 3
    model = ForwardModel(
        inputs=INPUTS,
        features=("a", "b"),
        outputs=OUTPUTS,
        x_scaler=x_scaler,
        y_scaler=y_scaler,
        network=train_ensemble(x_scaler.apply(table.X), y_scaler.apply(table.Y), rows, options),
    )
    rest, trust = table.X[240:], TrustModel(table.X[:240])
    mean, spread = model.mean_and_spread(rest)
    return replace(
        model,
        calibration=Calibration.fit(table.Y[240:], mean, spread),
        trust=TrustModel.fit(table.X[:240], trust.signs(rest, spread / y_scaler.scale)),
    )

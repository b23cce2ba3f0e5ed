"""Designs that run in a second."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from smcogui.app.session import Session, with_overrides
from smcogui.design.design import Design
from smcogui.design.parameters import NanostructureParameters


@pytest.fixture(scope="session")
def tiny_design() -> Design:
    """Return a design of 24 x 24 cells and one half-cycle, whose name needs quoting."""
    base = Session.example("base")
    return replace(
        with_overrides(base, cycles=1),
        name="it's \"tiny\" \\ $(x) '''",
        parameters=NanostructureParameters(L=30e-9, d=16e-9, w_S=4e-9, w_Z=3e-9),
        mesh=replace(base.mesh, domain=24e-9, cell=1e-9),
        alpha=np.deg2rad(45),
    )

"""A structure and a picture of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn_micrograph import PIXEL_NM, draw

import resources
from smcogui.design.design import Design
from smcogui.design.design_file import load_designs
from smcogui.design.parameters import GrainBoundary, MeshChoice, NanostructureParameters
from smcogui.micrographs.picture import Micrograph
from smcogui.micrographs.picture_scale import PictureScale


@pytest.fixture(scope="package")
def truth() -> Design:
    """Return the design whose structure is in the picture."""
    base = load_designs(resources.path("examples/base.toml"))[0]
    return replace(
        base,
        offsets=(20e-9, 31e-9, 7e-9),
        parameters=NanostructureParameters(L=60e-9, d=20e-9, w_S=6e-9, w_Z=4e-9),
        mesh=MeshChoice(cell=0.5e-9, domain=128e-9),
        grain_boundary=GrainBoundary(layer="none"),
    )


@pytest.fixture(scope="package")
def picture(truth: Design) -> Micrograph:
    """Return a picture of it with a margin of 10 nm."""
    return Micrograph(
        name="drawn.png",
        pixels=(draw(truth) / 255).astype(np.float32),
        scale=PictureScale(nm_per_pixel=PIXEL_NM, source="the test"),
        sha256="",
    )

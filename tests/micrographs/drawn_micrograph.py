"""A picture as a microscope might take it of one of our own structures: blurred, noisy, in grey."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2
from scipy import ndimage

from smcogui.design.design import Design
from smcogui.design.nanostructure import build_nanostructure
from smcogui.design.parameters import GrainBoundary, MeshChoice

GREYS = np.array([0.75, 0.45, 0.15, 0.95])
"""Of 2:17, 1:5, Z and grain boundary."""
PIXEL_NM = 0.25


def draw(
    design: Design, *, margin_nm: float = 10.0, blur_nm: float = 0.5, noise: float = 0.05
) -> NDArray[np.uint8]:
    """Return a picture of a design's structure and of what lies around its domain.

    Shape (n, n), 8 bits, row 0 at the top; the domain is its middle.
    """
    mesh = MeshChoice(cell=PIXEL_NM * 1e-9, domain=design.domain + 2e-9 * margin_nm)
    bare = replace(design, mesh=mesh, grain_boundary=GrainBoundary(layer="none"))
    regions = build_nanostructure(bare).regions[0]
    grey = ndimage.gaussian_filter(GREYS[regions], blur_nm / PIXEL_NM)
    grey += noise * np.random.default_rng(7).normal(size=grey.shape)
    return (np.clip(grey, 0, 1)[::-1] * 255).round().astype(np.uint8)


def save_with_scale(grey: NDArray[np.uint8], path: Path, nm_per_pixel: float = PIXEL_NM) -> Path:
    """Write a TIFF that tells its scale as ImageJ does."""
    tags = ImageFileDirectory_v2()
    tags[270] = "ImageJ=1.54f\nunit=nm\n"
    tags[282] = 1 / nm_per_pixel
    Image.fromarray(grey).save(path, "TIFF", tiffinfo=tags)
    return path

"""A magnetometer's file of a sphere whose loop is known."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

OE = 1e3 / (4 * math.pi)
MS, HC, N = 9.0e5, 2.4e6, 1 / 3
DENSITY, MASS = 8400.0, 12.5e-6
"""kg/m³ and kg."""


@pytest.fixture
def vsm_file(tmp_path: Path) -> Path:
    """Return a file of a Quantum Design VSM: virgin curve, falling and rising branch in Oe, emu."""
    H_inside = np.linspace(5e6, -5e6, 201)
    M = MS * np.tanh((H_inside + HC) / 1.5e5)
    H = H_inside + N * M
    up = np.linspace(0, H[0], 40, endpoint=False)
    loop = (np.concatenate([up, H, -H[1:]]), np.concatenate([MS * up / H[0], M, -M[1:]]))
    lines = [
        "[Header]",
        "TITLE,SmCo sphere",
        f"INFO,{MASS * 1e6:.3f},SAMPLE_MASS",
        "[Data]",
        "Comment,Time Stamp (sec),Temperature (K),Magnetic Field (Oe),Moment (emu)",
    ]
    for k, (h, m) in enumerate(zip(*loop, strict=True)):
        moment = m * MASS / DENSITY * 1e3
        lines.append(f",{3.8e9 + k:.2f},300.01,{h / OE:.9e},{moment:.10e}")
    path = tmp_path / "sphere 12.5 mg.dat"
    path.write_text("\r\n".join(lines), encoding="latin-1")
    return path

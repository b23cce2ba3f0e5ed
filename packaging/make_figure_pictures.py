"""Draw the small pictures of the list of figures, ``resources/figures/NAME.png``.

Usage: ``python packaging/make_figure_pictures.py [NAME ...]``; all figures by default, which takes
some minutes. They show what a figure looks like, of a part of the shipped dataset.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from smcogui.analysis.figure_spec import FigureSpec
from smcogui.analysis.gallery.drawing import render_of
from smcogui.analysis.gallery.registry import FIGURES, figure_kind
from smcogui.app.analysis import Analysis
from smcogui.app.analysis_source import open_source
from smcogui.app.shipped_dataset import shipped_dataset

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "figures"
DESIGNS = 300
WIDTH_MM, HEIGHT_MM = 128.0, 80.0
DPI = 72
SMALL = (256, 160)
"""Pixels of a picture, twice those of the list: for screens of double fineness."""


def main(names: list[str]) -> int:
    """Draw the figures of these names, or all."""
    from io import BytesIO

    from PIL import Image

    folder = shipped_dataset()
    if folder is None:
        sys.stderr.write("models/data, the shipped dataset, is not there\n")
        return 2
    subject = Analysis(open_source(folder)).subject
    rows = np.random.default_rng(0).permutation(len(subject.table))[:DESIGNS]
    some = np.zeros(len(subject.table), dtype=bool)
    some[rows] = True
    FOLDER.mkdir(exist_ok=True)
    for name in names or list(FIGURES):
        # Only whole structures have curves by angle, and only designs apart judge a surrogate.
        is_whole = name in ("curves", "parity-surrogate")
        designs = subject if is_whole else subject.chosen({}, some)
        spec = FigureSpec(
            width_mm=max(WIDTH_MM, figure_kind(name).least_width_mm), height_mm=HEIGHT_MM
        )
        drawn = render_of(name, designs, spec, dpi=DPI)
        picture = Image.open(BytesIO(drawn.content)).convert("RGB")
        picture.thumbnail(SMALL, Image.Resampling.LANCZOS)
        picture.quantize(64).save(FOLDER / f"{name}.png", optimize=True)
        sys.stdout.write(f"{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The words of ``segment``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

SEGMENT_TEXT: Final = "segment a picture (TEM) into phases and write a design that carries them"
_PHASES: Final = ("2:17", "1:5", "Z", "grain-boundary")


def add_segment(verb: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """Add the arguments of ``segment``; ``path`` reads a path."""
    verb.add_argument("image", metavar="IMAGE", type=path, help="PNG, TIFF or JPEG")
    verb.add_argument("--out", metavar="FILE", type=path, required=True, help="design file (TOML)")
    verb.add_argument(
        "--nm-per-pixel", metavar="NM", type=float, help="scale, by default what the file says"
    )
    verb.add_argument(
        "--base",
        metavar="FILE",
        type=path,
        help="design file with everything else (default the shipped base)",
    )
    verb.add_argument(
        "--c-axis",
        metavar="DEG",
        type=float,
        default=0.0,
        help="from the upward direction of the picture to c, clockwise (default 0)",
    )
    verb.add_argument(
        "--centre",
        metavar=("X", "Y"),
        type=float,
        nargs=2,
        help="middle of the domain in pixels from the upper left (default that of the picture)",
    )
    verb.add_argument("--domain", metavar="NM", type=float, help="edge (default the base's)")
    verb.add_argument("--cell", metavar="NM", type=float, help="cell (default the base's)")
    verb.add_argument(
        "--phases",
        metavar="PHASE",
        nargs="+",
        choices=_PHASES,
        default=["Z", "1:5", "2:17"],
        help="from the darkest to the brightest (default Z 1:5 2:17)",
    )
    verb.add_argument(
        "--thresholds",
        metavar="X",
        type=float,
        nargs="+",
        help="grey values between them, 0 darkest, 1 brightest (default by Otsu)",
    )
    verb.add_argument("--filter", choices=("none", "gaussian", "median"), default="gaussian")
    verb.add_argument(
        "--filter-nm", metavar="NM", type=float, default=0.5, help="its width (default 0.5)"
    )
    verb.add_argument(
        "--least",
        metavar="NM",
        type=float,
        default=2.0,
        help="what is thinner goes to its neighbours (default 2, 0 for nothing)",
    )
    verb.add_argument("--preview", metavar="PATH.png", type=path, help="picture of the phases")

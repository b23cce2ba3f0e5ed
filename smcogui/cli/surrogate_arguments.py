"""The words of ``predict`` and ``invert``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.design.tables import Z_PHASES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

PREDICT_TEXT: Final = "readings of designs from a surrogate, with intervals and trust, at once"
INVERT_TEXT: Final = "designs that are predicted to have the readings that are wanted"
FREE: Final = "free"
TARGET_WORDS: Final = {
    "mu0-Hc": "mu0_Hc_T",
    "Phi-p": "Phi_p",
    "Mr-over-Ms": "Mr_over_Ms",
    "BHmax": "BHmax_kJ_m3",
}
GEOMETRY_WORDS: Final = {"L": "L_nm", "d": "d_nm", "wS": "wS_nm", "wZ": "wZ_nm"}
CONSTANT_WORDS: Final = {
    "Ms-z": "Ms_z_kA_m",
    "sigma-dw-z": "sigma_dw_z_mJ_m2",
    "l-dw-z": "l_dw_z_nm",
}
"""Names of options by the input that they give."""


def add_predict(verb: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """Add the arguments of ``predict``; ``path`` reads a path."""
    for word, text in (
        ("L", "cell interval"),
        ("d", "platelet interval"),
        ("wS", "thickness of the 1:5 walls"),
        ("wZ", "thickness of the Z platelets"),
    ):
        verb.add_argument(f"--{word}", metavar="NM", type=float, help=f"{text} in nm")
    verb.add_argument(
        "--alpha", metavar="DEG", type=float, default=0.0, help="field angle (default 0)"
    )
    verb.add_argument("--z-phase", choices=Z_PHASES, help="shipped Z phase (default DFT)")
    for word, unit in (("Ms-z", "kA/m"), ("sigma-dw-z", "mJ/m²"), ("l-dw-z", "nm")):
        verb.add_argument(
            f"--{word}",
            metavar="X",
            type=float,
            help=f"in {unit}: with the other two instead of --z-phase",
        )
    verb.add_argument(
        "--csv", metavar="FILE", type=path, help="many designs: a row each, columns as in a dataset"
    )
    verb.add_argument(
        "--out", metavar="FILE", type=path, help="with --csv: a table with the predictions"
    )
    add_model(verb, path)


def add_invert(verb: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """Add the arguments of ``invert``; ``path`` reads a path."""
    for word, unit in (
        ("mu0-Hc", "in T"),
        ("Phi-p", "inhomogeneity factor"),
        ("Mr-over-Ms", "remanence over saturation"),
        ("BHmax", "energy product in kJ/m³"),
    ):
        verb.add_argument(f"--{word}", metavar="X", type=float, help=f"wanted, {unit}")
    verb.add_argument(
        "--alpha",
        metavar="DEG",
        nargs="+",
        default=["0"],
        help="field angle, two ends of a range, or `free` (default 0)",
    )
    verb.add_argument(
        "--z-phase",
        metavar="NAME",
        nargs="+",
        default=["DFT"],
        help="shipped Z phases to choose among, or `free` for any constants (default DFT)",
    )
    for word, text in GEOMETRY_WORDS.items():
        verb.add_argument(
            f"--{word}", metavar="NM", nargs="+", type=float, help=f"{text}: fixed, or two ends"
        )
    verb.add_argument(
        "--max-zr-at-percent", metavar="X", type=float, help="largest zirconium content in at%%"
    )
    verb.add_argument("--n", metavar="N", type=int, default=8, help="candidates (default 8)")
    verb.add_argument(
        "--scatter",
        metavar="NM",
        type=float,
        default=0.0,
        help="of L, d, wS and wZ either way: designs that bear it are preferred",
    )
    verb.add_argument(
        "--pareto",
        metavar="READING",
        nargs="*",
        help="instead of wishes: designs of which none is better in all of these (default "
        "mu0_Hc_T, Phi_p, Mr_over_Ms and BHmax_kJ_m3)",
    )
    verb.add_argument(
        "--verify", metavar="N", type=int, default=0, help="simulate the N best candidates"
    )
    verb.add_argument(
        "--cycles", metavar="N", type=int, default=3, help="half-cycles to verify with (default 3)"
    )
    verb.add_argument(
        "--i-nn",
        metavar="DATASET",
        type=path,
        help="with the paper's inverse network instead, trained on a dataset within seconds "
        "(needs torch)",
    )
    verb.add_argument(
        "--table-1",
        action="store_true",
        help="the three queries of the paper's Table 1: its designs, those of the search, with "
        "--i-nn those of an i-NN; --verify 1 simulates all of them",
    )
    verb.add_argument(
        "--presets",
        metavar="PRESET",
        nargs="+",
        default=["physical", "paper"],
        help="presets in which --table-1 simulates (default physical and paper)",
    )
    add_model(verb, path)


def add_model(verb: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """Add what chooses the surrogate."""
    verb.add_argument(
        "--project",
        metavar="PROJECT",
        type=path,
        help="the surrogate answers that was trained or chosen last in it; else the shipped one",
    )
    verb.add_argument(
        "--model", metavar="NAME", help="a surrogate of the project, `shipped`, or a folder"
    )

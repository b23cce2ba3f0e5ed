"""The words of ``analyse``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

ANALYSE_TEXT: Final = "statistics and figures of simulated designs, as in the paper"


def add_analyse(verb: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """Add the arguments of ``analyse``; ``path`` reads a path."""
    verb.add_argument(
        "source",
        metavar="PROJECT|DATASET",
        type=path,
        help="a project, a dataset that `campaign export` wrote, or a table in one",
    )
    verb.add_argument(
        "--figure", metavar="NAME", help="draw this one; without it figures and numbers are listed"
    )
    verb.add_argument(
        "--out", metavar="PATH", type=path, help="of the figure: .pdf, .svg, .png or .tiff"
    )
    verb.add_argument(
        "--claims", metavar="FILE.md", type=path, help="write verdicts on the paper's claims"
    )
    verb.add_argument(
        "--set",
        metavar="NAME",
        nargs="+",
        help="campaigns or imported datasets of a project (default all finished runs), tables of a "
        "dataset (default train and test_offgrid, where it has them)",
    )
    verb.add_argument(
        "--may-differ",
        metavar="COLUMN",
        nargs="+",
        choices=("exchange_rule", "solver", "layer"),
        help="what may differ among the designs; else they are refused",
    )
    verb.add_argument(
        "--model",
        metavar="NAME",
        help="surrogate for surfaces: one of the project, `shipped`, a folder, or `none` (default "
        "the project's newest, else the shipped one, where it holds for the designs)",
    )
    verb.add_argument(
        "--fit",
        metavar="NAME",
        default="neural network",
        help="model that is fitted to the designs for permutations and learning curves: k-NN, "
        "neural network (default), gradient boosting, decision tree, random forest, SVM, f-NN",
    )
    verb.add_argument(
        "--option",
        metavar="KEY=VALUE",
        nargs="+",
        help='of the figure, such as surface-alpha=30 or "pairs=3,3 6,5"; one that '
        "there is not is answered with those there are",
    )
    verb.add_argument("--title", metavar="TEXT", help="above the figure")
    verb.add_argument("--seed", metavar="S", type=int, default=0, help="of all draws (default 0)")
    verb.add_argument("--width", metavar="MM", type=float, help="of the figure; 85 is one column")
    verb.add_argument("--height", metavar="MM", type=float, help="of the figure")
    verb.add_argument("--dpi", metavar="N", type=int, help="of a .png or .tiff (default 600)")

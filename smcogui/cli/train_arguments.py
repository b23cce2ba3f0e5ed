"""The words of ``train``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.surrogates.training_options import TrainingOptions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

TRAIN_TEXT: Final = "learn a surrogate from the simulated designs of a project or dataset"


def add_train(verb: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """Add the arguments of ``train``; ``path`` reads a path."""
    own = TrainingOptions()
    verb.add_argument(
        "source",
        metavar="PROJECT|DATASET",
        type=path,
        help="a project, or a dataset that `campaign export` wrote",
    )
    verb.add_argument(
        "--name", metavar="NAME", default="forward", help="of the surrogate (default forward)"
    )
    verb.add_argument(
        "--campaign",
        metavar="NAME",
        nargs="+",
        help="campaigns and imported datasets to train on (default `train` where it is there, "
        "else all that are not tested with)",
    )
    verb.add_argument(
        "--test",
        metavar="NAME|FILE",
        nargs="+",
        help="campaigns or datasets to test with (default test_offgrid where it is there, else a "
        "fifth of the structures is split off); with a DATASET, one table of designs",
    )
    verb.add_argument(
        "--out", metavar="DIR", type=path, help="with a DATASET: where it lies (default surrogates)"
    )
    for name, value, text in (
        ("members", own.members, "networks of the ensemble"),
        ("folds", own.folds, "of the cross-validation by structure"),
        ("steps", own.steps, "of training; 0 takes what so many designs need"),
        ("seed", own.seed, "of all that is drawn; the same one gives the same model"),
    ):
        verb.add_argument(
            f"--{name}", metavar="N", type=int, default=value, help=f"{text} (default {value})"
        )
    verb.add_argument(
        "--fixed",
        metavar="INPUT",
        nargs="+",
        help="inputs with one value in all designs, for which alone the model is meant: alpha_deg, "
        "z_phase (its three constants), ...",
    )
    verb.add_argument(
        "--no-peers", action="store_true", help="without the paper's f-NN and boosted trees beside"
    )
    verb.add_argument(
        "--compare",
        action="store_true",
        help="train the paper's six models and its f-NN on the same designs and show their scores",
    )
    verb.add_argument(
        "--trials",
        metavar="N",
        type=int,
        default=0,
        help="with --compare: tune each of the six with N trials of Optuna too (default 0)",
    )
    verb.add_argument(
        "--learning-curve",
        metavar="N",
        type=int,
        default=0,
        help="train on parts of the designs too, N times for each size (default 0: not at all)",
    )
    verb.add_argument(
        "--replace", action="store_true", help="replace a surrogate of other designs or options"
    )

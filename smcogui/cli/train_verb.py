"""``train PROJECT|DATASET``: a surrogate learned from simulated designs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from models.file_names import CARD_FILE
from smcogui.app.project_surrogates import SURROGATES_FOLDER
from smcogui.app.projects import is_project
from smcogui.app.session import Session
from smcogui.app.surrogate_training import Training, begin_training, rows_of_dataset
from smcogui.app.training_folder import TrainingRequest, TrainingState
from smcogui.app.worker import StopSignals
from smcogui.cli.output import format_value, write_json, write_line, write_log, write_table
from smcogui.data.measurements import checked_name
from smcogui.errors import InputError, RunError, SmCoError, TaskStoppedError
from smcogui.surrogates.model_errors import program_errors
from smcogui.surrogates.training_options import TrainingOptions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from smcogui.app.training_folder import TrainingStatus

_VALIDATED: Final = ("r2", "r2_low", "r2_high", "rmse", "best_r2", "coverage")
_POLL_S: Final = 0.2
_REPORT_S: Final = 2.0
_HEADLINE: Final = ("r2", "r2_low", "r2_high", "r2_paper", "rmse", "best_rmse", "coverage")


def execute(options: argparse.Namespace) -> int:
    """Train, follow the process, and tell how good the model is."""
    _check_numbers(options)
    with StopSignals() as should_stop:
        training = _begin(options)
        _follow(training, should_stop)
    from models.store import load_model

    with program_errors():
        stored = load_model(training.folder.model)
    _write(training, stored.about, as_json=options.json)
    return 0


def _begin(options: argparse.Namespace) -> Training:
    request = TrainingRequest(
        options=TrainingOptions(
            members=options.members,
            folds=options.folds,
            steps=options.steps,
            seed=options.seed,
            peers=not options.no_peers,
            compare=options.compare,
            trials=options.trials,
            curve_draws=options.learning_curve,
        ),
        fixed=tuple(options.fixed or ()),
    )
    source = options.source.absolute()
    if is_project(source):
        if options.out is not None:
            raise InputError(
                "--out is for datasets; surrogates of a project lie in its folder surrogates",
                key="out",
                given=str(options.out),
                allowed="only with a dataset",
            )
        session = Session(source)
        return session.surrogates.train(
            options.name,
            request,
            options.campaign or (),
            [str(each) for each in options.test or ()],
            replace=options.replace,
        )
    test = Path(options.test[0]).absolute() if options.test else None
    rows, tested, sources = rows_of_dataset(source, test)
    out = (options.out or Path(SURROGATES_FOLDER)).absolute() / checked_name(options.name)
    return begin_training(out, request, rows, tested, sources=sources, replace=options.replace)


def _follow(training: Training, should_stop: StopSignals) -> None:
    """Wait for the end, with a line every two seconds; raise where it is not the good one."""
    told_s, asked = time.monotonic(), False
    while True:
        status = training.status()
        if status.state is not TrainingState.RUNNING:
            break
        if should_stop() and not asked:
            training.stop()
            asked = True
        if time.monotonic() - told_s >= _REPORT_S and status.steps:
            told_s = time.monotonic()
            write_log(_progress(status))
        time.sleep(_POLL_S)
    if status.state is TrainingState.STOPPED:
        raise TaskStoppedError("training was stopped; the same command goes on from there")
    if status.state is TrainingState.FAILED:
        raise _as_told(status)
    if status.state is not TrainingState.DONE:
        why = status.error.get("message") or training.folder.last_of_log() or "nothing was told"
        raise RunError(f"the process that trains ended unexpectedly: {why}", key="train")


def _as_told(status: TrainingStatus) -> SmCoError:
    kinds: dict[int, type[SmCoError]] = {2: InputError}
    error = dict(status.error)
    message = str(error.pop("message", "training failed"))
    return kinds.get(status.exit_code, RunError)(message, **error)


def _progress(status: TrainingStatus) -> str:
    if status.step == status.steps:
        return "the ensemble is trained; scores, peers and learning curve follow"
    left = "" if status.eta_s is None else f", about {status.eta_s:.0f} s to go"
    apart = "" if status.held_out is None else f", {status.held_out:.4f} on held-out designs"
    return f"step {status.step} of {status.steps}: loss {status.training:.4f}{apart}{left}"


def _write(training: Training, about: dict[str, Any], *, as_json: bool) -> None:
    facts: dict[str, Any] = {
        "model": str(training.folder.model),
        "card": str(training.folder.model / CARD_FILE),
        "designs": about["designs"],
        "structures": about["structures"],
        "left_out_as_tested": about["left_out_as_tested"],
        "tested": about["test"]["designs"],
        "trust": about["test"]["trust"],
    }
    scores = about["test"]["outputs"]
    if as_json:
        more = {
            key: about[key]
            for key in ("peers", "comparison", "cross_validation", "left_out_regions")
            if key in about
        }
        write_json(
            {**facts, "outputs": scores, **more, "learning_curve": about.get("learning_curve")}
        )
        return
    write_table([(key, format_value(value)) for key, value in facts.items()])
    for name, values in scores.items():
        unit = f" {values['unit']}" if values["unit"] else ""
        told = ", ".join(f"{key} {format_value(values[key])}" for key in _HEADLINE)
        write_line(f"{name}{unit}: {told}")
    for name, values in about["cross_validation"].items():
        told = ", ".join(f"{key} {format_value(values.get(key))}" for key in _VALIDATED)
        write_line(f"{name} in cross-validation: {told}")
    for peer, outputs in _peers(about):
        told = ", ".join(f"{name} {format_value(each['r2'])}" for name, each in outputs.items())
        write_line(f"r2 of {peer} on the same designs: {told}")


def _peers(about: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the models that were trained beside, each with its scores by output."""
    compared = about.get("comparison", {})
    for name, outputs in about.get("peers", {}).items():
        if name not in compared.get("default", {}):
            yield name, outputs
    for kind in ("default", "tuned"):
        for name, outputs in compared.get(kind, {}).items():
            yield f"{name} ({kind})", outputs


def _check_numbers(options: argparse.Namespace) -> None:
    limits = {
        "members": (2, 20),
        "folds": (2, 20),
        "steps": (0, 100_000),
        "seed": (0, 2**31 - 1),
        "learning_curve": (0, 20),
        "trials": (0, 1000),
    }
    if options.trials and not options.compare:
        raise InputError("--trials tunes what --compare trains; add --compare", key="trials")
    if options.compare and options.no_peers:
        raise InputError("--compare and --no-peers contradict each other; leave one", key="compare")
    for key, (low, high) in limits.items():
        value = getattr(options, key)
        if not low <= value <= high:
            word = key.replace("_", "-")
            raise InputError(
                f"--{word} is {value}; allowed is {low} to {high}",
                key=word,
                given=str(value),
                allowed=f"{low} to {high}",
            )

"""``invert`` as the paper does it: its i-NN, and the three queries of its Table 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smcogui.app.paper_table import (
    ALPHA_DEG,
    Z_PHASE,
    Answer,
    answers,
    design_of,
    errors_of,
    i_nn_answer,
)
from smcogui.app.running import run_here
from smcogui.app.surrogate_training import rows_of_dataset
from smcogui.app.worker import StopSignals
from smcogui.cli.output import format_value, write_json, write_line
from smcogui.cli.predict_verb import about_model
from smcogui.cli.project_verb import open_project
from smcogui.cli.run_verb import ProgressLog
from smcogui.design.limits import check_choice
from smcogui.design.presets import PRESETS
from smcogui.errors import InputError
from smcogui.runs.spec import make_run_spec
from smcogui.surrogates.model_errors import program_errors
from smcogui.surrogates.paper_networks import WANTED, train_paper_networks
from smcogui.surrogates.queries import z_constants
from smcogui.surrogates.training_data import learning_table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.paper_networks import PaperNetworks
    from smcogui.surrogates.search_space import SearchSpace


def tell_table_1(options: argparse.Namespace, surrogate: Surrogate) -> int:
    """Answer the paper's three queries and, with ``--verify``, simulate the answers in presets."""
    for name in options.presets:
        check_choice("presets", name, tuple(PRESETS))
    networks = None
    if options.i_nn is not None:
        networks = _trained(options, ALPHA_DEG, Z_PHASE)
    found = answers(surrogate, networks)
    simulated: list[dict[str, Any]] = [{} for _ in found]
    if options.verify:
        with StopSignals() as should_stop:
            simulated = [_simulated(each, options, should_stop) for each in found]
    rows = [each.facts() | {"simulated": runs} for each, runs in zip(found, simulated, strict=True)]
    if options.json:
        write_json({"table_1": rows, **about_model(surrogate)})
        return 0
    for each, runs in zip(found, simulated, strict=True):
        write_line(in_words(each))
        for preset, run in runs.items():
            told = ", ".join(f"{name} {format_value(value)}" for name, value in run.items())
            write_line(f"  simulated, preset {preset}: {told}")
    return 0


def tell_i_nn(
    options: argparse.Namespace,
    surrogate: Surrogate,
    space: SearchSpace,
    wanted: dict[str, float],
) -> int:
    """Answer one query with the paper's i-NN."""
    if set(wanted) != set(WANTED) or not _is_one(options):
        raise InputError(
            "the paper's i-NN takes Hc and Φp, one angle and one Z phase",
            key="i-nn",
            given=", ".join(wanted) or "nothing",
            allowed="--mu0-Hc, --Phi-p, one --alpha and one --z-phase",
        )
    networks = _trained(options, float(options.alpha[0]), options.z_phase[0])
    answer = i_nn_answer(surrogate, space, networks, wanted)
    if options.json:
        write_json({**answer.facts(), **about_model(surrogate)})
    else:
        write_line(in_words(answer))
    return 0


def in_words(answer: Answer) -> str:
    """Return an answer in a line: who wants what, whose design, what is promised of it."""
    lengths = ", ".join(f"{value:.4g}" for value in answer.geometry)
    told = [
        f"wanted {_pair(answer.wanted)}: {answer.source} has L, d, wS, wZ {lengths} nm",
        f"it promises {_pair(answer.promised)}",
        f"the surrogate predicts {_pair(answer.predicted)}, {answer.predicted['trust']}",
        *answer.faults,
    ]
    return "; ".join(told)


def _simulated(
    answer: Answer, options: argparse.Namespace, should_stop: StopSignals
) -> dict[str, dict[str, Any]]:
    found = {}
    for preset in options.presets:
        name = f"Table 1, {answer.source}, {answer.wanted['mu0_Hc_T']:g} T"
        design = design_of(answer, preset, name, options.cycles)
        folder = None
        if options.project is not None:
            folder = open_project(options.project).runs_folder / make_run_spec(design).run_id
        log = ProgressLog(f"{name}, {preset}")
        result = run_here(design, folder, on_events=log, should_stop=should_stop)
        readings = {key: result.get(key) for key in WANTED}
        found[preset] = readings | errors_of(answer.wanted, readings)
    return found


def _trained(options: argparse.Namespace, alpha_deg: float, z_phase: str) -> PaperNetworks:
    rows, _, _ = rows_of_dataset(options.i_nn.absolute())
    with program_errors(), StopSignals() as should_stop:
        table = learning_table(rows)
        return train_paper_networks(table, alpha_deg, z_constants(z_phase), should_stop=should_stop)


def _is_one(options: argparse.Namespace) -> bool:
    def one(values: Sequence[Any]) -> bool:
        return len(values) == 1 and values[0] != "free"

    return one(options.alpha) and one(options.z_phase)


def _pair(values: dict[str, Any]) -> str:
    return f"Hc {format_value(values['mu0_Hc_T'])} T and Φp {format_value(values['Phi_p'])}"

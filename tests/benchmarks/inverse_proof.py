"""Inverse queries put to the test by simulation: how far what is promised is from what is found.

    python tests/benchmarks/inverse_proof.py PROJECT [--cores 2] [--queries 40] [--best-of 8]

Every query is taken from a design of the off-grid test set: its Hc and Φp, at its angle, with its
Z phase, so that each is known to be reachable. The best candidate of each is simulated with one
half-cycle, of the first eight queries all of eight candidates. Then come the three queries of the
paper's Table 1: its own designs, those of the search and those of an i-NN of the shipped designs,
in both presets.

Everything is simulated in PROJECT (made where there is none) at low priority, and kept there:
killed at any moment, the same command goes on, and once done it only counts. Another surrogate
begins anew beside it. Results are printed and written to PROJECT/inverse_proof.json, which
``surrogate_report.py PROJECT/inverse_proof.json`` brings into docs/surrogates-results.md.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Each run takes one process: what computes side by side is told by --cores.
os.environ["SMCOGUI_PROCESSES"] = "1"

import numpy as np

from models.file_names import WEIGHTS_FILE
from smcogui.app.paper_table import Answer, answers, design_of, errors_of
from smcogui.app.projects import is_project
from smcogui.app.running import run_here
from smcogui.app.session import Session
from smcogui.app.surrogate_choice import SHIPPED, SHIPPED_FOLDER
from smcogui.app.verification import Verifications
from smcogui.app.worker import StopSignals
from smcogui.data.dataset_import import check_dataset
from smcogui.errors import RunCancelledError, RunError
from smcogui.runs.spec import make_run_spec
from smcogui.surrogates.features import queries_of
from smcogui.surrogates.inverse import InverseAnswer, invert
from smcogui.surrogates.paper_networks import train_paper_networks
from smcogui.surrogates.queries import z_constants
from smcogui.surrogates.search_space import NAMES, SearchSpace
from smcogui.surrogates.training_data import learning_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.surrogates.candidates import Candidate
    from smcogui.surrogates.forward import Surrogate

DATA = Path(__file__).parents[2] / "models" / "data"
FIXED = NAMES[4:]
PRESETS = ("physical", "paper")
LOW_PRIORITY = 15


def main() -> int:
    options = _options()
    if hasattr(os, "nice"):
        os.nice(LOW_PRIORITY)
    session = Session(options.project)
    surrogate = session.surrogates.surrogate(options.model)
    out = options.project / "inverse_proof.json"
    with StopSignals() as should_stop:
        try:
            facts = _queries(session, surrogate, options, should_stop, out)
            facts["table_1_designs"] = surrogate.designs
            facts["table_1"] = _table_1(session, surrogate, options, should_stop)
        except RunCancelledError:
            print("stopped; the same command goes on")
            return 130
    out.write_text(json.dumps(facts, indent=1))
    _tell(facts)
    return 0


def _queries(
    session: Session,
    surrogate: Surrogate,
    options: argparse.Namespace,
    should_stop: Callable[[], bool],
    out: Path,
) -> dict[str, Any]:
    """Search for all queries, simulate what was found, and return both."""
    rows = [row for row in check_dataset(DATA / "test_offgrid.parquet").rows if _is_asked(row)]
    mark = _mark(surrogate)
    proof = Verifications(session, f"proof-{(mark or surrogate.name)[:8]}")
    found, keys = [], []
    for number, row in enumerate(rows[: options.queries]):
        began = time.perf_counter()
        answer, wanted = _searched(surrogate, row, options.cycles)
        seconds = time.perf_counter() - began
        count = options.best_of if number < options.best_queries else 1
        chosen = list(answer.candidates[:count])
        keys.append(_added(proof, surrogate, chosen, wanted, options.cycles))
        found.append(_about(row, answer, wanted, seconds) | {"candidates": chosen})
    print(f"{len(found)} queries, {sum(map(len, keys))} candidates, surrogate {surrogate.name} of")
    print(f"{surrogate.designs} designs; simulated on {options.cores} cores", flush=True)
    facts = {"designs": surrogate.designs, "weights_sha256": mark, "cycles": options.cycles}
    facts["queries"] = found
    for start in range(0, len(found), options.cores):
        # So many queries together as keep all cores at work.
        part = slice(start, start + options.cores)
        _run(proof, list(itertools.chain(*keys[part])), options.cores, should_stop)
        done = {row.key: row for row in proof.rows()}
        for each, its_keys in zip(found[part], keys[part], strict=True):
            pairs = list(zip(its_keys, each.pop("candidates"), strict=True))
            if pairs:
                wanted = each["wanted"]
                each["simulated"] = [_errors(done[key], one, wanted) for key, one in pairs]
                print(f"wanted {wanted['mu0_Hc_T']:.2f} T: {each['simulated'][0]}", flush=True)
        known = {**facts, "queries": found[: part.stop]}
        out.write_text(json.dumps(known, indent=1))
    return facts


def _is_asked(row: dict[str, Any]) -> bool:
    return row["Phi_p"] is not None


def _searched(
    surrogate: Surrogate, row: dict[str, Any], cycles: int
) -> tuple[InverseAnswer, dict[str, float]]:
    x = queries_of([row])[0]
    ranges = {name: (float(x[NAMES.index(name)]),) * 2 for name in FIXED}
    wanted = {"mu0_Hc_T": row["mu0_Hc_T"], "Phi_p": row["Phi_p"]}
    return invert(surrogate, SearchSpace.of(surrogate, ranges), wanted, cycles=cycles), wanted


def _about(
    row: dict[str, Any], answer: InverseAnswer, wanted: dict[str, float], seconds: float
) -> dict[str, Any]:
    return {
        "row": row["run_id"],
        "Hc_sd_T": row["mu0_Hc_sd_T"],
        "Phi_p_sd": row["Phi_p_sd"],
        "cycles": row["cycles"],
        "wanted": wanted,
        "standing": {name: each.place.value for name, each in answer.standings.items()},
        "reachable": answer.is_reachable,
        "seconds": seconds,
        "feasible": all(each.is_feasible for each in answer.candidates),
    }


def _added(
    proof: Verifications,
    surrogate: Surrogate,
    candidates: list[Candidate],
    wanted: dict[str, float],
    cycles: int,
) -> list[str]:
    if not candidates:
        return []
    queries = np.array([each.query for each in candidates])
    readings = [each.readings for each in candidates]
    return proof.add(surrogate, queries, readings, wanted, cycles=cycles)


def _run(
    proof: Verifications, keys: list[str], cores: int, should_stop: Callable[[], bool]
) -> None:
    try:
        proof.run(keys, at_once=cores, should_stop=should_stop)
    except RunError as error:
        # It stands in the results as a run without readings; the others are not lost by it.
        print(f"a run failed: {error}", file=sys.stderr)


def _mark(surrogate: Surrogate) -> str | None:
    """Return what tells the shipped surrogate from its successors; None for another one."""
    if surrogate.name != SHIPPED:
        return None
    return hashlib.sha256((SHIPPED_FOLDER / WEIGHTS_FILE).read_bytes()).hexdigest()


def _table_1(
    session: Session,
    surrogate: Surrogate,
    options: argparse.Namespace,
    should_stop: Callable[[], bool],
) -> list[dict[str, Any]]:
    networks = None
    if not options.no_i_nn:
        table = learning_table(check_dataset(DATA / "train.parquet").rows)
        networks = train_paper_networks(table, 0.0, z_constants("DFT"), should_stop=should_stop)
    found = answers(surrogate, networks)
    jobs = [(answer, preset) for answer in found for preset in PRESETS]

    def simulate(job: tuple[Answer, str]) -> dict[str, Any]:
        answer, preset = job
        design = design_of(answer, preset, f"Table 1, {answer.source}", options.cycles)
        folder = session.runs_folder / make_run_spec(design).run_id
        try:
            result = run_here(design, folder, should_stop=should_stop)
        except RunError as error:
            print(f"a run failed: {error}", file=sys.stderr)
            result = {}
        readings = {name: result.get(name) for name in answer.wanted}
        return readings | errors_of(answer.wanted, readings)

    with ThreadPoolExecutor(options.cores) as threads:
        simulated = list(threads.map(simulate, jobs))
    rows = []
    for number, answer in enumerate(found):
        part = simulated[number * len(PRESETS) : (number + 1) * len(PRESETS)]
        rows.append(answer.facts() | {"simulated": dict(zip(PRESETS, part, strict=True))})
    return rows


def _errors(row: Any, candidate: Candidate, wanted: dict[str, float]) -> dict[str, Any]:
    found = {
        "geometry": [float(value) for value in candidate.query[:4]],
        "trust": candidate.readings["trust"],
    }
    readings = row.facts()["readings"]
    if readings is None:
        return found | dict.fromkeys(
            ("mu0_Hc_T", "Phi_p", "Hc_error", "Phi_p_error", "Hc_inside", "Phi_p_inside")
        )
    Hc, Phi_p = (readings[name] for name in ("mu0_Hc_T", "Phi_p"))
    told = {name: readings[name]["simulated"] for name in ("mu0_Hc_T", "Phi_p")}
    errors = errors_of(wanted, told)
    return found | {
        **told,
        "Hc_error": errors["Hc_relative"],
        "Phi_p_error": errors["Phi_p_absolute"],
        "Hc_inside": Hc["inside"],
        "Phi_p_inside": Phi_p["inside"],
    }


def _tell(facts: dict[str, Any]) -> None:
    found = facts["queries"]
    simulated = [each["simulated"] for each in found if "simulated" in each]
    top = [rows[0] for rows in simulated]
    print(f"{sum(each['reachable'] for each in found)} of {len(found)} called reachable")
    print(f"feasible: {all(each['feasible'] for each in found)}")
    print(f"seconds a query: median {np.median([each['seconds'] for each in found]):.3f}")
    _quantiles("top 1", top)
    for badge in sorted({row["trust"] for row in top}):
        _quantiles(f"top 1, {badge}", [row for row in top if row["trust"] == badge])
    several = [rows for rows in simulated if len(rows) > 1]
    if several:
        _quantiles("top 1 of these", [rows[0] for rows in several])
        _quantiles(f"best of {len(several[0])}", [best_of(rows) for rows in several])
    for row in facts["table_1"]:
        print(f"Table 1, {row['wanted']}, {row['source']}: {row['simulated']}")


def best_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the candidate whose simulated Hc is nearest to what was wanted."""
    return min(rows, key=lambda row: np.inf if row["Hc_error"] is None else row["Hc_error"])


def _quantiles(name: str, rows: list[dict[str, Any]]) -> None:
    parts = []
    for key in ("Hc_error", "Phi_p_error"):
        values = [row[key] for row in rows if row[key] is not None]
        if values:
            median, high = np.quantile(values, [0.5, 0.95])
            parts.append(f"{key} median {median:.4f}, 95 % {high:.4f} of {len(values)}")
    for key in ("Hc_inside", "Phi_p_inside"):
        values = [row[key] for row in rows if row[key] is not None]
        parts.append(f"{key} {sum(values)}/{len(values)}")
    print(f"{name}: {'; '.join(parts)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--cores", type=int, default=1, help="runs side by side (default 1)")
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--best-of", type=int, default=8, help="candidates (default 8) of …")
    parser.add_argument("--best-queries", type=int, default=8, help="… so many queries (default 8)")
    parser.add_argument("--cycles", type=int, default=1)
    parser.add_argument("--no-i-nn", action="store_true", help="without torch")
    parser.add_argument("--model")
    options = parser.parse_args()
    if options.project.exists() and not is_project(options.project):
        parser.error(f"{options.project} is no project")
    if not 1 <= options.cores <= 256:
        parser.error(f"--cores is {options.cores}; allowed is 1 to 256")
    return options


if __name__ == "__main__":
    sys.exit(main())

"""Inverse queries put to the test by simulation: how far what is promised is from what is found.

    python tests/benchmarks/inverse_proof.py PROJECT [--queries 40] [--best-of 8 --best-queries 8]

Every query is taken from a design of the off-grid test set: its Hc and Φp, at its angle, with its
Z phase, so that each is known to be reachable. The candidates are simulated in PROJECT (made where
there is none) and kept there: killed at any moment, the same command goes on, and again it only
counts. Results are printed and written to PROJECT/inverse_proof.json, which surrogate_report.py
brings into docs/surrogates-results.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from models.file_names import WEIGHTS_FILE
from smcogui.app.projects import is_project
from smcogui.app.session import Session
from smcogui.app.surrogate_choice import SHIPPED, SHIPPED_FOLDER
from smcogui.app.verification import Verifications
from smcogui.data.dataset_import import check_dataset
from smcogui.surrogates.features import INPUTS, queries_of
from smcogui.surrogates.inverse import invert
from smcogui.surrogates.search_space import SearchSpace

DATA = Path(__file__).parents[2] / "models" / "data" / "test_offgrid.parquet"
NAMES = [variable.name for variable in INPUTS]
FIXED = NAMES[4:]
TABLE_1 = ((7.0, 0.05), (5.0, 0.01), (4.0, 0.0))
"""Hc in T and Φp of the paper's three queries, at 0° and with the Z phase DFT."""


def main() -> int:
    options = _options()
    session = Session(options.project)
    surrogate = session.surrogates.surrogate(options.model)
    rows = [row for row in check_dataset(DATA).rows if row["Phi_p"] is not None]
    chosen = rows[: options.queries]
    print(f"{len(chosen)} queries, surrogate {surrogate.name} of {surrogate.designs} designs")
    found = []
    for number, row in enumerate(chosen):
        count = options.best_of if number < options.best_queries else 1
        began = time.perf_counter()
        x = queries_of([row])[0]
        ranges = {name: (float(x[NAMES.index(name)]),) * 2 for name in FIXED}
        wanted = {"mu0_Hc_T": row["mu0_Hc_T"], "Phi_p": row["Phi_p"]}
        answer = invert(surrogate, SearchSpace.of(surrogate, ranges), wanted)
        seconds = time.perf_counter() - began
        found.append(
            {
                "row": row["run_id"],
                "Hc_sd_T": row["mu0_Hc_sd_T"],
                "Phi_p_sd": row["Phi_p_sd"],
                "cycles": row["cycles"],
                "wanted": wanted,
                "reachable": answer.is_reachable,
                "seconds": seconds,
                "feasible": all(c.is_feasible for c in answer.candidates),
            }
        )
        candidates = list(answer.candidates[:count])
        if candidates:
            found[-1]["simulated"] = _simulated(session, surrogate, candidates, wanted, options)
            print(json.dumps(found[-1]["simulated"][0]), flush=True)
        facts = {
            "designs": surrogate.designs,
            "weights_sha256": _mark(surrogate),
            "cycles": options.cycles,
            "queries": found,
        }
        (options.project / "inverse_proof.json").write_text(json.dumps(facts, indent=1))
    facts["table_1"] = _table_1(session, surrogate, options)
    (options.project / "inverse_proof.json").write_text(json.dumps(facts, indent=1))
    _tell(found)
    return 0


def _mark(surrogate: Any) -> str | None:
    """Return what tells the shipped surrogate from its successors; None for another one."""
    if surrogate.name != SHIPPED:
        return None
    return hashlib.sha256((SHIPPED_FOLDER / WEIGHTS_FILE).read_bytes()).hexdigest()


def _table_1(session: Session, surrogate: Any, options: Any) -> list[dict[str, Any]]:
    space = SearchSpace.of(surrogate, {"alpha_deg": (0.0, 0.0)}, ("DFT",))
    rows = []
    for Hc, Phi_p in TABLE_1:
        wanted = {"mu0_Hc_T": Hc, "Phi_p": Phi_p}
        answer = invert(surrogate, space, wanted)
        best = (*answer.candidates, answer.nearest)[0]
        rows.append(
            {
                "wanted": wanted,
                "reachable": answer.is_reachable,
                "predicted": {name: best.readings[name] for name in wanted},
                **_simulated(session, surrogate, [best], wanted, options)[0],
            }
        )
    return rows


def _simulated(
    session: Session, surrogate: Any, candidates: list[Any], wanted: dict[str, float], options: Any
) -> list[dict[str, Any]]:
    proof = Verifications(session, "proof")
    keys = proof.add(
        surrogate,
        np.array([each.query for each in candidates]),
        [each.readings for each in candidates],
        wanted,
        cycles=options.cycles,
    )
    proof.run(keys)
    done = {each.key: each for each in proof.rows()}
    return [_errors(done[key], each, wanted) for key, each in zip(keys, candidates, strict=True)]


def _errors(row: Any, candidate: Any, wanted: dict[str, float]) -> dict[str, Any]:
    readings = row.facts()["readings"]
    Hc, Phi_p = (readings[name] for name in ("mu0_Hc_T", "Phi_p"))
    return {
        "geometry": [float(value) for value in candidate.query[:4]],
        "trust": candidate.readings["trust"],
        "mu0_Hc_T": Hc["simulated"],
        "Phi_p": Phi_p["simulated"],
        "Hc_error": _relative(Hc["simulated"], wanted["mu0_Hc_T"]),
        "Phi_p_error": None
        if Phi_p["simulated"] is None
        else abs(Phi_p["simulated"] - wanted["Phi_p"]),
        "Hc_inside": Hc["inside"],
        "Phi_p_inside": Phi_p["inside"],
    }


def _relative(value: float | None, wanted: float) -> float | None:
    return None if value is None else abs(value - wanted) / wanted


def _tell(found: list[dict[str, Any]]) -> None:
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
        best = [min(rows, key=lambda row: row["Hc_error"] or 9.0) for rows in several]
        _quantiles(f"best of {len(several[0])}", best)


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
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--best-of", type=int, default=1)
    parser.add_argument("--best-queries", type=int, default=0)
    parser.add_argument("--cycles", type=int, default=1)
    parser.add_argument("--model")
    options = parser.parse_args()
    if options.project.exists() and not is_project(options.project):
        parser.error(f"{options.project} is no project")
    return options


if __name__ == "__main__":
    sys.exit(main())

"""Write the tables of docs/surrogates-results.md from the card of the shipped surrogate.

    python tests/benchmarks/surrogate_report.py [PROOF.json]

PROOF.json is what inverse_proof.py wrote; it is kept as tests/benchmarks/inverse_proof.json. The
words between the tables are written by hand; no number stands in them that could grow old.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

from models.trust import LEVELS
from smcogui.app.surrogate_choice import SHIPPED, choose_surrogate
from smcogui.surrogates.candidates import trust_codes
from smcogui.surrogates.forward import READINGS

ROOT = Path(__file__).parents[2]
CARD = ROOT / "models" / "pretrained" / "forward" / "model" / "card.json"
PAGE = ROOT / "docs" / "surrogates-results.md"
PROOF = Path(__file__).with_name("inverse_proof.json")
CANDIDATES = Path(__file__).with_name("optimised_candidates.json")
"""Where searches ended, simulated with three half-cycles; no surrogate is trained on them."""
NAMES = {
    "mu0_Hc_T": ("Hc", "T"),
    "mu0_Hp_T": ("Hp", "T"),
    "Phi_p": ("Φp", ""),
    "Mr_over_Ms": ("Mr/Ms", ""),
    "BHmax_kJ_m3": ("(BH)max", "kJ/m³"),
}


def main(arguments: list[str]) -> int:
    if arguments:
        shutil.copyfile(arguments[0], PROOF)
    card = json.loads(CARD.read_text())
    about = card["about"]
    tables = {
        "data": data(about),
        "forward": forward(about),
        "angles": angles(about),
        "peers": peers(about),
        "regions": regions(about),
        "curve": curve(about),
        "candidates": candidates(),
    }
    if PROOF.exists():
        proof = json.loads(PROOF.read_text())
        is_same = proof["weights_sha256"] == card["files"]["weights.safetensors"]["sha256"]
        whose = "the one above" if is_same else "an earlier one"
        tables |= {"inverse": inverse(proof, whose), "table 1": table_1(proof)}
    text = PAGE.read_text()
    for name, table in tables.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        text, count = re.subn(
            pattern, lambda m, t=table: f"{m[1]}{t}\n{m[2]}", text, count=1, flags=re.DOTALL
        )
        if not count:
            print(f"{PAGE.name} has no place for {name}")
            return 1
    PAGE.write_text(text)
    print(f"{PAGE.relative_to(ROOT)}: {', '.join(tables)}")
    return 0


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def name_of(key: str) -> str:
    name, unit = NAMES[key]
    return f"{name} ({unit})" if unit else name


def data(about: dict[str, Any]) -> str:
    conditions = ", ".join(f"{key} {value}" for key, value in about["conditions"].items())
    trust = ", ".join(f"{value} {key}" for key, value in about["test"]["trust"].items() if value)
    return (
        f"{about['designs']} designs of {about['structures']} structures to train on, "
        f"{about['test']['designs']} off the grid to test with ({trust}); {conditions}. "
        f"{about['options']['members']} networks, {about['options']['steps']} steps, seed "
        f"{about['options']['seed']}. Source: {about['sources']['training'][0]}."
    )


def forward(about: dict[str, Any]) -> str:
    rows = []
    for key, each in about["test"]["outputs"].items():
        span = f"{number(each['r2_low'], 2)} to {number(each['r2_high'], 2)}"
        rows.append(
            [
                name_of(key),
                str(each["n"]),
                f"{number(each['r2'])} ({span})",
                number(each["r2_paper"]),
                number(each["rmse"]),
                number(each["best_rmse"]),
                number(each["best_r2"]),
                number(each["coverage"], 2),
                number(each["coverage_hardest_fifth"], 2),
                number(about["cross_validation"][key]["r2"]),
                number(about["cross_validation"][key]["coverage"], 2),
            ]
        )
    head = ["output", "designs", "R² (95 %)", "R² (paper)", "RMSE", "best RMSE", "best R²"]
    head += ["coverage", "hardest fifth", "R², cross-validation", "coverage there"]
    return table(head, rows)


def angles(about: dict[str, Any]) -> str:
    rows = []
    for key in ("mu0_Hc_T", "Phi_p"):
        for each in about["test"]["outputs"][key]["by_alpha_deg"]:
            span = f"{each['from']:g}° to {each['to']:g}°"
            rows.append(
                [name_of(key), span, str(each["n"]), number(each["r2"]), number(each["rmse"])]
            )
    return table(["output", "α", "designs", "R²", "RMSE"], rows)


def peers(about: dict[str, Any]) -> str:
    models = {"this surrogate": about["test"]["outputs"], **about.get("peers", {})}
    rows = []
    for name, outputs in models.items():
        for key in ("mu0_Hc_T", "Phi_p"):
            each = outputs[key]
            ratio = about["test"]["outputs"][key]["rmse"] / each["rmse"] - 1
            told = f"{ratio:+.0%}" if name in about.get("peers", {}) else "–"
            rows.append([name, name_of(key), number(each["r2"]), number(each["rmse"]), told])
    return table(["model", "output", "R²", "RMSE", "RMSE of this surrogate against it"], rows)


def regions(about: dict[str, Any]) -> str:
    keys = ("auc_badge", "auc_range", "auc_distance", "auc_spread")
    rows = [
        [
            each["upper_end_of"],
            str(each["designs"]),
            *(number(each[key], 2) for key in keys),
            f"{each['flagged']:.0%} ({each['flagged_elsewhere']:.0%} of the others)",
        ]
        for each in about["left_out_regions"]
    ]
    head = ["upper end of", "designs left out", "AUC of the badge", "of the range", "of distance"]
    return table([*head, "of spread", "called extrapolating or worse"], rows)


def curve(about: dict[str, Any]) -> str:
    found = about.get("learning_curve")
    if not found:
        return "Not computed for this model (`--learning-curve 3` does)."
    rows, halves = [], []
    for key in ("mu0_Hc_T", "Phi_p"):
        half = found[key]["designs_for_half_the_rmse"]
        told = "not to be told from these sizes" if half is None else f"about {half:,.0f}"
        halves.append(f"{NAMES[key][0]} {told}")
        for point in found[key]["points"]:
            span = f"{number(point['low'])} to {number(point['high'])}"
            rows.append(
                [
                    name_of(key),
                    f"{point['designs']:.0f}",
                    f"{number(point['rmse'])} ({span})",
                    number(point["r2"]),
                ]
            )
    lines = table(["output", "designs", "RMSE (95 %)", "R²"], rows)
    return f"{lines}\n\nDesigns for half of the last RMSE: {'; '.join(halves)}."


def candidates() -> str:
    """Return how predictions hold where searches ended, for designs that were simulated once."""
    surrogate = choose_surrogate(SHIPPED)
    kept = json.loads(CANDIDATES.read_text())
    designs = kept["designs"]
    X = np.array([each["query"] for each in designs])
    found = surrogate.predict(X, kept["cycles"])
    columns = [READINGS.index(name) for name in ("mu0_Hc_T", "Phi_p")]
    codes = trust_codes(surrogate, X, found, columns)
    words = np.array([LEVELS[code].value for code in codes])
    group = np.array([each["group"] for each in designs])
    parts = {
        "wanted: readings of random designs": group == "random",
        "wanted: the highest 5 % of Hc": group == "high Hc",
    }
    parts |= {f"called {word}": words == word for word in dict.fromkeys(words.tolist())}
    rows = []
    for name, chosen in parts.items():
        told = [name, str(int(chosen.sum()))]
        for key, column in zip(("mu0_Hc_T", "Phi_p"), columns, strict=True):
            truth = np.array([each[key] for each in designs], dtype=float)
            known = chosen & np.isfinite(truth)
            error = truth[known] - found.mean[known, column]
            low, high = found.low[known, column], found.high[known, column]
            inside = int(((truth[known] >= low) & (truth[known] <= high)).sum())
            told += [number(float(np.sqrt((error**2).mean()))), f"{error.mean():+.3f}"]
            told.append(f"{inside} of {int(known.sum())}")
        rows.append(told)
    head = ["", "designs", "RMSE of Hc (T)", "bias", "in interval", "RMSE of Φp", "bias"]
    return table([*head, "in interval"], rows)


def inverse(proof: dict[str, Any], whose: str) -> str:
    queries = proof["queries"]
    simulated = [each["simulated"] for each in queries if each.get("simulated")]
    top = [rows[0] for rows in simulated]
    reachable = sum(each["reachable"] for each in queries)
    groups = {"top 1": top}
    for badge in sorted({row["trust"] for row in top}):
        groups[f"top 1, {badge}"] = [row for row in top if row["trust"] == badge]
    several = [rows for rows in simulated if len(rows) > 1]
    if several:
        groups[f"top 1 of {len(several)} queries"] = [rows[0] for rows in several]
        best = [min(rows, key=hc_error) for rows in several]
        groups[f"the same, best of {max(map(len, several))} in Hc"] = best
    rows = [[name, *inverse_row(group)] for name, group in groups.items()]
    feasible = sum(each["feasible"] for each in queries)
    seconds = np.median([each["seconds"] for each in queries])
    return (
        table(
            ["", "runs", "ΔHc/Hc median", "95 %", "ΔΦp median", "95 %", "Hc in interval", "Φp"],
            rows,
        )
        + f"\n\n{noise(proof)}\n\n"
        f"{places(queries)}{reachable} of {len(queries)} queries were called reachable; all of "
        f"them are, within the scatter. All candidates of {feasible} queries were feasible. "
        f"Median {seconds:.2f} s a query on a busy machine. The surrogate was {whose}, of "
        f"{proof['designs']} designs; {proof['cycles']} half-cycle a run."
    )


def hc_error(row: dict[str, Any]) -> float:
    return float("inf") if row["Hc_error"] is None else float(row["Hc_error"])


def places(queries: list[dict[str, Any]]) -> str:
    """Return how many queries lie where among the designs; empty for an older proof."""
    found = [each["standing"]["mu0_Hc_T"] for each in queries if each.get("standing")]
    counts = [f"{found.count(place)} {place}" for place in dict.fromkeys(sorted(found))]
    return f"Wanted Hc among the designs at the same angle: {', '.join(counts)}. " if found else ""


def table_1(proof: dict[str, Any]) -> str:
    if "simulated" not in proof["table_1"][0]:
        return "Not simulated in this form yet: `inverse_proof.py` does."
    rows = []
    for each in proof["table_1"]:
        wanted, predicted = each["wanted"], each["predicted"]
        lengths = (each[key] for key in ("L_nm", "d_nm", "wS_nm", "wZ_nm"))
        rows.append(
            [
                f"{wanted['mu0_Hc_T']:g} T, {wanted['Phi_p']:g}",
                each["source"] + (" (cut)" if each["faults"] and each["source"] == "i-NN" else ""),
                ", ".join(f"{value:.2f}" for value in lengths),
                pair(each["promised"]),
                pair(predicted),
                predicted["trust"],
                *(told(each["simulated"][preset]) for preset in ("physical", "paper")),
            ]
        )
    head = ["query", "design of", "L, d, w_S, w_Z (nm)", "promised", "predicted here", "trust"]
    lines = table([*head, "simulated, physical preset", "simulated, paper preset"], rows)
    return (
        f"{lines}\n\nThe surrogate and the i-NN had {proof['table_1_designs']} designs of the "
        "physical preset. In brackets: ‖ΔY‖/‖Y‖ as the paper has it, and the relative error of Hc."
    )


def pair(values: dict[str, Any]) -> str:
    return f"{number(values['mu0_Hc_T'], 2)} T, {number(values['Phi_p'])}"


def told(found: dict[str, Any]) -> str:
    """Return a simulated pair with its errors: joint as the paper has it, Hc, and Φp."""
    if found["mu0_Hc_T"] is None:
        return "no reversal"
    joint = "–" if found["joint"] is None else f"{100 * found['joint']:.1f} %"
    return f"{pair(found)} ({joint}, Hc {100 * found['Hc_relative']:.1f} %)"


def noise(proof: dict[str, Any]) -> str:
    """Return what scatter among half-cycles alone would make of a perfect surrogate."""
    generator = np.random.default_rng(0)
    found = {}
    for key, name, relative in (("Hc_sd_T", "mu0_Hc_T", True), ("Phi_p_sd", "Phi_p", False)):
        parts = [
            generator.normal(0, each[key] * (1 / proof["cycles"] + 1 / each["cycles"]) ** 0.5, 2000)
            / (each["wanted"][name] if relative else 1.0)
            for each in proof["queries"]
            if each[key] is not None
        ]
        found[name] = float(np.median(np.abs(np.concatenate(parts))))
    return (
        f"Scatter alone would give a perfect surrogate medians of {100 * found['mu0_Hc_T']:.1f} % "
        f"in Hc and {found['Phi_p']:.3f} in Φp: what is wanted is the mean of a few half-cycles, "
        "and what is found of fewer."
    )


def inverse_row(group: list[dict[str, Any]]) -> list[str]:
    Hc = [row["Hc_error"] for row in group if row["Hc_error"] is not None]
    Phi_p = [row["Phi_p_error"] for row in group if row["Phi_p_error"] is not None]
    inside = [[row[key] for row in group if row[key] is not None] for key in _INSIDE]
    return [
        str(len(group)),
        f"{100 * np.median(Hc):.1f} %",
        f"{100 * np.quantile(Hc, 0.95):.1f} %",
        number(float(np.median(Phi_p))),
        number(float(np.quantile(Phi_p, 0.95))),
        *(f"{sum(part)} of {len(part)}" for part in inside),
    ]


_INSIDE = ("Hc_inside", "Phi_p_inside")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

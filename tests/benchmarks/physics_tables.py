"""Print the tables of docs/physics.md from docs/data/physics_studies.json."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from smcogui.curves.mh_curve import MHCurve
from smcogui.curves.summary import CurveSummary, summarise
from smcogui.units import MU0

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "data" / "physics_studies.json"
HEADER = "| {} | Hc (T) | Hp jump (T) | Hp slope (T) | Phi_p jump | Phi_p slope | half-cycles |"


def summary_of(entry: dict[str, Any], reading: str) -> CurveSummary:
    """Return the readings of one study."""
    curves = [
        MHCurve(
            H=np.array(curve["mu0_H_T"]) / MU0,
            M=np.array(curve["M_over_Ms"]) * curve["Ms_A_m"],
            Ms=curve["Ms_A_m"],
            jump=np.array(curve["jump"]),
        )
        for curve in entry["cycles"]
    ]
    return summarise(curves, reading)  # type: ignore[arg-type]


def row(name: str, entry: dict[str, Any]) -> str:
    """Return a line of a table: mean and, for several half-cycles, standard deviation."""
    jump, slope = summary_of(entry, "jump"), summary_of(entry, "slope")
    cells = [
        _with_spread(jump.mean.Hc, jump.spread.Hc, MU0),
        _with_spread(jump.mean.Hp_jump, jump.spread.Hp_jump, MU0),
        _with_spread(jump.mean.Hp_slope, jump.spread.Hp_slope, MU0),
        _with_spread(jump.mean.Phi_p, jump.spread.Phi_p, 1.0),
        _with_spread(slope.mean.Phi_p, slope.spread.Phi_p, 1.0),
        str(len(entry["cycles"])),
    ]
    return f"| {name} | " + " | ".join(cells) + " |"


def _with_spread(value: float | None, spread: float | None, factor: float) -> str:
    if value is None:
        return "n/a"
    text = f"{value * factor:.2f}"
    return text if spread is None else f"{text} ± {spread * factor:.2f}"


def main() -> int:
    """Print every study as a table line, in the order of the file."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    lines = [HEADER.format("study"), "| --- " * 7 + "|"]
    lines += [row(name, entry) for name, entry in results.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

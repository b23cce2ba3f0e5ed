"""Doubted results among synthetic ones whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from smcogui.app.exports import example_design
from smcogui.campaigns.outliers import FEWEST, find_suspects
from smcogui.campaigns.repair import Trouble
from smcogui.data.store import RunRecord
from smcogui.runs.folder import RunInfo
from smcogui.runs.state import RunState

BASE = example_design("base")


def record(number: int, L_nm: float, alpha_deg: float, result: dict[str, Any]) -> RunRecord:
    """Return a finished run of a design, with made-up readings."""
    design = replace(
        BASE,
        parameters=replace(BASE.parameters, L=L_nm * 1e-9),
        alpha=float(np.deg2rad(alpha_deg)),
    )
    info = RunInfo(
        run_id=f"{number:04d}",
        name="synthetic",
        design="",
        solver="builtin",
        solver_version="1",
        program_version="1",
        created_s=0,
        cycles=(),
    )
    return RunRecord(
        run_id=info.run_id,
        folder=Path(info.run_id),
        name="synthetic",
        design=design,
        info=info,
        state=RunState.DONE,
        message="",
        created_s=0,
        progress=1,
        result={"spread": {"mu0_Hc_T": 0.05}, **result},
    )


def smooth(count: int, noise_T: float = 0.05) -> list[RunRecord]:
    """Return runs whose Hc and Phi_p vary smoothly over the designs, with some noise."""
    dice = np.random.default_rng(4)
    found = []
    for number in range(count):
        L, alpha = dice.uniform(20, 180), dice.uniform(0, 80)
        Hc = 1.5 + 2.5 * np.exp(-L / 60) + 1e-4 * alpha**2 + dice.normal(0, noise_T)
        Phi = 0.2 + 0.1 * np.sin(L / 50) + dice.normal(0, 0.01)
        found.append(record(number, L, alpha, {"mu0_Hc_T": Hc, "Phi_p": Phi}))
    return found


def changed(run: RunRecord, **readings: Any) -> RunRecord:
    return replace(run, result={**(run.result or {}), **readings})


def test_smooth_results_are_not_doubted() -> None:
    assert find_suspects(smooth(200)) == []


@pytest.mark.parametrize(("key", "by"), [("mu0_Hc_T", 1.2), ("mu0_Hc_T", -0.9), ("Phi_p", 0.4)])
def test_result_far_from_its_neighbours_is_an_outlier(key: str, by: float) -> None:
    runs = smooth(200)
    runs[70] = changed(runs[70], **{key: (runs[70].result or {})[key] + by})
    (found,) = find_suspects(runs)
    assert (found.run_id, found.trouble) == ("0070", Trouble.OUTLIER)
    assert key in found.reason


def test_outliers_do_not_hide_or_accuse_their_neighbours() -> None:
    runs = smooth(200)
    wrong = [3, 50, 51, 120, 199]
    for number in wrong:
        runs[number] = changed(runs[number], mu0_Hc_T=(runs[number].result or {})["mu0_Hc_T"] - 1)
    assert [each.run_id for each in find_suspects(runs)] == [f"{n:04d}" for n in wrong]


def test_scatter_of_the_half_cycles_is_told_of_few_designs_too() -> None:
    runs = smooth(3)
    runs[1] = changed(runs[1], spread={"mu0_Hc_T": 0.9})
    (found,) = find_suspects(runs)
    assert (found.run_id, found.trouble) == ("0001", Trouble.SCATTERED)
    assert "0.90 T" in found.reason


def test_few_designs_and_readings_that_are_undefined_are_no_outliers() -> None:
    runs = smooth(FEWEST - 1)
    runs[0] = changed(runs[0], mu0_Hc_T=9.0)
    assert find_suspects(runs) == []
    many = [changed(run, Phi_p=None) for run in smooth(60)]
    assert find_suspects(many) == []


def test_designs_of_another_layer_are_no_neighbours() -> None:
    runs = smooth(100)
    other = replace(BASE.grain_boundary, layer="none")
    runs += [
        replace(
            changed(run, mu0_Hc_T=(run.result or {})["mu0_Hc_T"] + 3),
            run_id=f"other {run.run_id}",
            design=replace(run.design, grain_boundary=other),
        )
        for run in smooth(100)
    ]
    assert find_suspects(runs) == []


def test_equal_designs_with_other_seeds_are_judged_together() -> None:
    runs = [record(k, 60, 20, {"mu0_Hc_T": 3.0 + 0.01 * (k % 5), "Phi_p": 0.2}) for k in range(40)]
    assert find_suspects(runs) == []

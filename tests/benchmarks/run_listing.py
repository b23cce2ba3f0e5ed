"""Listing a project of 5,000 finished runs: every folder read, from the index, once more."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from measure import Measure, in_child

RUNS = 5000
CYCLES = 5
BAR_S = 2.0


def list_runs(repeats: int) -> dict[str, Any]:
    """Write the project and list it in three ways; called in a child process."""
    from smcogui.data.store import RunStore

    with tempfile.TemporaryDirectory(prefix="smco-benchmark-") as name:
        runs = Path(name) / "runs"
        write_runs(runs)
        cold, first, again = [], [], []
        for _ in range(repeats):
            (Path(name) / "index.sqlite").unlink(missing_ok=True)
            store = RunStore(runs)
            # The file cache is warm from here on: what is timed is reading, not the disk.
            store.records()
            (Path(name) / "index.sqlite").unlink()
            store = RunStore(runs)
            cold.append(_seconds(store))
            store = RunStore(runs)
            first.append(_seconds(store))
            again.append(_seconds(store))
        count = len(store.records())
        size = (Path(name) / "index.sqlite").stat().st_size
    return {
        "cold": statistics.median(cold),
        "index": statistics.median(first),
        "again": statistics.median(again),
        "count": count,
        "size": size,
    }


def write_runs(runs: Path) -> None:
    """Write the files of finished runs that a list depends on, each of another design."""
    from smcogui.app.session import Session
    from smcogui.curves.summary import READING_KEYS
    from smcogui.design.design_file import design_to_toml
    from smcogui.runs.events import StateChanged, to_json
    from smcogui.runs.state import RunState

    base = Session.example("base")
    states = (RunState.PENDING, RunState.RUNNING, RunState.DONE)
    events = "".join(to_json(StateChanged(state=s, time_s=1e9)) + "\n" for s in states)
    cycle = {
        "problem_hash": "0" * 64,
        "offsets_nm": [12.5, 37.25, 8.125],
        "Ms_A_m": 912345.678,
        "fractions": {"2:17": 0.71, "1:5": 0.11, "Z": 0.16, "grain boundary": 0.02},
    }
    readings = {name: 1 / (3 + k) for k, name in enumerate(READING_KEYS)}
    for number in range(RUNS):
        folder = runs / f"{number:016x}"
        folder.mkdir(parents=True)
        design = replace(base, name=f"design {number}", run=replace(base.run, seed=number))
        spec = {
            "format_version": 1,
            "run_id": folder.name,
            "name": design.name,
            "design": design_to_toml(design),
            "solver": "builtin",
            "solver_version": "1",
            "program_version": "0.1.0",
            "created_s": 1e9 + number,
            "cycles": [{**cycle, "folder": f"cycle-{k:02d}", "seed": k} for k in range(CYCLES)],
            "snapshots_T": [],
        }
        rows = {"spread": readings, "averaged_curve": readings, "cycles": [readings] * CYCLES}
        result = {**readings, "mu0_Hc_T": 1.0 + number % 997 / 200, **rows}
        (folder / "spec.json").write_text(json.dumps(spec, indent=2))
        (folder / "result.json").write_text(json.dumps(result, indent=2))
        (folder / "events.jsonl").write_text(events)


def project_of_5000_runs(repeats: int) -> list[Measure]:
    """Measure the first list of a project from its index, and how much that spares."""
    result = in_child("run_listing", "list_runs", repeats=repeats)
    note = f"{result['count']} runs, index of {result['size'] / 1e6:.0f} MB"
    return [
        Measure(
            name="run_listing/every_folder",
            value=result["cold"],
            unit="s",
            better="lower",
            note=f"{note}, which is written meanwhile",
        ),
        Measure(
            name="run_listing/from_index",
            value=result["index"],
            unit="s",
            bar=BAR_S,
            better="lower",
            note=f"every folder takes {result['cold'] / result['index']:.1f} times as long",
        ),
        Measure(
            name="run_listing/again",
            value=result["again"],
            unit="s",
            better="lower",
            note=f"every folder takes {result['cold'] / result['again']:.1f} times as long",
        ),
    ]


def _seconds(store: Any) -> float:
    began = time.perf_counter()
    store.records()
    return time.perf_counter() - began

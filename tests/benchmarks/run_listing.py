"""A project of 20,000 finished runs, packed: opened, asked for all results, and what it takes.

The runs are synthetic: each is another design, but its readings and curves are made up. Their
sizes are those of computed ones: 16 field steps a half-cycle, values with as many digits.
"""

from __future__ import annotations

import json
import math
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from measure import Measure, in_child

RUNS = 20_000
CYCLES = 3
STEPS = 16
BAR_S = 1.0
QUERY_BAR_MS = 200
SIZE_BAR_MB = 500
FILES_BAR = 100_000
SYNTHETIC = "synthetic"


def list_runs(repeats: int) -> dict[str, Any]:
    """Write the project and list it in three ways; called in a child process."""
    from smcogui.data.store import RunStore

    with tempfile.TemporaryDirectory(prefix="smco-benchmark-") as name:
        project = Path(name)
        runs = project / "runs"
        write_runs(runs)
        cold, first, again, query, folders, one = [], [], [], [], [], []
        # The file cache is warm from here on: what is timed is reading, not the disk.
        RunStore(runs).records()
        for _ in range(repeats):
            (project / "index.sqlite").unlink()
            cold.append(_seconds(RunStore(runs).records))
            store = RunStore(runs)
            first.append(_seconds(store.records))
            again.append(_seconds(store.records))
            query.append(_seconds(store.results))
            folders.append(_seconds(lambda: read_results(runs)))
            chosen = f"{random.randrange(RUNS):016x}"
            one.append(_seconds(partial(store.steps, chosen)))
        assert len(store.results()["mu0_Hc_T"]) == len(store.records()) == RUNS
        files = [path.stat() for path in project.rglob("*")]
    return {
        "cold": statistics.median(cold),
        "index": statistics.median(first),
        "again": statistics.median(again),
        "query": statistics.median(query),
        "query_folders": statistics.median(folders),
        "one": statistics.median(one),
        "files": len(files),
        "size": sum(file.st_size for file in files),
        "disk": sum(file.st_blocks * 512 for file in files),
    }


def read_results(runs: Path) -> list[float]:
    """Return Hc of all runs as somebody without an index gets it."""
    return [json.loads(path.read_text())["mu0_Hc_T"] for path in runs.glob("*/result.json")]


def write_runs(runs: Path, count: int = RUNS) -> None:
    """Write the files of packed runs, each of another design, and their packs."""
    from smcogui.app.session import Session
    from smcogui.data.run_pack import RUNS_PER_PACK
    from smcogui.runs.pack_file import PACK_SUFFIX, PACKS_FOLDER, write_pack

    base = Session.example("base")
    dice = random.Random(0)
    for start in range(0, count, RUNS_PER_PACK):
        pack = f"{start:016x}{PACK_SUFFIX}"
        numbers = range(start, min(start + RUNS_PER_PACK, count))
        rows = [row for number in numbers for row in packed_cycles(f"{number:016x}", dice)]
        write_pack(runs.parent / PACKS_FOLDER / pack, rows)
        for number in numbers:
            design = replace(base, name=f"{SYNTHETIC} {number}", run=replace(base.run, seed=number))
            write_run(runs / f"{number:016x}", design, pack, dice)


def write_run(folder: Path, design: Any, pack: str, dice: random.Random) -> None:
    """Write spec.json, result.json and events.jsonl of a packed run."""
    from smcogui.curves.summary import READING_KEYS
    from smcogui.design.design_file import design_to_toml
    from smcogui.runs.events import StateChanged, to_json
    from smcogui.runs.state import RunState

    cycle = {
        "problem_hash": "0" * 64,
        "offsets_nm": [12.5, 37.25, 8.125],
        "Ms_A_m": 912345.678,
        "fractions": {"2:17": 0.71, "1:5": 0.11, "Z": 0.16, "grain boundary": 0.02},
    }
    spec = {
        "format_version": 1,
        "run_id": folder.name,
        "name": design.name,
        "design": design_to_toml(design),
        "solver": SYNTHETIC,
        "solver_version": "1",
        "program_version": "0.1.0",
        "created_s": 1e9 + design.run.seed,
        "cycles": [{**cycle, "folder": f"cycle-{k:02d}", "seed": k} for k in range(CYCLES)],
        "snapshots_T": [],
    }
    readings = {name: round(dice.uniform(0, 4), 9) for name in READING_KEYS}
    rows = {"spread": readings, "averaged_curve": readings, "cycles": [readings] * CYCLES}
    states = (RunState.RUNNING, RunState.DONE)
    lines = [to_json(StateChanged(state=s, time_s=1e9)) for s in states]
    mark = {"type": "Packed", "run_id": folder.name, "pack": pack, "time_s": 1e9}
    folder.mkdir(parents=True)
    (folder / "spec.json").write_text(json.dumps(spec, indent=2))
    (folder / "result.json").write_text(json.dumps({**readings, **rows}, indent=2))
    (folder / "events.jsonl").write_text("\n".join([*lines, json.dumps(mark)]) + "\n")


def packed_cycles(run_id: str, dice: random.Random) -> list[Any]:
    """Return the half-cycles of a synthetic run; moments are single precision, as computed ones."""
    import numpy as np

    from smcogui.runs.pack_file import PackedCycle
    from solver.events import FieldStep, Finished, Started

    problem = json.dumps({"label": SYNTHETIC, "sweep": {"seed": run_id}}, indent=2)
    found = []
    for number in range(CYCLES):
        steps = []
        for k in range(STEPS):
            angle = dice.gauss(0.2 * k, 0.05)
            steps.append(
                FieldStep(
                    index=k,
                    mu0_H_T=round(1.0 - 0.5 * k, 9),
                    M_over_Ms=math.cos(angle) * dice.uniform(0.99, 1),
                    mx=float(np.float32(math.sin(angle))),
                    my=float(np.float32(math.cos(angle))),
                    mz=float(np.float32(dice.gauss(0, 1e-6))),
                    energy_density_J_m3=dice.uniform(-4e6, 0),
                    max_torque_T=dice.uniform(0, 1e-2),
                    iterations=200 * k + dice.randrange(200),
                    demag_evaluations=7 * k + dice.randrange(7),
                    jump=k == STEPS - 1,
                    progress=k / 26,
                    cpu_s=0.3 * k + dice.random(),
                )
            )
        begun = Started(solver="builtin", version="1", problem_hash="0" * 64, precision="float32")
        ended = Finished(
            iterations=4000, demag_evaluations=120, cpu_s=4.0, wall_s=5.0, compile_s=0.2
        )
        found.append(
            PackedCycle(
                run_id=run_id,
                cycle=f"cycle-{number:02d}",
                problem_hash=f"{dice.getrandbits(256):064x}",
                problem=problem,
                arrays=None,
                events=(begun, *steps, ended),
            )
        )
    return found


def project_of_20000_runs(repeats: int) -> list[Measure]:
    """Measure the first list of a project from its index, and how much that spares."""
    found = in_child("run_listing", "list_runs", repeats=repeats)
    synthetic = f"{RUNS} synthetic runs"

    def timed(name: str, key: str, note: str, bar: float | None = None) -> Measure:
        return Measure(
            name=f"run_listing/{name}",
            value=found[key],
            unit="s",
            bar=bar,
            better="lower",
            note=note,
        )

    ratio = {key: f"{found['cold'] / found[key]:.1f} times as long" for key in ("index", "again")}
    slower = found["query_folders"] / found["query"]
    return [
        timed("every_folder", "cold", f"{synthetic}; the index is written meanwhile"),
        timed("from_index", "index", f"every folder takes {ratio['index']}", BAR_S),
        timed("again", "again", f"every folder takes {ratio['again']}"),
        Measure(
            name="run_listing/all_results",
            value=1e3 * found["query"],
            unit="ms",
            bar=QUERY_BAR_MS,
            better="lower",
            note=f"every column; Hc alone from the folders takes {slower:.0f} times as long",
        ),
        timed("curves_of_one", "one", "the field steps of a packed run that was not read before"),
        Measure(
            name="run_listing/size_on_disk",
            value=found["disk"] / 1e6,
            unit="MB",
            bar=SIZE_BAR_MB,
            better="lower",
            note=f"blocks, curves and index too; {found['size'] / 1e6:.0f} MB of bytes",
        ),
        Measure(
            name="run_listing/files",
            value=found["files"],
            unit="",
            bar=FILES_BAR,
            better="lower",
            note="folders too",
        ),
    ]


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began

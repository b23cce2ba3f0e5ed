"""The batch engine: beside the compiled kernels on the processor, and by itself on a card.

Without a CUDA device the rows of the card are one that says so: nothing is estimated.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from measure import EXAMPLES, Measure, in_child, median_ms

ON_PROCESSOR = 2
"""Half-cycles of the comparison on the processor, all in one batch, at 1 nm."""
ON_CARD = 256
"""Half-cycles of the measurement on a card, at 0.5 nm."""
SWEEPS = 20
BYTES_PER_CELL = 2 * 24 + 8 + 1
"""What a fused sweep in float32 has to move at least: state and torque in and out, the
demagnetising field along x and y, the region id."""


def _problems(count: int, cell: float) -> list[Any]:
    """Return half-cycles of the base design that differ in the offsets of their pattern."""
    from smcogui.design import build_nanostructure, load_designs, make_problem

    design = load_designs(EXAMPLES / "base.toml")[0]
    design = replace(design, mesh=replace(design.mesh, cell=cell))
    return [make_problem(design, build_nanostructure(design, k), k) for k in range(count)]


def _folders(root: Path, problems: list[Any]) -> list[Path]:
    from solver.problem import save_problem

    folders = [root / f"{number:04d}" for number in range(len(problems))]
    for folder, problem in zip(folders, problems, strict=True):
        save_problem(problem, folder)
    return folders


def _coercivities(folders: list[Path]) -> list[float | None]:
    from solver.events import FieldStep
    from solver.run_folder import read_events

    def Hc(folder: Path) -> float | None:
        steps = [event for event in read_events(folder) if isinstance(event, FieldStep)]
        return next((step.mu0_H_T for step in steps if step.M_over_Ms <= 0), None)

    return [Hc(folder) for folder in folders]


def _batch_s(folders: list[Path], device: Any) -> float:
    from solver.batch.engine import solve_folders

    began = time.perf_counter()
    solve_folders(folders, device, store_states=False)
    return time.perf_counter() - began


def _sweep_ms(problems: list[Any], device: Any, repeats: int) -> float:
    """Return the time of one sweep of all problems in ms."""
    import torch

    from solver.batch import steps as row
    from solver.batch.local_pass import make_pass
    from solver.batch.shape import BatchShape

    shape = BatchShape.of(problems[0])
    batch = make_pass(shape, len(problems), device)
    rows = torch.arange(len(problems), device=device)
    for slot, problem in enumerate(problems):
        batch.tables.load(slot, problem)
        batch.regions[slot] = torch.from_numpy(problem.regions[0].copy())
        batch.load(slot)
        m = torch.zeros((3, *shape.cells), device=device)
        m[1] = 1.0
        batch.set_state(slot, m)
    batch.evaluate(rows)
    steps = torch.zeros((row.ROWS, len(problems)), dtype=torch.float64, device=device)

    def descend() -> None:
        steps[row.TAU], steps[row.LARGEST] = 1e-3, 1.0
        steps[row.LEFT], steps[row.ACTIVE] = SWEEPS, 1.0
        batch.descend(rows, steps, SWEEPS)
        if device.type == "cuda":
            torch.cuda.synchronize()

    return median_ms({"sweeps": descend}, repeats)["sweeps"] / SWEEPS


def on_processor(repeats: int) -> dict[str, Any]:
    """Solve the same half-cycles both ways in one thread; called in a child process."""
    from solver.batch.device import open_device
    from solver.solve import solve_folder

    problems, device = _problems(ON_PROCESSOR, 1e-9), open_device("cpu")
    with tempfile.TemporaryDirectory() as name:
        first, kernels, batch = (
            _folders(Path(name) / part, given)
            for part, given in (
                ("first", problems[:1]), ("kernels", problems), ("batch", problems)
            )
        )  # fmt: skip
        # loads the kernels
        solve_folder(first[0], store_states=False)
        began = time.perf_counter()
        for folder in kernels:
            solve_folder(folder, store_states=False, checkpoint_every_s=60.0)
        kernels_s = time.perf_counter() - began
        batch_s = _batch_s(batch, device)
        found = [_coercivities(kernels), _coercivities(batch)]
    return {
        "kernels_s": kernels_s,
        "batch_s": batch_s,
        "Hc": found,
        "sweep_ms": _sweep_ms(problems, device, repeats),
        "cells": problems[0].mesh.n_cells,
    }


def on_card(repeats: int) -> dict[str, Any]:
    """Measure a full batch on a CUDA device; called in a child process."""
    import torch

    from solver.batch.device import batch_size, describe, has_fused_pass, open_device
    from solver.batch.shape import BatchShape

    problems, device = _problems(ON_CARD, 0.5e-9), open_device("cuda")
    slots = batch_size(BatchShape.of(problems[0]), device, ON_CARD)
    source = torch.ones(1 << 28, device=device)
    target = torch.empty_like(source)

    def copy() -> None:
        target.copy_(source)
        torch.cuda.synchronize()

    copy_s = median_ms({"copy": copy}, repeats)["copy"] / 1e3
    sweep_s = _sweep_ms(problems[:slots], device, repeats) / 1e3
    moved = slots * problems[0].mesh.n_cells * BYTES_PER_CELL
    with tempfile.TemporaryDirectory() as name:
        # compiles the kernels
        _batch_s(_folders(Path(name) / "first", problems[:1]), device)
        batch_s = _batch_s(_folders(Path(name) / "all", problems), device)
    return {
        "device": describe(device),
        "is_fused": has_fused_pass(device),
        "slots": slots,
        "per_hour": 3600 * len(problems) / batch_s,
        "sweep_GB_s": moved / sweep_s / 1e9,
        "copy_GB_s": 2 * source.numel() * 4 / copy_s / 1e9,
    }


def batch_engine(repeats: int) -> list[Measure]:
    """Measure what this machine has."""
    if importlib.util.find_spec("torch") is None:
        return [_not_measured("torch is not installed")]
    return [*_processor(repeats), *_card(repeats)]


def _processor(repeats: int) -> list[Measure]:
    result = in_child("batch_engine", "on_processor", repeats=repeats)
    kernels, batch = result["Hc"]
    return [
        Measure(
            name="batch_engine/processor_over_kernels",
            value=result["batch_s"] / result["kernels_s"],
            unit="",
            better="lower",
            note=f"{ON_PROCESSOR} half-cycles at 1 nm: {result['batch_s']:.1f} s in a batch, "
            f"{result['kernels_s']:.1f} s by the compiled kernels, one thread",
        ),
        Measure(
            name="batch_engine/processor_sweep",
            value=result["sweep_ms"] / ON_PROCESSOR,
            unit="ms",
            better="lower",
            note=f"a problem of {result['cells']} cells",
        ),
        Measure(
            name="batch_engine/difference_in_Hc",
            value=max(abs(a - b) for a, b in zip(kernels, batch, strict=True)),
            unit="T",
            bar=0.1,
            note="largest of them, smallest field step 0.05 T",
        ),
    ]


def _card(repeats: int) -> list[Measure]:
    import torch

    if not torch.cuda.is_available():
        return [_not_measured("there is no CUDA device here")]
    result = in_child("batch_engine", "on_card", repeats=repeats)
    how = "fused by Triton" if result["is_fused"] else "plain torch, Triton is missing"
    return [
        Measure(
            name="batch_engine/half_cycles_per_hour",
            value=result["per_hour"],
            unit="1/h",
            better="higher",
            note=f"{ON_CARD} at 0.5 nm, {result['slots']} at once, {result['device']}, {how}",
        ),
        Measure(
            name="batch_engine/share_of_bandwidth",
            value=result["sweep_GB_s"] / result["copy_GB_s"],
            unit="",
            better="higher",
            note=f"{result['sweep_GB_s']:.0f} of {result['copy_GB_s']:.0f} GB/s of a device copy",
        ),
    ]


def _not_measured(why: str) -> Measure:
    return Measure(
        name="batch_engine/cards_measured",
        value=0,
        unit="",
        note=f"{why}: half-cycles per hour and share of bandwidth have NOT been measured",
    )

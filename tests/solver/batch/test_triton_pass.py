"""The fused pass against the plain one, by Triton's interpreter; a card is not needed for that.

The interpreter has to be chosen before Triton is loaded, so that the comparison is a program of
its own, which is this file.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None or importlib.util.find_spec("triton") is None,
    reason="needs torch and Triton, which comes with torch's CUDA builds only",
)


def test_fused_pass_equals_the_plain_one(checkout):
    paths = [str(checkout), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"TRITON_INTERPRET": "1", "PYTHONPATH": os.pathsep.join(paths)}
    result = subprocess.run(
        [sys.executable, __file__], cwd=checkout, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


@pytest.mark.gpu
def test_fused_pass_equals_the_plain_one_on_a_card():
    import torch

    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device here")
    compare("cuda")


def _problem(seed: int):
    from solver.mesh import Mesh
    from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions

    materials = (
        RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6, easy_axis=(0.2, 1.0, 0.1 * seed)),
        RegionMaterial(Ms=810.8e3, Aex=8.6e-12, Ku1=18.3e6, easy_axis=(0.2, 1.0, 0.1 * seed)),
    )
    regions = np.random.default_rng(seed).integers(0, 2, (1, 30, 41)).astype(np.uint8)
    return Problem(
        mesh=Mesh(cells=(41, 30, 1), cell_size=(0.5e-9, 0.6e-9, 1e-9)),
        regions=regions,
        materials=materials,
        sweep=FieldSweep(direction=(0.3, 0.9, 0.1)),
        options=SolverOptions(exchange_rule="mumax3_2014" if seed == 1 else "conservative"),
    )


def _filled(kind, shape, problems, device):
    import torch

    batch = kind(shape, len(problems), device)
    for slot, problem in enumerate(problems):
        batch.tables.load(slot, problem)
        batch.tables.apply(slot, problem, -1.3)
        batch.regions[slot] = torch.from_numpy(problem.regions[0]).to(device)
        batch.load(slot)
        m = np.random.default_rng(slot).normal(size=(3, *shape.cells)).astype(np.float32)
        m[1] += 3.0
        batch.set_state(slot, torch.from_numpy(m / np.sqrt((m * m).sum(axis=0))).to(device))
    demag = np.random.default_rng(9).normal(size=(len(problems), 2, *shape.cells))
    rows = torch.arange(len(problems), device=device)
    batch.set_demag(rows, torch.from_numpy(demag.astype(np.float32)).to(device))
    return batch


def compare(name: str) -> None:
    """Evaluate and descend with both passes on a device; raises where they differ."""
    import torch

    from solver.batch import steps as row
    from solver.batch.shape import BatchShape
    from solver.batch.steps import new_steps
    from solver.kernels.torch_pass import PlainPass
    from solver.kernels.triton_pass import FusedPass

    problems = [_problem(seed) for seed in range(3)]
    shape = BatchShape.of(problems[0])
    device = torch.device(name)
    every, some = torch.arange(3, device=device), torch.tensor([0, 2], device=device)
    results = []
    for kind in (PlainPass, FusedPass):
        batch = _filled(kind, shape, problems, device)
        largest, total = batch.evaluate(every)
        numbers = new_steps(3)
        numbers[row.TAU] = 1e-3
        numbers[row.LARGEST] = largest.sqrt().cpu()
        numbers[row.LEFT] = [4, 3, 2]
        numbers[row.ACTIVE] = [1, 0, 1]
        steps = torch.from_numpy(numbers).to(device)
        first = (batch.state(every).clone(), batch.torque(every).clone(), largest, total)
        batch.descend(some, steps, 5)
        results.append((*first, batch.state(every), batch.torque(every), steps))
    for plain, fused in zip(*results, strict=True):
        np.testing.assert_allclose(fused.cpu(), plain.cpu(), rtol=1e-4, atol=1e-4)
    counts = results[1][-1][row.COUNT].tolist()
    if counts != [4, 0, 2]:
        raise AssertionError(f"the descents took {counts} iterations")


if __name__ == "__main__":
    compare("cpu")

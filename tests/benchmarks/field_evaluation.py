"""One evaluation of all fields: the fused pass and the demagnetising field, beside their peers.

The peers are measured in the same process, taking turns with what they are compared with: six bare
transforms of the padded size by scipy.fft, and a copy that moves as many bytes as the pass.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from measure import EXAMPLES, Measure, in_child, median_ms, peak_memory_MB

MEMORY_BAR_3D_MB = 1500.0
PASSES = {1: 200, 16: 5}
"""Passes in a row that are timed as one call, by the number of planes."""

WORDS_MOVED = {1: 20, 16: 30}
"""Numbers that a pass has to move per cell at least, by the number of planes: the m, t, field and
weights of three components each, two links, and m and t written (2-D); in 3-D the state is moved
in a sweep of its own (m, t read, m written), a third link is read and the background written."""


def evaluate(planes: int, repeats: int) -> dict[str, Any]:
    """Time the parts of a field evaluation at 256×256×planes; called in a child process."""
    import time

    import numpy as np

    from solver.kernels import numba_cpu
    from solver.minimizer import Minimizer
    from solver.relaxation import FIRST_STEP

    problem = _problem(planes)
    began = time.process_time()
    minimizer = Minimizer(problem)
    setup_s = time.process_time() - began
    tilted = np.random.default_rng(1).random((3, *problem.mesh.shape), dtype=np.float32) * 0.2
    tilted[1] += 1.0
    minimizer.workspace.set_state(tilted)
    del tilted
    minimizer.refresh_field(0.5)
    arguments = minimizer._kernel_arguments()
    torque = float(numba_cpu.evaluate(*arguments))
    result = {"setup_s": setup_s, "peak_memory_MB": peak_memory_MB()}
    # limits of zero: the descent never counts as converged
    start, limits, count = (FIRST_STEP, torque, 0, 0), (0.0, 0.0, FIRST_STEP), PASSES[planes]

    demag = minimizer._demag
    assert demag is not None
    J = minimizer.workspace.polarisation()
    out = np.empty_like(J)
    times = median_ms(
        {
            "passes": lambda: numba_cpu.descend(*arguments, start, limits, count),
            "demag": lambda: demag.write_field(J, out),
            "refresh": lambda: minimizer.refresh_field(0.5),
            **_peers(problem.mesh, planes, count),
        },
        repeats,
    )
    result |= {name: time_ms for name, time_ms in times.items() if name not in ("passes", "copies")}
    moved = problem.mesh.n_cells * WORDS_MOVED[planes] * 4
    return result | {
        "pass": times["passes"] / count,
        "copy": times["copies"] / count,
        "pass_GB_s": moved * count / times["passes"] / 1e6,
        "copy_GB_s": moved * count / times["copies"] / 1e6,
    }


def _problem(planes: int) -> Any:
    from smcogui.design import build_nanostructure, load_designs, make_problem

    design = load_designs(EXAMPLES / "base_centred.toml")[0]
    if planes > 1:
        design = replace(design, mesh=replace(design.mesh, dimension="3d"))
    problem = make_problem(design, build_nanostructure(design, 0), 0)
    if problem.mesh.cells != (256, 256, planes):
        raise ValueError(f"the mesh has {problem.mesh.cells} cells, not 256 x 256 x {planes}")
    return problem


def _peers(mesh: Any, planes: int, count: int) -> dict[str, Any]:
    """Return the six bare transforms, and as many copies as passes with as many bytes each."""
    import numpy as np
    import scipy.fft

    from solver.terms.demag_kernel_2d import padded_size

    shape = tuple(padded_size(mesh, axis) for axis in (2, 1, 0))
    padded = np.random.default_rng(2).random(shape, dtype=np.float32)
    spectrum = scipy.fft.rfftn(padded)
    source = np.ones(mesh.n_cells * WORDS_MOVED[planes] // 2, dtype=np.float32)
    target = np.zeros_like(source)

    def transforms() -> None:
        for _ in range(3):
            scipy.fft.rfftn(padded)
            scipy.fft.irfftn(spectrum, s=shape)

    def copies() -> None:
        for _ in range(count):
            np.copyto(target, source)

    return {"bare_ffts": transforms, "copies": copies}


def flat(repeats: int) -> list[Measure]:
    """Measure 256×256×1."""
    result = in_child("field_evaluation", "evaluate", planes=1, repeats=max(7, repeats))
    return _measures("field_256x256x1", result)


def stacked(repeats: int) -> list[Measure]:
    """Measure 256×256×16, and the memory that it takes."""
    result = in_child("field_evaluation", "evaluate", planes=16, repeats=max(5, repeats))
    group = "field_256x256x16"
    return [
        *_measures(group, result),
        Measure(
            name=f"{group}/peak_memory",
            value=result["peak_memory_MB"],
            unit="MB",
            bar=MEMORY_BAR_3D_MB,
            better="lower",
            note="set-up and one evaluation",
        ),
    ]


def _measures(group: str, result: dict[str, Any]) -> list[Measure]:
    return [
        Measure(
            name=f"{group}/set_up",
            value=result["setup_s"],
            unit="CPU s",
            better="lower",
            note="demagnetising tensor and coefficients, once per process",
        ),
        Measure(
            name=f"{group}/pass",
            value=result["pass"],
            unit="ms",
            better="lower",
            note=f"move, torque and sums: {result['pass_GB_s']:.1f} GB/s",
        ),
        Measure(
            name=f"{group}/pass_share_of_copy",
            value=result["pass_GB_s"] / result["copy_GB_s"],
            unit="",
            better="higher",
            note=f"numpy copy of the same bytes {result['copy']:.3f} ms, "
            f"{result['copy_GB_s']:.1f} GB/s",
        ),
        Measure(
            name=f"{group}/demag",
            value=result["demag"],
            unit="ms",
            better="lower",
            note=f"with the applied field and the copies {result['refresh']:.2f} ms",
        ),
        Measure(
            name=f"{group}/demag_over_bare_ffts",
            value=result["demag"] / result["bare_ffts"],
            unit="",
            better="lower",
            note=f"six bare padded transforms by scipy.fft {result['bare_ffts']:.2f} ms",
        ),
    ]

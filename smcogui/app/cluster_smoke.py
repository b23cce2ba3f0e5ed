"""The shortest test of an engine on a node: ``python -m smcogui.app.cluster_smoke ENGINE``.

It names node, versions and device on standard output, as one line of JSON, and computes a
half-cycle of a few cells. Exit codes: 0 it works, 78 it does not, and standard error says why.
"""

from __future__ import annotations

import json
import platform
import socket
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import resources
from smcogui.app.campaign_worker import compute
from smcogui.app.results import write_results
from smcogui.design.design_file import design_to_toml, parse_design_text
from smcogui.errors import RunError, SmCoError
from smcogui.runs.batch import run_batch
from smcogui.runs.cluster.job_script import SETUP_FAILED
from smcogui.runs.folder import prepare_folder
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState
from solver.batch.device import describe, open_device

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.design.design import Design


def main(arguments: Sequence[str] | None = None) -> int:
    """Test the engine that is named."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given not in (["builtin"], ["builtin_gpu"]):
        sys.stderr.write("one argument is needed: builtin or builtin_gpu\n")
        return SETUP_FAILED
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="smco-smoke-") as folder:
            device = _compute(given[0], Path(folder) / "run")
    except (SmCoError, OSError, ImportError) as error:
        sys.stderr.write(f"{error}\n")
        return SETUP_FAILED
    told = {
        "host": socket.gethostname(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "device": device,
        "wall_s": round(time.monotonic() - began, 2),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def _compute(engine: str, folder: Path) -> str:
    """Compute a few cells and return what did it."""
    design = smoke_design()
    if engine == "builtin_gpu":
        prepare_folder(make_run_spec(design), folder)
        states = run_batch([folder], device="cuda", complete=write_results)
        _require(states[folder].value, "")
        return describe(open_device("cuda"))
    job: dict[str, Any] = {"design": design_to_toml(design), "options": {}, "folder": str(folder)}
    answer = compute(job, lambda: False)
    _require(answer["state"], answer["message"])
    return platform.processor() or platform.machine()


def smoke_design() -> Design:
    """Return a design of 16 x 16 cells and one half-cycle of few steps."""
    path = resources.path("examples/base.toml")
    base = parse_design_text(path.read_text(encoding="utf-8"), path.name)[0]
    return replace(
        base,
        mesh=replace(base.mesh, domain=16e-9, cell=1e-9),
        field=replace(base.field, stop_T=-3.0, smallest_step_T=0.5),
        run=replace(base.run, cycles=1),
    )


def _require(state: str, message: str) -> None:
    if state != RunState.DONE:
        raise RunError(f"the test computation ended as {state}: {message or 'no reason was given'}")


if __name__ == "__main__":
    sys.exit(main())

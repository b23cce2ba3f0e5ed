"""Designs that run in a second, and a finished run for all tests of the application core."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from smcogui.app.session import Session, with_overrides
from smcogui.design.design import Design
from smcogui.design.parameters import NanostructureParameters
from smcogui.runs.state import RunState


@pytest.fixture(scope="session")
def tiny_design() -> Design:
    """Return a design of 24 x 24 cells and one half-cycle, whose name needs quoting."""
    base = Session.example("base")
    return replace(
        with_overrides(base, cycles=1),
        name="it's \"tiny\" \\ $(x) '''",
        parameters=NanostructureParameters(L=30e-9, d=16e-9, w_S=4e-9, w_Z=3e-9),
        mesh=replace(base.mesh, domain=24e-9, cell=1e-9),
        alpha=np.deg2rad(45),
    )


@dataclass(frozen=True)
class FinishedRun:
    """The folder of a run that is done; copied, never changed."""

    folder: Path

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return self.folder.name

    def copy_to(self, runs: Path) -> Path:
        """Copy the run into the runs of a project."""
        return Path(shutil.copytree(self.folder, runs / self.run_id))


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory, tiny_design: Design) -> FinishedRun:
    """Return a run of 12 x 12 cells and one half-cycle that is done."""
    session = Session(tmp_path_factory.mktemp("finished") / "project")
    mesh = replace(tiny_design.mesh, domain=12e-9)
    handle = session.start_run(replace(tiny_design, name="finished", mesh=mesh, alpha=0.0))
    assert handle.wait(120) is RunState.DONE
    return FinishedRun(folder=session.runs_folder / handle.run_id)

"""A finished run that is computed once for all tests of the application core."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from smcogui.app.session import Session, with_overrides
from smcogui.design.parameters import NanostructureParameters
from smcogui.runs.state import RunState


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
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    """Return a run of 12 x 12 cells and one half-cycle that is done."""
    session = Session(tmp_path_factory.mktemp("finished") / "project")
    base = session.example("base")
    design = replace(
        with_overrides(base, cycles=1),
        name="finished",
        parameters=NanostructureParameters(L=30e-9, d=16e-9, w_S=4e-9, w_Z=3e-9),
        mesh=replace(base.mesh, domain=12e-9, cell=1e-9),
    )
    handle = session.start_run(design)
    assert handle.wait(120) is RunState.DONE
    return FinishedRun(folder=session.runs_folder / handle.run_id)

"""Designs sent to a real Slurm over a real sshd, followed and fetched: as if computed here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from loopback.user import TrustingAsker, profile_of

from smcogui.app.running import run_here
from smcogui.app.session import Session
from smcogui.design.design import Design
from smcogui.runs.cluster.profile import POLL_VARIABLE, ClusterProfile
from smcogui.runs.folder import RESULT_FILE
from smcogui.runs.place import read_place
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from loopback.cluster import Cluster


@pytest.fixture
def profile(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> ClusterProfile:
    """Return the profile of the cluster on loopback."""
    monkeypatch.setenv(POLL_VARIABLE, "0.2")
    return profile_of(
        cluster,
        python=cluster.python,
        time_limit_min=2,
        chunk=2,
        # The second task finds the kernels compiled.
        throttle=1,
        poll_s=0.2,
    )


@pytest.fixture
def session(tmp_path: Path, profile: ClusterProfile) -> Iterator[Session]:
    """Return a session whose user has the cluster."""
    opened = Session(tmp_path / "project")
    opened.clusters.save_profile(profile)
    opened.clusters.ask_with(TrustingAsker())
    yield opened
    opened.clusters.close()


@pytest.fixture
def designs(tiny_design: Design) -> list[Design]:
    """Return four designs of 12 x 12 cells."""
    mesh = replace(tiny_design.mesh, domain=12e-9)
    base = replace(tiny_design, mesh=mesh)
    return [replace(base, name=f"design {n}", run=replace(base.run, seed=n)) for n in range(4)]


def readings(folder: Path) -> dict[str, object]:
    """Return a result without what differs by place and time."""
    result = json.loads((folder / RESULT_FILE).read_text())
    differs = ("run_dir", "wall_s", "cpu_s", "computed_on")
    return {key: value for key, value in result.items() if key not in differs}


def test_designs_come_back_as_if_they_had_been_computed_here(
    session: Session,
    profile: ClusterProfile,
    designs: list[Design],
    tmp_path: Path,
    wait_until: Callable[..., None],
) -> None:
    clusters = session.clusters
    preview = clusters.prepare(profile, designs=designs)
    assert [task.runs for task in preview.tasks] == [2, 2]
    assert clusters.test_only(preview).is_accepted
    submitted = clusters.submit(preview)
    assert submitted.runs == 4
    assert clusters.submit(preview).tasks[0].job_id == submitted.tasks[0].job_id
    clusters.start_following()
    wait_until(lambda: clusters.view().submissions[0].fetched == 4)
    clusters.stop_following()
    (view,) = clusters.view().submissions
    assert view.is_over
    assert not view.failures
    for run, design in zip(preview.runs, designs, strict=True):
        record = session.run(run.order.run_id)
        assert record.state is RunState.DONE
        run_here(design, tmp_path / run.order.run_id)
        here = tmp_path / run.order.run_id
        assert readings(record.folder) == readings(here)
        assert (record.folder / "curve.csv").read_bytes() == (here / "curve.csv").read_bytes()
        place = read_place(record.folder)
        assert place is not None
        assert place.cluster == "loopback"
    clusters.clean(view.token)
    assert not Path(view.folder).exists()


@pytest.mark.slow
def test_cancel_is_confirmed_by_slurm_and_the_runs_go_on_here(
    session: Session, profile: ClusterProfile, designs: list[Design]
) -> None:
    clusters = session.clusters
    view = clusters.submit(clusters.prepare(profile, designs=designs))
    ended = clusters.cancel(view.token)
    assert all(task.is_over for task in ended.tasks)
    assert {task.raw_state for task in ended.tasks} <= {"CANCELLED", "COMPLETED", "GONE"}
    assert ended.fetched + ended.cancelled == 4
    free = [run for run in session.runs() if run.state is RunState.CANCELLED]
    assert len(free) == ended.cancelled
    assert session.resume_run(free[0].run_id).wait(120) is RunState.DONE

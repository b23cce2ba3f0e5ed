"""A project that is connected to a pretended cluster, and a submission for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pretended import NoSoftware, PretendedCluster

from smcogui.app import cluster_planner
from smcogui.app.cluster_preview import Preview
from smcogui.app.project_clusters import ProjectClusters
from smcogui.app.session import Session
from smcogui.design.design import Design
from smcogui.runs.cluster.profile import ClusterProfile, make_profile


@pytest.fixture
def profile() -> ClusterProfile:
    """Return a profile of two runs a task."""
    return make_profile(
        name="hpc", host="login1", chunk=2, memory_MB=400, cpus=1, gres="gpu:1", scratch="~/smco"
    )


@pytest.fixture
def there(tmp_path: Path) -> PretendedCluster:
    """Return the cluster."""
    return PretendedCluster(tmp_path / "there")


@pytest.fixture
def session(
    tmp_path: Path,
    there: PretendedCluster,
    profile: ClusterProfile,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Session]:
    """Return a session that is connected to it."""
    monkeypatch.setattr(cluster_planner, "find_software", lambda *_: NoSoftware())
    # In this process, one run after the other.
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")
    opened = Session(tmp_path / "project")
    clusters = ProjectClusters(opened, connect=lambda *_: there)
    clusters.save_profile(profile)
    monkeypatch.setattr(opened, "_clusters", clusters)
    yield opened
    clusters.close()


@pytest.fixture
def clusters(session: Session) -> ProjectClusters:
    """Return its clusters."""
    return session.clusters


@pytest.fixture
def designs(tiny_design: Design) -> list[Design]:
    """Return four designs of 8 x 8 cells."""
    base = replace(
        tiny_design,
        mesh=replace(tiny_design.mesh, domain=8e-9),
        field=replace(tiny_design.field, stop_T=-2.0),
    )
    return [replace(base, name=f"design {n}", run=replace(base.run, seed=n)) for n in range(4)]


@pytest.fixture
def preview(clusters: ProjectClusters, profile: ClusterProfile, designs: list[Design]) -> Preview:
    """Return a preview of four runs in two tasks."""
    return clusters.prepare(profile, designs=designs)

"""Folders on the cluster that are removed by age: fetched, old, and ours, or not at all."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from pretended import PretendedCluster, only, states

from smcogui.app import cluster_cleaning, cluster_desk
from smcogui.app.cluster_cleaning import DAY_S
from smcogui.app.cluster_preview import Preview
from smcogui.app.project_clusters import ProjectClusters
from smcogui.app.session import Session
from smcogui.runs.cluster.profile import ClusterProfile
from smcogui.runs.cluster.remote import MARKER_FILE
from smcogui.runs.state import RunState


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return a list whose one number is how many days have passed."""
    passed = [0.0]
    clock = SimpleNamespace(time=lambda: time.time() + passed[0] * DAY_S)
    monkeypatch.setattr(cluster_cleaning, "time", clock)
    monkeypatch.setattr(cluster_desk, "_CLEAN_S", 0.0)
    return passed


def keep_for(clusters: ProjectClusters, profile: ClusterProfile, days: int) -> None:
    """Let the profile keep what lies there for so many days."""
    clusters.save_profile(profile.model_copy(update={"clean_after_days": days}))


def test_fetched_submission_is_removed_after_its_days(
    session: Session,
    clusters: ProjectClusters,
    there: PretendedCluster,
    profile: ClusterProfile,
    preview: Preview,
    days: list[float],
) -> None:
    keep_for(clusters, profile, 7)
    clusters.submit(preview)
    there.work(0)
    days[0] = 30
    clusters.look("hpc")
    assert Path(preview.folder).exists(), "half of it is not here"
    days[0] = 0
    there.work(1)
    clusters.look("hpc")
    days[0] = 6.9
    clusters.look("hpc")
    assert Path(preview.folder).exists()
    days[0] = 7.1
    clusters.look("hpc")
    assert not Path(preview.folder).exists()
    assert not only(clusters).lies_there
    assert states(session, preview) == [RunState.DONE] * 4


@pytest.mark.parametrize("kept_days", [0, 7])
def test_nothing_is_removed_unasked_or_without_our_marker(
    clusters: ProjectClusters,
    there: PretendedCluster,
    profile: ClusterProfile,
    preview: Preview,
    days: list[float],
    kept_days: int,
) -> None:
    keep_for(clusters, profile, kept_days)
    clusters.submit(preview)
    for task in (0, 1):
        there.work(task)
    clusters.look("hpc")
    if kept_days:
        (Path(preview.folder) / MARKER_FILE).unlink()
    days[0] = 1000
    clusters.look("hpc")
    assert Path(preview.folder).exists()
    assert only(clusters).can_clean

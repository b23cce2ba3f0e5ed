"""Fixtures for every test that needs a cluster: import nothing, name the fixture.

Tests that use one run in the same worker of pytest-xdist, which brings it up once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from loopback.cluster import Cluster
from loopback.programs import UnavailableError
from loopback.root import Root
from loopback.sshd import Sshd

_SHARED = {"cluster", "two_node_cluster"}

StartSshd = Callable[..., Sshd]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that share a cluster in one worker."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        if _SHARED & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("cluster"))


@pytest.fixture(scope="session")
def _running_cluster() -> Iterator[Cluster]:
    yield from _up(("node1",))


@pytest.fixture(scope="session")
def _running_two_nodes() -> Iterator[Cluster]:
    yield from _up(("node1", "node2"))


def _up(nodes: tuple[str, ...]) -> Iterator[Cluster]:
    try:
        cluster = Cluster(nodes)
    except UnavailableError as reason:
        pytest.skip(str(reason))
    yield cluster
    cluster.close()


@pytest.fixture
def cluster(_running_cluster: Cluster) -> Iterator[Cluster]:
    """Return a cluster of one node without accounting, empty of jobs before and after the test."""
    yield _running_cluster
    _running_cluster.slurm.cancel_all()


@pytest.fixture
def two_node_cluster(_running_two_nodes: Cluster) -> Iterator[Cluster]:
    """Return a cluster of two nodes without accounting, empty of jobs before and after the test."""
    yield _running_two_nodes
    _running_two_nodes.slurm.cancel_all()


@pytest.fixture
def start_sshd() -> Iterator[StartSshd]:
    """Return a function that starts an sshd without a Slurm; it takes what `Sshd` does."""
    roots: list[Root] = []

    def start(**arguments: object) -> Sshd:
        root = Root()
        roots.append(root)
        try:
            server = Sshd(root, **arguments)  # type: ignore[arg-type]
        except UnavailableError as reason:
            pytest.skip(str(reason))
        server.start()
        return server

    yield start
    for root in roots:
        root.close()

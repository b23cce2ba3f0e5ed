"""Fixtures for every test that needs a cluster: import nothing, name the fixture.

Tests that use one run in the same worker of pytest-xdist, which brings it up once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from loopback.cluster import Cluster, SgeCluster
from loopback.programs import (
    ACCOUNTING,
    SGE,
    SLURM,
    SSHD,
    UnavailableError,
    check_installed,
    check_memory_cgroup,
)
from loopback.relay import Relay
from loopback.root import Root
from loopback.sshd import Sshd

if TYPE_CHECKING:
    from hostile import HostileServer

_SHARED = {"cluster", "two_node_cluster", "accounting_cluster", "sge_cluster"}
_OWN = {"cgroup_cluster", "start_sshd", "hostile_server"}

StartSshd = Callable[..., Sshd]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that use a cluster, and keep those that share one in one worker."""
    has_workers = config.pluginmanager.hasplugin("xdist")
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & (_SHARED | _OWN):
            item.add_marker(pytest.mark.loopback)
        if has_workers and fixtures & _SHARED:
            item.add_marker(pytest.mark.xdist_group("cluster"))


@pytest.fixture(scope="session")
def _running_cluster() -> Iterator[Cluster]:
    yield from _up(("node1",))


@pytest.fixture(scope="session")
def _running_two_nodes() -> Iterator[Cluster]:
    yield from _up(("node1", "node2"))


@pytest.fixture(scope="session")
def _running_accounting() -> Iterator[Cluster]:
    yield from _up(("node1",), with_accounting=True)


def _up(nodes: tuple[str, ...], *, with_accounting: bool = False) -> Iterator[Cluster]:
    _skip_without([*SSHD, *SLURM, *(ACCOUNTING if with_accounting else ())])
    cluster = Cluster(nodes, with_accounting=with_accounting)
    yield cluster
    cluster.close()


def _skip_without(programs: Sequence[str]) -> None:
    try:
        check_installed(programs)
    except UnavailableError as reason:
        pytest.skip(str(reason))


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
def accounting_cluster(_running_accounting: Cluster) -> Iterator[Cluster]:
    """Return a cluster of one node with accounting; it takes 12 s to come up."""
    yield _running_accounting
    _running_accounting.slurm.cancel_all()


@pytest.fixture(scope="session")
def _running_sge() -> Iterator[SgeCluster]:
    _skip_without([*SSHD, *SGE])
    cluster = SgeCluster()
    yield cluster
    cluster.close()


@pytest.fixture
def sge_cluster(_running_sge: SgeCluster) -> Iterator[SgeCluster]:
    """Return a cluster with SGE in the place of Slurm, empty of jobs before and after the test."""
    yield _running_sge
    _running_sge.sge.repair()
    _running_sge.sge.cancel_all()


@pytest.fixture
def cgroup_cluster() -> Iterator[Cluster]:
    """Return a cluster of one node on which the kernel ends jobs that take too much memory."""
    _skip_without([*SSHD, *SLURM])
    try:
        check_memory_cgroup()
    except UnavailableError as reason:
        pytest.skip(str(reason))
    # The name of a node is that of its cgroup, which all processes of this machine share.
    cluster = Cluster((f"node{os.getpid()}",), with_cgroup=True)
    yield cluster
    cluster.close()


@pytest.fixture
def start_sshd() -> Iterator[StartSshd]:
    """Return a function that starts an sshd without a Slurm; it takes what `Sshd` does."""
    roots: list[Root] = []

    def start(**arguments: Any) -> Sshd:
        _skip_without(SSHD)
        root = Root()
        roots.append(root)
        server = Sshd(root, **arguments)
        server.start()
        return server

    yield start
    for root in roots:
        root.close()


@pytest.fixture
def start_relay() -> Iterator[Callable[[int], Relay]]:
    """Return a function that puts a network that can freeze and be cut before a port."""
    relays: list[Relay] = []

    def start(target_port: int) -> Relay:
        relays.append(Relay(target_port))
        return relays[-1]

    yield start
    for relay in relays:
        relay.close()


@pytest.fixture
def hostile_server(tmp_path: Path) -> Iterator[HostileServer]:
    """Return an SSH server of which a test can make anything; honest until then."""
    # paramiko takes a while to import, and few tests need it.
    from hostile import HostileServer

    with HostileServer(tmp_path / "hostile-home") as server:
        yield server

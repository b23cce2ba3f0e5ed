"""A campaign survives whatever happens to its cluster and to the program: each run once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chaos import (
    Client,
    Stage,
    check_each_once_and_identical,
    cut_file,
    run_alone,
    set_stage,
)
from loopback.cluster import Cluster

from smcogui.app.session import Session, with_overrides
from smcogui.design.design import Design
from smcogui.design.parameters import NanostructureParameters
from smcogui.runs.cluster.profile import POLL_VARIABLE

RUNS = 60
WaitUntil = Callable[..., Any]


@pytest.fixture
def base_design(monkeypatch: pytest.MonkeyPatch) -> Design:
    """Return a design of one half-cycle that takes some tenths of a second."""
    monkeypatch.setenv(POLL_VARIABLE, "0.1")
    base = Session.example("base")
    return replace(
        with_overrides(base, cycles=1),
        parameters=NanostructureParameters(L=30e-9, d=16e-9, w_S=4e-9, w_Z=3e-9),
        mesh=replace(base.mesh, domain=24e-9, cell=1e-9),
        alpha=np.deg2rad(45),
    )


@pytest.fixture
def one_node(cluster: Cluster) -> Iterator[Cluster]:
    """Return the cluster of one node; whatever was broken is repaired afterwards."""
    yield cluster
    cluster.repair()


@pytest.fixture
def two_nodes(two_node_cluster: Cluster) -> Iterator[Cluster]:
    """Return the cluster of two nodes; whatever was broken is repaired afterwards."""
    yield two_node_cluster
    two_node_cluster.repair()


def test_campaign_survives_a_bad_morning(
    one_node: Cluster, base_design: Design, tmp_path: Path, wait_until: WaitUntil
) -> None:
    """Client killed, login node away, a result cut off, controller away, in this order."""
    # One task after the other: only the first one compiles the solver.
    stage = set_stage(one_node, tmp_path, base_design, count=8, chunk=4, throttle=1)
    with Client(stage, wait_until) as client:
        client.watch(lambda: one_node.slurm.ask("squeue", "-h"), "a job")
        client.kill()
        one_node.sshd.stop()
        client.start()
        client.watch(lambda: "LostContact" in stage.said(), "the client notices")
        client.watch(stage.unfetched, "a result there")
        cut_file(stage.unfetched()[0] / "cycle-00" / "events.jsonl")
        one_node.slurm.stop_controller()
        one_node.slurm.start_controller()
        one_node.sshd.start()
        client.wait_for_end()
    check_each_once_and_identical(stage, run_alone(stage, tmp_path / "alone"))


class Blows:
    """What can fall on a campaign; each blow is over when its method returns."""

    def __init__(self, stage: Stage, client: Client, dice: random.Random) -> None:
        self.stage = stage
        self.cluster = stage.cluster
        self.client = client
        self._dice = dice

    def kill_client(self) -> None:
        """Kill the program and open it again."""
        self.client.kill()
        self.client.start()

    def restart_sshd(self) -> None:
        """Take the login node away for a while."""
        self.cluster.sshd.stop()
        self._let_time_pass()
        self.cluster.sshd.start()

    def restart_controller(self) -> None:
        """Take the controller away for a while."""
        self.cluster.slurm.stop_controller()
        self._let_time_pass()
        self.cluster.slurm.start_controller()
        self.cluster.slurm.wait_for_nodes()

    def kill_node(self) -> None:
        """Kill a node with its jobs; it is repaired after the controller has noticed."""
        slurm = self.cluster.slurm
        name = self._dice.choice([node.name for node in slurm.nodes])
        slurm.kill_node(name)
        slurm.wait_for_loss(name)
        slurm.start_node(name)
        slurm.wait_for_nodes()

    def cut_result_there(self) -> None:
        """Cut off what a finished run wrote on the cluster, before anybody fetched it."""
        self.cluster.sshd.stop()
        self.client.watch(self._has_unfetched_or_idle, "a result there")
        for folder in self.stage.unfetched()[:2]:
            cut_file(folder / "cycle-00" / "events.jsonl")
        self.cluster.sshd.start()

    def cut_states_here(self) -> None:
        """Cut off what the program noted of the queue, while it is closed."""
        self.client.kill()
        for states in self.stage.project.glob("submissions/*/states.json"):
            cut_file(states)
        self.client.start()

    def _has_unfetched_or_idle(self) -> bool:
        return bool(self.stage.unfetched()) or not self.cluster.slurm.ask("squeue", "-h")

    def _let_time_pass(self) -> None:
        # No sleep of a test that waits for something: the moment itself is what is tested.
        time.sleep(self._dice.uniform(0.5, 3.0))

    def strike_all(self) -> None:
        """Let all blows fall, in any order, at any moment while there is work left."""
        quick = [
            *(self.kill_client, self.restart_sshd, self.restart_controller),
            *(self.cut_result_there, self.cut_states_here),
        ] * 2
        self._dice.shuffle(quick)
        half = len(quick) // 2
        for blow in (*quick[:half], self.kill_node, *quick[half:]):
            self._let_time_pass()
            assert self.stage.here() < RUNS, "the blow would fall on nothing"
            blow()


@pytest.mark.cluster
@pytest.mark.timeout(1800)
def test_sixty_runs_survive_all_blows(
    two_nodes: Cluster, base_design: Design, tmp_path: Path, wait_until: WaitUntil
) -> None:
    """In the end 60 of 60, each once, with the numbers of an undisturbed run of the same seed."""
    finer = replace(base_design, mesh=replace(base_design.mesh, cell=0.5e-9, domain=48e-9))
    stage = set_stage(two_nodes, tmp_path, finer, count=RUNS, chunk=6, throttle=2)
    with Client(stage, wait_until) as client:
        client.watch(lambda: two_nodes.slurm.ask("squeue", "-h"), "a job")
        Blows(stage, client, random.Random(5)).strike_all()
        client.wait_for_end()
    check_each_once_and_identical(stage, run_alone(stage, tmp_path / "alone"))

"""Beside each choice stands what the cluster allows, and what would wait for ever."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from smcogui.app.cluster_advice import Advice, KnownCluster, advise
from smcogui.runs.cluster.profile import make_profile
from smcogui.runs.cluster.scheduler import Association, Limits, Partition

KNOWN = KnownCluster(
    partitions=(
        Partition(
            name="gpu",
            is_default=True,
            max_time_min=60,
            nodes=2,
            cpus_per_node=4,
            memory_MB_per_node=2000,
            gres=("gpu:v100:2",),
            features=("v100", "nvlink"),
        ),
        Partition(name="short", max_time_min=2, nodes=1, cpus_per_node=4, memory_MB_per_node=2000),
    ),
    associations=(Association(account="magnets", qos=("normal", "long"), max_submit=100),),
)


def advice(known: KnownCluster = KNOWN, **values: Any) -> dict[str, Advice]:
    fitting = {"time_limit_min": 30, "memory_MB": 1000, "cpus": 1}
    return advise(make_profile(name="c", host="login", **{**fitting, **values}), known)


def test_default_partition_is_described() -> None:
    words = advice()["partition"].words
    assert words == ("The default is gpu: at most 1 h, 2 nodes of 4 cores and 2 GB, gpu:v100:2.")


def test_what_fits_is_no_warning() -> None:
    assert not [each for each in advice(partition="gpu", chunk=25).values() if each.level != "note"]


@pytest.mark.parametrize(
    ("field", "values", "words"),
    [
        ("partition", {"partition": "nowhere"}, "only gpu, short"),
        ("time_limit_min", {"time_limit_min": 240}, "wait for ever"),
        ("time_limit_min", {"time_limit_min": 3, "partition": "short"}, "short allows (2 min)"),
        ("memory_MB", {"memory_MB": 4000}, "2 GB"),
        ("cpus", {"cpus": 8}, "4 cores"),
        ("account", {"account": "others"}, "magnets"),
        ("qos", {"qos": "fast"}, "normal, long"),
        ("gres", {"engine": "builtin_gpu"}, "gpu:1"),
        ("gres", {"engine": "mumax3", "gres": "gpu:a100:1"}, "gpu:v100:2"),
        ("gres", {"engine": "mumax3", "gres": "gpu:1", "partition": "short"}, "no GPU"),
        ("gres", {"engine": "builtin", "gres": "gpu:1"}, "idle"),
        ("throttle", {"throttle": 200}, "100 jobs"),
    ],
)
def test_what_would_not_start_is_a_warning(field: str, values: dict[str, Any], words: str) -> None:
    found = advice(**values)[field]
    assert found.level == "warning"
    assert words in found.words


@pytest.mark.parametrize("chunk", [5, 200])
def test_unusual_chunks_are_explained(chunk: int) -> None:
    assert advice(chunk=chunk)["chunk"].level == "note"


def test_nothing_is_claimed_of_a_cluster_that_was_not_asked() -> None:
    found = advice(KnownCluster(), partition="anything", account="any", qos="any")
    assert set(found) == {"time_limit_min"}


GRID = replace(
    KNOWN,
    partitions=tuple(replace(part, is_default=False) for part in KNOWN.partitions),
    limits=Limits(
        chooses_partition=True,
        parallel_environments=("threads", "mpi"),
        memory_resources=("h_vmem",),
    ),
)


def test_scheduler_that_chooses_a_queue_needs_none() -> None:
    told = advice(GRID)["partition"]
    assert (told.level, told.words) == ("note", "The scheduler chooses among gpu, short.")


def test_what_sge_calls_otherwise_is_said() -> None:
    told = advice(GRID, cpus=4)
    assert told["parallel_environment"].level == "warning"
    assert "threads, mpi" in told["parallel_environment"].words
    assert "h_vmem" in told["memory_resource"].words
    fitting = advice(GRID, cpus=4, parallel_environment="threads", memory_resource="h_vmem")
    assert not {"parallel_environment", "memory_resource"} & fitting.keys()
    assert not {"parallel_environment", "memory_resource"} & advice().keys()

"""Which software computes on a cluster, chosen from what the cluster answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from smcogui.app.cluster_mumax3_version import note_version
from smcogui.app.cluster_software import absolute, find_software
from smcogui.errors import ClusterError, UnavailableError
from smcogui.runs.cluster.node_python import PINS
from smcogui.runs.cluster.profile import ClusterProfile, make_profile
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.spec import BUILTIN, Engine


class Cluster:
    """A connection to a cluster with these Pythons."""

    home = "/home/anna"

    def __init__(self, *pythons: dict[str, Any], code: int = 0, mumax3: str = "") -> None:
        self._text = "".join(json.dumps(each) + "\n" for each in pythons)
        self._text += f"mumax3 {mumax3}\n" if mumax3 else ""
        self._code = code

    def run(self, command: object, **_: object) -> Answer:
        return Answer(exit_code=self._code, stdout=self._text.encode(), stderr=b"no such module")


def python(path: str, minor: int, **more: Any) -> dict[str, Any]:
    told = {"path": path, "version": [3, minor, 1], "arch": "x86_64", "libc": ["glibc", "2.28"]}
    return {**told, "packages": dict(PINS), **more}


def choose(profile: ClusterProfile, *pythons: dict[str, Any], **more: Any) -> Any:
    return find_software(profile, Cluster(*pythons, **more))  # type: ignore[arg-type]


@pytest.fixture
def profile() -> ClusterProfile:
    return make_profile(name="ci", host="login", scratch="~/smco")


def test_first_python_that_serves_is_taken(profile: ClusterProfile) -> None:
    found = choose(profile, python("/usr/bin/python3", 9), python("/opt/bin/python3", 12))
    assert found.engine == BUILTIN
    assert "exec /opt/bin/python3 -P -m smcogui.app.cluster_runner" in found.body
    assert "/home/anna/smco/software/code-" in found.body


def test_batches_take_the_python_with_torch(profile: ClusterProfile) -> None:
    gpu = profile.model_copy(update={"engine": "builtin_gpu"})
    pythons = python("/a", 11), python("/b", 11, cuda="12.4")
    assert "exec /b " in choose(gpu, *pythons).body
    with pytest.raises(UnavailableError, match="torch"):
        choose(gpu, pythons[0])


def test_cluster_without_a_python_that_serves_says_what_is_needed(profile: ClusterProfile) -> None:
    with pytest.raises(UnavailableError, match=r"no Python was found.*3\.11 to 3\.13"):
        choose(profile)
    with pytest.raises(UnavailableError, match=r"Python 3\.6\.1"):
        choose(profile, python("/usr/bin/python3", 6))


def test_modules_that_fail_are_told(profile: ClusterProfile) -> None:
    with pytest.raises(ClusterError, match="no such module"):
        choose(profile, code=9)


def test_mumax3_is_taken_where_it_was_found(profile: ClusterProfile) -> None:
    wanted = profile.model_copy(update={"engine": "mumax3"})
    found = choose(wanted, mumax3="/opt/mu max/mumax3")
    assert found.engine == Engine(name="mumax3", version="")
    assert "SMCO_MUMAX3='/opt/mu max/mumax3'\n" in found.body
    note_version(wanted, "/opt/mu max/mumax3", "3.11.1", "V100")
    assert choose(wanted, mumax3="/opt/mu max/mumax3").engine.version == "3.11.1"
    # Another program, or other modules, may be another version.
    assert not choose(wanted, mumax3="/opt/mumax3").engine.version
    other = wanted.model_copy(update={"modules": ("cuda/11",)})
    assert not choose(other, mumax3="/opt/mu max/mumax3").engine.version


def test_cluster_without_mumax3_says_what_can_be_used(profile: ClusterProfile) -> None:
    with pytest.raises(UnavailableError, match=r"no MuMax3 was found on ci.*built-in"):
        choose(profile.model_copy(update={"engine": "mumax3"}), python("/a", 12))


def test_home_folder_is_written_out() -> None:
    assert absolute("~/a", "/home/x") == "/home/x/a"
    assert absolute("/scratch/~a", "/home/x") == "/scratch/~a"

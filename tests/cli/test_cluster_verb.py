"""The verb ``cluster`` without a cluster: profiles, what is refused, what is shown."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from smcogui.app.session import Session
from smcogui.cli.terminal_asker import TerminalAsker
from smcogui.errors import SignInNeededError
from smcogui.runs.cluster.asker import HostKeyQuestion, Prompt

Call = Callable[..., Any]

QUESTION = HostKeyQuestion(
    host="login1", port=22, key_type="ssh-ed25519", fingerprint="SHA256:right"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return an empty project."""
    return Session(tmp_path / "project").project


def added(call: Call, *more: object) -> dict[str, Any]:
    """Add the profile hpc and return what the verb says."""
    answer = call("cluster", "add", "hpc", "--host", "login1", *more, "--json")
    assert answer.code == 0, answer.err
    return dict(answer.value)


def test_add_writes_a_profile_and_changes_only_what_is_given(
    call: Call, config_folder: Path
) -> None:
    added(call, "--gres", "gpu:1", "--modules", "cuda/12", "--sbatch=--exclusive")
    facts = added(call, "--time-limit-min", "60", "--requeue", "no")
    stored = tomllib.loads((config_folder / "clusters" / "hpc.toml").read_text())
    for values in (facts, stored):
        assert values["gres"] == "gpu:1"
        assert values["modules"] == ["cuda/12"]
        assert values["sbatch_extras"] == ["--exclusive"]
        assert (values["time_limit_min"], values["requeue"]) == (60, False)


@pytest.mark.parametrize("option", ["--memory-MB", "--memory-mb", "--MEMORY-mb"])
def test_units_of_options_are_taken_in_any_case(call: Call, option: str) -> None:
    assert added(call, option, "800")["memory_MB"] == 800
    assert added(call, f"{option}=900")["memory_MB"] == 900


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("--cpus", "none"), "cpus"),
        (("--partition", "a b"), "partition"),
        (("--scratch", "../up"), "scratch"),
        (("--poll-s", "1"), "poll_s"),
    ],
)
def test_add_refuses_what_is_not_allowed(call: Call, words: Sequence[str], key: str) -> None:
    answer = call("cluster", "add", "hpc", "--host", "login1", *words, "--json")
    assert answer.code == 2
    assert answer.value["error"]["key"] == key


def test_remove_forgets_a_profile(call: Call) -> None:
    added(call)
    assert call("cluster", "remove", "hpc", "--json").value == {"removed": "hpc"}
    answer = call("cluster", "check", "hpc", "--json")
    assert answer.code == 2
    assert "there is no cluster 'hpc'" in answer.value["error"]["message"]


def test_status_of_a_project_without_submissions_says_so(call: Call, project: Path) -> None:
    added(call)
    answer = call("cluster", "status", project, "--offline")
    assert answer.code == 0
    assert "hpc: not connected" in answer.out
    assert "nothing was submitted yet" in answer.out
    value = call("cluster", "status", project, "--offline", "--json").value
    assert value["submissions"] == []
    assert value["links"][0]["contact"] == "not connected"


@pytest.mark.parametrize("way", ["cancel", "resubmit", "log", "clean", "fetch"])
def test_unknown_token_is_refused(call: Call, project: Path, way: str) -> None:
    answer = call("cluster", way, project, "--token", "smco-0", "--json")
    assert answer.code == 2
    assert answer.value["error"]["given"] == "smco-0"


def test_token_that_is_a_path_is_refused(call: Call, project: Path) -> None:
    answer = call("cluster", "clean", project, "--token", "../up", "--json")
    assert answer.code == 2
    assert answer.value["error"]["key"] == "token"


def test_host_key_that_was_given_is_compared_without_asking() -> None:
    assert TerminalAsker("SHA256:right").trust_host_key(QUESTION)
    assert not TerminalAsker("SHA256:wrong").trust_host_key(QUESTION)


def test_nobody_at_the_terminal_is_said_in_words() -> None:
    with pytest.raises(SignInNeededError, match="--host-key"):
        TerminalAsker().trust_host_key(QUESTION)
    with pytest.raises(SignInNeededError, match="Password"):
        TerminalAsker().answer_prompts("hpc", "", [Prompt("Password: ", echo=False)])

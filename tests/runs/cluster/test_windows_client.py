"""M20: nothing of a cluster needs a program or a path of this computer's kind."""

from __future__ import annotations

import ast
import socket
from pathlib import Path

import pytest

from smcogui.runs.cluster.connection.identities import open_agent
from smcogui.runs.cluster.ssh_config import SSHConfig


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_no_program_is_run_here(checkout: Path) -> None:
    """No ssh binary: no module of clusters can start a program at all."""
    modules = list((checkout / "smcogui" / "runs" / "cluster").rglob("*.py"))
    assert len(modules) > 20
    for module in modules:
        assert not imports_of(module) & {"subprocess", "pty", "fcntl", "pwd"}, module


def test_without_unix_sockets_the_agent_is_that_of_windows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Pageant and the agent of OpenSSH, which paramiko finds by itself."""
    asked = []

    class Agent:
        def get_keys(self) -> tuple[object, ...]:
            asked.append("keys")
            return ()

        def close(self) -> None:
            asked.append("close")

    monkeypatch.delattr(socket, "AF_UNIX")
    monkeypatch.setattr("paramiko.agent.Agent", Agent)
    (tmp_path / "config").write_text("IdentityAgent //./pipe/openssh-ssh-agent\n")
    settings = SSHConfig((tmp_path / "config",)).resolve("h")
    with open_agent(settings) as identities:
        assert identities == []
    assert asked == ["keys", "close"]


def test_line_ends_of_windows_in_the_configuration_are_read(tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(b"Host a\r\n  HostName b\r\n  Port 5\r\n")
    found = SSHConfig((tmp_path / "config",)).resolve("a")
    assert (found.host, found.port) == ("b", 5)

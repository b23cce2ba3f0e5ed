"""M14: the user's ssh configuration is obeyed as OpenSSH obeys it, and nothing is run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from smcogui.errors import InputError
from smcogui.runs.cluster.ssh_config import MOST_JUMPS, HostSettings, SSHConfig


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str, name: str = "config") -> SSHConfig:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
        return SSHConfig((tmp_path / "config",))

    return write


EXAMPLE = """
# comment
Host hpc login.hpc
    HostName login.hpc.example.org
    User ana
    Port=2222
    IdentityFile "~/.ssh/id with space"
    CertificateFile ~/.ssh/id-cert.pub
    IdentitiesOnly yes
    UserKnownHostsFile ~/kh1 ~/kh2
    HostKeyAlias hpc-key
    ProxyJump ben@gate.example.org:2200
Host *.example.org !secret.example.org
    User everywhere
    IdentityFile ~/.ssh/id_%r_%h
Match user ana host login.*
    IdentityAgent /run/agent.sock
Host *
    Port 99
    User nobody
"""


def test_an_alias_becomes_what_the_file_says(write) -> None:
    found = write(EXAMPLE).resolve("hpc")
    home = str(Path.home())
    assert found == HostSettings(
        alias="hpc",
        host="login.hpc.example.org",
        port=2222,
        user="ana",
        host_key_name="hpc-key",
        identity_files=(f"{home}/.ssh/id with space",),
        certificate_files=(f"{home}/.ssh/id-cert.pub",),
        identities_only=True,
        identity_agent="/run/agent.sock",
        proxy_jump=("ben@gate.example.org:2200",),
        known_hosts=(f"{home}/kh1", f"{home}/kh2"),
        global_known_hosts=("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"),
    )


def test_what_is_given_outweighs_the_file(write) -> None:
    found = write(EXAMPLE).resolve("hpc", user="eva", port=7)
    assert (found.user, found.port, found.identity_agent) == ("eva", 7, "")


def test_patterns_exclude_and_tokens_are_filled_in(write) -> None:
    config = write(EXAMPLE)
    assert config.resolve("a.example.org").identity_files[0].endswith("id_everywhere_a.example.org")
    assert config.resolve("secret.example.org").user == "nobody"


@pytest.mark.skipif(shutil.which("ssh") is None, reason="needs ssh to compare with")
@pytest.mark.parametrize("alias", ["hpc", "a.example.org", "secret.example.org", "other"])
def test_ssh_itself_reads_the_file_alike(write, tmp_path: Path, alias: str) -> None:
    found = write(EXAMPLE).resolve(alias)
    told = subprocess.run(
        ["ssh", "-G", "-F", str(tmp_path / "config"), alias],
        capture_output=True,
        text=True,
        check=True,
    )
    options: dict[str, str] = {}
    for line in told.stdout.splitlines():
        options.setdefault(*line.partition(" ")[::2])
    assert (options["hostname"], options["user"], int(options["port"])) == (
        found.host,
        found.user,
        found.port,
    )
    assert options.get("hostkeyalias", found.host) == found.host_key_name


def test_includes_are_followed_under_the_host_that_names_them(write) -> None:
    write("User inside\nHost deep\n  Port 5\n", "parts/a.conf")
    write("Host wide\n  User wider\n", "parts/b.conf")
    config = write("Host in*\n  Include parts/a.conf\nHost *\n  Include parts/b.conf\n  Port 4\n")
    assert config.resolve("inner").user == "inside"
    assert config.resolve("deep").port == 4
    assert config.resolve("wide").user == "wider"
    assert config.aliases() == ("deep", "wide")


def test_an_include_of_itself_ends(write) -> None:
    config = write("Include config\nHost a\n  Port 5\n")
    assert config.resolve("a").port == 5
    assert any("deeper than 16" in note for note in config.notes)


def test_match_exec_runs_nothing_and_never_holds(write, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    found = write(f'Match exec "touch {trace}"\n  User evil\nHost *\n  User good\n').resolve("a")
    assert found.user == "good"
    assert not trace.exists()
    assert any("Match exec" in note for note in found.notes)


def test_match_final_holds_once_the_name_is_final(write) -> None:
    config = write(
        "Match final host real\n  User late\nHost a\n  HostName real\nHost *\n  Port 3\n"
    )
    assert config.resolve("a").user == "late"


def test_proxy_command_is_told_unless_it_is_a_jump(write) -> None:
    config = write(
        "Host nc\n  ProxyCommand nc %h %p\n"
        "Host old\n  ProxyCommand ssh -q -W %h:%p gate\n"
        "Host new\n  ProxyCommand /usr/bin/ssh ben@gate -W %h:%p\n"
        "Host off\n  ProxyCommand none\n"
    )
    assert any("ProxyCommand" in note for note in config.resolve("nc").notes)
    assert config.resolve("old").proxy_jump == ("gate",)
    assert config.resolve("new").proxy_jump == ("ben@gate",)
    assert config.resolve("off").notes == ()


def test_a_chain_of_jumps_is_walked_from_its_beginning(write) -> None:
    config = write(
        "Host target\n  ProxyJump middle,last\nHost middle\n  ProxyJump first\n"
        "Host last\n  ProxyJump elsewhere\nHost first\n  User frida\n"
    )
    route = config.route("target", user="ana")
    assert [hop.alias for hop in route] == ["first", "middle", "last", "target"]
    assert (route[0].user, route[-1].user) == ("frida", "ana")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n", "circle"),
        ("Host a\n  ProxyJump a\n", "circle"),
        ("Host a\n  ProxyJump -oProxyCommand=x\n", "no host"),
        ("Host a\n  ProxyJump b c\n", None),
        (f"Host a\n  ProxyJump {','.join(f'h{i}' for i in range(MOST_JUMPS + 1))}\n", "more than"),
        (
            "Host a\n  ProxyJump h0\n"
            + "".join(f"Host h{i}\n  ProxyJump h{i + 1}\n" for i in range(20)),
            "more than",
        ),
    ],
)
def test_jumps_that_lead_nowhere_are_refused(write, text: str, why: str | None) -> None:
    config = write(text)
    if why is None:
        assert [hop.alias for hop in config.route("a")] == ["b", "a"]
    else:
        with pytest.raises(InputError, match=why):
            config.route("a")


def test_a_damaged_file_is_noted_and_the_rest_counts(write) -> None:
    config = write('Host a\n  User "open\n  Port many\n\x00\xff\n  HostName b\n')
    found = config.resolve("a")
    assert (found.host, found.port) == ("b", 22)
    assert any("quotes" in note for note in found.notes)
    assert any("Port many" in note for note in found.notes)


def test_no_file_is_fine(tmp_path: Path) -> None:
    config = SSHConfig((tmp_path / "none",))
    assert config.resolve("h", user="u").address == "h"
    assert config.resolve("[::1]", user="u", port=9).address == "::1 port 9"
    assert config.notes == []


def test_a_file_that_may_not_be_read_is_noted(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    assert "cannot be read" in SSHConfig((tmp_path / "config",)).notes[0]


def test_the_agent_can_be_named_by_a_variable(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_AGENT", f"{os.sep}run{os.sep}mine")
    config = write(
        "Host a\n  IdentityAgent $MY_AGENT\nHost b\n  IdentityAgent none\n"
        "Host c\n  IdentityAgent SSH_AUTH_SOCK\n"
    )
    agents = [config.resolve(name).identity_agent for name in "abc"]
    assert agents == [f"{os.sep}run{os.sep}mine", "none", ""]

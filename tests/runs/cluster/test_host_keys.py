"""M15, security 2: known, unknown, changed and revoked host keys are told apart."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from smcogui.errors import ClusterError
from smcogui.runs.cluster.host_keys import HostKeys, Verdict, fingerprint, host_key_name

ED = ("ssh-ed25519", b"ed25519 key one")
ED_TWO = ("ssh-ed25519", b"ed25519 key two")
RSA = ("ssh-rsa", b"rsa key")
DSS = ("ssh-dss", b"dss key")
ASKABLE = ("ssh-ed25519", "ssh-rsa")


def line(names: str, key: tuple[str, bytes], marker: str = "") -> str:
    return f"{marker} {names} {key[0]} {base64.b64encode(key[1]).decode()} comment\n".lstrip()


@pytest.fixture
def keys(tmp_path: Path):
    def keys(own: str = "", other: str = "") -> HostKeys:
        (tmp_path / "own").write_text(own)
        (tmp_path / "other").write_text(other)
        return HostKeys(tmp_path / "own", [tmp_path / "other", tmp_path / "absent"])

    return keys


def judge(keys: HostKeys, name: str, key: tuple[str, bytes]) -> Verdict:
    return keys.judge(name, *key, ASKABLE).verdict


def test_a_key_in_either_file_is_known(keys) -> None:
    known = keys(line("a", ED), line("b,c.*", RSA))
    assert judge(known, "a", ED) is Verdict.KNOWN
    assert judge(known, "c.example.org", RSA) is Verdict.KNOWN
    assert judge(known, "d", ED) is Verdict.UNKNOWN


def test_several_keys_of_a_host_are_all_known(keys) -> None:
    """M15: several login nodes behind one name."""
    known = keys(line("a", ED) + line("a", ED_TWO) + line("a", RSA))
    assert [judge(known, "a", key) for key in (ED, ED_TWO, RSA)] == [Verdict.KNOWN] * 3
    assert known.types_for("a") == ("ssh-ed25519", "ssh-rsa")


def test_another_key_of_the_same_type_is_a_change(keys) -> None:
    judgement = keys("", line("x", RSA) + line("a", ED)).judge("a", *ED_TWO, ASKABLE)
    assert judgement.verdict is Verdict.CHANGED
    assert judgement.places[0].endswith("other line 2")


def test_a_host_that_lost_its_known_key_has_changed(keys) -> None:
    """It was asked for the known type first: showing another one must not lead to a question."""
    assert judge(keys(line("a", ED)), "a", RSA) is Verdict.CHANGED


def test_a_known_type_that_cannot_be_asked_for_leads_to_a_question(keys) -> None:
    judgement = keys(line("a", DSS)).judge("a", *ED, ASKABLE)
    assert judgement.verdict is Verdict.UNKNOWN
    assert judgement.known_types == ("ssh-dss",)


@pytest.mark.parametrize("names", ["a", "*", "a,b"])
def test_a_revoked_key_outweighs_that_it_is_known(keys, names: str) -> None:
    known = keys(line("a", ED), line(names, ED, "@revoked"))
    assert judge(known, "a", ED) is Verdict.REVOKED


def test_a_revoked_key_of_another_host_does_not_count(keys) -> None:
    assert judge(keys(line("b", ED, "@revoked") + line("a", ED)), "a", ED) is Verdict.KNOWN


def test_a_certificate_authority_is_no_host_key(keys) -> None:
    assert judge(keys(line("a", ED, "@cert-authority")), "a", ED) is Verdict.UNKNOWN
    assert judge(keys(line("a", ED, "@marvel")), "a", ED) is Verdict.UNKNOWN


def test_ports_tell_hosts_apart(keys) -> None:
    known = keys(line("[a]:2222", ED) + line("a", RSA))
    assert judge(known, host_key_name("A", 2222), ED) is Verdict.KNOWN
    assert judge(known, host_key_name("a", 22), RSA) is Verdict.KNOWN
    assert judge(known, host_key_name("a", 2223), ED) is Verdict.UNKNOWN


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
def test_names_hashed_by_ssh_keygen_are_found(keys, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    kind, blob = key.with_suffix(".pub").read_text().split()[:2]
    (tmp_path / "hashed").write_text(f"[a]:2222 {kind} {blob}\na {kind} {blob}\n")
    subprocess.run(
        ["ssh-keygen", "-q", "-H", "-f", str(tmp_path / "hashed")], check=True, capture_output=True
    )
    text = (tmp_path / "hashed").read_text()
    assert text.startswith("|1|")
    known = keys("", text)
    raw = base64.b64decode(blob)
    assert judge(known, "a", (kind, raw)) is Verdict.KNOWN
    assert judge(known, "[a]:2222", (kind, raw)) is Verdict.KNOWN
    assert judge(known, "[a]:2223", (kind, raw)) is Verdict.UNKNOWN
    told = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(key)], check=True, capture_output=True, text=True
    )
    assert fingerprint(raw) in told.stdout.split()


def test_a_confirmed_key_is_known_from_then_on(keys, tmp_path: Path) -> None:
    known = keys("# mine, without a newline at its end")
    known.add("[a]:2222", *ED)
    assert judge(known, "[a]:2222", ED) is Verdict.KNOWN
    assert judge(HostKeys(tmp_path / "own"), "[a]:2222", ED) is Verdict.KNOWN
    assert (tmp_path / "own").read_text().startswith("# mine")


def test_a_key_that_cannot_be_kept_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    known = HostKeys(tmp_path / "file" / "known_hosts")
    with pytest.raises(ClusterError, match="cannot be kept"):
        known.add("a", *ED)
    assert judge(known, "a", ED) is Verdict.UNKNOWN


def test_damaged_lines_mean_nothing(keys) -> None:
    known = keys("a\na ssh-ed25519 !!!\n|1|xx|yy ssh-rsa AAAA\n|1|AAAA ssh-rsa AAAA\n\x00\n")
    assert judge(known, "a", ED) is Verdict.UNKNOWN

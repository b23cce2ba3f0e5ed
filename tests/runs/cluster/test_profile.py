"""Profiles of clusters: what may stand in one, and that a bad file blocks nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from smcogui.errors import InputError, SettingsError
from smcogui.runs.cluster.profile import POLL_VARIABLE, ClusterProfile, make_profile
from smcogui.runs.cluster.profile_files import ProfileFiles

FULL = {
    "name": "hpc",
    "host": "login.hpc.example.org",
    "port": 2222,
    "user": "ana",
    "sign_in": ["key", "keyboard_interactive"],
    "identity_file": "~/.ssh/id_hpc",
    "partition": "gpu",
    "account": "physics",
    "qos": "normal",
    "gres": "gpu:v100:1",
    "constraint": "v100|a100",
    "modules": ["cuda/12.4", "gcc/13.2.0"],
    "prologue": "export A=1\r\nulimit -c 0\r\n",
    "scratch": "/scratch/ana/smco/",
    "sbatch_extras": ["#SBATCH --exclusive", "--mail-type=END"],
    "engine": "mumax3",
}


@pytest.fixture
def files(tmp_path: Path) -> ProfileFiles:
    return ProfileFiles(tmp_path / "clusters")


def test_a_profile_survives_its_file(files: ProfileFiles) -> None:
    profile = make_profile(**FULL)
    files.save(profile)
    assert files.get("hpc") == profile
    assert profile.prologue == "export A=1\nulimit -c 0\n"
    assert profile.sbatch_extras == ("--exclusive", "--mail-type=END")
    assert profile.scratch == "/scratch/ana/smco"


def test_several_profiles_are_listed_by_name(files: ProfileFiles) -> None:
    for name in ("zeus", "Alpha", "beta"):
        files.save(make_profile(name=name, host=f"{name}.example.org"))
    assert [profile.name for profile in files.all()] == ["Alpha", "beta", "zeus"]
    files.remove("beta")
    assert [profile.name for profile in files.all()] == ["Alpha", "zeus"]


def test_no_profile_has_a_field_for_a_secret() -> None:
    secret = ("password", "passphrase", "code", "token", "secret")
    texts = [
        name
        for name, field in ClusterProfile.model_fields.items()
        if field.annotation is not bool and any(word in name for word in secret)
    ]
    assert texts == []
    with pytest.raises(InputError, match="password is no field"):
        make_profile(name="a", host="b", password="canary")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a b"),
        ("name", "../etc"),
        ("name", ".hidden"),
        ("name", "x" * 65),
        ("name", "CON"),
        ("host", "-oProxyCommand=x"),
        ("host", "a b"),
        ("user", "-l"),
        ("port", 0),
        ("port", 65_536),
        ("partition", "gpu\n#SBATCH --uid=0"),
        ("account", "a;b"),
        ("qos", "a\0"),
        ("gres", "gpu:1\r"),
        ("constraint", "a\nb"),
        ("modules", ["cuda; rm -rf ~"]),
        ("modules", ["-x"]),
        ("scratch", "scratch"),
        ("scratch", "C:\\scratch"),
        ("scratch", "/"),
        ("scratch", "~/../other"),
        ("scratch", "/a\nb"),
        ("sbatch_extras", ["--a\n#SBATCH --b"]),
        ("sbatch_extras", ["rm -rf ~"]),
        ("prologue", "a\0b"),
        ("poll_s", 29.0),
        ("poll_s", float("nan")),
        ("time_limit_min", 0),
        ("sign_in", []),
        ("sign_in", ["key", "key"]),
        ("sign_in", ["telepathy"]),
        ("engine", "oommf"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(field: str, value: object) -> None:
    with pytest.raises(InputError, match=f"{field} is .*; allowed is ") as caught:
        make_profile(**{"name": "hpc", "host": "h", field: value})
    assert caught.value.key == field
    assert caught.value.allowed


def test_scheduler_is_asked_once_a_minute_unless_somebody_wants_otherwise() -> None:
    assert make_profile(name="a", host="b").poll_s == 60.0
    assert make_profile(name="a", host="b", poll_s=30.0).poll_s == 30.0


def test_polling_under_its_floor_is_for_tests_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(POLL_VARIABLE, "0.5")
    assert make_profile(name="a", host="b", poll_s=0.5).poll_s == 0.5


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"host = ", "damaged"),
        (b"\xff\xfe", "damaged"),
        (b'version = 9\nhost = "a"', "version"),
        (b'host = "a"\npartion = "b"', "did you mean partition"),
        (b'host = "a"\nname = "other"', "calls itself"),
        (b"", "host is missing"),
    ],
)
def test_a_bad_file_is_told_and_blocks_no_other(
    files: ProfileFiles, content: bytes, why: str
) -> None:
    files.save(make_profile(name="good", host="b"))
    (files.folder / "bad.toml").write_bytes(content)
    assert [profile.name for profile in files.all()] == ["good"]
    assert len(files.notes) == 1
    assert why in files.notes[0]
    assert (files.folder / "bad.toml").read_bytes() == content


def test_an_unknown_name_tells_the_nearest(files: ProfileFiles) -> None:
    files.save(make_profile(name="hercules", host="b"))
    with pytest.raises(InputError, match="did you mean hercules"):
        files.get("herkules")
    with pytest.raises(InputError, match="no cluster"):
        files.remove("../hercules")


def test_names_that_differ_in_capitals_only_are_refused(files: ProfileFiles) -> None:
    files.save(make_profile(name="HPC", host="b"))
    with pytest.raises(InputError, match="already a cluster 'HPC'"):
        files.save(make_profile(name="hpc", host="b"))


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "clusters").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        ProfileFiles(tmp_path / "clusters").save(make_profile(name="a", host="b"))


def test_files_are_for_people(files: ProfileFiles) -> None:
    files.save(make_profile(**FULL))
    text = (files.folder / "hpc.toml").read_text()
    assert 'partition = "gpu"' in text
    assert tomllib.loads(text)["version"] == 1

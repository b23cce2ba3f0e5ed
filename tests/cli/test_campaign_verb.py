"""``campaign`` from an empty folder to a dataset."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from smcogui.data.dataset import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Answer

    Call = Callable[..., Answer]

PLAN = """
method = "sobol"
count = 3
[[axis]]
key = "alpha_deg"
low = 30
high = 60
[[axis]]
key = "wZ_nm"
low = 2
high = 4
"""


@pytest.fixture
def plan(tmp_path: Path, small_file: Path) -> Path:
    """Return a plan of three designs of 24 x 24 cells."""
    text = small_file.read_text().replace("cycles = 2", "cycles = 1")
    small_file.write_text(text.replace("domain_nm = 24", "domain_nm = 16"))
    path = tmp_path / "plan.toml"
    path.write_text(f'base = "{small_file.name}"\n{PLAN}')
    return path


def test_campaign_goes_from_a_plan_to_a_dataset(call: Call, tmp_path: Path, plan: Path) -> None:
    project, out = tmp_path / "project", tmp_path / "data"
    assert call("campaign", "new", project, "--name", "first", "--json").code == 0
    added = call("campaign", "add", project, "--name", "first", "--plan", plan, "--json").value
    assert (added["drawn"], added["added"], added["gpu_h"]) == (3, 3, None)
    assert added["cpu_h"] > 0
    turn = call("campaign", "priority", project, "--name", "first", "--priority", "7", "--json")
    assert turn.value["campaigns"][0]["priority"] == 7
    ran = call("campaign", "run", project, "--json")
    assert ran.code == 0
    (facts,) = ran.value["campaigns"]
    assert (facts["designs"], facts["done"], facts["failed"], facts["waiting"]) == (3, 3, 0, 0)
    written = call("campaign", "export", project, "--name", "first", "--out", out, "--json")
    assert written.code == 0
    assert (written.value["version"], written.value["designs"]) == (1, 3)
    check_dataset(out)
    released = call("campaign", "release", project, "--out", tmp_path / "released", "--json")
    assert released.value["sets"]["first"]["states"] == {"done": 3, "waiting": 0, "failed": 0}
    assert (tmp_path / "released" / "first.parquet").is_file()
    text = call("campaign", "release", project, "--out", tmp_path / "released").out
    assert text.startswith("first: 3 designs, 3 half-cycles\nversion 1, 3 designs: ")
    check_packing(call, project)
    check_import(call, project, out)


def check_packing(call: Call, project: Path) -> None:
    """Pack the runs and put them back."""
    name = ("--name", "first", "--json")
    packed = call("campaign", "pack", project, *name).value
    assert (packed["packed"], len(packed["packs"]), packed["left"]) == (3, 1, {})
    assert packed["freed_MB"] > 0
    assert {len(list(run.iterdir())) for run in (project / "runs").iterdir()} == {3}
    assert call("campaign", "status", project, "--json").value["campaigns"][0]["done"] == 3
    text = call("campaign", "pack", project, "--name", "first")
    assert "packed" in text.out
    assert call("campaign", "pack", project, *name, "--unpack").value["unpacked"] == 3
    assert not list((project / "packs").glob("*.parquet"))


def check_import(call: Call, project: Path, out: Path) -> None:
    """Import the dataset, by the program and not a second time."""
    words = ("project", "--import-dataset", project, out, "--name", "own", "--json")
    record = call(*words).value
    assert (record["name"], record["rows"]) == ("own", 3)
    again = call(*words)
    assert again.code == 2
    assert "already" in again.value["error"]["message"]


def test_copy_of_a_campaign_has_its_designs_for_the_other_solver(
    call: Call, tmp_path: Path, plan: Path
) -> None:
    project = tmp_path / "project"
    call("campaign", "new", project, "--name", "first", "--engine", "mumax3")
    call("campaign", "add", project, "--name", "first", "--plan", plan)
    copied = call(
        *("campaign", "copy", project, "--name", "first"),
        *("--to", "second", "--engine", "builtin", "--json"),
    )
    (facts,) = copied.value["campaigns"]
    assert (facts["name"], facts["engine"], facts["waiting"]) == ("second", "builtin", 3)
    told = call("campaign", "status", project, "--name", "first", "--json").value["campaigns"]
    assert [each["engine"] for each in told] == ["mumax3"]
    refused = call("campaign", "run", project, "--name", "first", "--json")
    assert refused.code == 2
    assert "Use --device mumax3, send it to a cluster" in refused.value["error"]["message"]


def check_dataset(folder: Path) -> None:
    """Read a dataset back as another program would."""
    import hashlib

    import pyarrow.parquet as pq

    table = pq.read_table(folder / "designs.parquet").to_pylist()
    assert len(table) == len({row["run_id"] for row in table}) == 3
    assert list(table[0]) == list(COLUMNS)
    assert {row["source"] for row in table} == {"simulated"}
    curves = pq.read_table(folder / "curves.parquet").to_pylist()
    assert {row["run_id"] for row in curves} == {row["run_id"] for row in table}
    described: dict[str, Any] = json.loads((folder / "schema.json").read_text())
    assert set(described["properties"]) == set(COLUMNS)
    sums = [line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines()]
    assert {name for _, name in sums} >= {"designs.parquet", "designs.csv", "curves.parquet"}
    for digest, name in sums:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert "3 designs" in (folder / "DATASHEET.md").read_text()


def test_rules_that_are_none_are_refused_before_anything_is_written(
    call: Call, tmp_path: Path
) -> None:
    project, out = tmp_path / "project", tmp_path / "data"
    call("campaign", "new", project, "--name", "first")
    words = ("campaign", "export", project, "--name", "first", "--out", out, "--json")
    answer = call(*words, "--only", "L=1:2")
    assert answer.code == 2
    assert answer.value["error"]["key"] == "rule"
    assert not out.exists()


def test_repair_of_outliers_tells_of_each(call: Call, tmp_path: Path) -> None:
    project = tmp_path / "project"
    call("campaign", "new", project, "--name", "first")
    words = ("campaign", "repair", project, "--name", "first", "--outliers")
    assert call(*words, "--json").value == {"name": "first", "tried_again": 0, "doubted": []}
    assert "0 designs of first" in call(*words).out


def test_add_tells_what_is_left_out(call: Call, tmp_path: Path, plan: Path) -> None:
    project = tmp_path / "project"
    call("campaign", "new", project, "--name", "first")
    points = tmp_path / "points.csv"
    points.write_text("d_nm,wZ_nm\n10,11\n10,4\n12,4\n")
    answer = call("campaign", "add", project, "--name", "first", "--points", points)
    assert answer.code == 0
    assert "left out: 1 because wZ_nm is above d_nm" in answer.out


def test_pause_and_status_tell_the_order(call: Call, tmp_path: Path) -> None:
    project = tmp_path / "project"
    call("campaign", "new", project, "--name", "first", "--priority", "7")
    paused = call("campaign", "pause", project, "--name", "first", "--json").value["campaigns"]
    cancelled = call("campaign", "pause", project, "--name", "first", "--cancel", "--json").value
    assert (paused[0]["order"], paused[0]["priority"]) == ("PAUSE", 7)
    assert cancelled["campaigns"][0]["order"] == "CANCEL"
    assert call("campaign", "status", project).code == 0


def test_repair_without_failures_says_so(call: Call, tmp_path: Path) -> None:
    project = tmp_path / "project"
    call("campaign", "new", project, "--name", "first")
    answer = call("campaign", "repair", project, "--name", "first", "--json")
    assert answer.value == {"name": "first", "tried_again": 0}


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("status", "nowhere"), "project"),
        (("new", "project", "--name", "../up"), "name"),
        (("new", "project", "--name", "a", "--priority", "12"), "priority"),
    ],
)
def test_bad_words_are_refused(
    call: Call, tmp_path: Path, words: tuple[str, ...], key: str
) -> None:
    way, project, *rest = words
    answer = call("campaign", way, tmp_path / project, *rest, "--json")
    assert answer.code == 2
    assert answer.value["error"]["key"] == key


def test_export_of_an_unfinished_campaign_is_refused(call: Call, tmp_path: Path) -> None:
    project = tmp_path / "project"
    call("campaign", "new", project, "--name", "first")
    answer = call(
        "campaign", "export", project, "--name", "first", "--out", tmp_path / "o", "--json"
    )
    assert answer.code == 2
    assert "no finished designs" in answer.value["error"]["message"]


def test_suggested_designs_are_added_to_a_campaign(
    call: Callable[..., Any], tmp_path: Path
) -> None:
    project = tmp_path / "magnets"
    call("campaign", "new", project, "--name", "next")

    added = call("campaign", "add", project, "--name", "next", "--suggest", 3, "--json")
    slip = call("campaign", "add", project, "--name", "nxet", "--suggest", 3, "--json")
    many = call("campaign", "add", project, "--name", "next", "--suggest", 0, "--json")

    assert (added.code, added.value["added"]) == (0, 3)
    assert slip.code == 2
    assert "no campaign 'nxet'" in slip.value["error"]["message"]
    assert "allowed is 1 to 1000" in many.value["error"]["message"]

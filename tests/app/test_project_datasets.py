"""Datasets exported by rules, with versions, and imported into another project."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smcogui.app.campaign_queue import CampaignQueue
from smcogui.app.dataset_exports import FACTS_FILE, read_facts
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.sampling import Sampling
from smcogui.data.dataset import ADDED_LATER
from smcogui.data.dataset_import import SUMS_FILE
from smcogui.data.dataset_versions import VERSIONS_FILE, known_versions
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError

Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, tiny_design: Design) -> Session:
    """Return a project whose campaign of three designs is done."""
    made = Session(tmp_path_factory.mktemp("datasets") / "project")
    made.campaigns.create("first")
    base = replace(tiny_design, mesh=replace(tiny_design.mesh, domain=16e-9))
    sampling = Sampling(
        name="first",
        method="sobol",
        base=design_to_toml(base),
        axes=(Axis(key="alpha_deg", low=20, high=60),),
        count=3,
    )
    made.campaigns.add("first", sampling, Feasibility())
    made.campaigns.store.change("first", order=CampaignOrder.RUN)
    CampaignQueue(made.project, workers=2).run()
    return made


@pytest.fixture
def dataset(session: Session, tmp_path: Path) -> Path:
    return session.campaigns.export("first", tmp_path / "dataset").parent


@pytest.fixture
def other(tmp_path: Path) -> Session:
    return Session(tmp_path / "other")


def sum_anew(folder: Path) -> None:
    """Write the checksums of what the files are now."""
    names = [line.split("  ")[1] for line in (folder / SUMS_FILE).read_text().splitlines()]
    lines = (
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    )
    (folder / SUMS_FILE).write_text("".join(lines))


def between(session: Session) -> float:
    """Return an angle between those of the first and the other designs, in degrees."""
    records = [status.record for status in session.campaigns.statuses("first")]
    first, second, _ = sorted(np.rad2deg(record.design.alpha) for record in records if record)
    return float(first + second) / 2


def test_rules_leave_out_rows_and_say_so(session: Session, tmp_path: Path) -> None:
    rule = f"alpha_deg={between(session)}:"
    sheet = session.campaigns.export("first", tmp_path / "some", only=[rule])
    facts = read_facts(sheet.parent)
    assert facts["designs"] == 2
    assert facts["left_out"] == [{"reason": f"not {rule}", "count": 1}]
    assert f"| not {rule} | 1 |" in sheet.read_text()
    with pytest.raises(InputError, match="leave no design"):
        session.campaigns.export("first", tmp_path / "none", only=["alpha_deg=100:"])
    assert not (tmp_path / "none").exists()


def test_versions_count_contents_and_are_kept(session: Session, tmp_path: Path) -> None:
    versions = session.campaigns.store.folder / "first" / VERSIONS_FILE
    versions.unlink(missing_ok=True)

    def export(place: str, *rules: str) -> dict[str, object]:
        folder = session.campaigns.export("first", tmp_path / place, exclude=rules).parent
        return read_facts(folder)

    whole, part, again = export("a"), export("b", f"alpha_deg=:{between(session)}"), export("c")
    assert [whole["version"], part["version"], again["version"]] == [1, 2, 1]
    assert whole["content_sha256"] == again["content_sha256"] != part["content_sha256"]
    kept = known_versions(versions)
    assert [each["version"] for each in kept] == [1, 2, 1]
    assert kept[1]["folder"] == "b"


def test_dataset_is_imported_with_what_names_it(dataset: Path, other: Session) -> None:
    record = other.datasets.add(dataset, "theirs")
    assert (record.name, record.rows, record.table) == ("theirs", 3, "designs.parquet")
    assert record.sha256 == hashlib.sha256((dataset / SUMS_FILE).read_bytes()).hexdigest()
    assert other.datasets.records() == [record]
    loaded = other.datasets.load("theirs")
    assert len(loaded.rows) == 3
    assert loaded.rows == other.datasets.load("theirs").rows
    with pytest.raises(InputError, match="already, as 'theirs'"):
        other.datasets.add(dataset, "again")
    with pytest.raises(InputError, match="no dataset 'nothing'"):
        other.datasets.load("nothing")


def test_a_dataset_of_before_there_were_some_columns_is_read(dataset: Path, other: Session) -> None:
    from pyarrow import parquet

    now = other.datasets.load(other.datasets.add(dataset, "now").name).rows
    table = parquet.read_table(dataset / "designs.parquet")
    parquet.write_table(table.drop_columns(list(ADDED_LATER)), dataset / "designs.parquet")
    sum_anew(dataset)

    rows = other.datasets.load(other.datasets.add(dataset, "then").name).rows

    told = {(row["dimension"], row["demag"], row["interface_factor"]) for row in now}
    assert told == {("2d", "on", 1.0)}
    assert {(row["dimension"], row["demag"], row["interface_factor"]) for row in rows} == {
        ("", "", None)
    }
    for before, after in zip(rows, now, strict=True):
        assert {**after, **dict.fromkeys(ADDED_LATER)} == {**before, **dict.fromkeys(ADDED_LATER)}


def test_csv_alone_gives_the_same_rows(dataset: Path, other: Session) -> None:
    whole = other.datasets.add(dataset, "parquet")
    (dataset / "designs.parquet").unlink()
    lines = (dataset / SUMS_FILE).read_text().splitlines(keepends=True)
    (dataset / SUMS_FILE).write_text("".join(x for x in lines if "designs.parquet" not in x))
    csv = other.datasets.add(dataset, "csv")
    assert (csv.rows, csv.table) == (whole.rows, "designs.csv")
    assert other.datasets.load("csv").rows == other.datasets.load("parquet").rows


def test_folder_of_several_tables_needs_one_of_them(dataset: Path, other: Session) -> None:
    shutil.copyfile(dataset / "designs.parquet", dataset / "test.parquet")
    digest = hashlib.sha256((dataset / "test.parquet").read_bytes()).hexdigest()
    with (dataset / SUMS_FILE).open("a") as stream:
        stream.write(f"{digest}  test.parquet\n")
    with pytest.raises(InputError, match=r"several tables.*designs.parquet, test.parquet"):
        other.datasets.add(dataset)
    record = other.datasets.add(dataset / "test.parquet", "test")
    assert record.table == "test.parquet"
    assert len(other.datasets.load("test").rows) == 3


def edit_facts(folder: Path) -> None:
    (folder / FACTS_FILE).write_text("{}")


def lose_curves(folder: Path) -> None:
    (folder / "curves.parquet").unlink()


def lose_sums(folder: Path) -> None:
    (folder / SUMS_FILE).unlink()


def climb(folder: Path) -> None:
    (folder / SUMS_FILE).write_text(f"{'0' * 64}  ../up\n")


def spoil_table(folder: Path) -> None:
    (folder / "designs.parquet").write_bytes(b"PAR1")
    sum_anew(folder)


def strange_curve(folder: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    table = parquet.read_table(folder / "curves.parquet")
    place = table.column_names.index("run_id")
    ids = ["strange", *table.column("run_id").to_pylist()[1:]]
    parquet.write_table(table.set_column(place, "run_id", pa.array(ids)), folder / "curves.parquet")
    sum_anew(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (edit_facts, "dataset.json is not the file that SHA256SUMS names"),
        (lose_curves, "curves.parquet cannot be read"),
        (lose_sums, "SHA256SUMS cannot be read"),
        (climb, "SHA256SUMS, line 1 is no checksum"),
        (spoil_table, "is no Parquet file"),
        (strange_curve, "curves.parquet, row 1, run_id: 'strange' is no run"),
    ],
)
def test_datasets_that_are_not_whole_are_refused(
    dataset: Path, other: Session, change: Change, said: str
) -> None:
    change(dataset)
    with pytest.raises(InputError) as caught:
        other.datasets.add(dataset, "theirs")
    assert said in caught.value.message
    assert other.datasets.records() == []
    assert not (other.project / "datasets").exists()


def test_imported_dataset_that_was_damaged_is_said(dataset: Path, other: Session) -> None:
    other.datasets.add(dataset, "theirs")
    facts = other.project / "datasets" / "theirs" / FACTS_FILE
    facts.write_text(json.dumps({"version": 7}))
    with pytest.raises(InputError, match="changed or damaged"):
        other.datasets.load("theirs")

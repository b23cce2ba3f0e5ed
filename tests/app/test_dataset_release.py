"""All sets of a project in one folder with its packed project, while its queue works."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from pyarrow import parquet

from smcogui.app.campaign_queue import CampaignQueue
from smcogui.app.dataset_exports import FACTS_FILE, read_facts
from smcogui.app.dataset_release import PROJECT_ARCHIVE
from smcogui.app.jobs import no_progress
from smcogui.app.session import Session
from smcogui.campaigns.campaign import CampaignOrder, design_of_entry
from smcogui.campaigns.campaign_store import CAMPAIGNS_FOLDER
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.sampling import Sampling
from smcogui.data.dataset_import import check_dataset
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError
from smcogui.runs.folder import prepare_folder
from smcogui.runs.lock import FolderLock
from smcogui.runs.spec import make_run_spec

POINTS: dict[str, list[dict[str, float]]] = {
    "train": [{"alpha_deg": 30}, {"alpha_deg": 40}, {"alpha_deg": 50}],
    "seed_scatter": [{"alpha_deg": 50}],
    "two_domains": [{"alpha_deg": 35, "domain_nm": 12}, {"alpha_deg": 35, "domain_nm": 16}],
}


def add(session: Session, name: str, points: list[dict[str, float]], base: Design) -> None:
    sampling = Sampling(name=name, method="list", base=design_to_toml(base), points=tuple(points))
    session.campaigns.add(name, sampling, Feasibility())


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, tiny_design: Design) -> Session:
    """Return a project with three sets that are done, but for one design that is begun."""
    made = Session(tmp_path_factory.mktemp("released") / "magnets")
    base = replace(tiny_design, mesh=replace(tiny_design.mesh, domain=12e-9))
    often = replace(base, run=replace(base.run, cycles=2))
    for name, points in POINTS.items():
        made.campaigns.create(name)
        add(made, name, points, often if name == "seed_scatter" else base)
        made.campaigns.store.change(name, order=CampaignOrder.RUN)
    CampaignQueue(made.project, workers=2).run()
    (made.project / CAMPAIGNS_FOLDER / "queue.log").write_text(f"{made.project}\n")
    add(made, "train", [{"alpha_deg": 60}], base)
    campaign, entry = made.campaigns.load("train"), made.campaigns.store.entries("train")[-1]
    spec = make_run_spec(design_of_entry(campaign, entry))
    prepare_folder(spec, made.runs_folder / spec.run_id)
    return made


@pytest.fixture(scope="module")
def released(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what was handed on while a queue had the campaigns."""
    with FolderLock(session.campaigns.store.folder):
        folder = tmp_path_factory.mktemp("out") / "data"
        return session.campaigns.release(folder).parent


def test_every_set_has_a_table_and_no_design_is_in_training_and_another(released: Path) -> None:
    tables = {name: check_dataset(released / f"{name}.parquet").rows for name in POINTS}
    assert sorted(round(row["alpha_deg"]) for row in tables["train"]) == [30, 40]
    assert [(row["cycles"]) for row in tables["seed_scatter"]] == [2]
    assert [row["domain_nm"] for row in tables["two_domains"]] == [12, 16]
    ids = [row["run_id"] for rows in tables.values() for row in rows]
    assert len(set(ids)) == len(ids) == 5
    curves = parquet.read_table(released / "curves.parquet")
    assert set(curves.column("run_id").to_pylist()) == set(ids)
    facts = read_facts(released)
    assert facts["sets"]["train"] == {
        "designs": 2,
        "half_cycles": 2,
        "states": {"done": 3, "waiting": 1, "failed": 0},
    }
    (left,) = facts["left_out"]
    assert left == {"reason": "the design is in seed_scatter", "count": 1, "set": "train"}


def test_packed_project_holds_what_is_finished_and_goes_on_elsewhere(
    session: Session, released: Path, tmp_path: Path
) -> None:
    project = Session.import_project(released / PROJECT_ARCHIVE, tmp_path / "new", no_progress)
    assert len(list((project / "runs").iterdir())) == 6
    assert all({f.name for f in run.iterdir()} <= {"spec.json", "result.json", "events.jsonl"}
               for run in (project / "runs").iterdir())  # fmt: skip
    other = Session(project).campaigns
    for name in POINTS:
        states = [status.state for status in other.statuses(name)]
        waiting = [MemberState.WAITING] if name == "train" else []
        assert states == [MemberState.DONE] * len(POINTS[name]) + waiting
    curves = {run.run_id: session.load_steps(run.run_id) for run in Session(project).runs()}
    assert curves == {r: Session(project).load_steps(r) for r in curves}


def test_nothing_handed_on_names_a_place_of_this_machine(session: Session, released: Path) -> None:
    place = str(session.project.parent).encode()
    with zipfile.ZipFile(released / PROJECT_ARCHIVE) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in content if "queue.log" in name or name.endswith("lock")]
    content |= {path.name: path.read_bytes() for path in released.iterdir()}
    assert [name for name, data in content.items() if place in data] == []
    results = [json.loads(data) for name, data in content.items() if name.endswith("result.json")]
    assert {each["run_dir"] for each in results} == {f"runs/{each['run_id']}" for each in results}


def test_datasheet_counts_what_is_there(released: Path) -> None:
    sheet = (released / "DATASHEET.md").read_text()
    assert "| train | 4 | 3 | 1 | 0 | 2 | 2 |" in sheet
    assert "| mu0_Hc_T | 1 |" in sheet.partition("## Shift with the domain")[2]
    assert "The Z phase Lit is missing: its √(A/K) is 0.48 nm" in sheet
    assert "python main.py campaign release magnets --out data" in sheet


def test_version_counts_up_with_the_content(session: Session, tmp_path: Path) -> None:
    def version(*names: str) -> int:
        return int(read_facts(session.campaigns.release(tmp_path, names=names).parent)["version"])

    assert [version(), version(), version("train"), version("train")] == [1, 1, 2, 2]
    (tmp_path / FACTS_FILE).write_text("{")
    with pytest.raises(InputError, match="which version comes next"):
        version()


def test_set_without_finished_designs_has_no_table_any_more(
    session: Session, tmp_path: Path
) -> None:
    session.campaigns.create("empty")
    (tmp_path / "empty.parquet").write_bytes(b"of an earlier dataset")
    sheet = session.campaigns.release(tmp_path, names=("two_domains", "empty"))
    assert not (tmp_path / "empty.parquet").exists()
    assert "| empty | 0 | 0 | 0 | 0 | 0 | 0 |" in sheet.read_text()
    session.campaigns.store.folder.joinpath("empty", "campaign.json").unlink()


def test_a_run_in_two_sets_is_refused(session: Session, tmp_path: Path) -> None:
    store = session.campaigns.store
    store.create("again")
    campaign = session.campaigns.load("seed_scatter")
    sampling = campaign.blocks[0].sampling
    session.campaigns.add("again", sampling, Feasibility())
    (attempt,) = store.attempts("seed_scatter")
    store.add_attempt("again", attempt)
    with pytest.raises(InputError, match="in the sets seed_scatter and again"):
        session.campaigns.release(tmp_path / "out", names=("seed_scatter", "again"))
    with pytest.raises(InputError, match="inside the project"):
        session.campaigns.release(session.project / "data", names=("train",))
    assert not (tmp_path / "out").exists()

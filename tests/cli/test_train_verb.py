"""``train``: a dataset becomes a stored model; stopped, repeated and refused in words."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.store import load_model
from smcogui.app import training_worker
from smcogui.app.session import Session
from smcogui.app.surrogate_training import Training, begin_training, rows_of_dataset
from smcogui.app.training_folder import (
    CHECKPOINT_FILE,
    STOP_FILE,
    TrainingFolder,
    TrainingRequest,
    TrainingState,
)
from smcogui.errors import InputError
from smcogui.surrogates.training_options import TrainingOptions

SMALL = TrainingOptions(members=2, folds=2, steps=30, peers=False)
WORDS = ("--members", 2, "--folds", 2, "--steps", 30, "--no-peers")


@pytest.fixture(scope="module")
def shipped(checkout: Path) -> Path:
    return checkout / "models" / "data"


@pytest.fixture(scope="module")
def rows(shipped: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return rows_of_dataset(shipped)[:2]


def test_a_dataset_is_trained_in_a_child_and_a_second_call_is_done_at_once(
    call: Callable[..., Any], shipped: Path
) -> None:
    answer = call("train", shipped, "--out", "made", *WORDS, "--json")

    assert answer.code == 0, answer.err
    told = answer.value
    assert told["outputs"]["mu0_Hc_T"]["unit"] == "T"
    assert told["tested"] == sum(told["trust"].values())
    stored = load_model(Path(told["model"]))
    assert stored.about["sources"]["training"][0].startswith("train.parquet")
    assert stored.about["options"]["steps"] == 30
    written = Path(told["card"]).stat().st_mtime_ns
    again = call("train", shipped, "--out", "made", *WORDS, "--json")
    assert again.value == told
    assert Path(told["card"]).stat().st_mtime_ns == written
    other = call("train", shipped, "--out", "made", *WORDS, "--seed", 1, "--json")
    assert other.code == 2
    assert "--replace" in other.value["error"]["message"]


def folder_of(rows: Any, place: Path, options: TrainingOptions = SMALL) -> TrainingFolder:
    folder = TrainingFolder(place)
    assert folder.prepare(TrainingRequest(options=options), *rows)
    return folder


def test_a_stopped_training_goes_on_to_the_same_model(rows: Any, tmp_path: Path) -> None:
    straight, stopped = (folder_of(rows, tmp_path / name) for name in ("straight", "stopped"))
    assert training_worker.main([str(straight.path)]) == 0
    (stopped.path / STOP_FILE).touch()

    code = training_worker.main([str(stopped.path)])

    assert code == 130
    assert stopped.status().state is TrainingState.STOPPED
    assert (stopped.path / CHECKPOINT_FILE).exists()
    assert stopped.prepare(TrainingRequest(options=SMALL), *rows)
    assert training_worker.main([str(stopped.path)]) == 0
    assert not (stopped.path / CHECKPOINT_FILE).exists()
    cards = [json.loads((each.model / "card.json").read_text()) for each in (straight, stopped)]
    for card in cards:
        del card["created"]
    assert cards[0] == cards[1]


def test_status_follows_the_reports(rows: Any, tmp_path: Path) -> None:
    folder = folder_of(rows, tmp_path / "s")
    assert TrainingFolder(tmp_path / "none").status().state is TrainingState.NONE
    assert folder.status().state is TrainingState.LOST  # nobody took it
    folder.tell("losses", step=25, steps=100, training=0.5, held_out=0.6)
    folder.tell("losses", step=50, steps=100, training=0.4, held_out=0.5)

    status = folder.status()

    assert (status.step, status.steps, status.training) == (50, 100, 0.4)
    folder.tell("failed", error={"message": "no"}, exit_code=2)
    assert folder.status().error == {"message": "no"}
    assert Training(folder).status().exit_code == 2


def test_a_damaged_checkpoint_is_told_and_removed_by_replacing(rows: Any, tmp_path: Path) -> None:
    folder = folder_of(rows, tmp_path / "s")
    (folder.path / CHECKPOINT_FILE).write_bytes(b"\x80\x04K\x01.")

    assert training_worker.main([str(folder.path)]) == 3
    assert "cannot be read" in folder.status().error["message"]
    other = TrainingRequest(options=replace(SMALL, seed=1))
    with pytest.raises(InputError, match="other designs or options"):
        folder.prepare(other, *rows)
    assert folder.prepare(other, *rows, replace=True)
    assert not (folder.path / CHECKPOINT_FILE).exists()


def test_nothing_is_written_for_designs_that_cannot_be_used(rows: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there are 5 designs; at least 40"):
        begin_training(tmp_path / "s", TrainingRequest(), rows[0][:5], [], sources={})

    assert not (tmp_path / "s").exists()


def test_without_torch_training_says_what_to_install(
    call: Callable[..., Any], shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "torch" else found(name)
    )

    answer = call("train", shipped, "--json")

    assert answer.code == 3
    assert "training needs torch" in answer.value["error"]["message"]
    assert not Path("surrogates").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--members", 1), "--members is 1; allowed is 2 to 20"),
        (("--trials", 3), "add --compare"),
        (("--compare", "--no-peers"), "contradict each other"),
        (("--fixed", "theta"), "there is no input 'theta'"),
        (("--name", "../up"), "cannot be used"),
    ],
)
def test_wrong_words_are_refused(
    call: Callable[..., Any], shipped: Path, words: tuple[Any, ...], message: str
) -> None:
    answer = call("train", shipped, *words, "--json")

    assert answer.code == 2
    assert message in answer.value["error"]["message"]


def test_projects_without_designs_and_unknown_campaigns_are_told(
    call: Callable[..., Any], tmp_path: Path, shipped: Path
) -> None:
    project = tmp_path / "magnets"
    Session(project)

    empty = call("train", project, "--json")
    unknown = call("train", project, "--campaign", "sobol", "--json")
    no_dataset = call("train", tmp_path / "nothing", "--json")

    assert "no designs to learn from" in empty.value["error"]["message"]
    assert "no campaign or dataset 'sobol'" in unknown.value["error"]["message"]
    assert no_dataset.code == 2


def test_an_imported_dataset_of_a_project_is_trained_on(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the process: what it would find in its folder."""
    monkeypatch.setattr("smcogui.app.surrogate_training.children.start", lambda *_: None)
    source = shutil.copytree(shipped, tmp_path / "data")
    session = Session(tmp_path / "magnets")
    session.datasets.add(source / "train.parquet", "train")
    session.datasets.add(source / "test_offgrid.parquet", "test_offgrid")

    session.surrogates.train("mine", TrainingRequest(options=SMALL))

    assert session.surrogates.names() == ["mine"]
    folder = session.surrogates.training("mine").folder
    assert folder.request().sources == {"training": ["train"], "test": ["test_offgrid"]}
    assert [len(part) for part in folder.rows()] == [
        len(part) for part in rows_of_dataset(shipped)[:2]
    ]
    with pytest.raises(InputError, match="cannot be read"):
        session.surrogates.load("mine")

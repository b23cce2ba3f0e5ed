"""``run FILE`` with the real solver on a mesh of 24 x 24 cells."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smcogui.curves.summary import READING_KEYS
from smcogui.runs import batch as batch_module
from smcogui.runs import worker

PROMISED = {
    "mu0_Hc_T",
    "mu0_Hp_T",
    "Phi_p",
    "mu0_Hp_jump_T",
    "mu0_Hp_slope_T",
    "field_resolution_T",
    "Mr_over_Ms",
    "BHmax_kJ_m3",
    "spread",
    "cycles",
    "phi_S",
    "phi_Z",
    "counted_fractions",
    "zr_at_percent",
    "run_dir",
    "solver",
    "exchange_rule",
    "preset",
    "seed",
    "wall_s",
    "cpu_s",
    "iterations",
    "demag_evaluations",
}
EFFORT = {"wall_s", "cpu_s", "run_dir"}


def start(checkout: Path, *words: object) -> subprocess.Popen[str]:
    """Start the program as a user does."""
    return subprocess.Popen(
        [sys.executable, str(checkout / "main.py"), *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def wait_for_steps(wait_until):
    """Return a function that waits until every half-cycle has accepted some field steps."""

    def wait(process: subprocess.Popen[str], out: Path, count: int = 3) -> None:
        files = [out / name / "events.jsonl" for name in ("cycle-00", "cycle-01")]

        def are_there() -> bool:
            found = all(_count_steps(path) >= count for path in files)
            assert found or process.poll() is None, process.communicate()
            return found

        wait_until(are_there, "field steps")

    return wait


def _count_steps(path: Path) -> int:
    return path.read_text().count('"FieldStep"') if path.exists() else 0


@pytest.fixture
def slower_file(small_file):
    """Return a design that takes long enough to be interrupted: many small field steps."""
    text = small_file.read_text().replace(
        "alpha_deg = 45",
        "alpha_deg = 45\nlargest_step_T = 0.02\nsmallest_step_T = 0.02",
    )
    small_file.write_text(text)
    return small_file


def test_run_gives_all_promised_keys_and_files(call, small_file, tmp_path):
    out = tmp_path / "ünïcödé \"quotes\" 'and' space"
    answer = call("run", small_file, "--out", out, "--json")
    assert answer.code == 0, answer.err
    result = answer.value
    assert set(result) >= PROMISED
    assert result["run_dir"] == str(out)
    assert len(result["cycles"]) == 2
    assert PROMISED & set(result["spread"]) <= set(result["cycles"][0])
    assert 0 < result["mu0_Hc_T"] < 12
    assert result["mu0_Hp_T"] == result["mu0_Hp_jump_T"]
    assert sum(result["counted_fractions"].values()) == pytest.approx(1.0)
    assert set(result["solver"]) == {"name", "version"}
    for name in ("spec.json", "regions.npz", "events.jsonl", "mh.pdf", "mh.png"):
        assert (out / name).stat().st_size > 0
    assert json.loads((out / "result.json").read_text()) == result
    with (out / "curve.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert set(rows[0]) == {"cycle", "mu0_H_T", "M_over_Ms", "jump"}
    assert {row["cycle"] for row in rows} == {"0", "1", "mean"}


def test_same_seed_gives_the_same_numbers_in_any_number_of_processes(
    call,
    small_file,
    tmp_path,
    monkeypatch,
):
    results = []
    for processes in ("1", "2"):
        monkeypatch.setenv("SMCOGUI_PROCESSES", processes)
        result = call("run", small_file, "--out", tmp_path / processes, "--json").value
        results.append({key: value for key, value in result.items() if key not in EFFORT})
    assert results[0] == results[1]


def test_run_without_out_lies_in_runs_and_is_computed_only_once(call, small_file):
    answer = call("run", small_file, "--cycles", 1, "--cell", 2)
    assert answer.code == 0, answer.err
    (folder,) = Path("runs").iterdir()
    assert str(folder.absolute()) in answer.out
    assert "mu0_Hc_T" in answer.out
    before = _times(folder)
    second = call("run", small_file, "--cycles", 1, "--cell", 2)
    assert second.out == answer.out
    assert _times(folder) == before
    other = call("run", small_file, "--cycles", 1, "--seed", 5, "--out", folder, "--json")
    assert other.code == 3
    assert "another content" in other.value["error"]["message"]
    assert _times(folder) == before


def _times(folder: Path) -> list[tuple[Path, int]]:
    return sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file())


def test_several_designs_give_a_list_and_a_folder_each(call, small_file, tmp_path):
    one = "[[design]]\n" + small_file.read_text().replace("\n[", "\n[design.")
    small_file.write_text(one + one.replace('"small"', '"x/y"').replace("= 45", "= 30"))
    out = tmp_path / "all"
    answer = call("run", small_file, "--out", out, "--cycles", 1, "--cell", 2, "--json")
    assert answer.code == 0, answer.err
    assert [result["name"] for result in answer.value] == ["small", "x/y"]
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["small", "x_y"]


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_run_gives_130_and_the_same_command_goes_on(
    checkout,
    call,
    slower_file,
    tmp_path,
    number,
    wait_for_steps,
):
    out = tmp_path / "run"
    with start(checkout, "run", slower_file, "--out", out, "--json") as process:
        wait_for_steps(process, out)
        process.send_signal(number)
        text, log = process.communicate(timeout=60)
    assert process.returncode == 130, log
    assert "all accepted field steps are kept" in json.loads(text)["error"]["message"]
    assert "same command goes on" in log
    answer = call("run", slower_file, "--out", out, "--json")
    assert answer.code == 0, answer.err
    assert answer.value["mu0_Hc_T"] > 0


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_run_goes_on_to_the_same_result(
    checkout, call, slower_file, tmp_path, wait_for_steps
):
    out = tmp_path / "run"
    with start(checkout, "run", slower_file, "--out", out, "--json") as process:
        wait_for_steps(process, out)
        process.kill()
        process.communicate(timeout=60)
    _check_resumes(call, slower_file, tmp_path)


def test_second_program_is_told_that_the_folder_is_in_use(
    checkout,
    call,
    slower_file,
    tmp_path,
    monkeypatch,
    wait_for_steps,
):
    monkeypatch.setattr(worker, "_LOCK_PATIENCE_S", 0.1)
    out = tmp_path / "run"
    with start(checkout, "run", slower_file, "--out", out) as process:
        wait_for_steps(process, out, 1)
        answer = call("run", slower_file, "--out", out, "--json")
        process.terminate()
        process.communicate(timeout=60)
    assert answer.code == 3
    assert f"in use by process {process.pid}" in answer.value["error"]["message"]


def _edit(path, change):
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


_DAMAGES = {
    "empty result": lambda run: (run / "result.json").write_text("{}"),
    "torn result": lambda run: (run / "result.json").write_text('{"mu0_Hc_T": 3.'),
    "result of another kind": lambda run: (run / "result.json").write_text("[1]"),
    "NaN in the result": lambda run: _edit(
        run / "result.json", lambda data: data.update(mu0_Hc_T=float("nan"))
    ),
    "words in the result": lambda run: _edit(
        run / "result.json", lambda data: data["cycles"][0].update(Phi_p="three")
    ),
    "no readings of the half-cycles": lambda run: _edit(
        run / "result.json", lambda data: data.update(cycles=[])
    ),
    "no events of a half-cycle": lambda run: (
        (run / "result.json").unlink(),
        (run / "cycle-01" / "events.jsonl").unlink(),
    ),
    "half the events of a half-cycle": lambda run: (
        (run / "result.json").unlink(),
        os.truncate(run / "cycle-01" / "events.jsonl", 900),
    ),
    "no events of the run": lambda run: (run / "events.jsonl").unlink(),
    "broken regions": lambda run: (run / "regions.npz").write_bytes(b"PK"),
}


@pytest.mark.parametrize("damage", _DAMAGES.values(), ids=_DAMAGES)
def test_damaged_run_gives_its_result_again(call, small_file, finished_folder, tmp_path, damage):
    folder, result = finished_folder
    run = tmp_path / "run"
    shutil.copytree(folder, run)
    damage(run)
    answer = call("run", small_file, "--out", run, "--json")
    assert answer.code == 0, answer.err
    for key in (*READING_KEYS, "spread", "averaged_curve", "cycles"):
        assert answer.value[key] == result[key]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"format_version": 1}', '{"format_version": 1, "cycles": [5]}', "["],
    ids=["empty", "torn", "list", "short", "wrong", "deep"],
)
def test_damaged_description_of_a_run_is_named(call, small_file, tmp_path, content):
    (tmp_path / "run").mkdir()
    text = content * 100_000 if content == "[" else content
    (tmp_path / "run" / "spec.json").write_text(text)
    answer = call("run", small_file, "--out", tmp_path / "run", "--json")
    assert answer.code == 3
    assert "spec.json is damaged" in answer.value["error"]["message"]


def _check_resumes(call, file, tmp_path):
    """The interrupted run ends with the numbers of one that was left in peace."""
    interrupted = call("run", file, "--out", tmp_path / "run", "--json")
    assert interrupted.code == 0, interrupted.err
    whole = call("run", file, "--out", tmp_path / "whole", "--json")
    texts = [(tmp_path / name / "curve.csv").read_text() for name in ("run", "whole")]
    assert texts[0] == texts[1]
    ignored = {"wall_s", "cpu_s", "run_dir"}
    first, second = (
        {key: value for key, value in answer.value.items() if key not in ignored}
        for answer in (interrupted, whole)
    )
    assert first == second


@pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="needs torch: pip install -r requirements-train.lock",
)
def test_run_on_a_card_computes_all_designs_of_the_file(call, small_text, tmp_path, monkeypatch):
    # no card in the machine of the tests: the batch computes on the processor instead
    opened = batch_module.open_device
    monkeypatch.setattr(batch_module, "open_device", lambda _name: opened("cpu"))
    quick = small_text.replace("alpha_deg = 45", "alpha_deg = 45\nstart_T = 0.2\nstop_T = -0.4")
    path = tmp_path / "two.toml"
    one = "[[design]]\n" + quick.replace("\n[", "\n[design.")
    path.write_text("\n".join(one.replace("small", name) for name in ("one", "two")))
    answer = call("run", path, "--device", "cuda", "--out", tmp_path / "out", "--json")
    assert answer.code == 0, answer.err
    assert [len(result["cycles"]) for result in answer.value] == [2, 2]
    for result in answer.value:
        assert (Path(result["run_dir"]) / "mh.pdf").exists()
    again = call("run", path, "--device", "cuda", "--out", tmp_path / "out", "--json")
    assert again.value == answer.value


def test_device_is_refused_for_mumax3(call, small_file):
    answer = call("run", small_file, "--device", "cuda", "--backend", "mumax3", "--json")
    assert answer.code == 2
    assert answer.value["error"]["key"] == "device"
    assert "MuMax3 always computes on a GPU" in answer.value["error"]["message"]

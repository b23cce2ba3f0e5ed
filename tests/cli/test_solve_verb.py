"""``solve FOLDER``, and the scripts that docs/formats.md shows."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest


@pytest.fixture
def shown_scripts(checkout, tmp_path):
    """Return the Python scripts of docs/formats.md as files."""
    text = (checkout / "docs" / "formats.md").read_text(encoding="utf-8")
    paths = []
    for number, script in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL)):
        paths.append(tmp_path / f"script_{number}.py")
        paths[-1].write_text(script, encoding="utf-8")
    return paths


def run_script(path, folder):
    """Run a script elsewhere than in the checkout."""
    done = subprocess.run(
        [sys.executable, "-I", str(path), str(folder)],
        capture_output=True,
        text=True,
        cwd=path.parent,
        check=True,
    )
    return done.stdout


def test_rod_of_the_documentation_gives_the_pinning_field_of_theory(call, shown_scripts, tmp_path):
    write, read = shown_scripts
    folder = tmp_path / "rod 'ü'"
    run_script(write, folder)
    answer = call("solve", folder, "--json")
    assert answer.code == 0, answer.err
    assert len(answer.value["mu0_H_T"]) == 70
    found = re.search(r"passed at ([\d.]+) T", run_script(read, folder))
    assert found is not None
    # Cells of 1 nm and field steps of 0.02 T; the finer comparison is the solver's own.
    assert float(found[1]) == pytest.approx(1.568, abs=0.06)
    before = (folder / "events.jsonl").read_bytes()
    assert call("solve", folder).code == 0
    assert (folder / "events.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("mesh", "cells", [80, 1, 0]),
        ("mesh", "colour", 1),
        ("sweep", "mode", "spiral"),
        ("options", "torque_T", -1),
    ],
)
def test_problem_that_is_not_allowed_gives_2_and_names_the_key(
    call,
    shown_scripts,
    tmp_path,
    section,
    key,
    value,
):
    run_script(shown_scripts[0], tmp_path / "rod")
    path = tmp_path / "rod" / "problem.json"
    data = json.loads(path.read_text())
    data[section][key] = value
    path.write_text(json.dumps(data))
    answer = call("solve", tmp_path / "rod", "--json")
    assert answer.code == 2
    assert answer.value["error"]["key"] == f"{section}.{key}"


def test_folder_without_a_problem_gives_2(call, tmp_path):
    answer = call("solve", tmp_path, "--json")
    assert answer.code == 2
    assert "problem.json" in answer.value["error"]["message"]
    assert call("solve", tmp_path).code == 2


def test_truncated_arrays_give_2(call, shown_scripts, tmp_path):
    run_script(shown_scripts[0], tmp_path / "rod")
    path = tmp_path / "rod" / "arrays.npz"
    path.write_bytes(path.read_bytes()[:100])
    answer = call("solve", tmp_path / "rod", "--json")
    assert answer.code == 2
    assert "arrays.npz" in answer.value["error"]["message"]

"""``export FILE``."""

from __future__ import annotations

import json

import numpy as np
import pytest

from smcogui.design.design_file import load_designs
from smcogui.design.nanostructure import build_nanostructure
from solver.mumax3.ovf import read_ovf


@pytest.mark.parametrize("kind", ["ovf", "vti", "csv", "mx3"])
def test_export_writes_the_file_and_what_its_ids_mean(call, small_file, tmp_path, kind):
    path = tmp_path / "ünï 'code'" / f"regions.{kind}"
    answer = call("export", small_file, f"--{kind}", path, "--json")
    assert answer.code == 0, answer.err
    assert path.stat().st_size > 100
    facts = json.loads(path.with_name(path.name + ".json").read_text())
    assert facts == answer.value
    assert facts["easy_axis"] == [0.0, 1.0, 0.0]
    assert facts["mesh"]["pbc"]["z"].startswith("periodic")
    assert set(facts["offsets_nm"]) == {"o_plus", "o_minus", "platelets"}
    assert [row["region"] for row in facts["regions"]] == [0, 1, 2, 3]
    assert sum(row["fraction"] for row in facts["regions"]) == pytest.approx(1.0)


def test_exported_regions_are_those_of_the_half_cycle(call, small_file, tmp_path):
    structure = build_nanostructure(load_designs(small_file)[0], 1)
    assert call("export", small_file, "--ovf", tmp_path / "r.ovf", "--cycle", 1).code == 0
    assert np.array_equal(read_ovf(tmp_path / "r.ovf").data[0], structure.regions)
    assert call("export", small_file, "--csv", tmp_path / "r.csv", "--cycle", 1).code == 0
    rows = np.loadtxt(tmp_path / "r.csv", delimiter=",", skiprows=1)
    assert np.array_equal(rows[:, 3].reshape(structure.regions.shape), structure.regions)
    assert rows[0, :3] == pytest.approx([-11.5, -11.5, 1.0])
    assert rows[1, 0] == pytest.approx(-10.5)


def test_mx3_script_loads_the_regions_beside_it(call, small_file, tmp_path):
    assert call("export", small_file, "--mx3", tmp_path / "run.mx3").code == 0
    assert "run.mx3.regions.ovf" in (tmp_path / "run.mx3").read_text()
    assert read_ovf(tmp_path / "run.mx3.regions.ovf").data.shape == (1, 1, 24, 24)


@pytest.mark.parametrize("cycle", [-1, 2])
def test_half_cycle_that_is_not_there_gives_2(call, small_file, tmp_path, cycle):
    answer = call("export", small_file, "--csv", tmp_path / "r.csv", f"--cycle={cycle}", "--json")
    assert answer.code == 2
    assert answer.value["error"]["allowed"] == "0 to 1"


def test_export_below_a_file_gives_3(call, small_file, tmp_path):
    (tmp_path / "file").write_text("")
    answer = call("export", small_file, "--csv", tmp_path / "file" / "r.csv", "--json")
    assert answer.code == 3
    assert "choose another folder" in answer.value["error"]["message"]


def test_file_with_several_designs_gives_2(call, small_file, tmp_path):
    one = "[[design]]\n" + small_file.read_text().replace("\n[", "\n[design.")
    small_file.write_text(one + one)
    answer = call("export", small_file, "--csv", tmp_path / "r.csv", "--json")
    assert answer.code == 2
    assert "2 designs" in answer.value["error"]["message"]

"""Finding MuMax3 and reading what it says of itself."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from solver.errors import Mumax3Error, ProblemError
from solver.mesh import Mesh
from solver.mumax3 import executable
from solver.mumax3.executable import (
    NAME,
    VARIABLE,
    exchange_rule_of,
    find_executable,
    read_banner,
    require_rule,
)
from solver.problem import Problem, RegionMaterial

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="programs are marked by a bit")

NEW = """\
//mumax 3.11.1 [linux_amd64 go1.25.4(gc) CUDA-12.8]
//commit hash: 797c22bd
//CPU info: a processor, Cores: 24, MHz: 799.674
//GPU info: NVIDIA GeForce RTX 4090(24088MB), CUDA Driver 12.8, cc=8.9, using cc=50 PTX
//(c) Arne Vansteenkiste, Dynamat LAB, Ghent University, Belgium
"""
OLD = """\
//mumax 3.10 linux_amd64 go1.9.6 (gc)
//CUDA 9010 GeForce GTX 1080 Ti(11175MB) cc6.1, using CC61 PTX
//output directory: a.out/
"""


def make_program(path: Path) -> Path:
    """Put a file there that may be executed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\nexit 0\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def empty_machine(monkeypatch, tmp_path):
    """Return a machine on which nothing lies anywhere."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(executable, "usual_folders", lambda: [tmp_path / "opt"])
    return tmp_path


@pytest.mark.parametrize(
    ("text", "version", "cuda", "gpu", "rule"),
    [
        (NEW, "3.11.1", "12.8", "NVIDIA GeForce RTX 4090(24088MB), CUDA Driver", "conservative"),
        (OLD, "3.10", None, "CUDA 9010 GeForce GTX 1080 Ti(11175MB)", "conservative"),
        ("//mumax 3.10beta windows_amd64 go1.10.1 (gc)\n", "3.10beta", None, "", "conservative"),
        ("//mumax 3.9.3 linux_amd64 go1.8.3 (gc)\n", "3.9.3", None, "", "mumax3_2014"),
        ("    mumax 3.6.2 linux_amd64\n", "3.6.2", None, "", "mumax3_2014"),
    ],
)
def test_banner_names_version_build_and_card(text, version, cuda, gpu, rule):
    banner = read_banner(text)
    assert banner is not None
    assert (banner.version, banner.cuda, banner.exchange_rule) == (version, cuda, rule)
    assert banner.gpu.startswith(gpu)


@pytest.mark.parametrize("text", ["", "hello", "mumax2 1.0\n", "#!/bin/sh\n\x00\xff"])
def test_other_programs_have_no_banner(text):
    assert read_banner(text) is None


def test_versions_before_3_10_have_the_rule_of_2014():
    old, new = ("3.9", "3.9.1c", "3.5"), ("3.10", "3.10beta2", "3.12", "4.0")
    assert {exchange_rule_of(version) for version in old} == {"mumax3_2014"}
    assert {exchange_rule_of(version) for version in new} == {"conservative"}


def test_problem_with_the_other_rule_is_refused_in_words():
    mesh = Mesh(cells=(2, 2, 1), cell_size=(1e-9, 1e-9, 1e-9))
    regions = np.zeros(mesh.shape, dtype=np.uint8)
    problem = Problem(
        mesh=mesh, regions=regions, materials=(RegionMaterial(Ms=1e6, Aex=1e-11, Ku1=1e6),)
    )
    require_rule(problem, "3.11.1")
    with pytest.raises(ProblemError, match=r"3\.10 or newer") as caught:
        require_rule(problem, "3.9.3")
    assert caught.value.key == "options.exchange_rule"
    old = problem.with_options(exchange_rule="mumax3_2014")
    require_rule(old, "3.9.3")
    with pytest.raises(ProblemError, match=r"3\.9\.3 or older"):
        require_rule(old, "3.11")


def test_nothing_found_says_where_to_get_it(empty_machine):
    with pytest.raises(Mumax3Error, match=r"mumax\.github\.io/download.*variable MUMAX3") as caught:
        find_executable()
    assert caught.value.kind == "missing"


@posix_only
def test_setting_comes_before_variable_path_and_usual_places(empty_machine, monkeypatch):
    usual = make_program(empty_machine / "opt" / "mumax3.9.3_linux" / NAME)
    assert find_executable() == usual
    newer = make_program(empty_machine / "opt" / "mumax3.11.1_linux_cuda12.9" / NAME)
    assert find_executable() == newer
    on_path = make_program(empty_machine / "bin" / NAME)
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert find_executable() == on_path
    named = make_program(empty_machine / "a folder (old)" / NAME)
    monkeypatch.setenv(VARIABLE, str(named))
    assert find_executable() == named
    # The folder that was unpacked will do.
    assert find_executable(str(newer.parent)) == newer


@posix_only
def test_named_program_that_is_none_is_no_reason_to_take_another(empty_machine, monkeypatch):
    make_program(empty_machine / "opt" / NAME)
    with pytest.raises(Mumax3Error, match=r"the setting names .*which does not exist"):
        find_executable(str(empty_machine / "not there"))
    text = empty_machine / "readme.txt"
    text.write_text("no program")
    monkeypatch.setenv(VARIABLE, str(text))
    with pytest.raises(Mumax3Error, match=r"MUMAX3 names .*which cannot be executed"):
        find_executable()

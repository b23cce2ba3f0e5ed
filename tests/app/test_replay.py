"""What is copied is executed, and makes the very run again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from smcogui.app.session import Session
from smcogui.design.design import Design


@pytest.fixture(scope="module")
def finished(tiny_design: Design, tmp_path_factory: pytest.TempPathFactory):
    session = Session(tmp_path_factory.mktemp("replay") / "project")
    handle = session.start_run(tiny_design, snapshots_T=[-0.123456, 0.5])
    handle.wait(120)
    assert session.load_result(handle.run_id) is not None
    return session, handle.run_id


def execute(words: list[str], folder: Path, checkout: Path) -> str:
    done = subprocess.run(
        words,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(checkout)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")
def test_pasted_command_makes_the_run_again(finished, tmp_path: Path, checkout: Path):
    session, run_id = finished
    folder = tmp_path / "some where"
    folder.mkdir()
    execute(["sh", "-c", session.as_command(run_id)], folder, checkout)
    again = Session(folder.parent / "other")
    assert [path.name for path in (folder / "runs").iterdir()] == [run_id]
    (again.runs_folder / run_id).symlink_to(folder / "runs" / run_id)
    ours, theirs = session.run(run_id), again.run(run_id)
    assert theirs.info.snapshots_T == ours.info.snapshots_T
    assert theirs.design == ours.design
    assert theirs.result["mu0_Hc_T"] == ours.result["mu0_Hc_T"]


def test_copied_script_makes_the_run_again(finished, tmp_path: Path, checkout: Path):
    session, run_id = finished
    script = tmp_path / "again.py"
    script.write_text(session.as_python(run_id), encoding="utf-8")
    printed = execute([sys.executable, str(script)], tmp_path, checkout)
    assert printed.split()[0] == run_id
    again = Session(tmp_path / "replayed").run(run_id)
    assert again.design == session.run(run_id).design
    assert float(printed.split()[1]) == again.result["mu0_Hc_T"]

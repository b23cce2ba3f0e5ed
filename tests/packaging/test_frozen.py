"""The frozen program, built, moved and used by somebody who has nothing else."""

from __future__ import annotations

import ast
import json
import shlex
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from new_user import NewUser
from PIL import Image
from x_desktop import Desktop

import smcogui
from smcogui.app.provenance import git_commit
from smcogui.app.session import Session
from smcogui.data.run_index import INDEX_FILE
from smcogui.design.phases import Phase
from smcogui.rendering.colours import PHASE_COLOURS

WaitUntil = Callable[..., Any]
PATIENCE_S = 120
# GTK's file dialogs, what a Wayland desktop has, and a scheduler of numba that is not used: without
# them Qt and numba do otherwise.
OPTIONAL_LIBRARIES = {
    "libgdk-3.so.0",
    "libgtk-3.so.0",
    "libtbb.so.12",
    "libwayland-cursor.so.0",
    "libwayland-egl.so.1",
}
WHAT_DIFFERS = ("run_dir", "wall_s", "cpu_s")
MAIN_MODULES = ("smcogui", "solver", "models", "resources")

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the frozen build is for Linux")

EXPORTS = """
import sys
from pathlib import Path

from smcogui.app.session import Session
from smcogui.rendering.content import PictureFormat

session, folder = Session(Path("project")), Path("exports")
folder.mkdir()
run = session.start_run(session.load_designs(Path(sys.argv[1]))[0])
run.wait()
run_id = run.run_id
shot = session.snapshots(run_id)[0]
form = PictureFormat(width=320, height=240, dpi=100)
for suffix in ("pdf", "png", "svg"):
    session.exports.figure([run_id], folder / f"figure.{suffix}")
for suffix in ("csv", "xlsx", "parquet", "tex"):
    session.exports.table([run_id], folder / f"table.{suffix}")
for kind in ("vti", "ovf"):
    session.exports.state(run_id, shot.cycle, shot.index, folder / f"state.{kind}", kind)
session.exports.structure(session.run(run_id).design, folder / "structure.stl", "stl")
session.exports.state_picture(run_id, shot.cycle, shot.index, folder / "state.png", form)
for suffix in ("gif", "mp4"):
    session.exports.film(run_id, 0, folder / f"film.{suffix}", form)
(folder / "again.sh").write_text(session.as_command(run_id))
(folder / "again.py").write_text(session.as_python(run_id))
"""
BATCH_ENGINE = ("solver/batch/", "solver/kernels/torch_", "solver/kernels/triton_")
TRAINING = ("models/train.py", "models/comparison.py", "models/onnx_export.py")
"""What needs torch and the like: the frozen program refuses to load it (tests/runs/test_batch.py,
tests/cli/test_train_verb.py)."""
OTHER_PROGRAM = """
import subprocess

subprocess.run(["/bin/sh", "-c", "echo ${LD_LIBRARY_PATH:-none}"], check=True)
"""


def test_what_the_build_leaves_out_is_not_imported(checkout: Path) -> None:
    spec = ast.parse((checkout / "packaging" / "smco-studio.spec").read_text(encoding="utf-8"))
    excluded = next(
        ast.literal_eval(node.value)
        for node in spec.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXCLUDED"
    )
    assert "torch" in excluded
    for package in MAIN_MODULES:
        for path in (checkout / package).rglob("*.py"):
            if path.relative_to(checkout).as_posix().startswith(BATCH_ENGINE + TRAINING):
                continue
            for name in _imported(ast.parse(path.read_text(encoding="utf-8"))):
                wrong = [one for one in excluded if name == one or name.startswith(f"{one}.")]
                assert not wrong, f"{path} imports {name}, which the frozen program lacks"


def _imported(module: ast.Module) -> list[str]:
    names: list[str] = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


@linux_only
@pytest.mark.slow
def test_it_tells_its_version_and_finds_everything_in_itself(new_user: NewUser) -> None:
    assert new_user.run("--version").strip() == smcogui.__version__
    checks = {row["check"]: row for row in new_user.run_json("doctor")}
    assert checks["python"]["message"].endswith(str(new_user.program))
    for name, row in checks.items():
        if name.startswith("package ") or name == "OpenGL":
            assert row["ok"], row
    assert "llvmpipe" in checks["OpenGL"]["message"]


@linux_only
@pytest.mark.slow
def test_its_libraries_are_in_it_or_belong_to_the_system(new_user: NewUser) -> None:
    inside = new_user.program.parent / "_internal"
    files = list(inside.rglob("*.so*"))
    assert not [path for path in files if path.is_symlink() and not path.exists()]
    asked = subprocess.run(
        ["ldd", *(path for path in files if not path.is_symlink())],
        env={**new_user.environment, "LD_LIBRARY_PATH": str(inside)},
        capture_output=True,
        text=True,
        check=False,
    )
    missing = {line.split()[0] for line in asked.stdout.splitlines() if "not found" in line}
    assert missing <= OPTIONAL_LIBRARIES
    taken = {path.name for path in inside.iterdir()}
    assert not taken & {"libstdc++.so.6", "libglib-2.0.so.0", "libX11.so.6"}


@linux_only
@pytest.mark.slow
def test_it_solves_as_the_unfrozen_program_does(new_user: NewUser, checkout: Path) -> None:
    design = checkout / "tests" / "tiny.toml"
    before = _files(new_user.program.parent)
    results, lines = [], []
    new_user.variables["NUMBA_DEBUG_CACHE"] = "1"
    for name in ("first", "second"):
        began = time.monotonic()
        results.append(new_user.run_json("run", design, "--out", new_user.home / name))
        lines.append(f"{name} run of the frozen program: {time.monotonic() - began:.1f} s")
    sys.stdout.write("\n".join([*lines, ""]))
    unfrozen = subprocess.run(
        [sys.executable, "main.py", "run", design, "--out", new_user.home / "unfrozen", "--json"],
        cwd=checkout,
        capture_output=True,
        check=True,
    )
    expected = _numbers(json.loads(unfrozen.stdout))
    assert [_numbers(result) for result in results] == [expected, expected]
    logs = {
        name: "".join(path.read_text() for path in (new_user.home / name).rglob("solver.log"))
        for name in ("first", "second")
    }
    assert "data saved to" in logs["first"]
    assert "data loaded from" in logs["second"]
    assert "data saved to" not in logs["second"]
    assert list(new_user.cache.rglob("*.nbc"))
    assert _files(new_user.program.parent) == before


def _numbers(result: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in result.items() if key not in WHAT_DIFFERS}


def _files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@linux_only
@pytest.mark.slow
def test_it_exports_what_the_window_offers(new_user: NewUser, checkout: Path) -> None:
    new_user.run_script(EXPORTS, checkout / "tests" / "tiny.toml")
    folder = new_user.home / "exports"
    assert (folder / "figure.pdf").read_bytes().startswith(b"%PDF")
    assert b"<text" in (folder / "figure.svg").read_bytes()
    for name in ("figure.png", "state.png", "film.gif"):
        with Image.open(folder / name) as picture:
            assert len(picture.convert("RGB").getcolors(1 << 24)) > 20, f"{name} is blank"
    assert zipfile.is_zipfile(folder / "table.xlsx")
    assert (folder / "table.parquet").read_bytes().startswith(b"PAR1")
    assert "ftyp" in (folder / "film.mp4").read_bytes()[:12].decode("latin-1")
    assert b"ImageData" in (folder / "state.vti").read_bytes()[:400]
    assert (folder / "structure.stl").stat().st_size > 1000
    provenance = json.loads((folder / "figure.pdf.json").read_text(encoding="utf-8"))
    assert provenance["git_commit"] == git_commit()
    assert {"numpy", "numba", "scipy", "matplotlib"} <= set(provenance["libraries"])
    _copied_lines_work(new_user, folder)


def _copied_lines_work(user: NewUser, folder: Path) -> None:
    """Paste what was copied: both make the run again, with no other Python."""
    pasted = user.home / "pasted"
    pasted.mkdir()
    command = ["sh", str(folder / "again.sh")]
    subprocess.run(command, cwd=pasted, env=user.environment, check=True, capture_output=True)
    (run,) = (pasted / "runs").iterdir()
    script = folder / "again.py"
    assert f"{shlex.quote(str(user.program))} script FILE.py" in script.read_text(encoding="utf-8")
    run_id, Hc, *_ = user.run("script", script).split()
    assert run_id == run.name
    assert float(Hc) == json.loads((run / "result.json").read_text())["mu0_Hc_T"]


@linux_only
@pytest.mark.slow
def test_other_programs_keep_their_own_libraries(new_user: NewUser) -> None:
    for given in ("", "/theirs"):
        new_user.variables["LD_LIBRARY_PATH"] = given
        assert new_user.run_script(OTHER_PROGRAM).split() == [given or "none"]


@linux_only
@pytest.mark.slow
def test_window_opens_on_the_samples_and_draws_them(
    new_user: NewUser, desktop: Desktop, qapp, checkout: Path, wait_until: WaitUntil
) -> None:
    began = time.monotonic()
    process = new_user.start()
    window = _painted_window(process, desktop, qapp, wait_until)
    sys.stdout.write(f"first paint of the frozen window: {time.monotonic() - began:.2f} s\n")
    assert "default" in desktop.title(window)
    project = new_user.home / ".local" / "share" / "SmCo Studio" / "projects" / "default"
    wait_until(lambda: len(_indexed(project)) == 3, "sample runs", PATIENCE_S)
    assert set(_indexed(project).values()) == {"DONE"}
    drawing = [words for words in new_user.processes().values() if words[1:] == ["--draw"]]
    assert len(drawing) == 1
    # Sides of the body in shade: only the process that draws makes them.
    wait_until(lambda: _shaded(_pixels(window, qapp)) > 0.01, "picture in 3-D", PATIENCE_S)
    shots = checkout / "build" / "screenshots"
    shots.mkdir(parents=True, exist_ok=True)
    Image.fromarray(_pixels(window, qapp)).save(shots / "frozen.png")
    second = new_user.start()
    _, said = second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 0
    assert "open already" in said
    _close(process, window, desktop)
    wait_until(lambda: not new_user.processes(), "end of all processes", PATIENCE_S)


@linux_only
@pytest.mark.slow
def test_run_started_in_the_window_gives_the_same_curve(
    new_user: NewUser,
    desktop: Desktop,
    qapp,
    checkout: Path,
    tmp_path: Path,
    wait_until: WaitUntil,
) -> None:
    project = new_user.home / "my project"
    session = Session(project)
    design = session.load_designs(checkout / "tests" / "tiny.toml")[0]
    session.keep_design(design)
    process = new_user.start(project)
    window = _painted_window(process, desktop, qapp, wait_until)
    assert desktop.title(window).startswith("tiny")
    desktop.press(window, "F5")
    wait_until(lambda: "DONE" in _indexed(project).values(), "end of the run", PATIENCE_S)
    (run_id,) = _indexed(project)
    _close(process, window, desktop)
    wait_until(lambda: not new_user.processes(), "end of all processes", PATIENCE_S)
    unfrozen = Session(tmp_path / "unfrozen")
    unfrozen.start_run(design).wait(PATIENCE_S)
    ours, theirs = session.run(run_id).result, unfrozen.run(run_id).result
    assert ours is not None
    assert theirs is not None
    assert _numbers(ours) == _numbers(theirs)


def _painted_window(
    process: subprocess.Popen[str], desktop: Desktop, qapp, wait_until: WaitUntil
) -> int:
    """Wait until the window of a process shows something; return it."""

    def window() -> int | None:
        assert process.poll() is None, process.stderr.read()
        return desktop.window_of(process.pid)

    found = wait_until(window, "window", PATIENCE_S)
    wait_until(lambda: len(np.unique(_pixels(found, qapp)[::8, ::8])) > 8, "paint", PATIENCE_S)
    return found


def _pixels(window: int, qapp) -> np.ndarray:
    """Return what a window shows, shape (height, width, 3)."""
    image = qapp.primaryScreen().grabWindow(window).toImage()
    image = image.convertToFormat(image.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), -1, 3).copy()


def _shaded(pixels: np.ndarray) -> float:
    """Return the share of pixels in the Z platelets' colour, but darker."""
    colour = np.array(PHASE_COLOURS[Phase.Z_PLATELET], float)
    factor = pixels @ colour / (colour @ colour)
    off = np.abs(pixels - factor[..., None] * colour).max(axis=-1)
    return float(np.mean((off < 4) & (factor > 0.5) & (factor < 0.95)))


def _indexed(project: Path) -> dict[str, str]:
    """Return the states of the runs that the window's index lists."""
    path = project / INDEX_FILE
    if not path.is_file():
        return {}
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return dict(connection.execute("SELECT run_id, state FROM runs"))
    except sqlite3.OperationalError:
        # It is being made.
        return {}
    finally:
        connection.close()


def _close(process: subprocess.Popen[str], window: int, desktop: Desktop) -> None:
    """Close a window as a user does; the program has to end well."""
    desktop.close(window)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, errors

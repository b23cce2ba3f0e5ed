"""The stand-in refuses what MuMax3 refuses, and fails as MuMax3 fails when it is told to."""

from __future__ import annotations

import math
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from solver.mesh import OPEN, Mesh
from solver.mumax3 import layout
from solver.mumax3.ovf import read_ovf
from solver.mumax3.script import write_mx3
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions

Start = Callable[..., subprocess.CompletedProcess[str]]

HEAD = "SetGridSize(2, 2, 1)\nSetCellSize(1e-9, 1e-9, 1e-9)\nMsat = 1e6\nAex = 1e-11\n"


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Return a function that starts the stand-in, as users start MuMax3, with a script."""
    from install import install

    def start_with(text: str, *flags: str, **environment: str) -> subprocess.CompletedProcess[str]:
        program = install(tmp_path / "bin", **environment)
        script = tmp_path / "run.mx3"
        script.write_text(text, encoding="utf-8")
        command = [str(program), '-http=""', "-o", "out", "-f", "-gpu", "0", "-cache", "c"]
        return subprocess.run(
            [*command, *flags, script.name],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=120,
        )

    return start_with


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Start:
    """Return a function that does the same within this process, where nothing ends it."""
    import mumax3 as stand_in

    def call_with(text: str, **environment: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "run.mx3").write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        code = stand_in.main(["-http=", "-o", "out", "-f", "run.mx3"])
        written = capsys.readouterr()
        return subprocess.CompletedProcess([], code, written.out, written.err)

    return call_with


@pytest.fixture
def compile_text() -> Callable[[str], object]:
    """Return a function that compiles a script over the names of the stand-in."""
    from mx3_compile import compile_script
    from mx3_engine import Engine
    from mx3_output import Log, Table
    from mx3_world import make_world

    def compile_it(text: str) -> object:
        world = make_world(Engine("conservative"), Log(), Table(Path()), None)
        return compile_script(text, world)

    return compile_it


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1", "line 1: undefined: a"),
        ("a := 1\nA := 2", "line 2: already defined: A"),
        ("m := 1", "already defined: m"),
        ("a := 1.0\na = true", "can not use type bool as float64"),
        ("if 1 { }", "can not use type int as bool"),
        ("m.Nonsense()", "has no method Nonsense"),
        ("SetGridSize(1, 2)", "needs 3 arguments, got 2"),
        ("a := Minimize()", "void used as value"),
        ("a := 1 +", "expected an operand"),
        ("for i := 0; i < 3; i++ {\nbreak\n}", "line 2: not allowed: break"),
        ("func f() {}", "not allowed: func"),
        ("a, b := 1, 2", "expected a new line"),
        ("TableAdd(1)", "can not use type int as Quantity"),
        ("SaveAs(m, 3)", "can not use type int as string"),
        ("ext_makegrains(1, 2, 3)", "can not call it"),
        ("if true { a := 1 }\na = 2", "line 2: undefined: a"),
        ("a := 'x'", "illegal character"),
    ],
)
def test_what_mumax3_does_not_compile_is_a_compile_error(compile_text, text: str, message: str):
    from mx3_tokens import CompileError

    with pytest.raises(CompileError, match=message):
        compile_text(text)


def test_names_do_not_tell_capitals_apart_and_scopes_hide(compile_text):
    compile_text("good := 1.0\nGOOD = 2\nif good > 1 { good := true\ngood = !Good }")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7.0),
        ("-(2 - 5) / 2", 1.5),
        ("floor(-1.5) + ceil(0.2)", -1.0),
        ("max(1, 2) - abs(-3)", -1.0),
    ],
)
def test_arithmetic_is_that_of_go_and_gives_float64(compile_text, expression: str, value: float):
    statement = compile_text(expression)[0]
    assert statement.run() == value
    assert type(statement.run()) is float


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('sprintf("%06d", 12)', "000012"),
        ('sprintf("%d", 1 + 1)', "%!d(float64=2.0)"),
        ('sprintf("%06.0f %+.4f", 11.0, -3.9)', "000011 -3.9000"),
        ('sprintf("%.0f", 3)', "%!f(int=3)"),
        ('sprintf("%v")', "%!v(MISSING)"),
    ],
)
def test_sprintf_complains_of_types_as_go_does(compile_text, text: str, written: str):
    assert compile_text(text)[0].run() == written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-3.95, "-3.95"),
        (1.0, "1"),
        (-0.0, "-0"),
        (1e-7, "1e-07"),
        (123456.79, "123456.79"),
        (1e21, "1e+21"),
        (math.nan, "NaN"),
        (-math.inf, "-Inf"),
    ],
)
def test_numbers_of_the_table_are_written_as_go_writes_them(value: float, text: str):
    from mx3_output import go_float

    assert go_float(value, np.float32) == text


def test_program_says_what_it_is_and_writes_what_mumax3_writes(start: Start, tmp_path: Path):
    text = HEAD + 'TableAdd(B_ext)\nTableSave()\nSaveAs(m, "state")\nprint("done", 1.5)\n'
    done = start(text)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("//mumax 3.11.1 [stand-in")
    assert any(line.startswith("//STAND-IN") for line in lines)
    assert "TableSave()" in lines
    assert lines[-1] == "//done 1.5"
    assert (tmp_path / "out" / "log.txt").read_text().splitlines()[-1] == "//done 1.5"
    table = (tmp_path / "out" / "table.txt").read_text()
    columns = ["# t (s)", *(f"m{c} ()" for c in "xyz"), *(f"B_ext{c} (T)" for c in "xyz")]
    assert table.splitlines() == ["\t".join(columns), "0\t1\t0\t0\t0\t0\t0"]
    assert read_ovf(tmp_path / "out" / "state.ovf").data.shape == (3, 1, 2, 2)


def test_compile_error_ends_with_1_before_the_first_line(call: Start, tmp_path: Path):
    done = call(HEAD + "TableSave()\nnonsense()\n")
    assert done.returncode == 1
    assert "script line 6: undefined: nonsense" in done.stderr
    assert not (tmp_path / "out" / "table.txt").exists()


def test_missing_file_and_late_column_end_with_1(call: Start):
    assert call(HEAD + "m.LoadFile(`none.ovf`)\n").returncode == 1
    done = call(HEAD + "TableSave()\nTableAdd(B_ext)\n")
    assert (done.returncode, "before table is output" in done.stderr) == (1, True)


def test_panic_ends_with_2_and_a_trace(call: Start):
    done = call("m = uniform(1, 0, 0)\n")
    assert done.returncode == 2
    assert "goroutine 1" in done.stderr


@pytest.mark.parametrize(
    ("misbehaviour", "code", "words"),
    [
        ("no-libcuda", 127, "libcuda.so.1"),
        ("no-gpu", 1, "CUDA_ERROR_NO_DEVICE"),
        ("driver-too-old", 1, "CUDA_ERROR"),
        ("garbage", 0, ""),
        ("crash", 3, ""),
        ("bad-script", 1, "undefined"),
    ],
)
def test_failures_before_the_first_line(start: Start, misbehaviour: str, code: int, words: str):
    done = start(HEAD, STAND_IN_MISBEHAVE=misbehaviour)
    assert done.returncode == code
    assert words in done.stderr


def test_big_log_is_as_big_as_told(start: Start):
    assert len(start(HEAD, "-test", STAND_IN_MISBEHAVE="big-log:3").stdout) > 3 << 20


def tiny() -> Problem:
    """Return four cells that reverse between 0.4 and 0.6 T."""
    mesh = Mesh(cells=(2, 2, 1), cell_size=(1e-9, 1e-9, 1e-9), pbc=(OPEN, OPEN, OPEN))
    angle = math.radians(30)
    return Problem(
        mesh=mesh,
        regions=np.zeros(mesh.shape, dtype=np.uint8),
        materials=(RegionMaterial(Ms=1e6, Aex=1e-11, Ku1=5e5),),
        sweep=FieldSweep(
            direction=(math.sin(angle), math.cos(angle), 0.0),
            **{"start_T": 0.4, "stop_T": -1.0, "largest_step_T": 0.2, "smallest_step_T": 0.1},
        ),
        options=SolverOptions(demag=False, precision="float64"),
    )


KILLED = -int(getattr(signal, "SIGKILL", signal.SIGTERM))
THREE_ROWS = HEAD + "TableSave()\nTableSave()\nTableSave()\n"


@pytest.mark.parametrize(
    ("misbehaviour", "code", "words"),
    [
        ("cuda-error:1", 2, "CUDA_ERROR_LAUNCH_FAILED"),
        ("out-of-memory:1", 1, "CUDA_ERROR_OUT_OF_MEMORY"),
        ("disk-full:2", 1, "no space left on device"),
        ("killed:1", KILLED, ""),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
def test_failures_while_it_runs(
    start: Start, tmp_path: Path, misbehaviour: str, code: int, words: str
):
    done = start(THREE_ROWS + "Minimize()\n", STAND_IN_MISBEHAVE=misbehaviour)
    assert done.returncode == code, done.stderr
    assert words in done.stderr


def test_nan_ends_the_script_after_the_rows_before_it(call: Start, tmp_path: Path):
    script = write_mx3(tiny(), tmp_path / "run.mx3")[-1].read_text()
    done = call(script, STAND_IN_MISBEHAVE="nan:3")
    assert (done.returncode, "have:  NaN" in done.stdout) == (1, True)
    assert len((tmp_path / "out" / "table.txt").read_text().splitlines()) == 3


def test_table_that_begins_again_has_all_rows_in_the_end(call: Start, tmp_path: Path):
    script = write_mx3(tiny(), tmp_path / "run.mx3")[-1].read_text()
    assert call(script).returncode == 0
    plain = (tmp_path / "out" / "table.txt").read_text()
    assert call(script, STAND_IN_MISBEHAVE="restart:2,slow-flush").returncode == 0
    assert (tmp_path / "out" / "table.txt").read_text() == plain


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
def test_half_a_line_is_left_by_one_that_was_killed(start: Start, tmp_path: Path):
    assert start(THREE_ROWS, STAND_IN_MISBEHAVE="partial-line:3").returncode == KILLED
    text = (tmp_path / "out" / "table.txt").read_text()
    assert text.count("\n") == 3
    assert not text.endswith("\n")


def test_wrong_columns_and_nan_rows_are_in_the_table(call: Start, tmp_path: Path):
    script = write_mx3(tiny(), tmp_path / "run.mx3")[-1].read_text()
    assert call(script, STAND_IN_MISBEHAVE="wrong-columns,nan-in-table:2").returncode == 0
    header, _, second, *_ = (tmp_path / "out" / "table.txt").read_text().splitlines()
    assert layout.FIELD not in header
    assert set(second.split("\t")) == {"NaN"}

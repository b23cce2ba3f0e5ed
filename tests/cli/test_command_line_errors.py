"""Bad input: a sentence on standard error, JSON on standard output, and the right exit code."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from smcogui.cli import command_line, design_verb
from smcogui.cli.parser import VERBS, make_parser
from solver.errors import ProblemError


@pytest.mark.parametrize(
    "words",
    [
        ["--json"],
        ["design", "--json"],
        ["run", "x.toml", "--cycles", "two", "--json"],
        ["run", "x.toml", "--unknown", "--json"],
        ["export", "x.toml", "--json"],
        ["export", "x.toml", "--ovf", "a", "--vti", "b", "--json"],
        ["run", "x.toml", "--backend", "oommf", "--json"],
        ["field", "x.toml", "--json"],
    ],
)
def test_wrong_arguments_give_error_json_and_2(call, words):
    answer = call(*words)
    assert answer.code == 2
    assert set(answer.value["error"]) == {"message", "key", "given", "allowed"}
    assert answer.value["error"]["message"] in answer.err


def test_unknown_verb_names_the_nearest_and_all_known(call):
    answer = call("rum", "x.toml", "--json")
    error = answer.value["error"]
    assert "the nearest is 'run'" in error["message"]
    assert error["allowed"] == ", ".join(VERBS)
    assert error["given"] == "rum"


def test_without_json_standard_output_stays_empty_on_an_error(call):
    answer = call("design", "missing.toml")
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert "missing.toml" in answer.err


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("wS_nm = -4", "wS_nm"),
        ("wS_nm = 0", "wS_nm"),
        ("wS_nm = nan", "wS_nm"),
        ("wS_nm = inf", "wS_nm"),
        ("wS_nm = 1e30", "wS_nm"),
        ("wS_nm = 31", "wS_nm"),
        ("wS_nm = 'four'", "wS_nm"),
        ("wS_nm = 0.5", "wS_nm"),
        ("wS_mm = 4", "wS_mm"),
    ],
)
def test_bad_value_is_named_with_its_key(call, small_file, text, key):
    small_file.write_text(small_file.read_text().replace("wS_nm = 4", text))
    answer = call("design", small_file, "--json")
    assert answer.code == 2
    assert key in answer.value["error"]["key"]
    assert answer.value["error"]["message"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\x00", b"[nanostructure]\nL_nm = ", b"a" * 2_000_000],
)
@pytest.mark.parametrize("verb", ["design", "run"])
def test_unreadable_file_gives_2(call, small_file, content, verb):
    small_file.write_bytes(content)
    answer = call(verb, small_file, "--json")
    assert answer.code == 2
    assert answer.value["error"]["message"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--cycles", "0"),
        ("--cycles", "-1"),
        ("--cycles", "100000"),
        ("--seed", "-1"),
        ("--cell", "nan"),
        ("--cell", "0"),
        ("--cell", "-1"),
        ("--cell", "inf"),
        ("--cell", "50"),
    ],
)
def test_bad_override_gives_2(call, small_file, option, value):
    answer = call("run", small_file, f"{option}={value}", "--json")
    assert answer.code == 2
    assert answer.value["error"]["key"]


@pytest.mark.parametrize(("option", "word"), [("--backend", "mumax3"), ("--device", "cuda")])
def test_engine_that_is_not_there_gives_3_and_says_what_to_use(call, small_file, option, word):
    answer = call("run", small_file, option, word, "--json")
    assert answer.code == 3
    assert "use" in answer.value["error"]["message"]
    assert answer.value["error"]["given"] == word


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "f"), 3, "disk of f is full"),
        (PermissionError(errno.EACCES, "Permission denied", "f"), 3, "Permission denied"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "f"), 2, "No such file"),
        (ProblemError("mesh.cells: bad", key="mesh.cells"), 2, "mesh.cells"),
        (MemoryError(), 3, "memory"),
        (KeyboardInterrupt(), 130, "stopped"),
        (ZeroDivisionError("oh"), 3, "fault of the program"),
    ],
)
def test_every_exception_becomes_error_json(call, small_file, monkeypatch, error, code, words):
    def fail(_options):
        raise error

    monkeypatch.setattr(design_verb, "execute", fail)
    answer = call("design", small_file, "--json")
    assert answer.code == code
    assert words in answer.value["error"]["message"]


@pytest.mark.parametrize("field", ["-1e-3", "-2", "-.5", "-inf", "-1.5E+2"])
def test_negative_field_is_a_value_however_it_is_written(field):
    parser = make_parser()
    options = parser.parse_args(["field", "f", "--state", "s", "--out", "o", "--mu0H", field])
    assert options.mu0H == float(field)
    options = parser.parse_args(["run", "f", "--snapshots", field, "1"])
    assert options.snapshots == [float(field), 1.0]


@pytest.mark.parametrize(
    "words",
    [
        ["run", "f", "--out", ""],
        ["run", ""],
        ["export", "f", "--csv", " "],
        ["field", "f", "--state", "s", "--mu0H", "0", "--out", ""],
        ["solve", ""],
    ],
)
def test_empty_path_is_not_taken_for_the_working_directory(call, words):
    answer = call(*words, "--json")
    assert answer.code == 2
    assert "is empty" in answer.value["error"]["message"]
    assert answer.value["error"]["key"]


@pytest.mark.parametrize(
    "content", ["a." * 5000 + "b = 1", "[" + "a." * 5000 + "b]", "a = [[[[[[[[[1]]]]]]]]]"]
)
def test_deeply_nested_file_gives_2(call, small_file, content):
    small_file.write_text(content)
    answer = call("design", small_file, "--json")
    assert answer.code == 2
    assert "not valid TOML" in answer.value["error"]["message"]


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_closed_output_is_no_fault(small_file, monkeypatch, closed):
    monkeypatch.setattr(sys, closed, None)
    assert command_line.main(["design", str(small_file)]) == 0
    assert command_line.main(["design", "missing", "--json"]) == 2
    getattr(sys, closed).close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_standard_output_gives_3_and_a_sentence(small_file, checkout):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, str(checkout / "main.py"), "design", str(small_file), "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert "disk of standard output is full" in done.stderr

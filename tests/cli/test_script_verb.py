"""``script``: a Python script with the program's own Python."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def words_and_path(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["main.py"])
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def write_script(tmp_path):
    def write(text):
        path = tmp_path / "a script.py"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_script_gets_its_arguments_and_modules_beside_it(call, write_script):
    path = write_script(
        "import sys\nimport beside_the_script\nfrom smcogui.app.session import Session\n"
        "print(__name__, sys.argv[1:], beside_the_script.VALUE, Session.__name__)\n"
    )
    path.with_name("beside_the_script.py").write_text("VALUE = 7\n", encoding="utf-8")
    answer = call("script", path, "--json", "x", "-n", 3)
    assert answer.code == 0
    assert answer.out == "__main__ ['--json', 'x', '-n', '3'] 7 Session\n"


@pytest.mark.parametrize(
    ("end", "code", "said"),
    [
        ("sys.exit()", 0, ""),
        ("sys.exit(5)", 5, ""),
        ("sys.exit('it is late')", 1, "it is late"),
        ("int('x')", 3, "a script.py"),
        ("raise KeyboardInterrupt", 130, "stopped on request"),
    ],
)
def test_exit_code_is_that_of_the_script(call, write_script, end, code, said):
    answer = call("script", write_script(f"import sys\n{end}\n"))
    assert answer.code == code
    assert said in answer.err
    assert "fault of the program" not in answer.err


def test_missing_script_is_bad_input(call):
    answer = call("script", "nowhere.py")
    assert answer.code == 2
    assert "nowhere.py" in answer.err

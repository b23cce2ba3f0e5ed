"""The table of docs/clusters-tests.md names tests that are there, for every promise."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROW = re.compile(r"^\| (?P<key>[MSG]\d+) \| .+ \| (?P<proofs>.+) \|$", re.MULTILINE)
PROOF = re.compile(r"`(?P<file>[\w/]+\.py)`: (?P<names>`\w+`(?:, `\w+`)*)")


def proofs(checkout: Path) -> dict[str, set[tuple[str, str]]]:
    """Return for each promise the files and names of its tests."""
    table = (checkout / "docs" / "clusters-tests.md").read_text("utf-8")
    return {
        row["key"]: {
            (proof["file"], f"test_{name}")
            for proof in PROOF.finditer(row["proofs"])
            for name in re.findall(r"\w+", proof["names"])
        }
        for row in ROW.finditer(table)
    }


def names_in(path: Path) -> set[str]:
    """Return the names of the tests of a module."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_promise_is_proved_by_tests_that_exist(checkout: Path) -> None:
    told = proofs(checkout)
    numbered = [*(f"M{n}" for n in range(1, 21)), *(f"S{n}" for n in range(1, 8)), "G1"]
    assert list(told) == numbered
    assert all(told.values())
    for file, name in sorted(set().union(*told.values())):
        assert name in names_in(checkout / "tests" / file), f"{file} has no {name}"

"""The stand-in for MuMax3 and what the real program declares."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

STAND_IN = Path(__file__).resolve().parent / "stand_in"
# its modules are those of a program that is started by its path
sys.path.insert(0, str(STAND_IN))


@pytest.fixture(scope="session")
def mumax3_names() -> set[str]:
    """Return the names that a script must not declare again, in lower case."""
    lines = (STAND_IN / "names.txt").read_text(encoding="utf-8").splitlines()
    return {name.lower() for line in lines if not line.startswith("#") for name in line.split()}

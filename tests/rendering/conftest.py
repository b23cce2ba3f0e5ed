"""A project with one run whose states are stored at several fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcogui.app.session import Session

TINY_DESIGN = Path(__file__).resolve().parents[1] / "tiny.toml"


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return a session with one finished run."""
    folder = tmp_path_factory.mktemp("states")
    session = Session(folder / "project")
    design = session.load_designs(TINY_DESIGN)[0]
    session.start_run(design, cycles=1, snapshots_T=[-2.0]).wait(timeout_s=120)
    assert session.runs()[0].result is not None
    return session

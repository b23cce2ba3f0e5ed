"""A project with one run whose states are stored at several fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smcogui.app.session import Session

if TYPE_CHECKING:
    from pathlib import Path

TINY = """
name = "tiny"
[nanostructure]
L_nm = 50
d_nm = 20
wS_nm = 6
wZ_nm = 4
[material]
z_phase = "DFT"
[mesh]
domain_nm = 64
cell_nm = 1
[field]
alpha_deg = 45
[run]
cycles = 1
"""


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return a session with one finished run."""
    folder: Path = tmp_path_factory.mktemp("states")
    (folder / "tiny.toml").write_text(TINY, encoding="utf-8")
    session = Session(folder / "project")
    design = session.load_designs(folder / "tiny.toml")[0]
    session.start_run(design, snapshots_T=[-2.0]).wait(timeout_s=120)
    assert session.runs()[0].result is not None
    return session

"""A project whose campaign has two finished designs, computed once for all tests."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smcogui.app.campaign_queue import CampaignQueue
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design_file import design_to_toml

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from smcogui.design.design import Design
    from smcogui.ui.main_window import MainWindow

TINY_DESIGN = Path(__file__).resolve().parents[2] / "tiny.toml"
NAME = "walls"


def small_design(session: Session) -> Design:
    """Return a design whose half-cycle takes a fraction of a second."""
    tiny = session.load_designs(TINY_DESIGN)[0]
    mesh = replace(tiny.mesh, domain=16e-9)
    return replace(tiny, run=replace(tiny.run, cycles=1), mesh=mesh, name="small")


@pytest.fixture(scope="session")
def finished_campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a campaign that is done; copy it before changing it."""
    session = Session(tmp_path_factory.mktemp("campaign") / "project")
    sampling = Sampling(
        name="box",
        method="sobol",
        base=design_to_toml(small_design(session)),
        axes=(Axis(key="L_nm", low=8, high=14), Axis(key="alpha_deg", low=20, high=60)),
        count=2,
    )
    session.campaigns.create(NAME)
    session.campaigns.add(NAME, sampling, Feasibility())
    session.campaigns.resume(NAME)
    CampaignQueue(session.project, workers=1).run()
    session.keep_design(small_design(session))
    return session.project


@pytest.fixture
def campaign_window(
    finished_campaign: Path, tmp_path: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> MainWindow:
    """Return a window on a copy of that project, with the Campaigns tab in front."""
    shutil.copytree(finished_campaign, tmp_path / "project with campaign")
    window = make_window(project=tmp_path / "project with campaign")
    window.tabs.setCurrentWidget(window.campaigns.tab)
    qtbot.waitUntil(lambda: window.campaigns.tab.current is not None, timeout=20_000)
    return window

"""From a sampling to a dataset in the window: previewed, added, run, repaired, exported."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from structure_checks import problems

from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import Attempt, CampaignOrder
from smcogui.campaigns.progress import MemberState
from smcogui.runs import children
from solver.mumax3.executable import VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.app.campaign_watch import CampaignView
    from smcogui.ui.campaigns.sampling_dialog import SamplingDialog
    from smcogui.ui.main_window import MainWindow

WAIT_MS = 20_000
RUN_MS = 120_000
NAME = "walls"
BOX = (Axis(key="L_nm", low=8, high=14), Axis(key="alpha_deg", low=20, high=60))


def shown(window: MainWindow) -> CampaignView:
    """Return the campaign that is shown."""
    view = window.campaigns.tab.current
    assert view is not None
    return view


def looked_at(dialog: SamplingDialog, qtbot: QtBot) -> SamplingDialog:
    """Wait until all points were looked at."""
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=WAIT_MS)
    return dialog


def small_sampling(window: MainWindow, count: int, qtbot: QtBot) -> SamplingDialog:
    """Open the dialog of a new campaign on a sampling of small designs."""
    dialog = window.campaigns.open_dialog()
    dialog.form.axes.show_axes(BOX)
    dialog.form.count.setValue(count)
    dialog.form.seed.setValue(5)
    dialog.form.changed.emit()
    return looked_at(dialog, qtbot)


def wait_for_states(window: MainWindow, state: MemberState, count: int, qtbot: QtBot) -> None:
    """Wait until so many designs stand somewhere."""
    qtbot.waitUntil(lambda: shown(window).overview.counts[state] == count, timeout=RUN_MS)


def trigger(window: MainWindow, action_id: str) -> None:
    """Use an action that has to be allowed."""
    action = window.actions_by_id[action_id]
    assert action.isEnabled(), window.actions_by_id.why_disabled(action_id)
    action.trigger()


def test_finished_campaign_is_found_and_drawn(campaign_window: MainWindow, qtbot: QtBot) -> None:
    window, tab = campaign_window, campaign_window.campaigns.tab
    assert shown(window).campaign.name == NAME
    assert tab.overview.words.text() == "2 of 2 designs done, 0 running, 0 failed, 0 left."
    qtbot.waitUntil(lambda: len(tab.overview.plot.curves) == 2, timeout=WAIT_MS)
    assert sum(tab.overview.histogram.heights) == len(shown(window).overview.mu0_Hc_T) == 2
    assert tab.overview.bar.accessibleDescription() == "0 waiting, 0 running, 2 done, 0 failed"
    tab.pages.setCurrentWidget(tab.designs)
    model = tab.designs.table.model()
    titles = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    assert titles == ["Design", "State", "L (nm)", "α (°)", "Hc (T)", "Attempts", "Reason"]
    window.units.choose("kA/m")
    assert model.headerData(4, Qt.Orientation.Horizontal) == "Hc (kA/m)"
    # Its results go into the Analysis tab, the selected ones alone where there are any.
    tab.designs.table.selectRow(0)
    assert "as it was drawn" in tab.designs.attempts.text()
    table = window.analysis_tab.table
    trigger(window, "campaign.analyse")
    qtbot.waitUntil(lambda: len(table.selected_ids()) == 1, timeout=WAIT_MS)
    tab.pages.setCurrentWidget(tab.overview)
    trigger(window, "campaign.analyse")
    qtbot.waitUntil(lambda: len(table.selected_ids()) == 2, timeout=WAIT_MS)


def test_sampling_is_previewed_added_and_extended(
    campaign_window: MainWindow, qtbot: QtBot
) -> None:
    window = campaign_window
    dialog = small_sampling(window, 12, qtbot)
    assert dialog.counts.text() == "12 designs of 12 points"
    assert dialog.add_button.text() == "&Add 12 designs"
    assert "GPU: not measured" in dialog.cost.text()
    assert dialog.plot.dots == (12, 0)
    assert dialog.plot.titles[0].startswith("L (nm)\n")
    # Walls of six cells are asked for, and the design has four.
    dialog.form.limits["least_wall_cells"].setValue(6)
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=WAIT_MS)
    assert "12: a wall is thinner than 6 cells" in dialog.reasons.text()
    assert dialog.plot.dots == (0, 12)
    assert not dialog.add_button.isEnabled()
    dialog.form.limits["least_wall_cells"].setValue(1)
    looked_at(dialog, qtbot)
    dialog.name.setText("second")
    dialog.priority.setValue(7)
    dialog.accept()
    qtbot.waitUntil(lambda: window.campaigns.dialog is None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: shown(window).campaign.name == "second", timeout=WAIT_MS)
    wait_for_states(window, MemberState.WAITING, 12, qtbot)
    campaign = shown(window).campaign
    assert (campaign.priority, campaign.order, campaign.size) == (7, CampaignOrder.PAUSE, 12)
    trigger(window, "campaign.extend")
    more = window.campaigns.dialog
    assert more is not None
    more.form.count.setValue(4)
    looked_at(more, qtbot)
    more.accept()
    qtbot.waitUntil(lambda: shown(window).campaign.size == 16, timeout=WAIT_MS)
    points = [tuple(status.entry.point.values()) for status in shown(window).statuses]
    assert len(set(points)) == 16
    assert [b.sampling.start for b in shown(window).campaign.blocks] == [0, 12]


def test_bad_input_is_explained_where_it_stands(campaign_window: MainWindow, qtbot: QtBot) -> None:
    window = campaign_window
    dialog = small_sampling(window, 4, qtbot)
    row = dialog.form.axes.rows[0]
    row.low.setValue(20.0)
    qtbot.waitUntil(lambda: "low below high" in row.note.text(), timeout=WAIT_MS)
    assert not dialog.add_button.isEnabled()
    assert not problems(dialog), "\n".join(problems(dialog))
    row.low.setValue(8.0)
    looked_at(dialog, qtbot)
    assert row.note.isHidden()
    # What concerns no single axis stands below the form.
    dialog.form.way.set_value("list")
    qtbot.waitUntil(lambda: "choose a table" in dialog.banner.text(), timeout=WAIT_MS)
    path = window.session.project / "points.csv"
    path.write_text("L_nm;alpha_deg\n10;30\n12;x\n", encoding="utf-8")
    dialog.form.file.setText(str(path))
    qtbot.waitUntil(lambda: "row 3, alpha_deg is 'x'" in dialog.banner.text(), timeout=WAIT_MS)
    path.write_text("L_nm;alpha_deg\n10;30\n12;40\n", encoding="utf-8")
    dialog.form.file.setText(f" {path}")
    looked_at(dialog, qtbot)
    assert dialog.plot.dots == (2, 0)
    assert dialog.banner.isHidden()
    # A name that is taken is refused, and nothing is added to its campaign.
    dialog.name.setText(NAME.upper())
    dialog.accept()
    qtbot.waitUntil(lambda: "already has a campaign" in dialog.banner.text(), timeout=WAIT_MS)
    dialog.reject()
    assert shown(window).campaign.size == 2


def test_axes_are_edited_by_keyboard(campaign_window: MainWindow, qtbot: QtBot) -> None:
    dialog = small_sampling(campaign_window, 4, qtbot)
    axes = dialog.form.axes
    axes.add.click()
    row = axes.rows[-1]
    assert row.key == "d_nm"
    row.coordinate.set_value("z_phase")
    assert [box.text() for box in row.choices] == ["Lit", "DFT", "Mod"]
    row.choices[0].setChecked(False)
    assert row.axis() == Axis(key="z_phase", values=("DFT", "Mod"))
    dialog.form.way.set_value("grid")
    assert axes.rows[0].axis().values == (8.0, 9.5, 11.0, 12.5, 14.0)
    axes.rows[1].kind.set_value("values")
    axes.rows[1].listed.setText("0; 30°; 45")
    looked_at(dialog, qtbot)
    assert dialog.counts.text().endswith("of 30 points")
    row.remove.click()
    looked_at(dialog, qtbot)
    assert dialog.counts.text().endswith("of 15 points")
    dialog.reject()


@pytest.mark.parametrize(("way", "points"), [("training", 17), ("latin", 9)])
def test_other_ways_are_previewed(
    campaign_window: MainWindow, qtbot: QtBot, way: str, points: int
) -> None:
    dialog = small_sampling(campaign_window, 4, qtbot)
    dialog.form.way.set_value(way)
    dialog.form.count.setValue(points)
    looked_at(dialog, qtbot)
    assert dialog.counts.text().endswith(f"of {points} points")
    wanted = 2.0 if way == "training" else 1.0
    assert dialog.form.filters().least_wall_cells == wanted
    dialog.form.way.set_value("sobol")
    assert dialog.form.filters().least_wall_cells == 1.0
    dialog.reject()


def test_queue_is_started_from_the_window_and_followed(
    campaign_window: MainWindow, qtbot: QtBot
) -> None:
    window = campaign_window
    dialog = small_sampling(window, 3, qtbot)
    dialog.name.setText("run")
    dialog.accept()
    qtbot.waitUntil(lambda: shown(window).campaign.name == "run", timeout=WAIT_MS)
    wait_for_states(window, MemberState.WAITING, 3, qtbot)
    trigger(window, "campaign.resume")
    campaigns = window.session.campaigns
    qtbot.waitUntil(lambda: campaigns.queue_works, timeout=RUN_MS)
    qtbot.waitUntil(lambda: window.campaigns.tab.news.queue_works, timeout=RUN_MS)
    wait_for_states(window, MemberState.DONE, 3, qtbot)
    qtbot.waitUntil(lambda: not campaigns.queue_works, timeout=RUN_MS)
    qtbot.waitUntil(lambda: len(window.analysis_tab.table.runs) == 5, timeout=WAIT_MS)
    assert len(shown(window).overview.mu0_Hc_T) <= 3


def test_missing_card_is_said_before_a_queue_is_started(
    campaign_window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = campaign_window
    facts = {"message": "no NVIDIA card; use --device cpu", "given": "cuda", "allowed": "cpu"}
    said = json.dumps({"state": "UNAVAILABLE", **facts})
    monkeypatch.setattr(children, "program", lambda *_: [sys.executable, "-c", f"print({said!r})"])
    trigger(window, "campaign.start_queue_gpu")
    banner = window.campaigns.tab.banner
    assert "Looking for an NVIDIA card" in banner.text()
    qtbot.waitUntil(lambda: "no NVIDIA card" in banner.text(), timeout=WAIT_MS)
    assert not window.session.campaigns.queue_works


def test_copy_for_mumax3_has_the_same_designs_and_says_what_it_lacks(
    campaign_window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, tab = campaign_window, campaign_window.campaigns.tab
    monkeypatch.setenv(VARIABLE, "/nowhere/mumax3")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, text: (text, True))
    trigger(window, "campaign.copy")
    qtbot.waitUntil(lambda: shown(window).campaign.name == "walls MuMax3", timeout=WAIT_MS)
    wait_for_states(window, MemberState.WAITING, 2, qtbot)
    assert shown(window).campaign.engine == "mumax3"
    trigger(window, "campaign.resume")
    qtbot.waitUntil(lambda: "/nowhere/mumax3" in tab.banner.text(), timeout=WAIT_MS)
    assert not window.session.campaigns.queue_works
    # It may run now: a queue of the other solver has nothing to do.
    qtbot.waitUntil(lambda: "start it with MuMax3" in tab.title.text(), timeout=WAIT_MS)
    trigger(window, "campaign.start_queue")
    words = "computed by MuMax3: Start queue with MuMax3, or send them to a cluster"
    qtbot.waitUntil(lambda: words in tab.banner.text(), timeout=RUN_MS)


def test_orders_reach_the_files(campaign_window: MainWindow, qtbot: QtBot) -> None:
    window, campaigns = campaign_window, campaign_window.session.campaigns
    for action_id, order in (
        ("campaign.cancel", CampaignOrder.CANCEL),
        ("campaign.raise", CampaignOrder.CANCEL),
    ):
        trigger(window, action_id)
        qtbot.waitUntil(lambda o=order: shown(window).campaign.order is o, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: shown(window).campaign.priority == 6, timeout=WAIT_MS)
    assert campaigns.load(NAME).priority == 6
    trigger(window, "campaign.lower")
    qtbot.waitUntil(lambda: campaigns.load(NAME).priority == 5, timeout=WAIT_MS)
    assert "nothing is left" in window.actions_by_id.why_disabled("campaign.resume")


def test_failures_tell_their_reason_and_are_repaired(
    campaign_window: MainWindow, qtbot: QtBot
) -> None:
    window, tab = campaign_window, campaign_window.campaigns.tab
    store = window.session.campaigns.store
    keys = [status.entry.key for status in shown(window).statuses]
    store.forget_attempts(NAME, keys[1:])
    for number, rule in ((1, ""), (2, "again")):
        refused = Attempt(
            key=keys[1], number=number, run_id="", rule=rule, refused="no room for it"
        )
        store.add_attempt(NAME, refused)
    wait_for_states(window, MemberState.FAILED, 1, qtbot)
    assert tab.pages.tabText(1) == "Designs (1 failed)"
    tab.pages.setCurrentWidget(tab.designs)
    tab.designs.show_only(MemberState.FAILED.value)
    assert tab.designs.table.listed_ids() == [keys[1]]
    tab.designs.table.selectRow(0)
    assert "Attempt 2: it is computed again: no room for it." in tab.designs.attempts.text()
    trigger(window, "campaign.repair")
    wait_for_states(window, MemberState.WAITING, 1, qtbot)
    assert [attempt.key for attempt in store.attempts(NAME)] == [keys[0]]
    # It waits behind nobody, and can be put to the front.
    tab.designs.show_only("all")
    tab.designs.table.select([keys[1]])
    trigger(window, "campaign.first")
    qtbot.waitUntil(lambda: [e.key for e in store.entries(NAME)] == keys[::-1], timeout=WAIT_MS)


def test_closed_dialog_leaves_its_job_at_work(campaign_window: MainWindow, qtbot: QtBot) -> None:
    window = campaign_window
    dialog = small_sampling(window, 5, qtbot)
    dialog.name.setText("closed")
    dialog.accept()
    dialog.reject()
    assert window.campaigns.dialog is None
    campaigns = window.session.campaigns
    qtbot.waitUntil(
        lambda: [c.size for c in campaigns.records() if c.name == "closed"] == [5], timeout=WAIT_MS
    )
    qtbot.waitUntil(lambda: not window.jobs.active, timeout=WAIT_MS)


def test_outliers_are_looked_for(campaign_window: MainWindow, qtbot: QtBot) -> None:
    window, bar = campaign_window, campaign_window.statusBar()
    for action_id, words in (
        ("campaign.doubts", "No finished design scatters"),
        ("campaign.refine", "0 of 0 designs"),
    ):
        trigger(window, action_id)
        qtbot.waitUntil(lambda w=words: w in bar.currentMessage(), timeout=WAIT_MS)


def test_dataset_is_exported_as_a_job(
    campaign_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = campaign_window
    trigger(window, "campaign.export")
    dialog = window.campaigns.exports.dataset_dialog
    assert dialog is not None
    assert not problems(dialog), "\n".join(problems(dialog))
    dialog.folder.setText("somewhere")
    assert "whole path" in dialog.banner.text()
    assert not dialog.export_button.isEnabled()
    dialog.folder.setText(str(tmp_path / "dataset"))
    dialog.only.setText("L=1:2")
    assert "L_nm" in dialog.banner.text()
    assert not dialog.export_button.isEnabled()
    # Nothing is left by these rules; the dialog stays and says so.
    dialog.only.setText("L_nm=100:200")
    dialog.accept()
    qtbot.waitUntil(lambda: "✖" in dialog.banner.text(), timeout=WAIT_MS)
    dialog.only.setText("L_nm=1:20; domain_nm=16")
    dialog.accept()
    qtbot.waitUntil(lambda: window.campaigns.exports.dataset_dialog is None, timeout=WAIT_MS)
    assert (tmp_path / "dataset" / "DATASHEET.md").read_text("utf-8").startswith("# Campaign walls")
    assert "Wrote the dataset" in window.campaigns.tab.banner.text()


def test_size_test_says_that_it_needs_more_designs(
    campaign_window: MainWindow, qtbot: QtBot
) -> None:
    window = campaign_window
    trigger(window, "campaign.size_test")
    dialog = window.campaigns.exports.size_test_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: "needs at least 10" in dialog.banner.text(), timeout=WAIT_MS)
    assert not dialog.export_button.isEnabled()
    dialog.reject()


def test_another_project_shows_its_own_campaigns(
    campaign_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = campaign_window
    home = window.session.project
    window.projects.commands.open_project(tmp_path / "empty")
    qtbot.waitUntil(lambda: window.session.project == tmp_path / "empty", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.campaigns.tab.current is None, timeout=WAIT_MS)
    assert window.actions_by_id.why_disabled("campaign.add") == "no campaign is selected"
    window.projects.commands.open_project(home)
    qtbot.waitUntil(lambda: window.campaigns.tab.current is not None, timeout=WAIT_MS)
    assert shown(window).campaign.size == 2

"""Playing through stored states, and the actions that write what is seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog

from smcogui.rendering.content import Camera, Look
from smcogui.ui.view_exports import view_exports
from smcogui.ui.view_exports.picture_dialogs import FilmDialog, PictureDialog
from smcogui.ui.widgets.play_bar import PlayBar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

WAIT_MS = 40_000


@pytest.fixture
def looked(
    make_window: Callable[..., MainWindow], qtbot: QtBot, project_with_run: Path
) -> MainWindow:
    """Return a window that shows a stored state of a finished run."""
    window = make_window(project=project_with_run)
    tab = window.simulation_tab
    qtbot.waitUntil(lambda: len(tab.table.runs) == 1)
    assert not window.actions_by_id["export.film"].isEnabled()
    assert "no stored state" in window.actions_by_id["export.film"].toolTip()
    tab.select_run(tab.table.runs[0].run_id)
    qtbot.waitUntil(lambda: tab.states.state is not None, timeout=WAIT_MS)
    window.tabs.setCurrentWidget(tab)
    return window


def _choose_file(monkeypatch: pytest.MonkeyPatch, path: Path, chosen: str = "") -> None:
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_args, **_named: (str(path), chosen)
    )
    for dialog in (view_exports.PictureDialog, view_exports.FilmDialog):
        monkeypatch.setattr(dialog, "exec", lambda _self: QDialog.DialogCode.Accepted)


def _wait_for_file(window: MainWindow, qtbot: QtBot, path: Path) -> dict[str, object]:
    companion = path.with_name(f"{path.name}.json")
    qtbot.waitUntil(lambda: path.exists() and companion.exists(), timeout=WAIT_MS)
    banners = (window.simulation_tab.banner, window.design_tab.preview.banner)
    qtbot.waitUntil(lambda: any("Wrote" in each.text() for each in banners), timeout=WAIT_MS)
    found = json.loads(companion.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_play_goes_through_all_states_and_stops_at_the_last(
    looked: MainWindow, qtbot: QtBot
) -> None:
    states = looked.simulation_tab.states
    bar = states.play_bar
    bar.slider.setValue(0)
    count = bar.slider.maximum() + 1
    assert count >= 3
    seen: list[float] = []
    states.shown.connect(lambda: seen.append(states.current.mu0_H_T))
    bar.speed.set_value(10.0)
    bar.speed.activated.emit(0)
    looked.actions_by_id["state.play"].trigger()
    assert bar.is_playing
    assert bar.play_button.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: not bar.is_playing, timeout=WAIT_MS)
    assert bar.index == count - 1
    assert len(set(seen)) == count
    assert seen == sorted(seen, reverse=True)
    assert f"({count} of {count})" in bar.label.text()


def test_steps_and_slider_show_the_field_in_the_unit_in_use(
    looked: MainWindow, qtbot: QtBot
) -> None:
    states = looked.simulation_tab.states
    states.play_bar.slider.setValue(0)
    assert "remanence" in states.play_bar.label.text()
    looked.actions_by_id["state.next"].trigger()
    assert states.play_bar.index == 1
    assert " T," in states.play_bar.label.text()
    looked.units.choose("kA/m")
    assert " kA/m," in states.play_bar.label.text()
    assert states.play_bar.index == 1
    looked.actions_by_id["state.previous"].trigger()
    assert states.play_bar.index == 0
    qtbot.waitUntil(lambda: states.state is not None and not states._is_reading)


def test_play_bar_waits_while_the_picture_is_not_ready(qtbot: QtBot) -> None:
    bar = PlayBar()
    qtbot.addWidget(bar)
    bar.set_places(("a", "b", "c"), 0)
    bar.set_busy(True)
    bar.toggle()
    bar._tick()
    assert bar.index == 0
    bar.set_busy(False)
    bar._tick()
    assert bar.index == 1
    bar.set_places((), 0)
    assert not bar.is_playing
    assert not bar.slider.isEnabled()


def test_state_is_drawn_in_3d_with_arrows_colours_and_cut(
    make_window: Callable[..., MainWindow], qtbot: QtBot, project_with_run: Path
) -> None:
    window = make_window(project=project_with_run, with_3d=True)
    tab = window.simulation_tab
    qtbot.waitUntil(lambda: len(tab.table.runs) == 1 and window.drawing.is_ready, timeout=WAIT_MS)
    tab.select_run(tab.table.runs[0].run_id)
    qtbot.waitUntil(lambda: tab.states.state is not None, timeout=WAIT_MS)
    window.tabs.setCurrentWidget(tab)
    states = tab.states
    states.switch(1)
    view = states.solid
    assert view is not None

    def settled() -> bytes:
        qtbot.waitUntil(lambda: view.image is not None and view.is_settled, timeout=WAIT_MS)
        return bytes(view.image.constBits())

    pictures = [settled()]
    for change in (
        lambda: states.arrows.setChecked(False),
        lambda: (states._mode.set_value("angle"), states._mode.activated.emit(1)),
        lambda: states.cut.set_axis("y"),
        lambda: window.actions_by_id["view.y"].trigger(),
        lambda: states.play_bar.slider.setValue(0 if states.play_bar.index else 1),
    ):
        change()
        qtbot.waitUntil(lambda: not states._is_reading, timeout=WAIT_MS)
        pictures.append(settled())
    assert len(set(pictures)) == len(pictures)
    # The structure is drawn by the same process; coming back to it sends everything again.
    window.tabs.setCurrentWidget(window.design_tab)
    solid = window.design_tab.preview.solid
    assert solid is not None
    qtbot.waitUntil(lambda: solid.image is not None and solid.is_settled, timeout=WAIT_MS)
    assert bytes(solid.image.constBits()) not in pictures


def test_structure_is_written_by_the_suffix(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose_file(monkeypatch, tmp_path / "cells", "Surfaces, STL (*.stl)")
    window.actions_by_id["export.structure"].trigger()
    found = _wait_for_file(window, qtbot, tmp_path / "cells.stl")
    assert found["name"] == "base"
    assert (tmp_path / "cells-region-1.stl").exists()


def test_unknown_suffix_is_explained(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.view_exports.export_structure(tmp_path / "cells.xyz")
    banner = window.design_tab.preview.banner
    qtbot.waitUntil(lambda: banner.property("banner") == "error", timeout=WAIT_MS)
    assert "'xyz'" in banner.text()


@pytest.mark.parametrize("name", ["state.vti", "state.ovf"])
def test_state_is_written(
    looked: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _choose_file(monkeypatch, tmp_path / name)
    looked.actions_by_id["export.state"].trigger()
    found = _wait_for_file(looked, qtbot, tmp_path / name)
    shown = looked.simulation_tab.states.current
    assert found["mu0_H_T"] == shown.mu0_H_T


@pytest.mark.parametrize("of_state", [False, True])
def test_picture_of_what_is_on_show_is_written(
    looked: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    of_state: bool,
) -> None:
    looked.tabs.setCurrentWidget(looked.simulation_tab if of_state else looked.design_tab)
    _choose_file(monkeypatch, tmp_path / "picture.png")
    looked.actions_by_id["export.picture"].trigger()
    found = _wait_for_file(looked, qtbot, tmp_path / "picture.png")
    assert found["source"] == ("simulated" if of_state else "given by the design")
    assert found["picture"]["size_px"] == [1004, 1004]


def test_film_is_a_job_with_progress(
    looked: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose_file(monkeypatch, tmp_path / "reversal", "GIF (*.gif)")
    looked.actions_by_id["export.film"].trigger()
    job = next(each for each in looked.jobs.jobs if each.kind == "Film")
    assert job.folder == tmp_path
    _wait_for_file(looked, qtbot, tmp_path / "reversal.gif")
    assert not looked.jobs.job(job.job_id).state.is_active


def test_dialogs_say_the_size_and_refuse_what_is_too_large(qtbot: QtBot) -> None:
    dialog = PictureDialog(0.8, Camera(), Look())
    qtbot.addWidget(dialog)
    assert dialog.summary.text() == "1004 × 803 pixels"
    dialog.width_mm.setValue(1000)
    dialog.dpi.setValue(600)
    assert "8192" in dialog.banner.text()
    assert not dialog.buttons.button(dialog.buttons.StandardButton.Ok).isEnabled()
    dialog.width_mm.setValue(178)
    assert dialog.summary.text() == "4205 × 3364 pixels"
    assert dialog.banner.isHidden()


def test_film_dialog_says_what_is_shown_how_long_and_how_large(qtbot: QtBot) -> None:
    film = FilmDialog(15, 2, 605 / 960, Camera(), Look())
    qtbot.addWidget(film)
    # Even, as it is written.
    assert film.picture_format().height == 604
    said = film.summary.text()
    assert "Half-cycle 3: 15 stored states in 7.5 s, 960 × 604 pixels" in said
    assert "GIF or MP4" in said
    film.rate.setValue(5)
    assert "in 3 s" in film.summary.text()
    short = FilmDialog(1, 0, 1.0, Camera(), Look())
    qtbot.addWidget(short)
    assert "a film needs two" in short.banner.text()
    assert not short.buttons.button(short.buttons.StandardButton.Ok).isEnabled()

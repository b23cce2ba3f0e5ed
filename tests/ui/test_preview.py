"""The 3-D view in a real window: drawn, cut, turned, by other means, and not at all."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from smcogui.design.phases import Phase
from smcogui.rendering.colours import FIELD_COLOUR, PHASE_COLOURS
from smcogui.ui import render_process

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from smcogui.ui.design_tab.preview import Preview
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.widgets.scene_view import SceneView

WAIT_MS = 40_000
_BREAKS = [sys.executable, "-c", "import os; os.abort()"]


def _pixels(image: QImage | None) -> np.ndarray:
    assert image is not None
    found = np.frombuffer(image.constBits(), dtype=np.uint8)
    rows = found.reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def _settled(qtbot: QtBot, view: SceneView | None) -> np.ndarray:
    assert view is not None
    qtbot.waitUntil(lambda: view.image is not None and view.is_settled, timeout=WAIT_MS)
    return _pixels(view.image)


def _blue(pixels: np.ndarray) -> float:
    return float((pixels[..., 2] - pixels[..., 0] > 60).mean())


def _opened(window: MainWindow, qtbot: QtBot) -> Preview:
    preview = window.design_tab.preview
    qtbot.waitUntil(lambda: preview.has_3d or not preview.banner.isHidden(), timeout=WAIT_MS)
    # The tests draw by software, so that a missing 3-D view is a fault, no lack of hardware.
    assert preview.has_3d, preview.banner.text()
    return preview


def test_3d_view_shows_cuts_and_turns_the_structure(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = make_window(with_3d=True)
    preview = _opened(window, qtbot)
    whole = _settled(qtbot, preview.solid)
    assert _blue(whole) > 0.02
    assert "3-D: llvmpipe" in window.status.drawing.text()
    preview.legend.toggles[Phase.Z_PLATELET].setChecked(False)
    assert _blue(_settled(qtbot, preview.solid)) < 0.1 * _blue(whole)
    preview.legend.toggles[Phase.Z_PLATELET].setChecked(True)
    preview.cut.set_axis("x")
    preview.cut.slider.setValue(30)
    assert _blue(_settled(qtbot, preview.solid)) < 0.6 * _blue(whole)
    preview.cut.set_axis(None)
    pictures = []
    for name in ("x", "y", "z", "reset"):
        window.actions_by_id[f"view.{name}"].trigger()
        pictures.append(_settled(qtbot, preview.solid))
    assert all((pictures[i] != pictures[i + 1]).any() for i in range(3))
    assert (pictures[-1] == whole).all()


def test_pointer_and_keys_turn_zoom_and_move(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = make_window(with_3d=True)
    view = _opened(window, qtbot).solid
    assert view is not None
    _settled(qtbot, view)
    start = view.camera
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(view, QPoint(140, 100))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(140, 100))
    turned = view.camera
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.camera.zoom > turned.zoom
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.camera.direction != turned.direction
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.camera == start
    _settled(qtbot, view)


def test_dragged_slider_gives_coarse_pictures_and_a_sharp_one_at_rest(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = make_window(with_3d=True)
    view = _opened(window, qtbot).solid
    assert view is not None
    sharp = _settled(qtbot, view).shape
    # As on a machine where a sharp picture takes long.
    view._seconds = 1.0
    slider = window.editor.number("nanostructure.L_nm").slider
    slider.setSliderDown(True)
    with qtbot.waitSignal(view.drawn, timeout=WAIT_MS):
        slider.setValue(slider.value() + 4)
    assert _pixels(view.image).shape[0] == pytest.approx(sharp[0] / 2, abs=1)
    slider.setSliderDown(False)
    qtbot.waitUntil(lambda: view.is_settled, timeout=WAIT_MS)
    assert _pixels(view.image).shape == sharp


def test_without_opengl_the_section_says_why(window: MainWindow, qtbot: QtBot) -> None:
    preview = window.design_tab.preview
    qtbot.waitUntil(lambda: not preview.banner.isHidden())
    assert "No 3-D view" in preview.banner.text()
    assert preview.section.has_picture()
    assert not window.actions_by_id["view.x"].isEnabled()


def test_unusable_opengl_is_replaced_by_drawing_in_memory_and_explained(
    make_window: Callable[..., MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = render_process.drawing_command()
    commands = iter([_BREAKS, usual])
    monkeypatch.setattr(render_process, "drawing_command", lambda: next(commands))
    window = make_window(with_3d=True)
    preview = window.design_tab.preview
    qtbot.waitUntil(lambda: preview.has_3d, timeout=WAIT_MS)
    assert "OpenGL cannot be used here: the OpenGL driver crashed" in preview.banner.text()
    before = _settled(qtbot, preview.solid)
    assert _blue(before) > 0.02
    window.actions_by_id["view.z"].trigger()
    assert (_settled(qtbot, preview.solid) != before).any()


def test_no_way_of_drawing_leaves_the_section(
    make_window: Callable[..., MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render_process, "drawing_command", lambda: _BREAKS)
    window = make_window(with_3d=True)
    preview = window.design_tab.preview
    qtbot.waitUntil(lambda: "No 3-D view" in preview.banner.text(), timeout=WAIT_MS)
    assert "crashed" in preview.banner.text()
    assert preview.section.isVisible()
    assert window.status.drawing.text() == "3-D: not available"


def test_old_opengl_is_refused_with_its_version(
    make_window: Callable[..., MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = (
        "import sys; from smcogui.rendering.messages import Message, pack;"
        "sys.stdout.buffer.write(pack(Message(facts={'is': 'unusable', 'message':"
        "'this display offers OpenGL 2.1; 3.2 is needed'})))"
    )
    monkeypatch.setattr(render_process, "drawing_command", lambda: [sys.executable, "-c", old])
    window = make_window(with_3d=True)
    preview = window.design_tab.preview
    qtbot.waitUntil(lambda: "OpenGL 2.1" in preview.banner.text(), timeout=WAIT_MS)


def test_crash_while_drawing_starts_again_and_at_last_says_so(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = make_window(with_3d=True)
    preview = _opened(window, qtbot)
    whole = _settled(qtbot, preview.solid)
    for _ in range(2):
        assert window.drawing._process is not None
        with qtbot.waitSignal(window.drawing.ready, timeout=WAIT_MS):
            window.drawing._process.kill()
        window.actions_by_id["view.z"].trigger()
        assert (_settled(qtbot, preview.solid) != whole).any()
    window.drawing._process.kill()
    qtbot.waitUntil(lambda: not preview.banner.isHidden(), timeout=WAIT_MS)
    assert "No 3-D view: the OpenGL driver crashed" in preview.banner.text()
    assert preview.section.isVisible()


def test_section_shows_patterns_and_phase_under_the_pointer(window: MainWindow) -> None:
    preview = window.design_tab.preview
    grabbed = preview.section.grab().toImage()
    colours = {
        grabbed.pixelColor(x, y).getRgb()[:3]
        for x in range(0, grabbed.width(), 2)
        for y in range(0, grabbed.height(), 2)
    }
    assert PHASE_COLOURS[Phase.BOUNDARY_1_5] in colours
    assert PHASE_COLOURS[Phase.CELL_2_17] in colours
    preview.section.hovered.emit(0, 0)
    assert "x −63.8 nm" in preview._hover.text().replace("-", "−")


def test_field_has_one_colour_in_sections_and_in_3d(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.set_key("field.alpha_deg", 45.0)
    section = window.design_tab.preview.section
    qtbot.waitUntil(section.has_picture)

    def has_field_arrow() -> bool:
        grabbed = section.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        return bool((_pixels(grabbed) == FIELD_COLOUR).all(axis=-1).any())

    qtbot.waitUntil(has_field_arrow)

"""A picture is opened, scaled, placed, painted, loaded with undo, run, and found again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn_micrograph import PIXEL_NM, draw
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from smcogui.design.phases import Phase
from smcogui.errors import InputError
from smcogui.micrographs.picture import read_micrograph
from smcogui.micrographs.placement import Placement
from smcogui.micrographs.segmentation import Recipe
from smcogui.ui.micrographs.picture_view import PictureView
from smcogui.ui.micrographs.placement_form import PlacementForm
from smcogui.ui.micrographs.recipe_form import RecipeForm

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.design.design import Design
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.micrographs.segment_dialog import SegmentDialog

MEASURED_NM = 50


@pytest.fixture
def picture_file(tiny: Design, tmp_path: Path) -> Path:
    """Return a picture that does not tell its scale."""
    path = tmp_path / "tem.png"
    Image.fromarray(draw(replace(tiny, offsets="centred"), margin_nm=16)).save(path)
    return path


@pytest.fixture
def dialog(window: MainWindow, tiny: Design, picture_file: Path, qtbot: QtBot) -> SegmentDialog:
    """Return the dialog on a picture whose scale bar was measured."""
    window.document.begin(tiny)
    dialog = window.micrographs.open_file(picture_file)
    qtbot.waitUntil(lambda: "type the edge of a pixel" in dialog.banner.text())
    dialog.picture.measured.emit(MEASURED_NM / PIXEL_NM)
    qtbot.waitUntil(lambda: dialog.preview is not None)
    return dialog


def preview_of(dialog: SegmentDialog, qtbot: QtBot, holds) -> None:
    qtbot.waitUntil(lambda: dialog.preview is not None and holds(dialog.preview))


def test_a_picture_becomes_the_design_and_is_found_again(
    window: MainWindow, dialog: SegmentDialog, qtbot: QtBot, tiny: Design
) -> None:
    assert dialog.placing.scale_from.text() == "Measured: 50 nm are 200.0 pixels."
    assert dialog.counted.text().startswith("Counted: 2:17")
    assert "d 20 nm" in dialog.lengths.text()
    dialog.picture.moved.emit(190.0, 200.0)
    preview_of(dialog, qtbot, lambda each: each.placement.centre == (190.0, 200.0))
    dialog.load_button.click()
    qtbot.waitUntil(lambda: window.document.design.region_map is not None)

    drawn = window.document.design
    assert drawn.name == "tiny, from image tem.png"
    assert not window.editor.number("nanostructure.L_nm").isEnabled()
    assert "structure from image tem.png" in window.design_tab.derived.predicted.note.text()

    again = window.micrographs.open()
    qtbot.waitUntil(lambda: again.preview is not None)
    assert again.preview is not None
    assert again.preview.drawn.design.region_map == drawn.region_map
    again.reject()
    window.document.undo()
    assert window.document.design == tiny
    assert not window.actions_by_id["micrograph.leave"].isEnabled()
    window.document.redo()
    window.actions_by_id["micrograph.leave"].trigger()
    assert window.document.design.region_map is None
    assert window.document.design.name == "tiny"


def test_strokes_are_painted_undone_and_hold_the_domain(
    dialog: SegmentDialog, qtbot: QtBot
) -> None:
    dialog.pages.setCurrentIndex(1)
    canvas = dialog.phases
    dialog.bar.brush.set_value(Phase.GRAIN_BOUNDARY)
    qtbot.waitUntil(lambda: canvas.width() > 100)
    middle = canvas.rect().center()
    for send, place in (
        (QTest.mousePress, middle),
        (QTest.mouseRelease, middle),
    ):
        send(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(place))

    preview_of(dialog, qtbot, lambda each: each.drawn.design.grain_boundary.layer == "none")
    assert dialog.preview is not None
    regions = dialog.preview.segmented.regions
    assert regions[32, 32] == Phase.GRAIN_BOUNDARY
    assert not dialog.placing.scale.isEnabled()

    dialog.bar.undo.click()
    preview_of(dialog, qtbot, lambda each: not (each.segmented.regions == 3).any())
    assert dialog.placing.scale.isEnabled()
    dialog.bar.brush.set_value(Phase.Z_PLATELET)
    canvas.focusInEvent(QFocusEvent(QEvent.Type.FocusIn))
    qtbot.keyClick(canvas, Qt.Key.Key_Up)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.history.is_painted)


def test_what_cannot_be_is_said_and_put_right_before_the_map_is_run(
    window: MainWindow, dialog: SegmentDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog.placing.domain.setValue(300.0)
    qtbot.waitUntil(lambda: "does not lie inside tem.png" in dialog.banner.text())
    assert not dialog.load_button.isEnabled()
    dialog.placing.domain.setValue(64.0)
    qtbot.waitUntil(dialog.load_button.isEnabled)

    (tmp_path / "no.png").write_bytes(b"no picture")
    dialog.open_file(tmp_path / "no.png")
    qtbot.waitUntil(lambda: "is no picture that can be read" in dialog.banner.text())
    assert dialog.load_button.isEnabled()

    dialog.run_button.click()
    qtbot.waitUntil(lambda: bool(window.simulation_tab.table.runs))
    assert window.simulation_tab.table.runs[0].name == "tiny, from image tem.png"
    assert window.micrographs.dialog is None


def test_forms_give_back_what_they_show(qtbot: QtBot) -> None:
    placing, choosing = PlacementForm(), RecipeForm()
    for form in (placing, choosing):
        qtbot.addWidget(form)
    assert placing.placement() is None
    placement = Placement(
        nm_per_pixel=0.3, length_nm=96, cell_nm=0.5, c_axis_deg=-12, centre=(300.5, 200)
    )
    recipe = Recipe(
        phases=(Phase.BOUNDARY_1_5, Phase.CELL_2_17),
        thresholds=(0.4,),
        filter="median",
        filter_nm=1.5,
        least_nm=0,
    )
    placing.show_placement(placement)
    choosing.show_recipe(recipe)
    assert placing.placement() == placement
    assert choosing.recipe() == recipe
    choosing.count.setValue(4)
    choosing.phases[3].set_value(Phase.BOUNDARY_1_5)
    with pytest.raises(InputError, match="2 to 4 different phases"):
        choosing.recipe()
    assert np.isclose(choosing.limits[0].value(), 0.4)


def test_the_domain_is_dragged_and_a_scale_bar_measured_in_the_picture(
    qtbot: QtBot, picture_file: Path
) -> None:
    view, picture = PictureView(), read_micrograph(picture_file)
    qtbot.addWidget(view)
    view.resize(500, 500)
    view.show_picture(picture)
    view.show_placement(Placement(nm_per_pixel=PIXEL_NM, length_nm=32, cell_nm=1))
    moved, measured = [], []
    view.moved.connect(lambda x, y: moved.append((x, y)))
    view.measured.connect(measured.append)

    def drag() -> None:
        for event, place in (
            (QEvent.Type.MouseButtonPress, (250, 250)),
            (QEvent.Type.MouseMove, (350, 250)),
            (QEvent.Type.MouseButtonRelease, (350, 250)),
        ):
            point, left = QPointF(*place), Qt.MouseButton.LeftButton
            QApplication.sendEvent(
                view,
                QMouseEvent(event, point, point, left, left, Qt.KeyboardModifier.NoModifier),
            )

    drag()
    middle, scale = picture.pixels.shape[0] / 2, picture.pixels.shape[0] / 488
    assert moved[-1] == (pytest.approx(middle + 100 * scale, abs=0.2), pytest.approx(middle))
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert moved[-1] == (middle, middle - 10)
    view.measure(True)
    drag()
    assert measured == [pytest.approx(100 * scale, abs=0.2)]
    count = len(moved)
    view.measure(False)
    view.allow_moving(False)
    drag()
    assert len(moved) == count

"""A structure from a picture: the domain is placed, its phases are segmented and painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from smcogui.design.canonical import NM, to_unit
from smcogui.errors import InputError
from smcogui.micrographs.picture import Micrograph, read_micrograph
from smcogui.micrographs.preview import Preview, make_preview
from smcogui.micrographs.strokes import StrokeHistory, paint, unpainted
from smcogui.ui.micrographs.brush_bar import BrushBar
from smcogui.ui.micrographs.form_boxes import note
from smcogui.ui.micrographs.phase_canvas import PhaseCanvas
from smcogui.ui.micrographs.picture_view import PictureView
from smcogui.ui.micrographs.placement_form import PlacementForm
from smcogui.ui.micrographs.preview_words import fractions_text, lengths_text
from smcogui.ui.micrographs.recipe_form import RecipeForm
from smcogui.ui.projects.project_drop import local_paths
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.elided_label import ElidedLabel
from smcogui.ui.widgets.screen_size import resize_on_screen
from smcogui.ui.widgets.vertical_scroll import vertical_scroll

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from smcogui.app.project_micrographs import KeptSegmentation
    from smcogui.design.design import Design
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.run_bridge import RunBridge

FILES: Final = "Pictures (*.png *.tif *.tiff *.jpg *.jpeg);;All files (*)"
_SETTLE_MS: Final = 60
_SIZE: Final = QSize(1220, 720)
_FORM_WIDTH: Final = 330


class SegmentDialog(QDialog):
    """Stays open beside the window until the design is taken.

    Parameters
    ----------
    bridge, files
        Those of the window.
    base : Design
        Gives everything that the picture does not.

    Signals
    -------
    previewed : Signal()
        There is another preview, or none.
    load_wanted : Signal(bool)
        The preview is to become the design; whether it is to be run, too.
    """

    previewed = Signal()
    load_wanted = Signal(bool)

    def __init__(
        self, bridge: RunBridge, files: FileDialogs, base: Design, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge, self._files, self._base = bridge, files, base
        self._topic = f"segment {id(self)}"
        self._picture: Micrograph | None = None
        self._preview: Preview | None = None
        self._history = StrokeHistory(unpainted(1))
        self.path: Path | None = None
        self.setWindowTitle("Structure from a picture")
        self.setAcceptDrops(True)
        self._make_widgets()
        self._lay_out()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask_preview)
        self._connect()
        resize_on_screen(self, _SIZE)
        self.placing.show_domain(to_unit(base.domain, NM), to_unit(base.mesh.cell, NM))
        self._show_preview(None)

    @property
    def preview(self) -> Preview | None:
        """The segmentation that is shown; None where there is none."""
        return self._preview

    @property
    def history(self) -> StrokeHistory:
        """What was painted."""
        return self._history

    def ask_file(self) -> None:
        """Ask for a picture."""
        path = self._files.ask_open(self, "Open picture", FILES)
        if path is not None:
            self.open_file(path)

    def open_file(self, path: Path) -> None:
        """Read a picture and segment it as the choices are."""
        self.banner.show_message("note", f"Reading {path.name}…")

        def show(picture: Micrograph) -> None:
            self.placing.show_picture(picture)
            self._take(picture, path)

        self._bridge.ask(self._topic, lambda: read_micrograph(path), show, self._explain)

    def open_kept(self, kept: KeptSegmentation) -> None:
        """Go on with a segmentation that the project keeps."""
        self.placing.show_placement(kept.placement)
        self.choosing.show_recipe(kept.recipe)
        self._take(kept.picture, kept.path, kept.strokes)
        self.pages.setCurrentIndex(1)

    def take_base(self, base: Design) -> None:
        """Take what the picture does not give from another design, such as the edited one."""
        self._base = base
        self._settle.start()

    def done(self, code: int) -> None:
        """Close, and want no answer any more."""
        self._settle.stop()
        for topic in (self._topic, f"{self._topic} preview"):
            self._bridge.drop(topic)
        super().done(code)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the first file."""
        paths = local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.open_file(paths[0])

    # ------------------------------------------------------------------ preview
    def _take(
        self, picture: Micrograph, path: Path, strokes: NDArray[np.uint8] | None = None
    ) -> None:
        self._picture, self.path = picture, path
        self._history = StrokeHistory(unpainted(1) if strokes is None else strokes)
        self.banner.clear_message()
        self.file.show_text(f"{picture.name}, {_pixels(picture)}")
        self.picture.show_picture(picture)
        self._ask_preview()

    def _ask_preview(self) -> None:
        picture = self._picture
        if picture is None:
            return
        try:
            placement, recipe = self.placing.placement(), self.choosing.recipe()
        except InputError as error:
            self._refuse(error)
            return
        self.picture.show_placement(placement)
        if placement is None:
            self._show_preview(None)
            words = "The scale is missing: type the edge of a pixel, or measure the scale bar."
            self.banner.show_message("note", words)
            return
        base, before, strokes = self._base, self._preview, self._history.strokes
        self._bridge.ask_in_turn(
            f"{self._topic} preview",
            lambda: make_preview(picture, placement, recipe, strokes, base, before),
            self._show_preview,
            self._refuse,
        )

    def _show_preview(self, preview: Preview | None) -> None:
        self._preview = preview
        self.phases.show_preview(preview)
        self._show_brush()
        self.bar.show_history(self._history)
        self.placing.hold(self._history.is_painted)
        self.picture.allow_moving(not self._history.is_painted)
        if preview is not None:
            if preview.recipe.thresholds is None:
                self.choosing.show_thresholds(preview.segmented.thresholds)
            told = (*preview.picture.notes, *preview.drawn.notes, *preview.warnings)
            self.banner.show_message("warning" if preview.warnings else "note", " ".join(told))
        self.counted.setText("" if preview is None else fractions_text(preview))
        self.lengths.setText("" if preview is None else lengths_text(preview))
        for button in (self.load_button, self.run_button):
            button.setEnabled(preview is not None)
        self.previewed.emit()

    def _refuse(self, error: Exception) -> None:
        self._show_preview(None)
        self._explain(error)

    def _explain(self, error: Exception) -> None:
        self.banner.show_message("error", str(error))

    # ------------------------------------------------------------------ strokes
    def _paint(self, points: Any) -> None:
        preview = self._preview
        if preview is None:
            return
        edge = preview.placement.edge
        if len(self._history.strokes) != edge:
            self._history = StrokeHistory(unpainted(edge))
        radius = self.bar.width_nm.value() / 2 / preview.placement.cell_nm
        self._history.add(paint(self._history.strokes, points, radius, self.bar.phase))
        self._ask_preview()

    def _step(self, step: str) -> None:
        getattr(self._history, step)()
        self._ask_preview()

    def _show_brush(self) -> None:
        cell_nm = 1.0 if self._preview is None else self._preview.placement.cell_nm
        self.phases.show_brush(self.bar.width_nm.value() / 2 / cell_nm, self.bar.colour)

    def _measured(self, pixels: float) -> None:
        try:
            self.placing.take_measured(pixels)
        except InputError as error:
            self._explain(error)

    def _moved(self, x: float, y: float) -> None:
        self.placing.move_to(x, y)
        self._ask_preview()

    # ------------------------------------------------------------------ widgets
    def _make_widgets(self) -> None:
        self.file = ElidedLabel()
        self.file.show_text("No picture yet")
        self.browse = QPushButton("Open &picture…")
        self.browse.setAutoDefault(False)
        self.placing, self.choosing = PlacementForm(), RecipeForm()
        self.picture, self.phases = PictureView(), PhaseCanvas()
        self.bar = BrushBar(self)
        self.banner = Banner()
        self.counted, self.lengths, self.predicted = QLabel(), QLabel(), note()
        for label in (self.counted, self.lengths):
            label.setProperty("role", "heading")
            label.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.load_button = self.buttons.addButton("&Load as design", role)
        self.run_button = self.buttons.addButton("Load and &run", role)
        for button in (self.load_button, self.run_button):
            button.setAutoDefault(False)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)

    def _lay_out(self) -> None:
        painted = QWidget()
        column = QVBoxLayout(painted)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.bar)
        column.addWidget(self.phases, 1)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.setAccessibleName("Picture and phases")
        self.pages.addTab(self.picture, "Domain in the picture")
        self.pages.addTab(painted, "Phases")
        forms = QWidget()
        left = QVBoxLayout(forms)
        left.setContentsMargins(0, 0, 6, 0)
        left.addWidget(self.placing)
        left.addWidget(self.choosing)
        left.addStretch(1)
        # Beside each page the form that changes what it shows.
        self.choosing.hide()
        self.pages.currentChanged.connect(self._show_form)
        scroll = vertical_scroll(forms)
        scroll.setFixedWidth(_FORM_WIDTH)
        top = QHBoxLayout()
        top.addWidget(self.browse)
        top.addWidget(self.file, 1)
        right = QVBoxLayout()
        right.addWidget(self.pages, 1)
        for part in (self.counted, self.lengths, self.predicted, self.banner):
            right.addWidget(part)
        middle = QHBoxLayout()
        middle.addWidget(scroll)
        middle.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addLayout(middle, 1)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.browse.clicked.connect(self.ask_file)
        self.placing.changed.connect(self._settle.start)
        self.choosing.changed.connect(self._settle.start)
        self.placing.measure_wanted.connect(self._measure)
        self.picture.measured.connect(self._measured)
        self.picture.moved.connect(self._moved)
        self.phases.painted.connect(self._paint)
        self.bar.changed.connect(self._show_brush)
        self.bar.share_changed.connect(self.phases.show_share)
        self.bar.undo_wanted.connect(lambda: self._step("undo"))
        self.bar.redo_wanted.connect(lambda: self._step("redo"))
        self.bar.clear_wanted.connect(lambda: self._step("clear"))
        self.load_button.clicked.connect(lambda: self.load_wanted.emit(False))
        self.run_button.clicked.connect(lambda: self.load_wanted.emit(True))
        self.buttons.rejected.connect(self.reject)

    def _show_form(self, page: int) -> None:
        self.placing.setVisible(page == 0)
        self.choosing.setVisible(page == 1)

    def _measure(self, on: bool) -> None:
        if on:
            self.pages.setCurrentWidget(self.picture)
        self.picture.measure(on)


def _pixels(picture: Micrograph) -> str:
    ny, nx = picture.pixels.shape
    return f"{nx} × {ny} pixels"

"""The preview of a structure: a section at once, the 3-D view as soon as something can draw it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.design.phases import Phase
from smcogui.rendering.colours import PHASE_LABELS
from smcogui.rendering.content import VIEWS, Camera, Look
from smcogui.ui.design_tab.phase_legend import PhaseLegend
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.cut_bar import CutBar
from smcogui.ui.widgets.mode_button import mode_button
from smcogui.ui.widgets.scene_view import SceneView
from smcogui.ui.widgets.section_view import SectionPicture, SectionView
from smcogui.units import decimal_text

if TYPE_CHECKING:
    from smcogui.rendering.content import ViewName
    from smcogui.ui.actions import Actions
    from smcogui.ui.design_tab.structure_picture import StructurePicture
    from smcogui.ui.render_process import DrawingSupport, RenderProcess

_SECTION, _SOLID = 0, 1


class Preview(QWidget):
    """Section and 3-D view of the current structure; :meth:`start_3d` comes after first paint."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: StructurePicture | None = None
        self.solid: SceneView | None = None
        self._has_3d = False
        self.section = SectionView("Cross-section of the structure")
        self.section.show_text("The structure appears here.")
        self.section.hovered.connect(self._pointed)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.section)
        self.banner = Banner()
        self._shows_ghost = actions["ghost.show"]
        self.legend = PhaseLegend(self._shows_ghost)
        self._shows_ghost.toggled.connect(lambda _on: self._offer_ghost())
        self.cut = CutBar()
        self.cut.hide()
        self._hover = QLabel(" ")
        self._hover.setProperty("role", "muted")
        self._hover.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 10, 4, 8)
        layout.addLayout(self._make_bar(actions))
        layout.addWidget(self.banner)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.cut)
        layout.addWidget(self.legend)
        layout.addWidget(self._hover)
        self.legend.changed.connect(lambda: self._show_look(moving=False))
        self.cut.changed.connect(lambda held: self._show_look(moving=held))
        self._actions = actions
        self._show_page_controls()

    @property
    def has_3d(self) -> bool:
        """Whether the 3-D view can be used."""
        return self._has_3d

    def view(self) -> tuple[float, Camera, Look]:
        """Return what a picture of the structure takes over: height over width, camera and look.

        A section is the whole block seen along z.
        """
        if self.solid is not None and self._stack.currentIndex() == _SOLID:
            height = self.solid.height() / max(self.solid.width(), 1)
            return height, self.solid.camera, self._look()
        everything = tuple(int(phase) for phase in Phase)
        look = replace(self._look(), visible=everything, cut_axis=None)
        return 1.0, Camera.named("z"), look

    def start_3d(self, process: RenderProcess) -> None:
        """Make the 3-D view, to be used as soon as the process is ready."""
        self.solid = SceneView(process, self._stack)
        self._stack.addWidget(self.solid)
        # It is made last, but stands below its buttons.
        QWidget.setTabOrder(self._last_button, self.solid)
        self.solid.trouble.connect(lambda text: self.banner.show_message("warning", text))
        if self._picture is not None:
            self.solid.show_content(self._picture.solid)
        process.ready.connect(self._ready)
        process.stopped.connect(self.explain_missing)

    def show_structure(self, picture: StructurePicture) -> None:
        """Show a structure, in whichever view is open."""
        self._picture = picture
        self.legend.show_present([phase for phase, share in picture.fractions.items() if share])
        self.cut.set_box(picture.box_nm)
        self.section.show_picture(
            SectionPicture(
                rgb=picture.section,
                width_nm=picture.box_nm[0],
                alpha=picture.alpha,
                regions=picture.regions,
                ghost=picture.ghost,
            )
        )
        self._offer_ghost()
        if self.solid is not None:
            self.solid.show_content(picture.solid, moving=picture.is_coarse)

    def refresh_colours(self) -> None:
        """Draw the 3-D view in the palette's colours."""
        self._show_look(moving=False)

    def explain_missing(self, reason: str) -> None:
        """Show the section, and why there is no 3-D view."""
        self._has_3d = False
        self._solid_button.setEnabled(False)
        self.switch(_SECTION)
        self.banner.show_message(
            "note",
            f"No 3-D view: {reason}. The cross-section is shown instead; "
            "everything else works without it.",
        )

    def switch(self, page: int) -> None:
        """Show the section (0) or the 3-D view (1)."""
        if not self._has_3d:
            page = _SECTION
        self._section_button.setChecked(page == _SECTION)
        self._solid_button.setChecked(page == _SOLID)
        self._stack.setCurrentIndex(page)
        self._hover.setText(" ")
        self._show_page_controls()

    def _make_bar(self, actions: Actions) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(4)
        self._section_button = mode_button("Section", "Cross-section x–y, every cell.")
        self._solid_button = mode_button("3-D", "Three-dimensional view.")
        self._section_button.setChecked(True)
        self._solid_button.setEnabled(False)
        self._section_button.clicked.connect(lambda: self.switch(_SECTION))
        self._solid_button.clicked.connect(lambda: self.switch(_SOLID))
        bar.addWidget(self._section_button)
        bar.addWidget(self._solid_button)
        bar.addStretch(1)
        for name in VIEWS:
            button = QToolButton()
            button.setDefaultAction(actions[f"view.{name}"])
            button.setAccessibleName(actions[f"view.{name}"].text().replace("&", ""))
            button.setProperty("panel", True)
            bar.addWidget(button)
            self._last_button = button
            actions.connect({f"view.{name}": partial(self._set_view, name)})
        return bar

    def _ready(self, support: DrawingSupport) -> None:
        first = not self._has_3d
        self._has_3d = True
        self._solid_button.setEnabled(True)
        self.banner.clear_message()
        if support.trouble:
            self.banner.show_message(
                "note",
                f"OpenGL cannot be used here: {support.trouble}. The processor draws the 3-D "
                "view instead; it can be turned as usual, more slowly.",
            )
        self._show_look(moving=False)
        if first:
            self.switch(_SOLID)

    def _show_page_controls(self) -> None:
        solid = self._stack.currentIndex() == _SOLID
        self.cut.setVisible(solid)
        for name in VIEWS:
            self._actions.set_enabled(f"view.{name}", self._has_3d, "there is no 3-D view yet")
        self.legend.show_boxes(solid)
        self._offer_ghost()

    def _offer_ghost(self) -> None:
        """Offer to hide the ghost that the section shows, and to show one that was hidden."""
        is_section = self._stack.currentIndex() == _SECTION
        can_be = self.section.has_ghost() or not self._shows_ghost.isChecked()
        self.legend.offer_ghost(is_section and can_be)

    def _set_view(self, name: ViewName) -> None:
        if self.solid is not None and self.solid.isVisible():
            self.solid.set_view(name)

    def _look(self) -> Look:
        palette = self.palette()
        return Look(
            visible=self.legend.visible_phases,
            cut_axis=self.cut.axis,
            cut_at=self.cut.at,
            background=palette.base().color().name(),
            ink=palette.text().color().name(),
        )

    def _show_look(self, *, moving: bool) -> None:
        if self.solid is not None:
            self.solid.set_look(self._look(), moving=moving)

    def _pointed(self, column: int, row: int) -> None:
        picture = self._picture
        if picture is None or column < 0 or row >= picture.regions.shape[0]:
            self._hover.setText(" ")
            return
        nx, ny = picture.cells
        x = (column + 0.5) / nx * picture.box_nm[0] - picture.box_nm[0] / 2
        y = (row + 0.5) / ny * picture.box_nm[1] - picture.box_nm[1] / 2
        phase = PHASE_LABELS[Phase(int(picture.regions[row, column]))]
        self._hover.setText(f"x {decimal_text(x, 1)} nm, y {decimal_text(y, 1)} nm: {phase}")

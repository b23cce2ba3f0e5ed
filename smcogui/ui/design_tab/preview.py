"""The preview of a structure: a section at once, the 3-D view when it is ready and possible."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.design.phases import Phase
from smcogui.ui.colours import PHASE_COLOURS, PHASE_LABELS
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.colour_key import ColourKey
from smcogui.ui.widgets.section_view import SectionPicture, SectionView

if TYPE_CHECKING:
    from smcogui.ui.actions import Actions
    from smcogui.ui.design_tab.scene import Scene, ViewName
    from smcogui.ui.design_tab.structure_faces import StructurePicture
    from smcogui.ui.gl_probe import GlSupport
    from smcogui.ui.simulation_tab.state_view import MagnetisationState

_SECTION, _SOLID = 0, 1


class Preview(QWidget):
    """Section and 3-D view of the current structure, or of a magnetisation.

    The window has this one interactor only; it is made by :meth:`start_3d`, after the first paint.

    Signals
    -------
    structure_wanted : Signal()
        The structure should be shown again in place of a magnetisation.
    """

    structure_wanted = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: StructurePicture | None = None
        self._magnetisation: tuple[MagnetisationState, str] | None = None
        self._interactor: Any = None
        self._scene: Scene | None = None
        self._toggles: dict[Phase, QCheckBox] = {}
        self._swatches: dict[Phase, QLabel] = {}
        self.section = SectionView("Cross-section of the structure")
        self.section.show_text("The structure appears here.")
        self.section.hovered.connect(self._pointed)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.section)
        self.banner = Banner()
        self._key = ColourKey()
        self._key.hide()
        self._hover = QLabel(" ")
        self._hover.setProperty("role", "muted")
        self._hover.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 10, 4, 8)
        layout.addLayout(self._make_bar(actions))
        layout.addWidget(self.banner)
        layout.addWidget(self._make_return_bar())
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._make_legend())
        layout.addWidget(self._key)
        layout.addWidget(self._hover)
        actions.connect(
            {f"view.{name}": partial(self.set_view, name) for name in ("reset", "x", "y", "z")}
        )
        self._actions = actions
        self._enable_views()

    @property
    def has_3d(self) -> bool:
        """Whether the 3-D view exists."""
        return self._scene is not None

    @property
    def interactor(self) -> Any:
        """The 3-D view's widget, or None."""
        return self._interactor

    def start_3d(self, support: GlSupport) -> None:
        """Make the 3-D view, or say why there is none; loading VTK takes about a second."""
        if not support.available:
            self._solid_button.setEnabled(False)
            self.banner.show_message(
                "note",
                f"No 3-D view: {support.reason}. The cross-section is shown instead; "
                "everything else works without it.",
            )
            return
        # Loaded here, after the first paint: together they take a second.
        from pyvistaqt import QtInteractor

        self._interactor = QtInteractor(
            self._stack, auto_update=False, multi_samples=0 if support.is_software else 4
        )
        self._interactor.setAccessibleName("3-D view")
        self._stack.addWidget(self._interactor)
        # The scene follows in a turn of its own, so that the window answers in between.
        QTimer.singleShot(0, self._make_scene)

    def _make_scene(self) -> None:
        from smcogui.ui.design_tab.scene import Scene

        if self._interactor is None:
            return
        # Not pyvista's update(), which draws at once: Qt's merges several into one frame.
        self._scene = Scene(self._interactor, partial(QWidget.update, self._interactor))
        self.refresh_colours()
        self._solid_button.setEnabled(True)
        self._solid_button.setChecked(True)
        self._switch(_SOLID)

    def is_phase_shown(self, phase: Phase) -> bool:
        """Whether the surfaces of a phase are in the 3-D view."""
        return self._scene is not None and self._scene.is_phase_shown(phase)

    def close_3d(self) -> None:
        """Give the 3-D view's resources back; before the window goes."""
        if self._interactor is not None:
            self._scene = None
            self._interactor.close()
            self._interactor = None

    def show_structure(self, picture: StructurePicture) -> None:
        """Show a structure, in whichever view is open."""
        self._picture = picture
        self._magnetisation = None
        self._return_bar.hide()
        self._enable_views()
        for phase, toggle in self._toggles.items():
            toggle.setVisible(phase in picture.faces)
            self._swatches[phase].setVisible(phase in picture.faces)
        self.section.show_picture(
            SectionPicture(rgb=picture.section, width_nm=picture.box_nm[0], alpha=picture.alpha)
        )
        if self._scene is not None and self._stack.currentIndex() == _SOLID:
            self._scene.show_structure(picture)

    def show_magnetisation(self, state: MagnetisationState, mode: str) -> None:
        """Show a magnetisation in the 3-D view, until the structure is wanted again."""
        self._magnetisation = (state, mode)
        self._return_text.setText(state.title)
        self._return_bar.show()
        self._solid_button.setChecked(True)
        self._switch(_SOLID)

    def set_view(self, name: ViewName) -> None:
        """Turn the camera."""
        if self._scene is not None:
            self._scene.set_view(name)

    def refresh_colours(self) -> None:
        """Draw the 3-D view in the palette's colours."""
        if self._scene is not None:
            palette = self.palette()
            self._scene.set_colours(palette.base().color().name(), palette.text().color().name())

    def _make_bar(self, actions: Actions) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(4)
        self._section_button = _mode_button("Section", "Cross-section x–y, every cell.")
        self._solid_button = _mode_button("3-D", "Three-dimensional view.")
        self._section_button.setChecked(True)
        self._solid_button.setEnabled(False)
        self._section_button.clicked.connect(lambda: self._switch(_SECTION))
        self._solid_button.clicked.connect(lambda: self._switch(_SOLID))
        bar.addWidget(self._section_button)
        bar.addWidget(self._solid_button)
        bar.addStretch(1)
        for name in ("reset", "x", "y", "z"):
            button = QToolButton()
            button.setDefaultAction(actions[f"view.{name}"])
            button.setAccessibleName(actions[f"view.{name}"].text().replace("&", ""))
            button.setProperty("panel", True)
            bar.addWidget(button)
        return bar

    def _make_return_bar(self) -> QWidget:
        self._return_bar = QWidget()
        self._return_text = QLabel()
        self._return_text.setTextFormat(Qt.TextFormat.PlainText)
        back = QPushButton("Back to the structure")
        back.clicked.connect(self._back)
        row = QHBoxLayout(self._return_bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._return_text, 1)
        row.addWidget(back)
        self._return_bar.hide()
        return self._return_bar

    def _make_legend(self) -> QWidget:
        self._legend = QWidget()
        row = QHBoxLayout(self._legend)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addStretch(1)
        for phase in Phase:
            pixels = QPixmap(14, 14)
            pixels.fill(QColor(*PHASE_COLOURS[phase]))
            swatch = QLabel()
            swatch.setPixmap(pixels)
            toggle = QCheckBox(PHASE_LABELS[phase])
            toggle.setChecked(phase != Phase.CELL_2_17)
            toggle.setToolTip(f"Show {PHASE_LABELS[phase]} in the 3-D view.")
            toggle.toggled.connect(lambda on, phase=phase: self._toggle(phase, on))
            pair = QHBoxLayout()
            pair.setSpacing(5)
            pair.addWidget(swatch)
            pair.addWidget(toggle)
            row.addLayout(pair)
            self._toggles[phase] = toggle
            self._swatches[phase] = swatch
        row.addStretch(1)
        return self._legend

    def _switch(self, page: int) -> None:
        if page == _SOLID and self._scene is None:
            page = _SECTION
        self._section_button.setChecked(page == _SECTION)
        self._solid_button.setChecked(page == _SOLID)
        self._stack.setCurrentIndex(page)
        self._hover.setText(" ")
        self._enable_views()
        if page != _SOLID or self._scene is None:
            return
        if self._magnetisation is not None:
            state, mode = self._magnetisation
            self._scene.show_magnetisation(
                state.m, state.box_nm, state.alpha, "angle" if mode == "angle" else "projection"
            )
            self._key.set_mode("angle" if mode == "angle" else "projection")
        elif self._picture is not None:
            self._scene.show_structure(self._picture)

    def _enable_views(self) -> None:
        solid = self._stack.currentIndex() == _SOLID
        shows_magnetisation = solid and self._magnetisation is not None
        self._legend.setVisible(not shows_magnetisation)
        self._key.setVisible(shows_magnetisation)
        for name in ("reset", "x", "y", "z"):
            self._actions.set_enabled(f"view.{name}", solid, "the 3-D view is not shown")
        for toggle in self._toggles.values():
            toggle.setEnabled(solid or self._scene is None)

    def _toggle(self, phase: Phase, on: bool) -> None:
        if self._scene is not None:
            self._scene.set_phase_visible(phase, on)

    def _back(self) -> None:
        self._magnetisation = None
        self._return_bar.hide()
        self.structure_wanted.emit()

    def _pointed(self, column: int, row: int) -> None:
        picture = self._picture
        if picture is None or column < 0 or row >= picture.regions.shape[0]:
            self._hover.setText(" ")
            return
        nx, ny = picture.cells
        x = (column + 0.5) / nx * picture.box_nm[0] - picture.box_nm[0] / 2
        y = (row + 0.5) / ny * picture.box_nm[1] - picture.box_nm[1] / 2
        phase = PHASE_LABELS[Phase(int(picture.regions[row, column]))]
        self._hover.setText(f"x {x:.1f} nm, y {y:.1f} nm: {phase}")


def _mode_button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setProperty("panel", True)
    return button

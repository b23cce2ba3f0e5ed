"""The magnetisation at the stored fields: a coloured slice or a 3-D view, played like a film."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.states import reasons_of, reversal
from smcogui.rendering.colours import ColourMode, magnetisation_image
from smcogui.rendering.content import VIEWS, Camera, Look
from smcogui.ui.simulation_tab.magnetisation_state import MagnetisationState, most_telling
from smcogui.ui.widgets.colour_key import ColourKey
from smcogui.ui.widgets.cut_bar import CutBar
from smcogui.ui.widgets.mode_button import mode_button
from smcogui.ui.widgets.number_box import ChoiceBox
from smcogui.ui.widgets.play_bar import PlayBar
from smcogui.ui.widgets.scene_view import SceneView
from smcogui.ui.widgets.section_view import SectionPicture, SectionView
from smcogui.units import decimal_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QToolButton

    from smcogui.app.session import SnapshotRecord
    from smcogui.rendering.content import ViewName
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.render_process import RenderProcess

_MODES: tuple[tuple[str, ColourMode], ...] = (("M·c / Ms", "projection"), ("Direction", "angle"))
_SLICE, _SOLID = 0, 1
_NONE_YET = (
    "The magnetisation at remanence, at the first jump and at Hc appears here as soon as a run has "
    "reached that field."
)


class StateView(QFrame):
    """Chooses among the stored states of a run and draws one.

    Signals
    -------
    wanted : Signal(object)
        The :class:`SnapshotRecord` that should be read.
    shown : Signal()
        A state is drawn, or none any more.
    """

    wanted = Signal(object)
    shown = Signal()

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._units = units
        self._snapshots: tuple[SnapshotRecord, ...] = ()
        self._steps: list[SnapshotRecord] = []
        self._was_picked = False
        self._asked: tuple[int, int] | None = None
        self._is_reading = False
        self._state: MagnetisationState | None = None
        self.solid: SceneView | None = None
        self.fetch_button: QToolButton | None = None
        self._has_3d = False
        self._make_widgets()
        self._lay_out()
        self._connect()
        self.clear()

    @property
    def snapshots(self) -> tuple[SnapshotRecord, ...]:
        """The states to choose from."""
        return self._snapshots

    @property
    def state(self) -> MagnetisationState | None:
        """The state that is drawn."""
        return self._state

    @property
    def current(self) -> SnapshotRecord | None:
        """The stored state that is chosen."""
        index = self._choice.currentIndex()
        return self._snapshots[index] if 0 <= index < len(self._snapshots) else None

    @property
    def colour_mode(self) -> ColourMode:
        """How the magnetisation is coloured."""
        return "angle" if self._mode.value() == "angle" else "projection"

    @property
    def look(self) -> Look:
        """How the 3-D view shows the state."""
        palette = self.palette()
        return Look(
            cut_axis=self.cut.axis,
            cut_at=self.cut.at,
            mode=self.colour_mode,
            arrows=self.arrows.isChecked(),
            background=palette.base().color().name(),
            ink=palette.text().color().name(),
        )

    @property
    def film_length(self) -> int:
        """Number of stored states of the half-cycle on show."""
        return len(self._steps)

    def view(self) -> tuple[float, Camera, Look]:
        """Return what a picture of the state takes over: height over width, camera and look.

        A slice is the block seen along z, cut above its layer.
        """
        if self.solid is not None and self._stack.currentIndex() == _SOLID:
            height = self.solid.height() / max(self.solid.width(), 1)
            return height, self.solid.camera, self.look
        layers = 1 if self._state is None else self._state.mesh.cells[2]
        cut_at = (self._layer.value() + 1) / layers
        look = replace(self.look, cut_axis="z", cut_at=cut_at, arrows=False)
        return 1.0, Camera.named("z"), look

    def start_3d(self, process: RenderProcess, actions: Actions) -> None:
        """Make the 3-D view, to be used as soon as the process is ready."""
        self.solid = SceneView(process, self._stack)
        self._stack.addWidget(self.solid)
        QWidget.setTabOrder(self._choice, self.solid)
        for name in VIEWS:
            actions.connect({f"view.{name}": partial(self._set_view, name)})
        process.ready.connect(lambda _support: self._allow_3d(True, "Three-dimensional view."))
        process.stopped.connect(lambda reason: self._allow_3d(False, f"No 3-D view: {reason}."))
        self.solid.drawn.connect(lambda _seconds: self._show_busy())
        self.solid.trouble.connect(self._hover.setText)

    def clear(self) -> None:
        """Forget the run."""
        self._snapshots = ()
        self._steps = []
        self._was_picked = False
        self._asked = None
        self._state = None
        self._choice.clear()
        self.play_bar.set_places((), 0)
        self._slice.show_text(_NONE_YET)
        self.show_elsewhere("")
        self.switch(_SLICE)
        self.shown.emit()

    def show_snapshots(self, snapshots: Sequence[SnapshotRecord]) -> None:
        """Offer these states; the one that is shown stays chosen."""
        chosen = self.current if self._was_picked else None
        key = None if chosen is None else (chosen.cycle, chosen.index)
        self._snapshots = tuple(snapshots)
        self._choice.blockSignals(True)
        self._choice.clear()
        for each in self._snapshots:
            self._choice.addItem(f"Half-cycle {each.cycle + 1}: {self._text_of(each)}")
        # The box itself is narrow; its list shows every line whole.
        self._choice.view().setMinimumWidth(self._choice.view().sizeHintForColumn(0) + 24)
        keys = [(each.cycle, each.index) for each in self._snapshots]
        shown = keys.index(key) if key in keys else most_telling(self._snapshots)
        self._choice.setCurrentIndex(shown)
        self._choice.blockSignals(False)
        self._show_steps()
        self._show_controls()
        now = self.current
        if now is not None and (now.cycle, now.index) != self._asked:
            self._ask(now)

    def show_elsewhere(self, cluster: str) -> None:
        """Offer to fetch the states of the run from a cluster; an empty name takes that back."""
        if cluster:
            self._slice.show_text(
                f"The field states of this run lie on {cluster}. They are large, and come when you "
                "fetch them."
            )
        if self.fetch_button is not None:
            self.fetch_button.setVisible(bool(cluster))

    def offer_to_fetch(self, button: QToolButton) -> None:
        """Take the button that fetches states which lie on a cluster."""
        self.fetch_button = button
        self._layout.insertWidget(2, button, 0, Qt.AlignmentFlag.AlignHCenter)
        button.hide()

    def show_state(self, state: MagnetisationState) -> None:
        """Draw a state."""
        self._is_reading = False
        self._state = state
        self._layer.blockSignals(True)
        self._layer.setRange(0, state.mesh.cells[2] - 1)
        self._layer.blockSignals(False)
        self.cut.set_box(state.box_nm)
        if self.solid is not None:
            self.solid.show_content(state.order(), moving=self.play_bar.is_playing)
        self._draw()
        self._show_controls()
        self._show_busy()
        self.shown.emit()

    def pick(self, index: int) -> None:
        """Choose a state by its place in the list, as the user does."""
        self._choice.setCurrentIndex(index)
        self._picked()

    def switch(self, page: int) -> None:
        """Show the slice (0) or the 3-D view (1)."""
        if not self._has_3d or self._state is None:
            page = _SLICE
        self._slice_button.setChecked(page == _SLICE)
        self._solid_button.setChecked(page == _SOLID)
        self._stack.setCurrentIndex(page)
        self._hover.setText(" ")
        self._draw()
        self._show_controls()

    def refresh_colours(self) -> None:
        """Draw again in the palette's colours."""
        self.play_bar.refresh_icons()
        self._draw()

    def _make_widgets(self) -> None:
        self._choice = ChoiceBox(())
        self._choice.setAccessibleName("Stored field")
        self._choice.setToolTip("Fields at which the magnetisation was stored.")
        self._mode = ChoiceBox(_MODES)
        self._mode.setAccessibleName("Colours")
        self._mode.setToolTip("Colour by the projection on c, or by the direction in the plane.")
        self.arrows = QCheckBox("Arrows")
        self.arrows.setChecked(True)
        self.arrows.setToolTip("Arrows along the magnetisation in the 3-D view.")
        self._layer = QSlider(Qt.Orientation.Horizontal)
        self._layer.setAccessibleName("Layer along z")
        self._layer.setToolTip("Layer along z")
        self._slice_button = mode_button("Slice", "One layer of cells, x–y.")
        self._solid_button = mode_button("3-D", "The 3-D view is being prepared.")
        self._slice = SectionView("Magnetisation, slice")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._slice)
        self.cut = CutBar()
        self.play_bar = PlayBar()
        self._key = ColourKey()
        self._hover = QLabel(" ")
        self._hover.setProperty("role", "muted")
        self._hover.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _lay_out(self) -> None:
        head = QGridLayout()
        head.addWidget(self._slice_button, 0, 0)
        head.addWidget(self._solid_button, 0, 1)
        head.addWidget(self._choice, 0, 2)
        head.setColumnStretch(2, 1)
        self._choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 6)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._layer)
        how = QHBoxLayout()
        how.addWidget(self.cut, 1)
        how.addWidget(self.arrows)
        layout.addLayout(how)
        layout.addWidget(self.play_bar)
        # Beside the key, so that the fields have the whole of the line above.
        colours = QHBoxLayout()
        colours.addWidget(self._mode)
        colours.addWidget(self._key, 1)
        layout.addLayout(colours)
        layout.addWidget(self._hover)

    def _connect(self) -> None:
        self._choice.activated.connect(lambda _index: self._picked())
        self._mode.activated.connect(lambda _index: self._draw())
        self.arrows.toggled.connect(lambda _on: self._draw())
        self._layer.valueChanged.connect(lambda _value: self._draw())
        self.cut.changed.connect(lambda held: self._draw(moving=held))
        self.play_bar.moved.connect(
            lambda step: self.pick(self._snapshots.index(self._steps[step]))
        )
        self._slice_button.clicked.connect(lambda: self.switch(_SLICE))
        self._solid_button.clicked.connect(lambda: self.switch(_SOLID))
        self._slice.hovered.connect(self._pointed)
        self._units.changed.connect(lambda _unit: self.show_snapshots(self._snapshots))

    def _allow_3d(self, allowed: bool, tip: str) -> None:
        self._has_3d = allowed
        self._solid_button.setToolTip(tip)
        self.switch(self._stack.currentIndex())

    def _set_view(self, name: ViewName) -> None:
        if self.solid is not None and self.solid.isVisible():
            self.solid.set_view(name)

    def _show_controls(self) -> None:
        solid = self._stack.currentIndex() == _SOLID
        has_state = self._state is not None
        self._choice.setEnabled(bool(self._snapshots))
        self._solid_button.setEnabled(self._has_3d and has_state)
        self._key.setVisible(has_state)
        self.play_bar.setVisible(bool(self._snapshots))
        layers = self._state.mesh.cells[2] if self._state is not None else 1
        self._layer.setVisible(layers > 1 and not solid)
        self.cut.setVisible(solid)
        self.arrows.setVisible(solid)

    def _show_steps(self) -> None:
        """Offer the fields of the chosen half-cycle to the play bar."""
        now = self.current
        if now is None:
            self.play_bar.set_places((), 0)
            return
        self._steps = reversal(self._snapshots, now.cycle)
        here = [each.index for each in self._steps].index(now.index)
        self.play_bar.set_places([self._text_of(each) for each in self._steps], here)

    def _text_of(self, snapshot: SnapshotRecord) -> str:
        why = reasons_of(self._snapshots, snapshot.cycle, snapshot.index)
        return f"{self._units.unit.text(snapshot.mu0_H_T)}, {why}"

    def _picked(self) -> None:
        self._was_picked = True
        self._show_steps()
        current = self.current
        if current is not None:
            self._ask(current)

    def _ask(self, snapshot: SnapshotRecord) -> None:
        self._asked = (snapshot.cycle, snapshot.index)
        self._is_reading = True
        self._show_busy()
        self.wanted.emit(snapshot)

    def _show_busy(self) -> None:
        """Let the play bar go on once the state is read, and drawn where it is drawn in 3-D."""
        draws = self.solid is not None and self.solid.isVisible() and self.solid.is_waiting
        self.play_bar.set_busy(self._is_reading or draws)

    def _draw(self, *, moving: bool = False) -> None:
        self._key.set_mode(self.colour_mode)
        if self.solid is not None:
            self.solid.set_look(self.look, moving=moving)
        if self._state is None or self._stack.currentIndex() == _SOLID:
            return
        mesh = self._state.mesh
        self._slice.show_picture(
            SectionPicture(
                rgb=magnetisation_image(self._state.m[:, self._layer.value()], self.colour_mode),
                width_nm=mesh.cells[0] * mesh.cell_size[0] * 1e9,
                alpha=self._state.alpha,
            )
        )

    def _pointed(self, column: int, row: int) -> None:
        if self._state is None or column < 0:
            self._hover.setText(" ")
            return
        mx, my, mz = self._state.m[:, self._layer.value(), row, column]
        dx, dy, _ = (edge * 1e9 for edge in self._state.mesh.cell_size)
        angle = math.degrees(math.atan2(mx, my))
        self._hover.setText(
            f"x {decimal_text((column + 0.5) * dx, 1)} nm, "
            f"y {decimal_text((row + 0.5) * dy, 1)} nm: "
            f"m = ({', '.join(decimal_text(float(each), 2) for each in (mx, my, mz))}), "
            f"{decimal_text(angle, 0)}° from c"
        )

"""The magnetisation at a stored field: a coloured slice, and the way to the 3-D view."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from smcogui.rendering.colours import PREVIEW_THICKNESS_NM, ColourMode, magnetisation_image
from smcogui.ui.widgets.colour_key import ColourKey
from smcogui.ui.widgets.number_box import ChoiceBox
from smcogui.ui.widgets.section_view import SectionPicture, SectionView

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.app.session import SnapshotRecord
    from smcogui.ui.field_unit import FieldUnitSwitch
    from solver.mesh import Mesh

_REASONS = {
    "remanence": "remanence",
    "before_Hp": "before Hp",
    "Hp": "at Hp",
    "before_Hc": "before Hc",
    "Hc": "at Hc",
    "chosen": "chosen field",
    "final": "last field",
}
_MODES: tuple[tuple[str, ColourMode], ...] = (("M·c / Ms", "projection"), ("Direction", "angle"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MagnetisationState:
    """A stored magnetisation and where it belongs.

    Parameters
    ----------
    m : ndarray, shape (3, nz, ny, nx)
        Unit vectors.
    mesh : Mesh
    alpha : float
        Field angle in rad.
    title : str
    """

    m: NDArray[np.float64]
    mesh: Mesh
    alpha: float
    title: str

    @property
    def box_nm(self) -> tuple[float, float, float]:
        """Edges of the domain (x, y, z) in nm, as drawn."""
        nx, ny, nz = self.mesh.cells
        dx, dy, dz = (edge * 1e9 for edge in self.mesh.cell_size)
        if self.mesh.is_z_invariant:
            dz = min(PREVIEW_THICKNESS_NM, nx * dx)
        return nx * dx, ny * dy, nz * dz


class StateView(QFrame):
    """Chooses among the stored states of a run and draws one.

    Signals
    -------
    wanted : Signal(object)
        The :class:`SnapshotRecord` that should be read.
    wanted_in_3d : Signal(object, str)
        The :class:`MagnetisationState` and the colour mode for the 3-D view.
    """

    wanted = Signal(object)
    wanted_in_3d = Signal(object, str)

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._units = units
        self._snapshots: tuple[SnapshotRecord, ...] = ()
        self._was_picked = False
        self._asked: tuple[int, int] | None = None
        self._state: MagnetisationState | None = None
        self._make_widgets()
        self._lay_out()
        self._choice.activated.connect(self._picked)
        self._mode.activated.connect(lambda _index: self._draw())
        self._layer.valueChanged.connect(lambda _value: self._draw())
        self._to_3d.clicked.connect(self._show_in_3d)
        self._slice.hovered.connect(self._pointed)
        units.changed.connect(lambda _unit: self.show_snapshots(self._snapshots))
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
    def colour_mode(self) -> ColourMode:
        """How the slice is coloured."""
        return "angle" if self._mode.value() == "angle" else "projection"

    def clear(self) -> None:
        """Forget the run."""
        self._snapshots = ()
        self._was_picked = False
        self._asked = None
        self._state = None
        self._choice.clear()
        self._slice.show_text(
            "The magnetisation at remanence, at Hp and at Hc appears here as soon as a run "
            "has reached that field."
        )
        self._set_enabled()

    def show_snapshots(self, snapshots: Sequence[SnapshotRecord]) -> None:
        """Offer these states; the one that is shown stays chosen."""
        chosen = self._current() if self._was_picked else None
        key = None if chosen is None else (chosen.cycle, chosen.index)
        self._snapshots = tuple(snapshots)
        self._choice.blockSignals(True)
        self._choice.clear()
        for each in self._snapshots:
            self._choice.addItem(self._text_of(each))
        keys = [(each.cycle, each.index) for each in self._snapshots]
        shown = keys.index(key) if key in keys else _most_telling(self._snapshots)
        self._choice.setCurrentIndex(shown)
        self._choice.blockSignals(False)
        self._set_enabled()
        now = self._current()
        if now is not None and (now.cycle, now.index) != self._asked:
            self._ask(now)

    def show_state(self, state: MagnetisationState) -> None:
        """Draw a state."""
        self._state = state
        self._layer.blockSignals(True)
        self._layer.setRange(0, state.mesh.cells[2] - 1)
        self._layer.blockSignals(False)
        self._draw()
        self._set_enabled()

    def _make_widgets(self) -> None:
        self._choice = ChoiceBox(())
        self._choice.setAccessibleName("Stored field")
        self._choice.setToolTip("Fields at which the magnetisation was stored.")
        self._mode = ChoiceBox(_MODES)
        self._mode.setAccessibleName("Colours")
        self._mode.setToolTip("Colour by the projection on c, or by the direction in the plane.")
        self._layer = QSlider(Qt.Orientation.Horizontal)
        self._layer.setAccessibleName("Layer along z")
        self._layer.setToolTip("Layer along z")
        self._to_3d = QPushButton("Show in 3-D")
        self._to_3d.setToolTip("Show this state in the 3-D view of the Design tab.")
        self._slice = SectionView("Magnetisation, slice")
        self._key = ColourKey()
        self._hover = QLabel(" ")
        self._hover.setProperty("role", "muted")
        self._hover.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _lay_out(self) -> None:
        head = QGridLayout()
        head.addWidget(self._choice, 0, 0)
        head.addWidget(self._mode, 0, 1)
        head.addWidget(self._to_3d, 0, 2)
        head.addWidget(self._layer, 1, 0, 1, 3)
        head.setColumnStretch(0, 2)
        head.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 6)
        layout.addLayout(head)
        layout.addWidget(self._slice, 1)
        layout.addWidget(self._key)
        layout.addWidget(self._hover)

    def _set_enabled(self) -> None:
        self._choice.setEnabled(bool(self._snapshots))
        self._to_3d.setEnabled(self._state is not None)
        self._key.setVisible(self._state is not None)
        self._layer.setVisible(self._state is not None and self._state.mesh.cells[2] > 1)

    def _current(self) -> SnapshotRecord | None:
        index = self._choice.currentIndex()
        return self._snapshots[index] if 0 <= index < len(self._snapshots) else None

    def _text_of(self, snapshot: SnapshotRecord) -> str:
        reason = _REASONS.get(snapshot.reason, snapshot.reason)
        field = self._units.unit.text(snapshot.mu0_H_T)
        return f"Half-cycle {snapshot.cycle + 1}: {field}, {reason}"

    def pick(self, index: int) -> None:
        """Choose a state by its place in the list, as the user does."""
        self._choice.setCurrentIndex(index)
        self._picked(index)

    def _picked(self, _index: int) -> None:
        self._was_picked = True
        current = self._current()
        if current is not None:
            self._ask(current)

    def _ask(self, snapshot: SnapshotRecord) -> None:
        self._asked = (snapshot.cycle, snapshot.index)
        self.wanted.emit(snapshot)

    def _draw(self) -> None:
        if self._state is None:
            return
        mesh = self._state.mesh
        self._key.set_mode(self.colour_mode)
        self._slice.show_picture(
            SectionPicture(
                rgb=magnetisation_image(self._state.m[:, self._layer.value()], self.colour_mode),
                width_nm=mesh.cells[0] * mesh.cell_size[0] * 1e9,
                alpha=self._state.alpha,
            )
        )

    def _show_in_3d(self) -> None:
        if self._state is not None:
            self.wanted_in_3d.emit(self._state, self.colour_mode)

    def _pointed(self, column: int, row: int) -> None:
        if self._state is None or column < 0:
            self._hover.setText(" ")
            return
        mx, my, mz = self._state.m[:, self._layer.value(), row, column]
        dx, dy, _ = (edge * 1e9 for edge in self._state.mesh.cell_size)
        angle = math.degrees(math.atan2(mx, my))
        self._hover.setText(
            f"x {(column + 0.5) * dx:.1f} nm, y {(row + 0.5) * dy:.1f} nm: "
            f"m = ({mx:.2f}, {my:.2f}, {mz:.2f}), {angle:.0f}° from c"
        )


def _most_telling(snapshots: Sequence[SnapshotRecord]) -> int:
    """Return which state to show before anybody chose: the first partly reversed one."""
    for reason in ("Hp", "before_Hc", "Hc", "before_Hp"):
        for index, snapshot in enumerate(snapshots):
            if snapshot.reason == reason:
                return index
    return min(0, len(snapshots) - 1)

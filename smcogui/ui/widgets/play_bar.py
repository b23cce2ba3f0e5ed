"""Plays through a series of pictures: play and pause, steps, speed, and a slider with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from smcogui.ui.icons import icon
from smcogui.ui.widgets.number_box import ChoiceBox

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPEEDS: Final = tuple((f"{rate:g} / s", rate) for rate in (0.5, 1.0, 2.0, 5.0, 10.0))
_FIRST_SPEED: Final = 2.0
_SLIDER_HEIGHT: Final = 24


class PlayBar(QWidget):
    """A bar below a picture; who shows the pictures says when the next one may come.

    Signals
    -------
    moved : Signal(int)
        The user or the clock went to another place.
    """

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: tuple[str, ...] = ()
        self._is_busy = False
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)
        self.play_button = _button("Play", "Play the reversal over the stored fields.")
        self.play_button.setCheckable(True)
        self.back_button = _button("Step back", "Show the stored field before.")
        self.next_button = _button("Step forward", "Show the next stored field.")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Stored fields of the half-cycle")
        self.slider.setPageStep(1)
        # The handle of the style sheet is taller than the room that the style asks for.
        self.slider.setMinimumHeight(_SLIDER_HEIGHT)
        self.speed = ChoiceBox(_SPEEDS)
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("States shown per second.")
        self.speed.set_value(_FIRST_SPEED)
        self.label = QLabel()
        self._lay_out()
        self.refresh_icons()
        self.play_button.toggled.connect(self._play)
        self.back_button.clicked.connect(lambda: self.step(-1))
        self.next_button.clicked.connect(lambda: self.step(1))
        self.slider.valueChanged.connect(self._slider_moved)
        self.speed.activated.connect(lambda _index: self._set_pace())
        self.set_places((), 0)

    @property
    def is_playing(self) -> bool:
        """Whether the clock runs."""
        return self._clock.isActive()

    @property
    def index(self) -> int:
        """The place."""
        return self.slider.value()

    def set_places(self, places: Sequence[str], index: int) -> None:
        """Offer places, each with the words that stand beside the slider; tells nobody."""
        self._places = tuple(places)
        several = len(self._places) > 1
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(len(self._places) - 1, 0))
        self.slider.setValue(index)
        self.slider.blockSignals(False)
        for widget in (self.play_button, self.back_button, self.next_button, self.slider):
            widget.setEnabled(several)
        if not several:
            self.play_button.setChecked(False)
        self._show_place()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.play_button.isEnabled():
            self.play_button.toggle()

    def step(self, by: int) -> None:
        """Pause, and go some places on."""
        self.play_button.setChecked(False)
        self.slider.setValue(self.index + by)

    def set_busy(self, is_busy: bool) -> None:
        """Say whether the place is still being made ready; the clock waits meanwhile."""
        self._is_busy = is_busy

    def refresh_icons(self) -> None:
        """Draw the icons in the colours of the palette."""
        self.play_button.setIcon(icon("pause" if self.is_playing else "play"))
        self.back_button.setIcon(icon("skip-previous"))
        self.next_button.setIcon(icon("skip-next"))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.back_button)
        row.addWidget(self.play_button)
        row.addWidget(self.next_button)
        row.addWidget(self.slider, 1)
        row.addWidget(self.speed)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(2)
        layout.addLayout(row, 0, 0)
        layout.addWidget(self.label, 1, 0)

    def _play(self, on: bool) -> None:
        if on:
            if self.index == self.slider.maximum():
                self.slider.setValue(0)
            self._set_pace()
            self._clock.start()
        else:
            self._clock.stop()
        self.play_button.setAccessibleName("Pause" if on else "Play")
        self.refresh_icons()

    def _set_pace(self) -> None:
        rate = self.speed.value()
        self._clock.setInterval(round(1000 / (rate if isinstance(rate, float) else _FIRST_SPEED)))

    def _tick(self) -> None:
        if self._is_busy:
            return
        if self.index == self.slider.maximum():
            self.play_button.setChecked(False)
        else:
            self.slider.setValue(self.index + 1)

    def _slider_moved(self, index: int) -> None:
        self._show_place()
        self.moved.emit(index)

    def _show_place(self) -> None:
        count = len(self._places)
        if self.index >= count:
            self.label.setText("")
            return
        text = self._places[self.index]
        self.label.setText(f"{text} ({self.index + 1} of {count})")
        self.slider.setAccessibleDescription(text)
        self.slider.setToolTip(text)


def _button(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setProperty("panel", True)
    return button

"""A plot of a surrogate that is drawn when it comes into sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.ui.widgets.plot_card import PlotCard

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

_LEAST_SIZE: Final = (220, 150)


class CardPlot(PlotCard):
    """Draws only while it is seen, and what came meanwhile when it is seen again.

    Parameters
    ----------
    empty_text : str
    parent : QWidget, optional
    """

    def __init__(self, empty_text: str, parent: QWidget | None = None) -> None:
        super().__init__(empty_text, _LEAST_SIZE, parent=parent)
        self._is_stale = False

    @property
    def has_content(self) -> bool:
        """Whether there is anything to draw."""
        raise NotImplementedError

    def draw_content(self) -> None:
        """Draw it into the plot, in the palette's colours."""
        raise NotImplementedError

    def refresh_colours(self) -> None:
        """Draw again in the palette's colours."""
        self._is_stale = True
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while it was out of sight."""
        super().showEvent(event)
        self._draw()

    def _draw(self) -> None:
        if not self._is_stale or not self.isVisible():
            return
        self._is_stale = False
        if self.has_content:
            self.draw_content()
        else:
            self.show_empty()

"""The card of a plot that is made when there is something to draw."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from smcogui.ui.widgets.empty_label import EmptyLabel


class PlotCard(QFrame):
    """Says what will appear, until it does; pyqtgraph is loaded by the first plot that is made.

    Parameters
    ----------
    empty_text : str
    least_size : tuple of int
        Width and height in pixels.
    margin : int
        Around the text.
    """

    def __init__(
        self,
        empty_text: str,
        least_size: tuple[int, int],
        *,
        margin: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setMinimumSize(*least_size)
        self._view: Any = None
        self._empty = EmptyLabel(empty_text, margin=margin)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(6, 6, 6, 6)
        self._layout.addWidget(self._empty)

    def make_view(self) -> Any:
        """Return the plot; called once, when it is first needed."""
        raise NotImplementedError

    def show_empty(self) -> None:
        """Show the text in the place of the plot."""
        self._empty.show()
        if self._view is not None:
            self._view.hide()

    def show_view(self) -> Any:
        """Show the plot in the place of the text, on the ground of the palette, and return it."""
        if self._view is None:
            self._view = self.make_view()
            self._layout.addWidget(self._view)
        self._empty.hide()
        self._view.show()
        self._view.setBackground(self.palette().base().color())
        return self._view

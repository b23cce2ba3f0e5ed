"""The views of a plot that somebody looked at, to go back and forward among them; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_MOST_VIEWS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotView:
    """A part of the plane: fields in T from left to right, M·h/Ms from bottom to top."""

    left_T: float
    right_T: float
    bottom: float
    top: float


@dataclass(slots=True)
class ZoomHistory:
    """Views in the order in which they were visited; None is the one that shows everything."""

    _views: list[PlotView | None] = field(default_factory=lambda: [None])
    _place: int = 0

    @property
    def current(self) -> PlotView | None:
        """The view that is shown; None shows everything."""
        return self._views[self._place]

    @property
    def can_go_back(self) -> bool:
        """Whether there is a view before the current one."""
        return self._place > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether views were left by going back."""
        return self._place < len(self._views) - 1

    def visit(self, view: PlotView | None) -> None:
        """Go to a new view; those that were left by going back are forgotten."""
        if view == self.current:
            return
        self._views = [*self._views[: self._place + 1], view][-_MOST_VIEWS:]
        self._place = len(self._views) - 1

    def back(self) -> PlotView | None:
        """Return to the view before, where there is one."""
        self._place = max(0, self._place - 1)
        return self.current

    def forward(self) -> PlotView | None:
        """Go to the view that was left last, where there is one."""
        self._place = min(len(self._views) - 1, self._place + 1)
        return self.current

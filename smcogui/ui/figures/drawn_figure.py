"""A figure as the window has it: its picture, and which design lies where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QPixmap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from smcogui.rendering.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnFigure:
    """A picture with marks.

    Parameters
    ----------
    picture : QPixmap
    ids : tuple of str
        Names of the designs of the figure.
    rows : ndarray of int, shape (n,)
        Which of these each mark is.
    places : ndarray, shape (n, 2)
        Of the marks: shares of width and height from the upper left.
    options : list of dict
        What can be chosen of the figure.
    """

    picture: QPixmap
    ids: tuple[str, ...]
    rows: NDArray[np.int32]
    places: NDArray[np.float32]
    options: list[dict[str, Any]]

    @classmethod
    def of(cls, message: Message) -> DrawnFigure:
        """Return the figure of an answer of the process that draws.

        Raises
        ------
        ValueError
            If the answer holds none.
        """
        facts, content = message.facts, message.array
        if content is None:
            raise ValueError("a figure came without its picture")
        png, marks = int(facts["png"]), int(facts["marks"])
        picture = QPixmap()
        picture.loadFromData(content[:png].tobytes())
        rest = content[png:].tobytes()
        return cls(
            picture=picture,
            ids=tuple(facts["ids"]),
            rows=np.frombuffer(rest, dtype=np.int32, count=marks),
            places=np.frombuffer(rest, dtype=np.float32, offset=4 * marks).reshape(marks, 2),
            options=facts["options"],
        )

    def marks_of(self, ids: Iterable[str]) -> NDArray[np.float32]:
        """Return the places of the marks of designs, shape (m, 2)."""
        wanted = set(ids)
        chosen = np.array([each in wanted for each in self.ids], dtype=bool)
        if not (chosen.any() and self.rows.size):
            return self.places[:0]
        found: NDArray[np.float32] = self.places[chosen[self.rows]]
        return found

    def inside(self, left: float, top: float, right: float, bottom: float) -> list[str]:
        """Return the designs with a mark in a rectangle, given in shares."""
        x, y = self.places[:, 0], self.places[:, 1]
        hit = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        return [self.ids[row] for row in np.unique(self.rows[hit])]

    def nearest(self, x: float, y: float, reach: tuple[float, float]) -> str | None:
        """Return the design whose mark is nearest to a place, or None where none is in reach."""
        if not self.rows.size:
            return None
        far = np.hypot((self.places[:, 0] - x) / reach[0], (self.places[:, 1] - y) / reach[1])
        best = int(np.argmin(far))
        return self.ids[self.rows[best]] if far[best] <= 1 else None

"""Says above the lengths of a structure that it was drawn, and holds what nothing is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QWidget

from smcogui.design.region_map import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.ui.design_tab.draft import Draft


class DrawnNote(QLabel):
    """Hidden for parametric structures.

    Parameters
    ----------
    held : sequence of QWidget
        What a parametric structure is edited by.
    """

    def __init__(self, held: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._held = tuple(held)
        self.setWordWrap(True)
        self.setProperty("role", "warning")

    def show_draft(self, draft: Draft) -> None:
        """Say where the structure of a draft comes from."""
        source = draft.get(f"{KEY}.source", "")
        self.setText(
            f"From image {source}. These lengths are estimates of its map; nothing is built from "
            "them. File, Structure from its lengths gives the map up."
        )
        self.setVisible(bool(source))
        for widget in self._held:
            widget.setEnabled(not source)

"""Marks in the editor what is different in the ghost: a tick on the slider and the old value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from smcogui.ui.design_tab.draft import draft_of
from smcogui.ui.widgets.ghost_mark import GhostMark, at_left, at_right
from smcogui.ui.widgets.linked_slider import LinkedSlider
from smcogui.ui.widgets.number_box import ChoiceBox, NumberBox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from smcogui.design.design import Design
    from smcogui.ui.design_document import DesignDocument

_DOMAIN = "mesh.domain_nm"


class GhostMarks(QObject):
    """Follows a document's ghost.

    Parameters
    ----------
    document : DesignDocument
    controls : mapping of str to QWidget
        The controls by the key of the design file that they show.
    """

    def __init__(
        self, document: DesignDocument, controls: Mapping[str, QWidget], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._controls = dict(controls)
        self._marks = {
            key: GhostMark(control, at_left if isinstance(control, NumberBox) else at_right)
            for key, control in controls.items()
            if not isinstance(control, LinkedSlider)
        }
        document.stepped.connect(self.refresh)

    def refresh(self) -> None:
        """Mark what is different now."""
        ghost = self._document.ghost
        old = {} if ghost is None else _values(ghost)
        new = _values(self._document.design) if old else {}
        for key, control in self._controls.items():
            differs = bool(old) and old.get(key) != new.get(key)
            value = old.get(key) if differs else None
            if isinstance(control, LinkedSlider):
                control.show_ghost(None if value is None else float(value))
            else:
                words = "" if value is None else f"was {_text(control, value)}"
                self._marks[key].show_old(words)


def _values(design: Design) -> dict[str, Any]:
    return {_DOMAIN: round(design.domain * 1e9, 6), **draft_of(design)}


def _text(control: QWidget, value: Any) -> str:
    """Return a value as its control would show it."""
    if isinstance(control, NumberBox):
        return control.text_of(float(value))
    if isinstance(control, ChoiceBox):
        return control.text_of(value) or "as given"
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)

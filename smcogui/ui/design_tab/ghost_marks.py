"""Marks in the editor what is different in the ghost: a tick on the slider and the old value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from smcogui.ui.design_tab.design_words import constant_text
from smcogui.ui.design_tab.draft import draft_of
from smcogui.ui.widgets.ghost_mark import GhostMark, at_left, at_right
from smcogui.ui.widgets.linked_slider import LinkedSlider
from smcogui.ui.widgets.number_box import ChoiceBox, NumberBox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtWidgets import QWidget

    from smcogui.design.design import Design
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.widgets.section import Section

_DOMAIN = "mesh.domain_nm"


class GhostMarks(QObject):
    """Follows a document's ghost.

    Parameters
    ----------
    document : DesignDocument
    controls : mapping of str to QWidget
        The controls by the key of the design file that they show.
    sections : iterable of Section
        Where the controls stand; a folded one tells how many marks it hides.
    """

    def __init__(
        self,
        document: DesignDocument,
        controls: Mapping[str, QWidget],
        sections: Iterable[Section],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._controls = dict(controls)
        self._sections = tuple(sections)
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
        changes: dict[Section, list[str]] = {section: [] for section in self._sections}
        for key, control in self._controls.items():
            value = old.get(key) if old.get(key) != new.get(key) else None
            self._mark(key, control, value)
            if value is not None:
                words = f"{control.accessibleName()}: was {_text(control, value)}"
                changes[self._section_of(control)].append(words)
        for section, hidden in changes.items():
            section.set_changes(hidden)

    def _mark(self, key: str, control: QWidget, value: Any) -> None:
        """Show the old value inside a control; None where it is the current one."""
        if isinstance(control, LinkedSlider):
            control.show_ghost(None if value is None else float(value))
        else:
            words = "" if value is None else f"was {_text(control, value)}"
            self._marks[key].show_old(words)

    def _section_of(self, control: QWidget) -> Section:
        return next(each for each in self._sections if each.isAncestorOf(control))


def changes_text(controls: Mapping[str, QWidget], before: Design, after: Design) -> list[str]:
    """Return each difference of two designs as the controls call and show it."""
    old, new = _values(before), _values(after)
    return [
        f"{control.accessibleName()}: {_whole(control, old[key])} → {_whole(control, new[key])}"
        for key, control in controls.items()
        if old.get(key) != new.get(key)
    ]


def _values(design: Design) -> dict[str, Any]:
    return {_DOMAIN: round(design.domain * 1e9, 6), **draft_of(design)}


def _whole(control: QWidget, value: Any) -> str:
    """Return a value in full: constants and offsets of one's own by their numbers."""
    if isinstance(value, dict):
        return ", ".join(constant_text(key, number) for key, number in value.items())
    if isinstance(value, list):
        return f"{', '.join(f'{number:g}' for number in value)} nm"
    return _text(control, value)


def _text(control: QWidget, value: Any) -> str:
    """Return a value as its control would show it."""
    if isinstance(control, LinkedSlider):
        return control.box.text_of(float(value))
    if isinstance(control, NumberBox):
        return control.text_of(float(value))
    if isinstance(control, ChoiceBox):
        return control.text_of(value) or "as given"
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)

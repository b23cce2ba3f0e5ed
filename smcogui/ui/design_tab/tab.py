"""The Design tab: preview and what follows from the design, kept in step with the editor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from smcogui.design.nanostructure import build_nanostructure
from smcogui.errors import InputError
from smcogui.ui.design_tab.derived_panel import DerivedPanel
from smcogui.ui.design_tab.instant_prediction import InstantPrediction
from smcogui.ui.design_tab.preview import Preview
from smcogui.ui.design_tab.structure_picture import (
    StructurePicture,
    coarse_cell,
    ghost_outline,
    picture_structure,
)

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.app.session import Session
    from smcogui.design.design import Design
    from smcogui.ui.actions import Actions
    from smcogui.ui.design_document import DesignDocument
    from smcogui.ui.design_tab.editor import DesignEditor
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.run_bridge import RunBridge

_SETTLE_MS = 150
_FILES = "Design files (*.toml)"


class DesignTab(QWidget):
    """Preview in the middle, derived quantities to the right.

    Parameters
    ----------
    editor : DesignEditor
        Stands in a dock of its own, so that it is there beside every tab.
    """

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        document: DesignDocument,
        units: FieldUnitSwitch,
        actions: Actions,
        editor: DesignEditor,
        files: FileDialogs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._document = session, bridge, document
        self._units, self._files = units, files
        self._ghost_known: tuple[Design, dict[str, Any]] | None = None
        self.editor = editor
        self.preview = Preview(actions)
        self.derived = DerivedPanel(units)
        self.prediction = InstantPrediction(
            session, bridge, document, units, self.derived.predicted, self
        )
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for part, widget in enumerate((self.preview, self.derived)):
            splitter.addWidget(widget)
            splitter.setStretchFactor(part, 1 if part == 0 else 0)
        splitter.setSizes([640, 330])
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(4)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask_full)
        document.changed.connect(self._design_changed)
        document.ghost_changed.connect(self._ghost_changed)
        self.editor.settled.connect(self._settle.start)
        self.editor.follow_units(units)
        units.changed.connect(lambda _unit: self._ask_description())
        actions.connect(
            {
                "design.new": self.new_design,
                "design.open": self._ask_open,
                "design.save": self._ask_save,
            }
        )
        self._ask_full()

    def new_design(self) -> None:
        """Start again from the base design."""
        self.editor.discard_refused()
        self._document.apply(self._session.new_design(), "New design")

    def load_design(self, design: Design, what: str) -> None:
        """Make a design the current one, as an edit that can be undone."""
        self.editor.discard_refused()
        self._document.apply(design, what)

    def open_design(self, path: Path) -> None:
        """Read a design file; of several designs the first one is taken, and that is said."""
        self._bridge.ask(
            "open design",
            lambda: self._session.load_designs(path),
            lambda designs: self._opened(path, designs),
            self._explain,
        )

    def save_design(self, path: Path) -> None:
        """Write the design file."""
        try:
            self._session.save_design(self._document.require_shown(), path)
        except (InputError, OSError) as error:
            self._explain(error)

    def _opened(self, path: Path, designs: list[Design]) -> None:
        self.editor.discard_refused()
        self._document.apply(designs[0], f"Open {path.name}")
        if len(designs) > 1:
            self.editor.banner.show_message(
                "note", f"{path.name} holds {len(designs)} designs; the first one is shown."
            )

    def _explain(self, error: Exception) -> None:
        self.editor.banner.show_message("error", str(error))

    def _design_changed(self, _design: Design) -> None:
        self._ask_description()
        if self.editor.is_dragging:
            self._ask_picture(coarse=True)
        # The full structure follows once nothing has changed for a moment.
        self._settle.start()

    def _ghost_changed(self, _ghost: Design | None) -> None:
        self._ask_description()
        self._settle.start()

    def _ask_full(self) -> None:
        if self.editor.is_dragging:
            return
        self._ask_description()
        self._ask_picture(coarse=False)

    def _ask_description(self) -> None:
        design, ghost = self._document.design, self._document.ghost
        unit = self._units.unit.name

        def describe() -> tuple[dict[str, Any], dict[str, Any] | None]:
            return self._session.describe(design, unit=unit), self._describe_ghost(ghost)

        self._bridge.ask_in_turn(
            "description",
            describe,
            lambda both: self.derived.show_description(*both),
            self._explain,
        )

    def _describe_ghost(self, ghost: Design | None) -> dict[str, Any] | None:
        """Describe the ghost, once while a slider is dragged; in a worker thread."""
        if ghost is None:
            return None
        known = self._ghost_known
        if known is None or known[0] is not ghost:
            known = (ghost, self._session.describe(ghost))
            self._ghost_known = known
        return known[1]

    def _ask_picture(self, *, coarse: bool) -> None:
        design, ghost = self._document.design, self._document.ghost
        self._bridge.ask_in_turn(
            "picture of the design",
            lambda: _picture(design, ghost, coarse=coarse),
            self.preview.show_structure,
            self._explain,
        )

    def _ask_open(self) -> None:
        path = self._files.ask_open(self, "Open design", _FILES)
        if path is not None:
            self.open_design(path)

    def _ask_save(self) -> None:
        name = f"{self._document.design.name}.toml"
        path = self._files.ask_save(self, "Save design", name, _FILES)
        if path is not None:
            self.save_design(path)


def _picture(design: Design, ghost: Design | None, *, coarse: bool) -> StructurePicture:
    """Build a structure and what the previews show of it; with large cells for a quick look."""
    shown = design
    if coarse:
        shown = replace(design, mesh=replace(design.mesh, cell=coarse_cell(design)))
    return picture_structure(
        shown,
        build_nanostructure(shown),
        ghost=ghost_outline(design, ghost),
        is_coarse=coarse,
    )

"""Structures from pictures in the window: opened, loaded as designs, run, given up again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from smcogui.errors import InputError
from smcogui.micrographs.drawn_design import parametric_design
from smcogui.ui.micrographs.preview_words import prediction_text

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.app.project_micrographs import KeptSegmentation
    from smcogui.design.design import Design
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.micrographs.segment_dialog import SegmentDialog

_TOPIC: Final = "micrographs"
_PARAMETRIC: Final = "the structure is not from a picture"


class MicrographSide(QObject):
    """Pictures that structures are segmented from.

    Parameters
    ----------
    window : MainWindow
        With its design tab, document, units and actions already there.

    Attributes
    ----------
    dialog : SegmentDialog or None
        The one that is open.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._actions = window, window.actions_by_id
        self.dialog: SegmentDialog | None = None
        self._actions.connect({"micrograph.open": self.open, "micrograph.leave": self.leave})
        window.document.changed.connect(self._design_changed)
        window.units.changed.connect(lambda _unit: self._predict())
        self._allow()

    def open(self) -> SegmentDialog:
        """Segment a picture: the one that the current design comes from, else one to choose."""
        dialog = self._make_dialog()
        region_map = self._window.document.design.region_map
        if region_map is None:
            dialog.ask_file()
            return dialog
        micrographs = self._window.session.micrographs
        self._window.bridge.ask(
            _TOPIC,
            lambda: micrographs.find(region_map),
            lambda kept: self._show_kept(dialog, kept),
            lambda error: dialog.banner.show_message("error", str(error)),
        )
        return dialog

    def open_file(self, path: Path) -> SegmentDialog:
        """Segment the picture in a file."""
        dialog = self._make_dialog()
        dialog.open_file(path)
        return dialog

    def leave(self) -> None:
        """Build the structure of the current design from its lengths again."""
        design = self._window.document.design
        try:
            plain = parametric_design(design)
        except InputError as error:
            # Such as a platelet thinner than a cell, by its estimate.
            self._window.editor.banner.show_message("error", error.message)
            return
        self._window.design_tab.load_design(plain, "Build the structure from its lengths")
        self._window.say("The structure is built from its lengths; Undo (Ctrl+Z) takes it back.")

    def leave_project(self) -> None:
        """Close the dialog, which belongs to the project that is left."""
        self._window.bridge.drop(_TOPIC)
        if self.dialog is not None:
            self.dialog.reject()

    def _make_dialog(self) -> SegmentDialog:
        # Not at the top: the window opens before anybody has a picture.
        from smcogui.ui.micrographs.segment_dialog import SegmentDialog

        window = self._window
        if self.dialog is not None:
            self.dialog.reject()
        dialog = SegmentDialog(window.bridge, window.files, window.document.design, window)
        dialog.previewed.connect(self._predict)
        dialog.load_wanted.connect(lambda run: self._load(dialog, run=run))
        dialog.finished.connect(lambda _code: self._closed(dialog))
        self.dialog = dialog
        dialog.show()
        return dialog

    def _show_kept(self, dialog: SegmentDialog, kept: KeptSegmentation | None) -> None:
        if dialog is not self.dialog:
            return
        if kept is not None:
            dialog.open_kept(kept)
            return
        dialog.banner.show_message(
            "note",
            "The picture of this design is not in the project; open it to segment it again. The "
            "design itself holds its map.",
        )

    def _load(self, dialog: SegmentDialog, *, run: bool) -> None:
        preview, path = dialog.preview, dialog.path
        if preview is None or path is None:
            return
        micrographs, design = self._window.session.micrographs, preview.drawn.design

        def load(_kept: object) -> None:
            self._window.design_tab.load_design(design, f"Load {design.name}")
            dialog.accept()
            self._window.say(f"“{design.name}” is the current design; Undo takes it back.")
            if run:
                self._actions["run.start"].trigger()

        def explain(error: Exception) -> None:
            load(None)
            words = f"The picture is not kept in the project: {error}"
            self._window.editor.banner.show_message("warning", words)

        self._window.bridge.ask(_TOPIC, lambda: micrographs.keep(path, preview), load, explain)

    def _predict(self) -> None:
        """Show what the surrogate says of the estimated lengths, named so."""
        dialog = self.dialog
        if dialog is None:
            return
        words = ""
        if dialog.preview is not None:
            try:
                plain = replace(dialog.preview.drawn.design, region_map=None)
            except InputError as error:
                words = str(error)
            else:
                shown = self._window.design_tab.prediction.of(plain)
                words = prediction_text(shown, self._window.units.unit)
        dialog.predicted.setText(words)

    def _closed(self, dialog: SegmentDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()

    def _design_changed(self, design: Design) -> None:
        self._allow()
        if self.dialog is not None:
            self.dialog.take_base(design)

    def _allow(self) -> None:
        is_drawn = self._window.document.design.region_map is not None
        self._actions.set_enabled("micrograph.leave", is_drawn, _PARAMETRIC)

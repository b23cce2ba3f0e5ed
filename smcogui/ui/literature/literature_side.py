"""The samples of the literature in the window: shown, predicted, loaded as designs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from smcogui.design.literature import sample_design
from smcogui.errors import InputError
from smcogui.ui.design_tab.predicted_card import ShownPrediction
from smcogui.ui.literature.sample_rows import prediction_title, sample_text
from smcogui.ui.literature.samples_dialog import SamplesDialog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smcogui.ui.main_window import MainWindow


class LiteratureSide(QObject):
    """The samples of the literature.

    Parameters
    ----------
    window : MainWindow
        With its design tab, document, units and actions already there.

    Signals
    -------
    samples_selected : Signal(list)
        Numbers of the selected rows of Suppl. Table 1, from 1; :meth:`select` is the way back.

    Attributes
    ----------
    dialog : SamplesDialog or None
        None until it was opened once.
    """

    samples_selected = Signal(list)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._actions = window, window.actions_by_id
        self._prediction = window.design_tab.prediction
        self.dialog: SamplesDialog | None = None
        self._actions.connect({"literature.show": self.show, "literature.load": self.load})
        window.document.changed.connect(lambda _design: self._show_sample())
        window.units.changed.connect(lambda _unit: self._show_sample())
        self._prediction.surrogate_changed.connect(self._show_sample)
        self._allow()

    def show(self) -> SamplesDialog:
        """Bring up the table, which stays open beside the window."""
        if self.dialog is None:
            self.dialog = SamplesDialog(self._actions, self._window)
            self.dialog.samples_selected.connect(self._selected)
            self.dialog.load_wanted.connect(self.load)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        self.dialog.table.setFocus()
        return self.dialog

    def select(self, numbers: Iterable[int]) -> None:
        """Bring up the table with these rows selected, as when they were picked in a figure."""
        self.show().select(numbers)

    def load(self) -> None:
        """Make the selected sample the current design."""
        dialog = self.dialog
        chosen = dialog.selected() if dialog is not None else ()
        if dialog is None or len(chosen) != 1:
            return
        try:
            design = sample_design(chosen[0], self._window.document.design)
        except InputError as error:
            dialog.banner.show_message("error", error.message)
            return
        self._window.design_tab.load_design(design, f"Load {design.name}")
        dialog.banner.show_done(f"“{design.name}” is the current design; Undo takes it back.")
        self._window.say(f"“{design.name}” is the current design; Undo (Ctrl+Z) takes it back.")

    def _selected(self, numbers: list[int]) -> None:
        self._allow()
        self._show_sample()
        self.samples_selected.emit(numbers)

    def _show_sample(self) -> None:
        if self.dialog is None:
            return
        chosen = self.dialog.selected()
        if len(chosen) != 1:
            words = f"{len(chosen)} samples are selected." if chosen else ""
            self.dialog.show_sample(words, "", None, None)
            return
        row, base = chosen[0], self._window.document.design
        try:
            shown = self._prediction.of(sample_design(row, base))
        except InputError as error:
            words = error.message
            shown = ShownPrediction(readings={}, old={}, trust="", why=words, note=words)
        title, unit = prediction_title(row, base), self._window.units.unit
        self.dialog.show_sample(sample_text(row, base), title, shown, unit)

    def _allow(self) -> None:
        chosen = self.dialog.selected() if self.dialog is not None else ()
        self._actions.set_enabled("literature.load", len(chosen) == 1, "not one sample is selected")

"""All that a window needs for measured curves: actions, dialogs, the dock, the plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog

from smcogui.ui.measured.import_dialog import ImportDialog
from smcogui.ui.measured.measured_panel import MeasuredPanel
from smcogui.ui.measured.shown_curves import MeasuredCurves

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.data.measurements import Measurement
    from smcogui.ui.main_window import MainWindow

_NONE = "no measured curve is selected"


class MeasuredSide(QObject):
    """The measured curves of a window.

    Parameters
    ----------
    window : MainWindow
        With its session, bridge, units, tabs and docks already there.

    Attributes
    ----------
    curves : MeasuredCurves
    panel : MeasuredPanel
    dialog : ImportDialog or None
        The one that is open.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._actions = window.actions_by_id
        self.dialog: ImportDialog | None = None
        self.curves = MeasuredCurves(window.session, window.bridge, self)
        self.panel = MeasuredPanel(self.curves, window.units, self._actions)
        window.docks.measured.set_widget(self.panel)
        self._actions.connect(
            {
                "measured.import": self.ask_import,
                "measured.edit": self._edit,
                "measured.rename": self._ask_rename,
                "measured.trash": self._trash,
            }
        )
        self._actions.connect_switches({"measured.show": self._show_selected})
        self.panel.selection_changed.connect(self._allow)
        self.curves.changed.connect(self._lay_over)
        self._allow()

    def import_file(self, path: Path) -> ImportDialog:
        """Open the import dialog on a file."""
        dialog = self._open()
        dialog.open_file(path)
        return dialog

    def ask_import(self) -> None:
        """Ask for a file, then open the import dialog on it."""
        self._open().ask_file()

    def _edit(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._open(chosen)

    def _open(self, measurement: Measurement | None = None) -> ImportDialog:
        if self.dialog is not None:
            self.dialog.reject()
        window = self._window
        dialog = ImportDialog(
            window.session, window.bridge, window.units, window.files, window, measurement
        )
        dialog.imported.connect(self._imported)
        dialog.finished.connect(lambda _code: self._closed(dialog))
        self.dialog = dialog
        dialog.open()
        return dialog

    def _closed(self, dialog: ImportDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()

    def _imported(self, measurement: Measurement) -> None:
        self._window.docks.measured.set_shown(True)
        self.panel.banner.clear_message()
        self.curves.refresh()
        self._window.say(f"{measurement.name} is laid over the plots, marked as measured.")

    def _ask_rename(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        new, ok = QInputDialog.getText(
            self.panel, "Rename measured curve", "New name:", text=chosen.name
        )
        if ok and new.strip():
            self.curves.rename(chosen.name, new)

    def _trash(self) -> None:
        names = self.panel.selected_names()
        self.curves.trash(names)
        self._window.library_panel.refresh()
        self._window.say(
            f"Moved {', '.join(names)} to the trash; the library's Trash page puts it back."
        )

    def _show_selected(self, on: bool) -> None:
        for name in self.panel.selected_names():
            self.curves.set_shown(name, on)

    def _chosen(self) -> Measurement | None:
        names = self.panel.selected_names()
        return self.curves.get(names[0]) if len(names) == 1 else None

    def _allow(self) -> None:
        names = self.panel.selected_names()
        one = len(names) == 1
        for action_id, on in (
            ("measured.edit", one),
            ("measured.rename", one),
            ("measured.trash", bool(names)),
            ("measured.show", bool(names)),
        ):
            why = _NONE if not names else "several measured curves are selected"
            self._actions.set_enabled(action_id, on, why)
        shown = self.curves.shown_names
        self._actions["measured.show"].setChecked(bool(names) and set(names) <= set(shown))

    def _lay_over(self) -> None:
        self._window.simulation_tab.show_measured(self.curves.plot_curves())
        self._window.analysis_tab.show_measured(self.curves.shown_names)
        self._allow()

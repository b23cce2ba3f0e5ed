"""Figures of datasets as files, and as the line of a shell that makes the same file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from smcogui.app.figure_child import export_in_child
from smcogui.ui.analysis_tab.export_job import start_export
from smcogui.ui.figures.figure_export_dialog import FigureExportDialog

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.app.figure_request import FigureRequest
    from smcogui.ui.figures.figures_side import FiguresSide
    from smcogui.ui.main_window import MainWindow

_COMMAND = "the command that draws this figure"
_NONE = "no figure is shown; open “Figures of datasets” in the Analysis tab"


class FigureExports(QObject):
    """The actions that export; each export is a job with a process of its own."""

    def __init__(self, window: MainWindow, side: FiguresSide) -> None:
        super().__init__(window)
        self._window, self._side = window, side
        self._dialog: FigureExportDialog | None = None
        window.actions_by_id.connect(
            {"figures.export": self.open_dialog, "figures.copy_command": self.copy_command}
        )

    @property
    def dialog(self) -> FigureExportDialog:
        """The dialog, made when it is first needed."""
        if self._dialog is None:
            window = self._window
            dialog = FigureExportDialog(self._side.process, window.bridge, window.memory, window)
            dialog.export_wanted.connect(lambda path: self._export(dialog, path))
            dialog.command_wanted.connect(lambda line: self._side.copy(line, _COMMAND))
            dialog.text_copied.connect(self._side.copy)
            self._dialog = dialog
        return self._dialog

    def open_dialog(self) -> None:
        """Ask how the figure that was used last is to be written."""
        request = self._side.used.request
        if request is not None:
            self.dialog.open_for(request, self._side.kind_of(request.name))

    def export(
        self, request: FigureRequest, path: Path, dialog: FigureExportDialog | None = None
    ) -> str:
        """Write a figure; return the job's id."""
        return start_export(
            self._window.jobs,
            self._side.page.banner,
            path,
            lambda: export_in_child(request, path),
            dialog,
        )

    def copy_command(self) -> None:
        """Copy the line that draws the figure that was used last."""
        request = self._side.used.request
        if request is not None:
            self._side.copy(request.command(f"{request.name}.pdf"), _COMMAND)

    def allow(self) -> None:
        """Allow the actions where there is a figure."""
        request = self._side.used.request if self._side.lives else None
        for action_id in ("figures.export", "figures.copy_command"):
            self._window.actions_by_id.set_enabled(action_id, request is not None, _NONE)

    def _export(self, dialog: FigureExportDialog, path: Path) -> None:
        request = dialog.request
        if request is not None:
            self.export(request, path, dialog)

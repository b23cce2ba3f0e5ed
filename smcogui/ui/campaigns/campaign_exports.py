"""The exports of a campaign: each asks in a dialog and starts a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from smcogui.app.campaign_watch import finished_runs
from smcogui.campaigns.progress import MemberState
from smcogui.ui.campaigns.dataset_dialog import DatasetDialog
from smcogui.ui.campaigns.size_test_dialog import SizeTestDialog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.ui.campaigns.campaigns_tab import CampaignsTab
    from smcogui.ui.main_window import MainWindow

_EXPORT: Final = "Export"


class CampaignExports(QObject):
    """Writes datasets and dataset-size tests of the shown campaign.

    Attributes
    ----------
    dataset_dialog : DatasetDialog or None
    size_test_dialog : SizeTestDialog or None
        Those that are open.
    """

    def __init__(self, window: MainWindow, tab: CampaignsTab) -> None:
        super().__init__(window)
        self._window, self._tab = window, tab
        self._session, self._jobs = window.session, window.jobs
        self.dataset_dialog: DatasetDialog | None = None
        self.size_test_dialog: SizeTestDialog | None = None

    def open_dataset(self) -> DatasetDialog | None:
        """Ask where the dataset of the shown campaign goes."""
        view = self._tab.current
        if view is None:
            return None
        done = view.overview.counts[MemberState.DONE]
        dialog = DatasetDialog(view.campaign.name, done, self._window.files, self._window)
        dialog.export_wanted.connect(lambda: self._export_dataset(dialog, view.campaign.name))
        dialog.finished.connect(lambda _code: self._closed(dialog))
        self.dataset_dialog = dialog
        dialog.open()
        return dialog

    def open_size_test(self) -> SizeTestDialog | None:
        """Show how large a dataset must be, from the shown campaign."""
        view = self._tab.current
        if view is None:
            return None
        window = self._window
        dialog = SizeTestDialog(
            self._session, window.bridge, window.memory, view.campaign.name, window
        )
        dialog.export_wanted.connect(lambda path: self._export_size_test(dialog, path))
        dialog.copy_wanted.connect(
            lambda part: window.analysis.copies.copy_methods(
                part,
                dialog.run_ids,
                then=dialog.show_copied,
                or_else=dialog.show_error,
            )
        )
        dialog.finished.connect(lambda _code: self._closed(dialog))
        self.size_test_dialog = dialog
        dialog.open_for(finished_runs(view.statuses))
        return dialog

    def _export_dataset(self, dialog: DatasetDialog, name: str) -> None:
        campaigns, folder = self._session.campaigns, dialog.path
        stem, title, allowed = dialog.stem.text().strip(), dialog.title.text(), dialog.allowed()
        only, exclude = dialog.rules()

        def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> Path:
            return campaigns.export(
                name,
                folder,
                progress,
                stem=stem,
                title=title,
                may_differ=allowed,
                only=only,
                exclude=exclude,
            )

        def written(sheet: Path) -> None:
            self._tab.banner.show_message(
                "note", f"Wrote the dataset into {folder}; {sheet.name} tells what is in it."
            )
            if self.dataset_dialog is dialog:
                dialog.show_written()

        def failed(error: Exception) -> None:
            if self.dataset_dialog is dialog:
                dialog.show_error(error)
            else:
                self._tab.banner.show_message("error", str(error))

        self._jobs.start_task(f"Dataset {name}", _EXPORT, work, written, failed, folder=folder)

    def _export_size_test(self, dialog: SizeTestDialog, path: Path) -> None:
        campaigns, name, spec = self._session.campaigns, dialog.campaign, dialog.spec

        def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> Path:
            progress(None, f"writing {path.name}")
            return campaigns.export_size_test(name, path, spec)

        def written(facts: Path) -> None:
            self._tab.banner.show_message(
                "note", f"Wrote {path}, with its provenance in {facts.name}."
            )
            if self.size_test_dialog is dialog:
                dialog.show_written()

        def failed(error: Exception) -> None:
            if self.size_test_dialog is dialog:
                dialog.show_error(str(error))
            else:
                self._tab.banner.show_message("error", str(error))

        self._jobs.start_task(path.name, _EXPORT, work, written, failed, folder=path.parent)

    def _closed(self, dialog: DatasetDialog | SizeTestDialog) -> None:
        if self.dataset_dialog is dialog:
            self.dataset_dialog = None
        if self.size_test_dialog is dialog:
            self.size_test_dialog = None
        dialog.deleteLater()

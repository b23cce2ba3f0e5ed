"""Writes a file as a job and tells the dialog that asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.ui.analysis_tab.export_dialog import ExportDialog
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.widgets.banner import Banner


def start_export(
    jobs: JobCenter,
    banner: Banner,
    path: Path,
    write: Callable[[], Path],
    dialog: ExportDialog | None = None,
) -> str:
    """Write a file in the background; return the job's id.

    Parameters
    ----------
    jobs : JobCenter
    banner : Banner
        Tells what was written.
    path : Path
    write : callable
        Runs in a worker thread and returns the path of the provenance.
    dialog : ExportDialog, optional
        Closes once the file is written; an error stands in it while it is open.
    """

    def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> Path:
        progress(None, f"writing {path.name}")
        return write()

    def written(provenance: Path) -> None:
        banner.show_done(f"Wrote {path}, with its provenance in {provenance.name}.")
        if dialog is not None:
            dialog.show_written()

    def failed(error: Exception) -> None:
        if dialog is not None and dialog.isVisible():
            dialog.show_error(str(error))
        else:
            banner.show_message("error", str(error))

    return jobs.start_task(path.name, "Export", work, written, failed, folder=path.parent)

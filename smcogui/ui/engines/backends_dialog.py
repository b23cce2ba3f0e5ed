"""One design by two solvers: their mean curves on top of each other, live, and the differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from smcogui.ui.engines.backend_rows import read_comparison, table_rows, verdict
from smcogui.ui.simulation_tab.run_texts import title_text
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.item_table import style_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import Session
    from smcogui.ui.engines.backend_rows import BackendsPicture
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.run_bridge import RunBridge

_PAUSE_MS: Final = 200
_MINUS_TIP: Final = "The last solver's reading minus the first one's."
_STEP_TIP: Final = (
    "The coarser field step of both runs; for Φp, how far it moves where Hc and Hp move by a step."
)


class BackendsDialog(QDialog):
    """Stays open beside the window, grows with the runs, and follows the unit switch.

    Parameters
    ----------
    run_ids : sequence of str
        Runs of one design by different solvers; differences are those from the first.
    """

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        jobs: JobCenter,
        units: FieldUnitSwitch,
        files: FileDialogs,
        run_ids: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._jobs, self._units = session, bridge, jobs, units
        self._ids, self._files = tuple(run_ids), files
        self._topic = f"backends {'+'.join(run_ids)}"
        self._picture: BackendsPicture | None = None
        self._is_over = False
        self.setWindowTitle("Both solvers")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(980, 640)
        self.title = QLabel()
        self.title.setProperty("role", "heading")
        self.title.setWordWrap(True)
        self.banner = Banner()
        self.plot = CurvePlot(units, "The curves appear here as the runs come on.")
        self.table = QTableWidget()
        self.table.setAccessibleName("Readings of both solvers and their differences")
        style_table(self.table)
        self.table.setSortingEnabled(False)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.export_button = QPushButton("&Export…")
        self.export_button.clicked.connect(self._ask_folder)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._read)
        self._lay_out()
        self._allow_export()
        self.finished.connect(self._end)
        units.changed.connect(self._fill)
        bridge.run_news.connect(self._news)
        bridge.run_ended.connect(self._news)
        self._read()

    @property
    def picture(self) -> BackendsPicture | None:
        """What is shown; None until it has been read."""
        return self._picture

    def changeEvent(self, event: QEvent) -> None:
        """Draw the curves again when the theme changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.plot.refresh_colours()

    def export(self, folder: Path) -> None:
        """Write figure, table and curves into a new folder."""
        unit = self._units.unit.name

        def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> list[Path]:
            progress(None, f"writing {folder.name}")
            return self._session.exports.backends(self._ids, folder, unit)

        self._jobs.start_task(
            folder.name,
            "Export",
            work,
            lambda paths: self._say(
                f"Wrote {', '.join(path.name for path in paths)} into {folder}, each with its "
                "provenance."
            ),
            self._explain,
            folder=folder,
        )

    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.plot)
        splitter.addWidget(self.table)
        splitter.setSizes([420, 150])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.export_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addWidget(self.banner)
        layout.addWidget(splitter, 1)
        layout.addWidget(buttons)

    def _news(self, run_id: str, _events: object = None) -> None:
        if run_id in self._ids and not self._timer.isActive():
            self._timer.start()

    def _read(self) -> None:
        self._bridge.ask_in_turn(
            self._topic,
            lambda: read_comparison(self._session, self._ids),
            self._show,
            self._explain,
        )

    def _end(self, _code: int) -> None:
        # An answer may still come, when there is nothing left to show it in.
        self._is_over = True
        self._timer.stop()
        self._bridge.drop(self._topic)

    def _show(self, picture: BackendsPicture) -> None:
        if self._is_over:
            return
        self._picture = picture
        self.title.setText(title_text(picture.records[0].design))
        self.plot.show_curves(picture.curves)
        self._fill()
        self._allow_export()

    def _fill(self, _unit: object = None) -> None:
        picture = self._picture
        if picture is None:
            return
        titles, rows = table_rows(picture, self._units.unit)
        self.table.setColumnCount(len(titles))
        self.table.setHorizontalHeaderLabels(titles)
        for column, tip in zip((-3, -2), (_MINUS_TIP, _STEP_TIP), strict=True):
            self.table.model().setHeaderData(
                len(titles) + column, Qt.Orientation.Horizontal, tip, Qt.ItemDataRole.ToolTipRole
            )
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                self.table.setItem(number, column, QTableWidgetItem(text))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.banner.show_message(*verdict(picture, self._units.unit))

    def _allow_export(self) -> None:
        is_done = self._picture is not None and self._picture.comparison is not None
        self.export_button.setEnabled(is_done)
        self.export_button.setToolTip(
            "Write figure, table and curves into a new folder, with their provenance."
            if is_done
            else "Both runs have to be done first."
        )

    def _ask_folder(self) -> None:
        parent = self._files.ask_folder(self, "Export into")
        if parent is not None and self._picture is not None:
            self.export(free_folder(parent, self._picture.file_name))

    def _explain(self, error: Exception) -> None:
        if not self._is_over:
            self.banner.show_message("error", str(error))

    def _say(self, words: str) -> None:
        if not self._is_over:
            self.banner.show_message("note", words)


def free_folder(parent: Path, name: str) -> Path:
    """Return a folder that is not there yet: of this name, with a number where it is taken."""
    number, folder = 1, parent / name
    while folder.exists():
        number += 1
        folder = parent / f"{name}-{number}"
    return folder

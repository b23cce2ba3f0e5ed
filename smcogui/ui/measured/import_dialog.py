"""Imports a measured curve: file, columns and units, correction, and what comes out, live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from smcogui.data.import_preview import preview_import
from smcogui.data.importers import suggest_choice
from smcogui.data.measurements import LONGEST_NAME, measurement_choice
from smcogui.data.text_table import read_text_table
from smcogui.errors import SmCoError
from smcogui.ui.measured.file_table import FileTable, describe_table
from smcogui.ui.measured.import_form import ImportForm
from smcogui.ui.measured.loop_plot import QUANTITIES, LoopPlot
from smcogui.ui.measured.measured_text import readings_text
from smcogui.ui.projects.project_drop import local_paths, several_text
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.number_box import ChoiceBox
from smcogui.ui.widgets.screen_size import resize_on_screen
from smcogui.ui.widgets.vertical_scroll import vertical_scroll

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from smcogui.app.session import Session
    from smcogui.data.import_preview import ImportPreview
    from smcogui.data.importers import ImportChoice
    from smcogui.data.measurements import Measurement
    from smcogui.data.text_table import TextTable
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.run_bridge import RunBridge

FILES: Final = "Measured curves (*.csv *.txt *.dat *.tsv *.asc);;All files (*)"
_SETTLE_MS: Final = 60
_SIZE: Final = QSize(1180, 690)


class ImportDialog(QDialog):
    """Reads a file in the background and shows what each choice makes of it.

    Parameters
    ----------
    measurement : Measurement, optional
        One that is to be read anew from the copy of its file.

    Signals
    -------
    imported : Signal(object)
        The :class:`~smcogui.data.measurements.Measurement`.
    """

    imported = Signal(object)

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        files: FileDialogs,
        parent: QWidget | None = None,
        measurement: Measurement | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._units = session, bridge, units
        self._store, self._files = session.measured, files
        self._measurement = measurement
        self._path: Path | None = None
        self._table: TextTable | None = None
        self._preview: ImportPreview | None = None
        self._left_out = ""
        # The topics of its questions are its own, as several dialogs may be open.
        self._topic = f"import {id(self)}"
        self.setAcceptDrops(measurement is None)
        self.setWindowTitle(
            "Import measured curve" if measurement is None else f"Import of {measurement.name}"
        )
        self._make_widgets()
        self._lay_out()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask_preview)
        self._connect()
        resize_on_screen(self, _SIZE)
        self._allow()
        if measurement is not None:
            self.name.setText(measurement.name)
            self.name.setEnabled(False)
            self.browse.setEnabled(False)
            meta = measurement.meta
            self.form.show_reading(str(meta["delimiter"]), str(meta["decimal"]))
            self.open_file(measurement.original)

    @property
    def preview(self) -> ImportPreview | None:
        """What an import would give now; None where not even the loop can be read."""
        return self._preview

    def open_file(self, path: Path) -> None:
        """Read a file; columns and units are suggested from what it says."""
        self._path, self._table, self._left_out = path, None, ""
        self.file.setText(str(path))
        self.file.setToolTip(str(path))
        self.state.setText("Reading the file…")
        delimiter, decimal = self.form.delimiter, self.form.decimal
        measurement = self._measurement

        def read() -> tuple[TextTable, ImportChoice, str]:
            table = read_text_table(path, delimiter=delimiter, decimal=decimal)
            if measurement is not None:
                return table, measurement_choice(measurement.meta), measurement.name
            return table, suggest_choice(table), self._store.free_name(path.stem)

        self._bridge.ask(self._topic, read, self._show_file, self._refuse_file)

    def accept(self) -> None:
        """Import the curve; the dialog stays open where that is not possible."""
        table, name = self._table, self.name.text()
        if table is None or not self.import_button.isEnabled():
            return
        choice, store, known = self.form.choice(), self._store, self._measurement
        self.import_button.setEnabled(False)
        self._bridge.ask(
            f"{self._topic} write",
            lambda: (
                store.add(table, choice, name)
                if known is None
                else store.update(known.name, table, choice)
            ),
            self._imported,
            self._explain,
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file."""
        if _dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the file instead of the one before."""
        paths = _dropped_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.name.clear()
            self.open_file(paths[0])
            self._left_out = several_text(paths, paths[0]) if len(paths) > 1 else ""

    def reject(self) -> None:
        """Close without an import; one that is being written is waited for."""
        if not self._bridge.is_busy(f"{self._topic} write"):
            super().reject()

    def done(self, code: int) -> None:
        """Close, and want no answer any more."""
        self._settle.stop()
        for topic in (self._topic, f"{self._topic} preview"):
            self._bridge.drop(topic)
        super().done(code)

    def _make_widgets(self) -> None:
        self.file = QLabel("No file is chosen yet")
        self.file.setProperty("role", "muted")
        self.file.setToolTip("The file that is imported.")
        self.file.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.browse = QPushButton("Choose &file…")
        self.browse.setAutoDefault(False)
        self.form = ImportForm()
        self.rows = FileTable()
        self.plot = LoopPlot(self._units)
        self.quantity = ChoiceBox(QUANTITIES)
        self.quantity.setAccessibleName("Quantity of the plot")
        self.quantity.setToolTip("Show the magnetisation M, or the polarisation J = μ₀M.")
        self.state = QLabel()
        self.state.setProperty("role", "muted")
        self.state.setWordWrap(True)
        self.readings = QLabel()
        self.readings.setProperty("role", "heading")
        self.readings.setWordWrap(True)
        self.banner = Banner()
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the curve")
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setToolTip("Shown in legends, tables and figures.")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        text = "&Import" if self._measurement is None else "&Import anew"
        self.import_button = self.buttons.addButton(text, QDialogButtonBox.ButtonRole.AcceptRole)
        self.import_button.setDefault(True)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.browse)
        top.addWidget(self.file, 1)
        scroll = vertical_scroll(self.form)
        scroll.setMinimumWidth(350)
        scroll.setMaximumWidth(380)
        shown = QHBoxLayout()
        shown.addWidget(self.readings, 1)
        shown.addWidget(self.quantity)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(shown)
        column.addWidget(self.plot, 1)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(8)
        halves.addWidget(upper)
        halves.addWidget(self.rows)
        halves.setSizes([430, 150])
        right = QVBoxLayout()
        right.addWidget(halves, 1)
        right.addWidget(self.state)
        right.addWidget(self.banner)
        middle = QHBoxLayout()
        middle.addWidget(scroll)
        middle.addLayout(right, 1)
        label = QLabel("&Name")
        label.setBuddy(self.name)
        bottom = QHBoxLayout()
        bottom.addWidget(label)
        bottom.addWidget(self.name, 1)
        bottom.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addLayout(middle, 1)
        layout.addLayout(bottom)

    def _connect(self) -> None:
        self.browse.clicked.connect(self.ask_file)
        self.form.changed.connect(self._settle.start)
        self.form.reading_changed.connect(self._read_again)
        self.quantity.currentIndexChanged.connect(
            lambda _index: self.plot.choose_quantity(str(self.quantity.value()))
        )
        self.name.textChanged.connect(lambda _text: self._allow())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._units.changed.connect(self._show_readings)

    def ask_file(self) -> None:
        """Ask for the file."""
        path = self._files.ask_open(self, "Import measured curve", FILES)
        if path is not None:
            self.name.clear()
            self.open_file(path)

    def _read_again(self) -> None:
        if self._path is not None:
            self.open_file(self._path)

    def _show_file(self, answer: tuple[TextTable, ImportChoice, str]) -> None:
        self._table, choice, name = answer
        if not self.name.text():
            self.name.setText(name)
        self.rows.show_table(self._table)
        told = (describe_table(self._table), self._left_out)
        self.state.setText(". ".join(filter(None, told)))
        self.form.show_table(self._table)
        self.form.show_choice(choice)
        self._ask_preview()

    def _refuse_file(self, error: Exception) -> None:
        self._table = None
        self.rows.setRowCount(0)
        self.state.setText("")
        self._refuse(error)

    def _ask_preview(self) -> None:
        table, name = self._table, self.name.text() or "measured"
        if table is None:
            return
        choice = self.form.choice()
        self.rows.mark_columns(table, choice.field_column, choice.moment_column)
        self._bridge.ask_in_turn(
            f"{self._topic} preview",
            lambda: preview_import(table, choice, name),
            self._show_preview,
            self._refuse,
        )

    def _show_preview(self, preview: ImportPreview) -> None:
        self._preview = preview
        self.plot.show_preview(preview)
        self.form.show_preview(preview)
        self.form.mark("")
        self._show_readings()
        if preview.problem is not None:
            self._explain(preview.problem)
            return
        self.banner.show_message("warning", ". ".join(preview.doubts))
        self._allow()

    def _refuse(self, error: Exception) -> None:
        """Explain why not even the loop can be read."""
        self._preview = None
        self.plot.show_preview(None)
        self._show_readings()
        self._explain(error)

    def _show_readings(self, _unit: object = None) -> None:
        curve = None if self._preview is None else self._preview.curve
        self.readings.setText("" if curve is None else readings_text(curve, self._units.unit))

    def _explain(self, error: Exception) -> None:
        self.form.mark((error.key or "") if isinstance(error, SmCoError) else "")
        self.banner.show_message("error", str(error))
        self._allow()

    def _allow(self) -> None:
        has_curve = self._preview is not None and self._preview.curve is not None
        has_name = bool(self.name.text().strip())
        self.import_button.setEnabled(has_curve and has_name)

    def _imported(self, measurement: Measurement) -> None:
        self.imported.emit(measurement)
        super().accept()


def _dropped_files(data: QMimeData) -> list[Path]:
    """Return the local files of what is dragged."""
    return [path for path in local_paths(data) if path.is_file()]

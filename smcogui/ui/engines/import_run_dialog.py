"""Imports a finished run of MuMax3 or OOMMF: what was found, of which design, and its curve."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.errors import InputError
from smcogui.ui.engines.found_run_text import found_rows, preview_curve
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.jobs import ReportProgress
    from smcogui.app.run_import import FoundRun
    from smcogui.app.session import Session
    from smcogui.design.design import Design
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.run_bridge import RunBridge

DesignSource = Literal["beside", "current", "file"]
_SOURCES: Final = (
    ("The one that lies beside the run", "beside"),
    ("The current design of the window", "current"),
    ("A design file…", "file"),
)
_TABLES: Final = "Tables of runs (table.txt *.odt);;All files (*)"
_DESIGNS: Final = "Designs (*.toml);;All files (*)"
_SETTLE_MS: Final = 250


class ImportRunDialog(QDialog):
    """Reads the run in the background and shows what each choice makes of it.

    Parameters
    ----------
    design : callable
        Returns the current design of the window.

    Signals
    -------
    imported : Signal(str)
        The run_id.
    """

    imported = Signal(str)

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        jobs: JobCenter,
        units: FieldUnitSwitch,
        files: FileDialogs,
        design: Callable[[], Design],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._jobs, self._units = session, bridge, jobs, units
        self._current, self._files = design, files
        self._design_file: Path | None = None
        self._topic = f"import run {id(self)}"
        self._found: FoundRun | None = None
        self._is_over = False
        self.setWindowTitle("Import finished run")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(860, 640)
        self.source = QLineEdit()
        self.source.setAccessibleName("Folder or table of the run")
        self.source.setPlaceholderText("folder with table.txt and OVF files, or an .odt file")
        self.folder_button = QPushButton("F&older…")
        self.file_button = QPushButton("&File…")
        self.designs = ChoiceBox(_SOURCES)
        self.designs.setAccessibleName("Design that was simulated")
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the run")
        self.name.setPlaceholderText("the design's name")
        self.banner = Banner()
        self.rows = QFormLayout()
        self.plot = CurvePlot(units, "The falling branch of the run is shown here.")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.import_button = self.buttons.addButton(
            "&Import", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self._lay_out()
        self._connect()
        self._forget()

    @property
    def found(self) -> FoundRun | None:
        """What an import would take; None where there is nothing to take yet."""
        return self._found

    def open_source(self, path: Path) -> None:
        """Look into a folder, or at a table."""
        self.source.setText(str(path))

    def use_design_file(self, path: Path) -> None:
        """Take the run as one of the design in a file."""
        self._design_file = path
        self.designs.set_value("file")
        self.designs.setToolTip(str(path))
        self._edited()

    def accept(self) -> None:
        """Import the run, as a job; the dialog closes once it is in the project."""
        path, choice, name = self._source(), self._choice(), self.name.text().strip()
        if self._found is None or path is None:
            return
        self.import_button.setEnabled(False)

        def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> str:
            progress(None, f"reading {path}")
            return self._session.import_run(path, choice(), name)

        self._jobs.start_task(path.name, "Import", work, self._imported, self._refuse)

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        for widget in (self.source, self.folder_button, self.file_button):
            place.addWidget(widget)
        form = QFormLayout()
        add_row(form, "&Run", place, buddy=self.source)
        add_row(form, "&Design", self.designs)
        add_row(form, "&Name", self.name)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.banner)
        layout.addLayout(self.rows)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.folder_button.clicked.connect(self._ask_folder)
        self.file_button.clicked.connect(self._ask_table)
        self.source.textChanged.connect(lambda _text: self._edited())
        self.designs.activated.connect(lambda _index: self._design_chosen())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._units.changed.connect(self._fill)
        self.finished.connect(self._end)

    def _ask_folder(self) -> None:
        folder = self._files.ask_folder(self, "Folder of the run")
        if folder is not None:
            self.open_source(folder)

    def _ask_table(self) -> None:
        file = self._files.ask_open(self, "Table of the run", _TABLES)
        if file is not None:
            self.open_source(file)

    def _design_chosen(self) -> None:
        if self.designs.value() != "file":
            self._edited()
            return
        file = self._files.ask_open(self, "Design", _DESIGNS)
        if file is not None:
            self.use_design_file(file)
        elif self._design_file is None:
            self.designs.set_value("beside")
        self._edited()

    def _source(self) -> Path | None:
        text = self.source.text().strip()
        return Path(text).expanduser() if text else None

    def _choice(self) -> Callable[[], Design | None]:
        """Return what reads the design that was chosen, in a worker thread."""
        chosen, file = cast("DesignSource", self.designs.value()), self._design_file
        if chosen == "current":
            design = self._current()
            return lambda: design
        if chosen == "file" and file is not None:
            return lambda: _only_design(self._session, file)
        return lambda: None

    def _edited(self) -> None:
        self._forget()
        self._settle.start()

    def _forget(self) -> None:
        self._found = None
        self.import_button.setEnabled(False)
        self.import_button.setToolTip("Name a run that fits the design first.")

    def _ask(self) -> None:
        path, choice = self._source(), self._choice()
        if path is None:
            self.banner.clear_message()
            return
        self._bridge.ask(
            self._topic,
            lambda: self._session.find_run(path, choice()),
            self._show,
            self._refuse,
        )

    def _show(self, found: FoundRun) -> None:
        self._found = found
        self.banner.show_message("warning", " ".join(_sentence(note) for note in found.notes))
        self._fill()
        self.plot.show_curves([preview_curve(found)])
        self.import_button.setEnabled(True)
        self.import_button.setToolTip("Make it a run of the project, marked as imported.")

    def _refuse(self, error: Exception) -> None:
        if self._is_over:
            return
        self._forget()
        self._fill()
        self.plot.show_curves(())
        self.banner.show_message("error", str(error))

    def _fill(self, _unit: object = None) -> None:
        while self.rows.rowCount():
            self.rows.removeRow(0)
        if self._found is None:
            return
        for title, text in found_rows(self._found, self._units.unit):
            value = QLabel(text)
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label = QLabel(title)
            label.setProperty("role", "muted")
            self.rows.addRow(label, value)

    def _imported(self, run_id: str) -> None:
        self.imported.emit(run_id)
        if not self._is_over:
            super().accept()

    def _end(self, _code: int) -> None:
        self._is_over = True
        self._settle.stop()
        self._bridge.drop(self._topic)


def _only_design(session: Session, path: Path) -> Design:
    designs = session.load_designs(path)
    if len(designs) != 1:
        raise InputError(
            f"{path} holds {len(designs)} designs; choose a file with the one that was simulated",
            key="design",
            given=str(len(designs)),
            allowed="one design",
        )
    return designs[0]


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:]}."

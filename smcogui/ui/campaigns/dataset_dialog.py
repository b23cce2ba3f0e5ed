"""Where the finished designs of a campaign are written to, and as what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
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

from smcogui.app.dataset_exports import DATASHEET_FILE, DESIGNS_STEM, SCHEMA_FILE
from smcogui.app.file_names import why_unfit
from smcogui.data.dataset_import import CURVES_FILE, SUMS_FILE
from smcogui.data.dataset_rules import FLAGS, Choice
from smcogui.errors import InputError
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.form_row import add_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smcogui.ui.file_dialogs import FileDialogs

_MAY_DIFFER: Final[Mapping[str, str]] = {
    "exchange_rule": "&Exchange rules may differ",
    "solver": "&Solvers and their versions may differ",
    "layer": "Grain-boundary &layers may differ",
}


_RULES_TIP: Final = (
    f"Separated by semicolons: a flag of quality ({', '.join(FLAGS)}), a range L_nm=10:100, or "
    "values z_phase=DFT,Mod. What is left out is counted in the datasheet."
)


class DatasetDialog(QDialog):
    """Folder, names and what may differ; stays open until the dataset is written.

    Signals
    -------
    export_wanted : Signal()
    """

    export_wanted = Signal()

    def __init__(
        self, campaign: str, designs: int, files: FileDialogs, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._files = files
        self._is_writing = False
        self.setWindowTitle(f"Export dataset of {campaign}")
        self.setMinimumWidth(640)
        self.about = QLabel(
            f"{designs} finished designs, simulated: the table as Parquet, CSV and XLSX, "
            f"{CURVES_FILE}, {SCHEMA_FILE} with units, {DATASHEET_FILE} and {SUMS_FILE}."
        )
        self.about.setWordWrap(True)
        self.about.setProperty("role", "muted")
        self.folder = QLineEdit(str(files.folder / campaign))
        self.folder.setAccessibleName("Folder of the dataset")
        self.browse = QPushButton("&Browse…")
        self.browse.setAccessibleName("Browse for the folder of the dataset")
        self.browse.setAutoDefault(False)
        self.stem = QLineEdit(DESIGNS_STEM)
        self.stem.setAccessibleName("Name of the table")
        self.title = QLineEdit(f"Campaign {campaign}")
        self.title.setAccessibleName("Title of the datasheet")
        self.only, self.exclude = QLineEdit(), QLineEdit()
        self.only.setAccessibleName("What has to hold for a design")
        self.only.setPlaceholderText("such as ok; L_nm=10:100")
        self.exclude.setAccessibleName("What must not hold for a design")
        self.exclude.setPlaceholderText("such as scatter; z_phase=Lit")
        for line in (self.only, self.exclude):
            line.setToolTip(_RULES_TIP)
        self.may_differ = {key: QCheckBox(text) for key, text in _MAY_DIFFER.items()}
        for box in self.may_differ.values():
            box.setToolTip("Else designs that differ in it are refused, as they do not compare.")
        self.banner = Banner()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export_button = self.buttons.addButton(
            "E&xport", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.export_button.setDefault(True)
        self._lay_out()
        self.browse.clicked.connect(self._browse)
        for line in (self.folder, self.stem, self.only, self.exclude):
            line.textChanged.connect(lambda _text: self._check())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._check()

    @property
    def path(self) -> Path:
        """The folder that was chosen."""
        return Path(self.folder.text().strip()).expanduser()

    def allowed(self) -> tuple[str, ...]:
        """Return what may differ among the designs."""
        return tuple(key for key, box in self.may_differ.items() if box.isChecked())

    def rules(self) -> tuple[list[str], list[str]]:
        """Return what has to hold, and what must not."""
        return _rules_of(self.only.text()), _rules_of(self.exclude.text())

    def accept(self) -> None:
        """Ask for the dataset to be written."""
        if self.export_button.isEnabled():
            self._is_writing = True
            self.export_button.setEnabled(False)
            self.banner.show_message("note", f"Writing into {self.path}…")
            self.export_wanted.emit()

    def show_written(self) -> None:
        """Go, as the dataset is written."""
        super().accept()

    def show_error(self, error: Exception) -> None:
        """Say why the dataset could not be written."""
        self._is_writing = False
        self._check()
        self.banner.show_message("error", str(error))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_row(form, "&Folder", row, buddy=self.folder)
        add_row(form, "&Table", self.stem)
        add_row(form, "T&itle", self.title)
        add_row(form, "&Only", self.only)
        add_row(form, "Leave o&ut", self.exclude)
        layout = QVBoxLayout(self)
        layout.addWidget(self.about)
        layout.addLayout(form)
        for box in self.may_differ.values():
            layout.addWidget(box)
        layout.addWidget(self.banner)
        layout.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignBottom)

    def _check(self) -> None:
        reason = self._why_not()
        self.export_button.setEnabled(not reason and not self._is_writing)
        self.banner.show_message("error", reason)

    def _why_not(self) -> str:
        if not self.folder.text().strip() or not self.path.is_absolute():
            return "The folder is to be a whole path, from the root of the disk on."
        stem = self.stem.text().strip()
        unfit = "it is empty" if not stem else why_unfit(stem)
        if unfit or "/" in stem:
            return f"{stem!r} cannot be the name of the table: {unfit or 'it holds a slash'}."
        try:
            Choice.of(*self.rules())
        except InputError as error:
            return error.message
        return ""

    def _browse(self) -> None:
        chosen = self._files.ask_folder(self, "Folder of the dataset")
        if chosen is not None:
            self.folder.setText(str(chosen))


def _rules_of(text: str) -> list[str]:
    return [rule for rule in (part.strip() for part in text.split(";")) if rule]

"""The file that an export goes to: format, path, and what will lie there."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from smcogui.app.export_target import ExportTarget, examine_target
from smcogui.ui.widgets.number_box import ChoiceBox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smcogui.ui.run_bridge import RunBridge

_NUMBERS: Final = count(1)
_LOOKING: Final = "Looking at the place…"


class TargetRow(QWidget):
    """Format and path, which follow each other, and below them what will be written.

    Parameters
    ----------
    bridge : RunBridge
        Looks at the disk in the background.
    formats : mapping of str to str
        Suffix, such as ``.pdf``, to the name of the format.

    Signals
    -------
    changed : Signal()
        Another path, or it was looked at.
    format_changed : Signal(str)
        The new suffix.
    """

    changed = Signal()
    format_changed = Signal(str)

    def __init__(
        self, bridge: RunBridge, formats: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge, self._formats = bridge, dict(formats)
        self._topic = f"export target {next(_NUMBERS)}"
        self._target: ExportTarget | None = None
        self._problem = _LOOKING
        self.format = ChoiceBox(tuple((name, suffix) for suffix, name in formats.items()))
        self.format.setAccessibleName("Format of the file")
        self.line = QLineEdit()
        self.line.setAccessibleName("File")
        self.browse = QPushButton("&Browse…")
        self.browse.setAccessibleName("Browse for the file")
        self.browse.setAutoDefault(False)
        self.about = QLabel()
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self.line.textChanged.connect(lambda _text: self._edited())
        self.format.currentIndexChanged.connect(lambda _index: self._format_chosen())
        self.browse.clicked.connect(self._browse)

    @property
    def target(self) -> ExportTarget | None:
        """The file; None while its place is looked at or cannot be written."""
        return self._target

    @property
    def problem(self) -> str:
        """Why there is no target, in a sentence; empty while that is being found out."""
        return "" if self._problem == _LOOKING else self._problem

    @property
    def suffix(self) -> str:
        """Suffix of the chosen format."""
        return str(self.format.value())

    def suggest(self, folder: Path, stem: str, suffix: str) -> None:
        """Begin with a file of this name in a folder."""
        self.format.set_value(suffix)
        self.line.setText(str(folder / f"{stem}{self.suffix}"))

    def rename(self, stem: str) -> None:
        """Keep folder and format, and take another name."""
        path = Path(self.line.text().strip())
        if path.name:
            self.line.setText(str(path.with_name(f"{stem}{self.suffix}")))

    def _lay_out(self) -> None:
        label = QLabel("&File")
        label.setBuddy(self.line)
        kind = QLabel("For&mat")
        kind.setBuddy(self.format)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(kind, 0, 0)
        grid.addWidget(self.format, 0, 1)
        grid.addWidget(label, 0, 2)
        grid.addWidget(self.line, 0, 3)
        grid.addWidget(self.browse, 0, 4)
        grid.addWidget(self.about, 1, 0, 1, 5)
        grid.setColumnStretch(3, 1)

    def _edited(self) -> None:
        text, suffixes = self.line.text(), tuple(self._formats)
        typed = Path(text.strip()).suffix.lower()
        if typed in self._formats and typed != self.suffix:
            self.format.set_value(typed)
        self._target, self._problem = None, _LOOKING
        # Where no suffix is typed, that of the format goes first.
        ordered = (self.suffix, *(each for each in suffixes if each != self.suffix))
        self._bridge.ask(
            self._topic, lambda: examine_target(text, ordered), self._looked, self._refused
        )
        self.changed.emit()

    def _looked(self, target: ExportTarget) -> None:
        self._target, self._problem = target, ""
        self.about.setText(target.describe())
        self.changed.emit()

    def _refused(self, error: Exception) -> None:
        self._problem = str(error)
        self.about.setText("")
        self.changed.emit()

    def _format_chosen(self) -> None:
        path = Path(self.line.text().strip())
        if path.suffix.lower() in self._formats and path.suffix.lower() != self.suffix:
            self.line.setText(str(path.with_suffix(self.suffix)))
        else:
            self._edited()
        self.format_changed.emit(self.suffix)

    def _browse(self) -> None:
        chosen_first = f"{self._formats[self.suffix]} (*{self.suffix})"
        filters = ";;".join(f"{name} (*{suffix})" for suffix, name in self._formats.items())
        text, chosen = QFileDialog.getSaveFileName(
            self, "Export to", self.line.text(), filters, chosen_first
        )
        if not text:
            return
        path = Path(text)
        if path.suffix.lower() not in self._formats:
            ending = chosen[chosen.index("*.") + 1 : chosen.index(")")]
            path = path.with_name(path.name + ending)
        self.line.setText(str(path))

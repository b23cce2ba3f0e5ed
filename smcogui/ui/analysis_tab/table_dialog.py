"""Runs as a table, one row each, or their curves, one row per field step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from smcogui.ui.analysis_tab.export_dialog import ExportDialog
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox, NumberBox
from smcogui.units import ENERGY_UNITS, FIELD_UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.run_table import Extent
    from smcogui.app.session import RunRecord
    from smcogui.ui.dialog_memory import DialogMemory
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge

Content = Literal["runs", "curves"]

_FORMATS: Final = {".csv": "CSV", ".xlsx": "XLSX", ".parquet": "Parquet", ".tex": "LaTeX"}
_CONTENTS: Final = (
    ("Runs: one row each, with all quantities", "runs"),
    ("Curves: one row per field step, H, M, J and B", "curves"),
)
_EXTENTS: Final = (
    ("As suits the format", None),
    ("All", "all"),
    ("What fits onto a page", "short"),
)
_NAME: Final = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChoice:
    """What of which runs is written.

    Parameters
    ----------
    content : {"runs", "curves"}
    run_ids : tuple of str
    field_unit : str
    energy_unit : str
        Of a table of runs.
    extent : {"all", "short"} or None
        Columns of a table of runs; None takes what suits the format.
    N : float
        Demagnetising factor behind the internal field of curves.
    """

    content: Content
    run_ids: tuple[str, ...]
    field_unit: str = "T"
    energy_unit: str = "kJ/m³"
    extent: Extent | None = None
    N: float = 0.0


class TableDialog(ExportDialog):
    """Content, runs, units and file."""

    def __init__(
        self,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        memory: DialogMemory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_NAME, bridge, memory, _FORMATS, parent)
        self.setWindowTitle("Export table")
        self._units, self._memory = units, memory
        self._all: Sequence[RunRecord] = ()
        self._selected: Sequence[RunRecord] = ()
        self.content = ChoiceBox(_CONTENTS)
        self.scope = ChoiceBox((("Selected", True), ("All of the project", False)))
        self.columns = ChoiceBox(_EXTENTS)
        self.field_unit = ChoiceBox(tuple((name, name) for name in FIELD_UNITS))
        self.energy_unit = ChoiceBox(tuple((name, name) for name in ENERGY_UNITS))
        self.N = NumberBox(minimum=0.0, maximum=1.0, step=0.01)
        self.N.setToolTip("Internal field = applied field − N·M; 0 for a closed circuit.")
        self._lay_out()
        self.content.currentIndexChanged.connect(lambda _index: self._content_chosen())
        self.scope.currentIndexChanged.connect(lambda _index: self._show_chosen_runs())
        self.export_wanted.connect(lambda _path: self._keep())

    def choice(self) -> TableChoice:
        """Return what is chosen."""
        is_runs = self.content.value() == "runs"
        extent = self.columns.value()
        return TableChoice(
            content="runs" if is_runs else "curves",
            run_ids=tuple(self.run_ids),
            field_unit=str(self.field_unit.value()),
            energy_unit=str(self.energy_unit.value()),
            extent=None if extent is None else "all" if extent == "all" else "short",
            N=self.N.value(),
        )

    def open_for(
        self, selected: Sequence[RunRecord], runs: Sequence[RunRecord], content: Content
    ) -> None:
        """Show the dialog for the selected runs, or for all where none is selected."""
        self._selected, self._all = selected, runs
        kept = self._memory.recall(_NAME)
        self.columns.set_value(kept.get("columns"))
        self.field_unit.set_value(self._units.unit.name)
        self.energy_unit.set_value(self._units.unit.energy_name)
        self.content.set_value(content)
        self.scope.set_value(bool(selected))
        self.scope.setEnabled(bool(selected))
        self.scope.setItemText(0, f"Selected ({len(selected)})")
        self.scope.setItemText(1, f"All of the project ({len(runs)})")
        self._content_chosen()
        self._show_chosen_runs()
        self.open()
        self.content.setFocus()

    def problem(self) -> str:
        """Return why there is nothing to write."""
        return "" if self.run_ids else "The project has no runs yet."

    def _show_chosen_runs(self) -> None:
        runs = self._selected if self.scope.value() else self._all
        self.show_runs(runs, str(self.content.value()))

    def _content_chosen(self) -> None:
        is_runs = self.content.value() == "runs"
        for box in (self.columns, self.energy_unit):
            box.setEnabled(is_runs)
        self.N.setEnabled(not is_runs)
        self.target.rename(str(self.content.value()))

    def _keep(self) -> None:
        self.keep(columns=self.columns.value())

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, box in (
            ("&Content", self.content),
            ("&Runs", self.scope),
            ("Co&lumns", self.columns),
            ("Fields &in", self.field_unit),
            ("(BH)max i&n", self.energy_unit),
            ("&Demagnetising factor", self.N),
        ):
            box.setAccessibleName(text.replace("&", ""))
            add_row(form, text, box)
        middle = QVBoxLayout()
        middle.addLayout(form)
        middle.addStretch(1)
        self.finish_layout(middle, QSize(680, 400))

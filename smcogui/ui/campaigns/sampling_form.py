"""The form of the sampling dialog: how points are found, and which of them become designs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.campaign_preview import continuable, points_left
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.paper_grid import TRAINING_FILTERS
from smcogui.campaigns.sampling import MOST_POINTS
from smcogui.ui.campaigns.axes_editor import AxesEditor
from smcogui.ui.campaigns.sampling_choice import SamplingChoice, Way
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox, CountBox, NumberBox

if TYPE_CHECKING:
    from smcogui.campaigns.campaign import Block, Campaign
    from smcogui.ui.file_dialogs import FileDialogs

_WAYS: Final = (
    ("Sobol points", Way.SOBOL),
    ("Latin hypercube", Way.LATIN),
    ("Grid of all combinations", Way.GRID),
    ("List from a file (CSV, XLSX)", Way.LIST),
    ("Paper-like grid (13,125 points)", Way.PAPER),
    ("Training mix for surrogates", Way.TRAINING),
)
_MORE: Final = ("More of a sampling of the campaign", Way.MORE)
_WITH_AXES: Final = (Way.SOBOL, Way.LATIN, Way.GRID)
_FIRST_COUNT: Final = 256
_MOST_CELLS: Final = 1000.0
_FILTERS: Final = (
    ("least_wall_cells", "Thinnest &wall", "Least thickness of walls and platelets", "cells"),
    ("least_gap_cells", "Thinnest &gap", "Least distance between walls and platelets", "cells"),
    (
        "least_exchange_length_nm",
        "√(A/K) of &Z",
        "Least exchange length of the Z phase: below about 1.4 cells the mesh pins walls",
        "nm",
    ),
)


class SamplingForm(QWidget):
    """Edits a :class:`~smcogui.ui.campaigns.sampling_choice.SamplingChoice`.

    Signals
    -------
    changed : Signal()
    """

    changed = Signal()

    def __init__(
        self, campaign: Campaign | None, files: FileDialogs, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._files = files
        self._blocks = continuable(campaign) if campaign is not None else []
        self._own_filters: Feasibility | None = None
        has_blocks = campaign is not None and bool(campaign.blocks)
        self.way = ChoiceBox((*_WAYS, _MORE) if has_blocks else _WAYS)
        self.way.setAccessibleName("Method of the sampling")
        self.block = ChoiceBox([(_block_text(b), b) for b in self._blocks] or [("none left", None)])
        self.block.setAccessibleName("Sampling that is gone on with")
        self.file = QLineEdit()
        self.file.setAccessibleName("Table of points")
        self.file.setPlaceholderText("a column per coordinate, a row per design")
        self.browse = QPushButton("&Browse…")
        self.browse.setAccessibleName("Browse for the table of points")
        self.browse.setAutoDefault(False)
        self.all_points = QCheckBox("&All points")
        self.all_points.setChecked(True)
        self.count = CountBox(minimum=1, maximum=MOST_POINTS)
        self.count.setAccessibleName("Number of points")
        self.count.setValue(_FIRST_COUNT)
        self.seed = CountBox(minimum=0, maximum=2**31 - 1)
        self.seed.setAccessibleName("Seed of the sampling")
        self.seed.setToolTip("The same seed draws the same points.")
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the sampling")
        self.name.setMaxLength(60)
        self.name.setToolTip("Opens the names of its designs.")
        self.axes = AxesEditor()
        self._make_filters()
        self._lay_out()
        self._connect()
        self._way_chosen()

    def choice(self, base: str) -> SamplingChoice:
        """Return what is chosen; raises InputError where an axis cannot be."""
        way = Way(str(self.way.value()))
        takes_all = way in {Way.GRID, Way.PAPER} and self.all_points.isChecked()
        path = self.file.text().strip()
        return SamplingChoice(
            way=way,
            name=self.name.text().strip() or self.name.placeholderText(),
            base=base,
            filters=self.filters(),
            axes=self.axes.axes() if way in _WITH_AXES else (),
            count=None if takes_all else self.count.value(),
            seed=self.seed.value(),
            path=Path(path).expanduser() if path else None,
            block=self._block() if way is Way.MORE else None,
        )

    def filters(self) -> Feasibility:
        """Return what designs have to fulfil."""
        return Feasibility(
            **{key: box.value() for key, box in self.limits.items()},
            whole_cell_fits=self.whole_cell.isChecked(),
        )

    def show_extension(self, block: Block | None) -> None:
        """Offer to go on with a sampling, that of a block where it has points left."""
        if block is not None:
            rule = (block.sampling.name, block.sampling.method, block.sampling.seed)
            for each in self._blocks:
                known = each.sampling
                if (known.name, known.method, known.seed) == rule:
                    self.block.set_value(each)
        self.way.set_value(Way.MORE)

    def _make_filters(self) -> None:
        self.limits: dict[str, NumberBox] = {}
        for key, _, tip, unit in _FILTERS:
            box = NumberBox(minimum=0, maximum=_MOST_CELLS, unit="nm" if unit == "nm" else "")
            box.setAccessibleName(f"{tip}, in {unit}")
            box.setToolTip(f"{tip}, in {unit}; 0 asks for nothing.")
            self.limits[key] = box
        self.whole_cell = QCheckBox("&L fits into the domain")
        self.apart = QCheckBox("Leave out designs of &other campaigns")
        self.apart.setToolTip("What another campaign of the project has is not drawn again.")
        self._show_filters(Feasibility())

    def _show_filters(self, filters: Feasibility) -> None:
        for key, box in self.limits.items():
            box.setValue(getattr(filters, key))
        self.whole_cell.setChecked(filters.whole_cell_fits)

    def _lay_out(self) -> None:
        file_row = QWidget()
        line = QHBoxLayout(file_row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.file, 1)
        line.addWidget(self.browse)
        self._file_row = file_row
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_row(self.form, "&Method", self.way)
        add_row(self.form, "&Sampling", self.block)
        add_row(self.form, "&File", file_row, buddy=self.file)
        self.form.addRow("", self.all_points)
        add_row(self.form, "N&umber of points", self.count)
        add_row(self.form, "S&eed", self.seed)
        add_row(self.form, "Name of &it", self.name)
        filters = QFormLayout()
        filters.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for key, text, _, unit in _FILTERS:
            add_row(filters, f"{text} (cells)" if unit == "cells" else text, self.limits[key])
        filters.addRow("", self.whole_cell)
        filters.addRow("", self.apart)
        title = QLabel("What a design has to fulfil")
        title.setProperty("role", "heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 10, 0)
        column.addLayout(self.form)
        column.addWidget(self.axes)
        column.addWidget(title)
        column.addLayout(filters)
        column.addStretch(1)

    def _connect(self) -> None:
        self.way.currentIndexChanged.connect(lambda _index: self._way_chosen())
        self.block.currentIndexChanged.connect(lambda _index: self._block_chosen())
        self.browse.clicked.connect(self._browse)
        self.all_points.toggled.connect(lambda _on: self._rows_changed())
        for box in (self.count, self.seed, *self.limits.values()):
            box.valueChanged.connect(lambda _value: self.changed.emit())
        for line in (self.file, self.name):
            line.textChanged.connect(lambda _text: self.changed.emit())
        for check in (self.whole_cell, self.apart):
            check.toggled.connect(lambda _on: self.changed.emit())
        self.axes.changed.connect(self.changed)

    def _way_chosen(self) -> None:
        way = Way(str(self.way.value()))
        self.name.setPlaceholderText({Way.PAPER: "paper-like", Way.LIST: "list"}.get(way, way))
        self.axes.show_grid(way is Way.GRID)
        self._show_filters_of(way)
        self._rows_changed()

    def _show_filters_of(self, way: Way) -> None:
        """Show the filters that belong to a method, and one's own where none do."""
        block = self._block() if way is Way.MORE else None
        belonging = TRAINING_FILTERS if way is Way.TRAINING else None
        if block is not None:
            belonging = block.filters
        if belonging is None:
            if self._own_filters is not None:
                self._show_filters(self._own_filters)
            self._own_filters = None
            return
        if self._own_filters is None:
            self._own_filters = self.filters()
        self._show_filters(belonging)

    def _rows_changed(self) -> None:
        way = Way(str(self.way.value()))
        is_part = way in {Way.GRID, Way.PAPER} and not self.all_points.isChecked()
        is_counted = way in {Way.SOBOL, Way.LATIN, Way.TRAINING, Way.MORE} or is_part
        for widget, on in (
            (self.block, way is Way.MORE),
            (self._file_row, way is Way.LIST),
            (self.all_points, way in {Way.GRID, Way.PAPER}),
            (self.count, is_counted),
            (self.seed, way is not Way.MORE),
            (self.name, way not in {Way.MORE, Way.TRAINING}),
        ):
            self.form.setRowVisible(widget, on)
        self.axes.setVisible(way in _WITH_AXES)
        self.changed.emit()

    def _block(self) -> Block | None:
        chosen = self.block.currentIndex()
        return self._blocks[chosen] if self._blocks else None

    def _block_chosen(self) -> None:
        self._show_filters_of(Way(str(self.way.value())))
        self.changed.emit()

    def _browse(self) -> None:
        tables = "Tables (*.csv *.xlsx);;All files (*)"
        path = self._files.ask_open(self, "Table of points", tables)
        if path is not None:
            self.file.setText(str(path))


def _block_text(block: Block) -> str:
    left = points_left(block.sampling)
    known = "" if left is None else f", {left} points left"
    return f"{block.sampling.name} ({block.sampling.method}{known})"

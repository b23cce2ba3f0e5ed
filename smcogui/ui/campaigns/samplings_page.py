"""The samplings of a campaign: what was drawn, and why points were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.campaigns.coordinate_labels import label_of, unit_of, value_text
from smcogui.ui.widgets.list_table import ListTable, Row

if TYPE_CHECKING:
    from smcogui.app.campaign_watch import CampaignView
    from smcogui.campaigns.axes import Axis
    from smcogui.campaigns.campaign import Block
    from smcogui.ui.actions import Actions

METHODS: Final = {
    "grid": "grid",
    "sobol": "Sobol points",
    "latin": "Latin hypercube",
    "list": "list",
}
_TITLES: Final = ("Sampling", "Method", "Points", "Designs", "Left out", "Axes", "Why left out")
_MOST_VALUES: Final = 6


class SamplingsPage(QWidget):
    """One row for each time that a sampling was drawn into the campaign."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._blocks: tuple[Block, ...] | None = None
        self.table = ListTable(_TITLES, "Samplings of the campaign")
        self.table.setSelectionMode(ListTable.SelectionMode.SingleSelection)
        words = QLabel("In the order in which they were drawn; each can be gone on with.")
        words.setProperty("role", "muted")
        bar = QHBoxLayout()
        bar.addWidget(words, 1)
        bar.addWidget(action_button(actions, "campaign.add", "Add designs…"))
        bar.addWidget(action_button(actions, "campaign.extend", "Extend…"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.table, 1)

    def show_view(self, view: CampaignView | None) -> None:
        """Show the samplings of a campaign."""
        blocks = () if view is None else view.campaign.blocks
        if blocks is not self._blocks:
            self._blocks = blocks
            self.table.set_rows([_row(number, block) for number, block in enumerate(blocks)])

    def selected(self) -> Block | None:
        """Return the selected block, or None."""
        ids = self.table.selected_ids()
        return self._blocks[int(ids[0])] if ids and self._blocks else None


def axes_text(block: Block) -> str:
    """Return the axes in words: ``L 20 to 120 nm; Z phase DFT, Mod``."""
    sampling = block.sampling
    if sampling.method == "list":
        return ", ".join(label_of(key) for key in sampling.points[0])
    return "; ".join(_axis_text(axis) for axis in sampling.axes)


def _axis_text(axis: Axis) -> str:
    symbol, unit = label_of(axis.key).partition(" (")[0], unit_of(axis.key)
    if axis.values:
        texts = [value_text(value) for value in axis.values[:_MOST_VALUES]]
        more = [f"… ({len(axis.values)} values)"] if len(axis.values) > _MOST_VALUES else []
        return f"{symbol} {', '.join([*texts, *more])}{_behind(unit)}"
    scale = ", logarithmic" if axis.scale == "log" else ""
    return f"{symbol} {value_text(axis.low)} to {value_text(axis.high)}{_behind(unit)}{scale}"


def _behind(unit: str) -> str:
    """Return a unit as it stands behind a number."""
    return unit if unit in {"", "°"} else f" {unit}"


def _row(number: int, block: Block) -> Row:
    sampling = block.sampling
    left_out = sum(removal.count for removal in block.removals)
    reasons = "; ".join(f"{each.count}: {each.reason}" for each in block.removals)
    axes = axes_text(block)
    return Row(
        row_id=str(number),
        cells=(
            (sampling.name, sampling.name.casefold()),
            (METHODS[sampling.method], sampling.method),
            (str(sampling.size), float(sampling.size)),
            (str(block.members), float(block.members)),
            (str(left_out), float(left_out)),
            (axes, axes),
            (reasons, reasons),
        ),
        tip="\n".join([axes, *(each.example for each in block.removals)]),
    )

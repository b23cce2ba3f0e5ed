"""The designs of a campaign, all or those that stand somewhere, and what was tried for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.repair import REPAIR_WORDS, Repair
from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.campaigns.design_table import DesignTable
from smcogui.ui.run_menu import offer_menu
from smcogui.ui.widgets.number_box import ChoiceBox

if TYPE_CHECKING:
    from smcogui.app.campaign_watch import CampaignView
    from smcogui.campaigns.progress import MemberStatus
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch

BUTTONS: Final = ("campaign.repair", "campaign.first", "campaign.show_run", "campaign.analyse")
ALL: Final = "all"
REPAIRED: Final = "repaired"
_CHOICES: Final = (
    ("All designs", ALL),
    ("Failed", MemberState.FAILED.value),
    ("Running", MemberState.RUNNING.value),
    ("Submitted", MemberState.SUBMITTED.value),
    ("Waiting", MemberState.WAITING.value),
    ("Done", MemberState.DONE.value),
    ("Tried more than once", REPAIRED),
)
_NONE: Final = "Select a design to see what was tried for it."
_LINES: Final = 3


class DesignsPage(QWidget):
    """A filter above, the table, and below it the attempts of the selected design.

    Signals
    -------
    selection_changed : Signal()
    run_wanted : Signal()
        Enter or a double click on a design.
    """

    selection_changed = Signal()
    run_wanted = Signal()

    def __init__(
        self, units: FieldUnitSwitch, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._view: CampaignView | None = None
        self.shown = ChoiceBox(_CHOICES)
        self.shown.setAccessibleName("Designs that are listed")
        self.shown.setMinimumContentsLength(18)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self.table = DesignTable(units)
        offer_menu(self.table, actions, BUTTONS)
        self.attempts = QLabel(_NONE)
        self.attempts.setWordWrap(True)
        self.attempts.setTextFormat(Qt.TextFormat.PlainText)
        self.attempts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.attempts.setProperty("role", "muted")
        bar = QHBoxLayout()
        label = QLabel("&Show")
        label.setBuddy(self.shown)
        bar.addWidget(label)
        bar.addWidget(self.shown)
        bar.addWidget(self._count, 1)
        for action_id in BUTTONS:
            bar.addWidget(action_button(actions, action_id, _SHORT[action_id]))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.attempts)
        self.shown.currentIndexChanged.connect(lambda _index: self._list())
        self.table.selection_changed.connect(lambda _keys: self._selected())
        self.table.activated.connect(lambda _index: self.run_wanted.emit())

    def show_view(self, view: CampaignView | None) -> None:
        """Show the designs of a campaign; one where nothing changed costs nothing."""
        before, self._view = self._view, view
        if (
            before is not None
            and view is not None
            and before.statuses is view.statuses
            and before.campaign.blocks is view.campaign.blocks
        ):
            return
        self._list()

    def selected(self) -> list[MemberStatus]:
        """Return the selected designs, in the order of the queue."""
        keys = set(self.table.selected_ids())
        return [each for each in self.table.statuses if each.entry.key in keys] if keys else []

    def show_only(self, which: str) -> None:
        """List the designs that stand somewhere: a state, ``all`` or ``repaired``."""
        self.shown.set_value(which)

    def _list(self) -> None:
        view, which = self._view, str(self.shown.value())
        statuses = () if view is None else view.statuses
        is_all = which == ALL
        listed = statuses if is_all else [each for each in statuses if _belongs(each, which)]
        self.table.show_statuses(None if view is None else view.campaign, listed)
        few = f"{len(listed)} of {len(statuses)}"
        self._count.setText(few if len(listed) != len(statuses) else f"{len(statuses)}")
        self._selected()

    def _selected(self) -> None:
        chosen = self.selected()
        self.attempts.setText(attempts_text(chosen[0]) if len(chosen) == 1 else _NONE)
        self.selection_changed.emit()


_SHORT: Final = {
    "campaign.repair": "Repair",
    "campaign.first": "",
    "campaign.show_run": "Show run",
    "campaign.analyse": "Analyse",
}


def attempts_text(status: MemberStatus) -> str:
    """Return what was tried for a design, and what came of it."""
    if not status.attempts:
        return "It was not begun yet."
    lines = []
    for attempt in status.attempts[-_LINES:]:
        rule = REPAIR_WORDS[Repair(attempt.rule)] if attempt.rule else "as it was drawn"
        run = f", run {attempt.run_id}" if attempt.run_id else ""
        end = f": {attempt.refused}" if attempt.refused else ""
        lines.append(f"Attempt {attempt.number}{run}: {rule}{end}.")
    if status.reason and not status.attempts[-1].refused:
        lines.append(f"{status.state.value.capitalize()}: {status.reason}")
    return "\n".join(lines)


def _belongs(status: MemberStatus, which: str) -> bool:
    if which == REPAIRED:
        return len(status.attempts) > 1
    return status.state.value == which

"""The Campaigns tab: the project's campaigns, and one of them in an overview and in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from smcogui.app.campaign_watch import CampaignNews
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.progress import MemberState
from smcogui.runs.spec import BUILTIN, ENGINE_WORDS, MUMAX3
from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.campaigns.designs_page import DesignsPage
from smcogui.ui.campaigns.overview_page import OverviewPage, eta_text, rate_text
from smcogui.ui.campaigns.samplings_page import SamplingsPage
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.elided_label import ElidedLabel
from smcogui.ui.widgets.list_table import ListTable, Row
from smcogui.units import NO_VALUE
from smcogui.units.durations import duration_text

if TYPE_CHECKING:
    from smcogui.app.campaign_watch import CampaignView
    from smcogui.campaigns.progress import MemberStatus
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch

_BUTTONS: Final = {
    "campaign.new": "New…",
    "campaign.resume": "Run",
    "campaign.pause": "",
    "campaign.cancel": "",
    "campaign.raise": "",
    "campaign.lower": "",
    "campaign.start_queue": "Start queue",
    "campaign.stop_queue": "Stop queue",
    "cluster.submit_campaign": "",
    "campaign.export": "",
    "campaign.size_test": "",
}
_TITLES: Final = (
    "Campaign",
    "Solver",
    "Order",
    "Priority",
    "Designs",
    "Done",
    "Running",
    "Failed",
    "Left",
    "Per hour",
    "To go",
)
ORDERS: Final = {
    CampaignOrder.RUN: "run",
    CampaignOrder.PAUSE: "paused",
    CampaignOrder.CANCEL: "cancelled",
}
SOLVERS: Final = {BUILTIN.name: "built-in", MUMAX3: "MuMax3"}
_EMPTY: Final = "No campaigns yet"


class CampaignsTab(QWidget):
    """Shows what is known of campaigns; knows nothing of how they are worked off.

    Signals
    -------
    selection_changed : Signal()
        Another campaign, or other designs of it.
    """

    selection_changed = Signal()

    def __init__(
        self, units: FieldUnitSwitch, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._news = CampaignNews()
        self._wanted = ""
        self._shown = ""
        self.banner = Banner()
        self.title = ElidedLabel()
        self.title.setProperty("role", "heading")
        self.list = ListTable(_TITLES, "Campaigns of the project")
        self.list.setSelectionMode(ListTable.SelectionMode.SingleSelection)
        self.overview = OverviewPage(units)
        self.designs = DesignsPage(units, actions)
        self.samplings = SamplingsPage(actions)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.setAccessibleName("Pages of the campaign")
        self.pages.addTab(self.overview, "Overview")
        self.pages.addTab(self.designs, "Designs")
        self.pages.addTab(self.samplings, "Samplings")
        self._lay_out(actions)
        self.list.selection_changed.connect(lambda _names: self._show_selected())
        self.designs.selection_changed.connect(self.selection_changed)
        self.samplings.table.selection_changed.connect(lambda _ids: self.selection_changed.emit())
        self._show_selected()

    @property
    def current(self) -> CampaignView | None:
        """The campaign that is shown."""
        names = self.list.selected_ids()
        return self._news.view(names[0]) if names else None

    @property
    def news(self) -> CampaignNews:
        """What is known of all campaigns."""
        return self._news

    def chosen(self) -> list[MemberStatus]:
        """Return the selected designs, where their page is the one that is looked at."""
        is_seen = self.pages.currentWidget() is self.designs
        return self.designs.selected() if is_seen else []

    def show_news(self, news: CampaignNews) -> None:
        """Show what a look at the campaigns found."""
        self._news = news
        self.list.set_rows([_row(view) for view in news.views])
        names = [view.campaign.name for view in news.views]
        if self._wanted in names:
            self.list.select([self._wanted])
            self._wanted = ""
        elif names and not self.list.selected_ids():
            self.list.select(names[-1:])
        self._show_selected()

    def select_campaign(self, name: str) -> None:
        """Show a campaign, at once or as soon as it is listed."""
        self._wanted = name
        self.show_news(self._news)

    def refresh_colours(self) -> None:
        """Draw again in the palette's colours."""
        self.overview.plot.refresh_colours()
        self.overview.histogram.refresh_colours()

    def _lay_out(self, actions: Actions) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self.title, 1)
        self.buttons = {
            action_id: action_button(actions, action_id, words)
            for action_id, words in _BUTTONS.items()
        }
        for button in self.buttons.values():
            bar.addWidget(button)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(8)
        halves.addWidget(self.list)
        halves.addWidget(self.pages)
        halves.setStretchFactor(1, 1)
        halves.setSizes([115, 450])
        self.list.setMinimumHeight(80)
        self.list.resizeColumnsToContents()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.addLayout(bar)
        layout.addWidget(self.banner)
        layout.addWidget(halves, 1)

    def _show_selected(self) -> None:
        view = self.current
        self.title.show_text(_EMPTY if view is None else _title(view, self._news))
        self.overview.show_view(view)
        self.designs.show_view(view)
        self.samplings.show_view(view)
        failed = 0 if view is None else view.overview.counts[MemberState.FAILED]
        # One of the two is possible at a time, and they are wide.
        works = self._news.queue_works
        self.buttons["campaign.start_queue"].setVisible(not works)
        self.buttons["campaign.stop_queue"].setVisible(works)
        self.pages.setTabText(1, f"Designs ({failed} failed)" if failed else "Designs")
        self.selection_changed.emit()


def _title(view: CampaignView, news: CampaignNews) -> str:
    order, engine = ORDERS[view.campaign.order], view.campaign.engine
    if news.queue_engine == engine:
        queue = "the queue is at work"
    elif news.queue_works:
        queue = f"the queue at work is one of {ENGINE_WORDS[news.queue_engine]}"
    elif view.campaign.order is CampaignOrder.RUN and view.overview.left:
        how = f" with {SOLVERS[engine]}" if engine == MUMAX3 else ""
        queue = f"the queue stands still, {view.overview.left} designs wait: start it{how}"
    else:
        queue = "the queue stands still"
    return f"{view.campaign.name}: {order}; {queue}"


def _row(view: CampaignView) -> Row:
    campaign, found = view.campaign, view.overview
    numbers = [found.total, *(found.counts[state] for state in _COUNTED), found.left]
    rate, eta = found.rate_per_h, found.eta_s
    is_open = found.left > 0
    return Row(
        row_id=campaign.name,
        cells=(
            (campaign.name, campaign.name.casefold()),
            (SOLVERS[campaign.engine], campaign.engine),
            (ORDERS[campaign.order], campaign.order.value),
            (str(campaign.priority), float(campaign.priority)),
            *((str(number), float(number)) for number in numbers),
            (rate_text(rate), rate) if rate is not None and found.is_at_work else (NO_VALUE, -1.0),
            (duration_text(eta), eta) if eta is not None and is_open else (NO_VALUE, -1.0),
        ),
        tip=f"{campaign.name}: {eta_text(found)}" if is_open else campaign.name,
    )


_COUNTED: Final = (MemberState.DONE, MemberState.RUNNING, MemberState.FAILED)

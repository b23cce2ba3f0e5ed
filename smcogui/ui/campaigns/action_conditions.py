"""Which actions on a campaign are possible, and why the others are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.campaigns.campaign import PRIORITIES, CampaignOrder
from smcogui.campaigns.progress import MemberState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.campaign_watch import CampaignView
    from smcogui.campaigns.progress import MemberStatus

_NONE: Final = "no campaign is selected"
_NOT_DONE: Final = "no design is done yet"
_OF_DONE: Final = (
    "campaign.doubts",
    "campaign.refine",
    "campaign.analyse",
    "campaign.export",
    "campaign.size_test",
)
_OTHERS: Final = (
    "campaign.add",
    "campaign.copy",
    "campaign.extend",
    "campaign.resume",
    "campaign.pause",
    "campaign.cancel",
    "campaign.raise",
    "campaign.lower",
    "campaign.first",
    "campaign.repair",
    "campaign.show_run",
    "cluster.submit_campaign",
)


def refusals(
    view: CampaignView | None, selected: Sequence[MemberStatus], *, queue_engine: str
) -> dict[str, str]:
    """Return by action why it is not possible now; empty where it is.

    Parameters
    ----------
    view : CampaignView or None
        The campaign that is shown.
    selected : sequence of MemberStatus
        Designs of it.
    queue_engine : str
        Name of the engine whose campaigns a queue works off; empty where none does.
    """
    if view is None:
        return dict.fromkeys((*_OTHERS, *_OF_DONE), _NONE)
    campaign, found = view.campaign, view.overview
    runs = campaign.order is CampaignOrder.RUN
    low, high = PRIORITIES
    waits = any(status.state is MemberState.WAITING for status in selected)
    conditions = {
        "campaign.add": (True, ""),
        "campaign.copy": (found.total > 0, "it has no designs yet"),
        "campaign.extend": (bool(campaign.blocks), "it has no sampling yet"),
        "campaign.resume": (
            found.left > 0 and not (runs and queue_engine == campaign.engine),
            "nothing is left, or it is at work",
        ),
        "campaign.pause": (runs, "it is not told to run"),
        "campaign.cancel": (campaign.order is not CampaignOrder.CANCEL, "it is cancelled already"),
        "campaign.raise": (campaign.priority < high, "it has the highest priority"),
        "campaign.lower": (campaign.priority > low, "it has the lowest priority"),
        "campaign.first": (waits, "no design that waits is selected"),
        "campaign.repair": (found.counts[MemberState.FAILED] > 0, "no design has failed"),
        "cluster.submit_campaign": (found.left > 0, "none of its designs is left"),
        "campaign.show_run": (bool(run_of(selected)), "no design with a run is selected"),
        **dict.fromkeys(_OF_DONE, (found.counts[MemberState.DONE] > 0, _NOT_DONE)),
    }
    return {action_id: "" if on else why for action_id, (on, why) in conditions.items()}


def run_of(selected: Sequence[MemberStatus]) -> str:
    """Return the id of the run of the only selected design; empty where there is none."""
    record = selected[0].record if len(selected) == 1 else None
    return "" if record is None else record.run_id

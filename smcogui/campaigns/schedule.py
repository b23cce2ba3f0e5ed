"""Whose turn it is: priorities first, then equal shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smcogui.campaigns.campaign import CampaignOrder

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(slots=True, kw_only=True)
class Turn:
    """A campaign as the queue sees it.

    Parameters
    ----------
    name : str
    order : CampaignOrder
    priority : int
    waiting : list of str
        Keys of designs that wait, the next one first.
    active : int
        Designs at work.
    served : float
        CPU time in s that it has had from this queue.
    """

    name: str
    order: CampaignOrder
    priority: int
    waiting: list[str]
    active: int = 0
    served: float = 0.0


def next_turn(turns: Sequence[Turn]) -> Turn | None:
    """Return the campaign whose next design is begun, or None where nothing may be.

    The highest priority that has something waiting goes first; among equals the one with the
    fewest designs at work, then the one that had the least time, then the first by name.
    """
    ready = [turn for turn in turns if turn.order is CampaignOrder.RUN and turn.waiting]
    if not ready:
        return None
    return min(ready, key=lambda turn: (-turn.priority, turn.active, turn.served, turn.name))

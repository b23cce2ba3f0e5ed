"""Whose turn it is."""

from __future__ import annotations

from collections import Counter

from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.schedule import Turn, next_turn


def turn(name: str, waiting: int = 1, priority: int = 5, **more: object) -> Turn:
    """Return a campaign in the queue."""
    return Turn(
        name=name,
        order=CampaignOrder.RUN,
        priority=priority,
        waiting=[f"{name}{number}" for number in range(waiting)],
        **more,  # type: ignore[arg-type]
    )


def test_higher_priority_goes_first() -> None:
    assert next_turn([turn("a"), turn("b", priority=6)]).name == "b"  # type: ignore[union-attr]


def test_paused_and_empty_campaigns_have_no_turn() -> None:
    paused = turn("a", priority=9)
    paused.order = CampaignOrder.PAUSE
    assert next_turn([paused, turn("b", waiting=0)]) is None
    assert next_turn([paused, turn("c")]).name == "c"  # type: ignore[union-attr]


def test_equals_get_equal_shares_of_the_time() -> None:
    """Designs of one campaign take three times as long: it gets a third of the designs."""
    turns = [turn("short", waiting=300), turn("long", waiting=300)]
    done: Counter[str] = Counter()
    for _ in range(100):
        chosen = next_turn(turns)
        assert chosen is not None
        chosen.waiting.pop(0)
        chosen.served += 3.0 if chosen.name == "long" else 1.0
        done[chosen.name] += 1
    assert done == {"short": 75, "long": 25}


def test_workers_are_shared_before_any_time_is_known() -> None:
    assert next_turn([turn("a", active=2), turn("b", active=1)]).name == "b"  # type: ignore[union-attr]

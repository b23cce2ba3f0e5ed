"""The registered actions that fit what was typed, the best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smcogui.ui.actions import ACTIONS
from smcogui.ui.palette.fuzzy_match import query_score

if TYPE_CHECKING:
    from smcogui.ui.actions import ActionInfo, Actions


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAction:
    """An action as a list shows it now.

    Parameters
    ----------
    info : ActionInfo
    name : str
        Its text at the moment, such as "Undo: Change L".
    is_enabled : bool
    why_not : str
        Why it is not enabled; empty where it is, or where nobody said.
    """

    info: ActionInfo
    name: str
    is_enabled: bool
    why_not: str


def find_actions(query: str, actions: Actions, *, recent_first: bool = True) -> list[FoundAction]:
    """Return the actions that fit a query: the best first; without a query what was used last.

    Parameters
    ----------
    query : str
    actions : Actions
    recent_first : bool, optional
        False leaves the order to fit and menus alone, so that it is always the same.
    """
    last = actions.recent if recent_first else ()
    recent = {action_id: age for age, action_id in enumerate(last)}
    ranked = []
    for place, info in enumerate(ACTIONS):
        found = _found(info, actions)
        score = query_score(
            query,
            found.name,
            (info.name, info.description, info.shortcut, info.menu.replace("&", "")),
        )
        if score is None:
            continue
        age = recent.get(info.id, len(recent))
        # What was just used comes first in the whole list; while searching, a better fit does, and
        # of equally good ones what can be done now, then the shorter name, more of which is typed.
        is_search = bool(query.strip())
        rank = (
            (-score, not found.is_enabled, age, len(found.name), place)
            if is_search
            else (age, place)
        )
        ranked.append((rank, found))
    return [found for _, found in sorted(ranked, key=lambda each: each[0])]


def _found(info: ActionInfo, actions: Actions) -> FoundAction:
    action = actions[info.id]
    return FoundAction(
        info=info,
        name=action.text().replace("&", ""),
        is_enabled=action.isEnabled(),
        why_not=actions.why_disabled(info.id),
    )

"""Finished designs of a campaign that are doubted: found, told of, computed at finer cells."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.campaign_book import repaired_run
from smcogui.campaigns.campaign import Attempt
from smcogui.campaigns.outliers import Suspect, find_suspects
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.repair import REPAIR_WORDS, next_repair
from smcogui.data.dataset import DatasetRow
from smcogui.errors import InputError
from smcogui.runs.spec import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smcogui.campaigns.campaign_store import CampaignStore
    from smcogui.campaigns.progress import MemberStatus

CHANGES_DESIGN: Final = ("smaller step", "tighter guards", "float64", "finer cells")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A finished design that is doubted, and what is done about it.

    Parameters
    ----------
    key : str
        Of the design.
    suspect : Suspect
    action : str
        What is tried next, in words; empty where nothing is left.
    is_tried : bool
        Whether it was put into the queue again.
    """

    key: str
    suspect: Suspect
    action: str
    is_tried: bool

    def facts(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "design": self.key,
            "run_id": self.suspect.run_id,
            "trouble": self.suspect.trouble.value,
            "reason": self.suspect.reason,
            "action": self.action,
            "tried_again": self.is_tried,
        }


def doubt_designs(
    store: CampaignStore, name: str, statuses: Sequence[MemberStatus], *, refine: bool
) -> list[Doubt]:
    """Return the finished designs that are doubted, and let the queue compute them again.

    Parameters
    ----------
    store : CampaignStore
    name : str
    statuses : sequence of MemberStatus
        Of all designs of the campaign.
    refine : bool
        Whether an attempt at half the cell size is recorded for each, which the queue begins. The
        run that is there stays in the project.

    Raises
    ------
    RunFolderError
        If the attempts cannot be written.
    """
    finished = {s.record.run_id: s for s in statuses if s.state is MemberState.DONE and s.record}
    suspects = find_suspects([s.record for s in finished.values() if s.record])
    return [_doubt(store, name, finished[each.run_id], each, refine=refine) for each in suspects]


def _doubt(
    store: CampaignStore, name: str, status: MemberStatus, suspect: Suspect, *, refine: bool
) -> Doubt:
    rules = [attempt.rule for attempt in status.attempts]
    # At another version it becomes another run when it is begun.
    engine = BUILTIN if status.record is None else status.record.info.engine
    repair = next_repair(suspect.trouble, rules, engine.name)
    action = "" if repair is None else REPAIR_WORDS[repair]
    if repair is not None and refine:
        try:
            rules = [*rules, repair.value]
            _, run_id = repaired_run(store.load(name), status.entry, rules, engine)
        except InputError as error:
            return Doubt(
                key=status.entry.key, suspect=suspect, action=error.message, is_tried=False
            )
        store.add_attempt(
            name,
            Attempt(
                key=status.entry.key,
                number=len(status.attempts) + 1,
                run_id=run_id,
                rule=repair.value,
                time_s=time.time(),
            ),
        )
    is_tried = repair is not None and refine
    return Doubt(key=status.entry.key, suspect=suspect, action=action, is_tried=is_tried)


def dataset_rows(statuses: Iterable[MemberStatus]) -> list[DatasetRow]:
    """Return the finished designs among these, each with what is to be known of it."""
    done = [s for s in statuses if s.state is MemberState.DONE and s.record is not None]
    doubted = {each.run_id for each in find_suspects([s.record for s in done if s.record])}
    rows = []
    for status in done:
        if status.record is None:
            continue
        runs = [attempt.run_id for attempt in status.attempts]
        run_id = status.record.run_id
        used = status.attempts[: runs.index(run_id) + 1] if run_id in runs else status.attempts
        rows.append(
            DatasetRow(
                record=status.record,
                attempts=len(status.attempts),
                repairs=tuple(a.rule for a in used if a.rule in CHANGES_DESIGN),
                is_outlier=run_id in doubted,
            )
        )
    return rows

"""A campaign: samplings that were drawn into designs, each design an ordinary run or several.

``campaigns/<name>/campaign.json`` holds the rules and what the queue is told, ``members.jsonl``
one line per design, ``attempts.jsonl`` one line per run that was begun for a design. What a run has
come to is read from its folder: nothing here has to be rescued after a crash.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from smcogui.campaigns.sampling import Sampling, design_of
from smcogui.errors import InputError
from smcogui.runs.spec import BUILTIN, MUMAX3

if TYPE_CHECKING:
    from smcogui.campaigns.axes import Point
    from smcogui.campaigns.feasibility import Feasibility, Member, Removal
    from smcogui.design.design import Design

PRIORITIES: Final = (1, 9)
DEFAULT_PRIORITY: Final = 5
ENGINES: Final = (BUILTIN.name, MUMAX3)


class CampaignOrder(StrEnum):
    """What the queue is told about a campaign."""

    RUN = "RUN"
    """Its designs are computed as workers become free."""
    PAUSE = "PAUSE"
    """Nothing new is begun; what is at work goes on to its end."""
    CANCEL = "CANCEL"
    """Nothing new is begun and what is at work is stopped; accepted field steps are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A sampling that was drawn into a campaign.

    Parameters
    ----------
    sampling : Sampling
    filters : Feasibility
    members : int
        Designs that it gave.
    removals : tuple of Removal
        What was left out, and why.
    added_s : float
        Seconds since 1970.
    """

    sampling: Sampling
    filters: Feasibility
    members: int
    removals: tuple[Removal, ...] = ()
    added_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """The rules of a campaign.

    Parameters
    ----------
    name : str
        Unique in the project, also the name of its folder.
    blocks : tuple of Block
    order : CampaignOrder
    priority : int
        1 (last) to 9 (first); among equals each campaign gets the same share of the workers.
    created_s : float
        Seconds since 1970.
    engine : {"builtin", "mumax3"}
        What computes all of its designs; of which version, each run says.
    """

    name: str
    blocks: tuple[Block, ...] = ()
    order: CampaignOrder = CampaignOrder.PAUSE
    priority: int = DEFAULT_PRIORITY
    created_s: float = 0.0
    engine: str = BUILTIN.name

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise InputError(
                f"the engine is {self.engine!r}; allowed are {' and '.join(ENGINES)}",
                key="engine",
                given=self.engine,
                allowed=", ".join(ENGINES),
            )
        low, high = PRIORITIES
        if not low <= self.priority <= high:
            raise InputError(
                f"the priority is {self.priority}; allowed is {low} (last) to {high} (first)",
                key="priority",
                given=str(self.priority),
                allowed=f"{low} to {high}",
            )

    @property
    def size(self) -> int:
        """Number of designs."""
        return sum(block.members for block in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of ``members.jsonl``: which point of which sampling a design is.

    Parameters
    ----------
    key : str
        Hash of the design (:func:`~smcogui.campaigns.feasibility.design_key`).
    block : int
        Number of the sampling in the campaign, from 0.
    place : int
        Number of the point in its sampling, from 0.
    point : dict
        The coordinates.
    cells : int
        Of all half-cycles: what decides the time that it takes.
    rank : float
        Where it stands in the queue; the smaller, the earlier.
    """

    key: str
    block: int
    place: int
    point: Point
    cells: int
    rank: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A line of ``attempts.jsonl``: a run that was begun for a design.

    Parameters
    ----------
    key : str
        Of the design.
    number : int
        1 for the first.
    run_id : str
    rule : str
        The repair that was tried; empty for the first.
    refused : str
        Why it could not even begin; empty where it did.
    time_s : float
        Seconds since 1970.
    """

    key: str
    number: int
    run_id: str
    rule: str = ""
    refused: str = ""
    time_s: float = 0.0


def design_of_entry(campaign: Campaign, entry: Entry) -> Design:
    """Return the design of a line of ``members.jsonl``.

    Raises
    ------
    InputError
        If the campaign has no such sampling, or the design is not possible (any more).
    """
    if not 0 <= entry.block < len(campaign.blocks):
        raise InputError(
            f"the campaign {campaign.name!r} has no sampling number {entry.block}",
            key="block",
            given=str(entry.block),
            allowed=f"0 to {len(campaign.blocks) - 1}",
        )
    return design_of(campaign.blocks[entry.block].sampling, entry.place, entry.point)


def entries_of(members: tuple[Member, ...], block: int, first_rank: float) -> list[Entry]:
    """Return the lines of a drawn sampling, behind all that wait already."""
    return [
        Entry(
            key=member.key,
            block=block,
            place=member.place,
            point=member.point,
            cells=math.prod(member.design.cells) * member.design.run.cycles,
            rank=first_rank + number,
        )
        for number, member in enumerate(members)
    ]

"""What is to be computed on a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smcogui.design.design import Design


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be computed on the cluster.

    Parameters
    ----------
    title : str
        For people.
    campaigns : tuple of str
    designs : tuple of Design
    engine : str
        Name of what has begun the campaigns, and computes the rest of them; empty where nothing was
        begun.
    resubmits : str
        Token of a submission of which the missing runs are submitted again.
    """

    title: str
    campaigns: tuple[str, ...] = ()
    designs: tuple[Design, ...] = ()
    engine: str = ""
    resubmits: str = ""

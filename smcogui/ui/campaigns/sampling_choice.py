"""What is chosen in the sampling dialog, and the samplings that it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from smcogui.campaigns.paper_grid import paper_like, training_mix
from smcogui.campaigns.plan_file import Plan, read_points
from smcogui.campaigns.sampling import Method, Sampling
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from smcogui.campaigns.axes import Axis
    from smcogui.campaigns.campaign import Block
    from smcogui.campaigns.feasibility import Feasibility


class Way(StrEnum):
    """How points are found."""

    SOBOL = "sobol"
    LATIN = "latin"
    GRID = "grid"
    LIST = "list"
    PAPER = "paper"
    TRAINING = "training"
    MORE = "more"


_METHODS: Final[Mapping[Way, Method]] = {
    Way.SOBOL: "sobol",
    Way.LATIN: "latin",
    Way.GRID: "grid",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingChoice:
    """A choice that may still turn out to be impossible.

    Parameters
    ----------
    way : Way
    name : str
        Of the sampling.
    base : str
        Text of the design that the points change.
    filters : Feasibility
    axes : tuple of Axis
    count : int, optional
        Number of points; None takes all of a grid.
    seed : int
    path : Path, optional
        Table of points, for a list.
    block : Block, optional
        What is gone on with.
    """

    way: Way
    name: str
    base: str
    filters: Feasibility
    axes: tuple[Axis, ...] = ()
    count: int | None = None
    seed: int = 0
    path: Path | None = None
    block: Block | None = None

    def plans(self) -> list[Plan]:
        """Return the samplings; a list is read from its file.

        Raises
        ------
        InputError
            If they make no sense, or the file cannot be read.
        """
        return [Plan(sampling=each, filters=self.filters) for each in self._samplings()]

    def _samplings(self) -> tuple[Sampling, ...]:
        if self.way is Way.TRAINING:
            return training_mix(self.base, self.count or 1, self.seed)
        if self.way is Way.PAPER:
            grid = paper_like(self.base)
            return (replace(grid, name=self.name, count=self.count, seed=self.seed),)
        if self.way is Way.MORE:
            return (self._continued(),)
        if self.way is Way.LIST:
            return (self._listed(),)
        return (
            Sampling(
                name=self.name,
                method=_METHODS[self.way],
                base=self.base,
                axes=self.axes,
                count=self.count,
                seed=self.seed,
            ),
        )

    def _continued(self) -> Sampling:
        if self.block is None:
            raise InputError(
                "no sampling of the campaign has points left; draw another one",
                key="sampling",
                given="none",
                allowed="a sampling with points left",
            )
        return self.block.sampling.continued(self.count or 1)

    def _listed(self) -> Sampling:
        if self.path is None:
            raise InputError(
                "choose a table of points: CSV or XLSX, a column per coordinate, a row per design",
                key="file",
                given="no file",
                allowed="a .csv or .xlsx file",
            )
        return replace(read_points(self.path, self.base), name=self.name, seed=self.seed)

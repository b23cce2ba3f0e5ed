"""Which points of a sampling are simulated, and why the others are not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from smcogui.campaigns.sampling import Sampling, design_of
from smcogui.design.canonical import NM, to_unit
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from smcogui.campaigns.axes import Point
    from smcogui.design.design import Design

_KEY_DIGITS: Final = 16
_SAME_NAME: Final = "design"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasibility:
    """What a design must fulfil beyond being possible at all.

    Parameters
    ----------
    least_wall_cells : float
        Thickness of walls and platelets, in cells.
    least_gap_cells : float
        Distance between walls, and between platelets, in cells; a distance of nothing is no gap
        and allowed (d = w_Z is all Z phase).
    least_exchange_length_nm : float
        √(A/K) of the Z phase in nm: below about 1.4 cells the mesh pins walls (docs/physics.md).
    whole_cell_fits : bool
        Whether L must be below the edge of the domain.
    """

    least_wall_cells: float = 1.0
    least_gap_cells: float = 0.0
    least_exchange_length_nm: float = 0.0
    whole_cell_fits: bool = False

    def __post_init__(self) -> None:
        for key in ("least_wall_cells", "least_gap_cells", "least_exchange_length_nm"):
            value = getattr(self, key)
            if not 0 <= value <= 1000:
                raise InputError(
                    f"the filter {key} is {value:g}; allowed is 0 to 1000",
                    key=f"filters.{key}",
                    given=f"{value:g}",
                    allowed="0 to 1000",
                )

    def reason_against(self, design: Design) -> str | None:
        """Return why a design is left out, or None; the same words for the same reason."""
        for holds, reason in self._rules():
            if not holds(design):
                return reason
        return None

    def _rules(self) -> Iterator[tuple[Callable[[Design], bool], str]]:
        walls, gaps = self.least_wall_cells, self.least_gap_cells
        yield lambda each: _walls(each) >= walls, f"a wall is thinner than {walls:g} cells"
        yield lambda each: _gaps(each) >= gaps, f"a gap is thinner than {gaps:g} cells"
        least = self.least_exchange_length_nm
        yield (
            lambda each: to_unit(each.z_phase.exchange_length, NM) >= least,
            f"√(A/K) of the Z phase is below {least:g} nm",
        )
        if self.whole_cell_fits:
            yield lambda each: each.domain >= each.parameters.L, "L is larger than the domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A design of a campaign.

    Parameters
    ----------
    key : str
        Hash of all that it is but name and seed: two members never have the same.
    place : int
        Number of its point in the sampling, from 0.
    design : Design
    point : dict
        The coordinates that it was made of.
    """

    key: str
    place: int
    design: Design
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """How many points were left out for one reason, with the sentence about the first of them."""

    reason: str
    count: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a sampling gives: members, and what was left out."""

    members: tuple[Member, ...]
    removals: tuple[Removal, ...]

    @property
    def drawn(self) -> int:
        """Number of points that were looked at."""
        return len(self.members) + sum(removal.count for removal in self.removals)


def select(
    sampling: Sampling,
    filters: Feasibility,
    known: Collection[str] = (),
    progress: Callable[[float], None] = lambda _: None,
) -> Selection:
    """Draw a sampling and leave out what is impossible, unwanted or known.

    Takes about a millisecond a point.

    Parameters
    ----------
    sampling : Sampling
    filters : Feasibility
    known : collection of str
        Keys of designs that exist already.
    progress : callable
        Gets the share done; may raise to stop.
    """
    members: dict[str, Member] = {}
    removed: dict[str, tuple[int, str]] = {}
    points = sampling.draw()
    for number, point in enumerate(points):
        progress(number / len(points))
        reason, example, member = _look_at(sampling, sampling.start + number, point, filters)
        if member is not None and (member.key in known or member.key in members):
            reason, example, member = "it is in the campaign already", member.design.name, None
        if member is not None:
            members[member.key] = member
            continue
        count, first = removed.get(reason, (0, example))
        removed[reason] = (count + 1, first)
    return Selection(
        members=tuple(members.values()),
        removals=tuple(
            Removal(reason=reason, count=count, example=example)
            for reason, (count, example) in sorted(removed.items(), key=lambda each: -each[1][0])
        ),
    )


def design_key(design: Design) -> str:
    """Return a hash over a design without its name and its seed."""
    plain = replace(design, name=_SAME_NAME, run=replace(design.run, seed=0))
    return hashlib.sha256(design_to_toml(plain).encode()).hexdigest()[:_KEY_DIGITS]


def _look_at(
    sampling: Sampling, place: int, point: Point, filters: Feasibility
) -> tuple[str, str, Member | None]:
    """Return reason and sentence against a point, or its member."""
    try:
        design = design_of(sampling, place, point)
    except InputError as error:
        return _impossible(error), error.message, None
    reason = filters.reason_against(design)
    if reason is not None:
        return reason, f"{design.name}: {reason}", None
    return "", "", Member(key=design_key(design), place=place, design=design, point=point)


def _impossible(error: InputError) -> str:
    """Return one reason for all points that fail alike: the key, and not the numbers."""
    interval = {"nanostructure.wS_nm": "L_nm", "nanostructure.wZ_nm": "d_nm"}.get(error.key or "")
    if interval and interval in (error.allowed or ""):
        return f"{str(error.key).rpartition('.')[2]} is above {interval}"
    return f"{error.key} is not allowed"


def _walls(design: Design) -> float:
    """Return the thinnest of walls and platelets in cells."""
    parameters = design.parameters
    return float(f"{min(parameters.w_S, parameters.w_Z) / design.mesh.cell:.9g}")


def _gaps(design: Design) -> float:
    """Return the thinnest gap in cells, infinite where there is none."""
    parameters = design.parameters
    gaps = (parameters.L - parameters.w_S, parameters.d - parameters.w_Z)
    cells = (float(f"{gap / design.mesh.cell:.9g}") for gap in gaps)
    return min((gap for gap in cells if gap > 0), default=float("inf"))

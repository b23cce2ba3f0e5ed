"""From a segmented picture to a design that carries it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from smcogui.design.canonical import NM, from_unit, to_unit
from smcogui.design.design import LONGEST_NAME, Design
from smcogui.design.limits import LIMITS
from smcogui.design.parameters import LENGTHS
from smcogui.design.phases import Phase
from smcogui.design.region_map import RegionMap
from smcogui.micrographs.estimates import Estimates, estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smcogui.design.parameters import NanostructureParameters

_DIGITS: Final = 4
_FROM: Final = ", from image "
FOUND_BY: Final = "estimated from the map"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnDesign:
    """A design whose structure was drawn.

    Parameters
    ----------
    design : Design
    estimates : Estimates
        Of the map.
    taken : tuple of str
        Keys of the lengths that the map does not tell, so that those of the base stand in the
        design; the half angle is always the base's.
    """

    design: Design
    estimates: Estimates
    taken: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know of the lengths, in sentences."""
        if not self.taken:
            return ()
        symbols = ", ".join(key.removesuffix("_nm") for key in self.taken)
        return (
            f"The map shows too little to estimate {symbols}: the design keeps the base's; nothing "
            "is built from them.",
        )


def drawn_design(
    base: Design, regions: NDArray[np.uint8], cell_nm: float, source: str
) -> DrawnDesign:
    """Return the design of a map: its structure is drawn, everything else is the base's.

    A map that has grain boundary in it gets no layer of it besides.

    Parameters
    ----------
    base : Design
    regions : ndarray of uint8, shape (n, n)
        :class:`Phase` values, row 0 at the lowest y.
    cell_nm : float
        Edge of a cell, which also becomes that of the mesh.
    source : str
        Name of the picture.

    Raises
    ------
    InputError
        If the map has too many cells.
    """
    region_map = RegionMap.of(regions, from_unit(cell_nm, NM), source)
    estimates = estimate(regions, cell_nm)
    found = {key: value for key, value in _found(estimates).items() if value is not None}
    parameters, taken = _parameters(base.parameters, found)
    layer = base.grain_boundary
    if region_map.holds(Phase.GRAIN_BOUNDARY):
        layer = replace(layer, layer="none")
    design = replace(
        base,
        name=f"{_own_name(base)}{_FROM}{source}"[:LONGEST_NAME],
        parameters=parameters,
        grain_boundary=layer,
        mesh=replace(base.mesh, domain=None, cell=region_map.cell),
        region_map=region_map,
    )
    return DrawnDesign(design=design, estimates=estimates, taken=taken)


def parametric_design(design: Design) -> Design:
    """Return a design without its map and the picture in its name: built from its lengths again.

    Raises
    ------
    InputError
        If the lengths cannot be built, such as a platelet that is thinner than a cell.
    """
    return replace(design, name=_own_name(design), region_map=None)


def _own_name(design: Design) -> str:
    return design.name.partition(_FROM)[0]


def _found(estimates: Estimates) -> dict[str, float | None]:
    """Return the estimates that can stand in a design, rounded to what they are worth.

    Without the angle: that of the base is the one that surrogates know.
    """
    rounded: dict[str, float | None] = {}
    for key, value in estimates.lengths().items():
        number = None if value is None else float(f"{value:.{_DIGITS}g}")
        holds = number is not None and LIMITS[f"nanostructure.{key}"].holds(number)
        rounded[key] = number if holds else None
    return rounded


def _parameters(
    base: NanostructureParameters, found: dict[str, float]
) -> tuple[NanostructureParameters, tuple[str, ...]]:
    kept = {key: to_unit(getattr(base, attribute), NM) for key, attribute in LENGTHS.items()}
    values = kept | found
    parameters = replace(
        base,
        L=from_unit(values["L_nm"], NM),
        d=from_unit(values["d_nm"], NM),
        # Of a pair of which the map tells one alone, the other may not fit to it.
        w_S=from_unit(min(values["wS_nm"], values["L_nm"]), NM),
        w_Z=from_unit(min(values["wZ_nm"], values["d_nm"]), NM),
    )
    return parameters, tuple(key for key in values if key not in found)

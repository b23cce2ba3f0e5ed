"""From grey to phases: filter, thresholds, nothing thinner than a length, brush strokes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from smcogui.design.phases import Phase
from smcogui.errors import InputError
from smcogui.micrographs.strokes import UNPAINTED
from smcogui.micrographs.thresholds import multi_otsu

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.micrographs.placement import Cut

Filter = Literal["none", "gaussian", "median"]
CLASSES: Final = (2, len(Phase))
MOST_NM: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How grey becomes phases.

    Parameters
    ----------
    phases : tuple of Phase
        Of the classes, from the darkest to the brightest; 2 to 4.
    thresholds : tuple of float or None
        One fewer, rising, 0 for the darkest and 1 for the brightest grey of the picture; None for
        those of Otsu.
    filter : {"none", "gaussian", "median"}
        Against noise, before the thresholds.
    filter_nm : float
        Standard deviation of the Gaussian, or edge of the median's square.
    least_nm : float
        What is thinner is given to its neighbours: the rim of middle grey that blur draws around
        what is dark, and specks of noise. 0 for all.

    Raises
    ------
    InputError
    """

    phases: tuple[Phase, ...] = (Phase.Z_PLATELET, Phase.BOUNDARY_1_5, Phase.CELL_2_17)
    thresholds: tuple[float, ...] | None = None
    filter: Filter = "gaussian"
    filter_nm: float = 0.5
    least_nm: float = 2.0

    def __post_init__(self) -> None:
        fewest, most = CLASSES
        count = len(self.phases)
        if not fewest <= count <= most or len(set(self.phases)) < count:
            given = ", ".join(phase.label for phase in self.phases)
            raise _refused("phases", given, f"{fewest} to {most} different phases")
        limits = self.thresholds
        if limits is not None and (
            len(limits) != count - 1
            or list(limits) != sorted(set(limits))
            or not all(0 < each < 1 for each in limits)
        ):
            given = ", ".join(f"{each:g}" for each in limits)
            allowed = f"{count - 1} rising numbers between 0 and 1, one fewer than phases"
            raise _refused("thresholds", given, allowed)
        if self.filter not in get_args(Filter):
            raise _refused("filter", repr(self.filter), ", ".join(get_args(Filter)))
        for key in ("filter_nm", "least_nm"):
            if not 0 <= getattr(self, key) <= MOST_NM:
                raise _refused(key, f"{getattr(self, key):g} nm", f"0 to {MOST_NM:g} nm")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segmented:
    """Phases of cells, shape (n, n), row 0 at the lowest y, and the thresholds that were used."""

    regions: NDArray[np.uint8]
    thresholds: tuple[float, ...]


def filtered(cut: Cut, recipe: Recipe) -> NDArray[np.float32]:
    """Return the grey behind the filter."""
    from scipy import ndimage

    grey, size = cut.grey, recipe.filter_nm / cut.point_nm
    if recipe.filter == "gaussian" and size > 0:
        return np.asarray(ndimage.gaussian_filter(grey, size), dtype=np.float32)
    edge = 2 * round((size - 1) / 2) + 1
    if recipe.filter == "median" and edge > 1:
        return np.asarray(ndimage.median_filter(grey, size=edge), dtype=np.float32)
    return grey


def segment(cut: Cut, recipe: Recipe, strokes: NDArray[np.uint8] | None = None) -> Segmented:
    """Return the phase of every cell: the one that most of its points have.

    Parameters
    ----------
    cut : Cut
    recipe : Recipe
    strokes : ndarray of uint8, shape (n, n), optional
        Phases that were painted by hand, :data:`UNPAINTED` elsewhere; they stand above all.
    """
    smooth = filtered(cut, recipe)
    limits = recipe.thresholds or multi_otsu(smooth, len(recipe.phases))
    classes = np.searchsorted(np.array(limits), smooth, side="right")
    regions = np.array(recipe.phases, dtype=np.uint8)[classes]
    regions = _in_cells(without_thin(regions, recipe.least_nm / cut.point_nm), cut.per_cell)
    if strokes is not None:
        regions = np.where(strokes == UNPAINTED, regions, strokes)
    return Segmented(regions=np.ascontiguousarray(regions), thresholds=tuple(limits))


def _in_cells(points: NDArray[np.uint8], per_cell: int) -> NDArray[np.uint8]:
    edge = len(points) // per_cell
    blocks = points.reshape(edge, per_cell, edge, per_cell)
    counts = np.stack([(blocks == phase).sum(axis=(1, 3)) for phase in Phase])
    return np.asarray(np.argmax(counts, axis=0), dtype=np.uint8)


def without_thin(regions: NDArray[np.uint8], least_cells: float) -> NDArray[np.uint8]:
    """Return the phases with everything thinner than so many cells given to what is nearest.

    A cell stays where a disc of that diameter, all of its phase, holds it (an opening).
    """
    from scipy import ndimage

    disc = _disc(least_cells)
    if len(disc) < 2:
        return regions
    margin = len(disc)
    # Behind the edge everything goes on, so that a wall is not cut short there.
    wide = np.pad(regions, margin, mode="edge")
    kept = np.zeros(wide.shape, dtype=np.bool_)
    for phase in np.unique(regions):
        kept |= ndimage.binary_opening(wide == phase, disc)
    if not kept.any():
        return regions
    nearest = ndimage.distance_transform_edt(~kept, return_distances=False, return_indices=True)
    inner = (slice(margin, -margin),) * 2
    return np.asarray(wide[tuple(nearest)][inner], dtype=np.uint8)


def _disc(diameter: float) -> NDArray[np.bool_]:
    """Return a disc of about so many cells across; of fewer than two it does nothing."""
    edge = int(diameter + 1e-9)
    places = np.arange(edge) - (edge - 1) / 2
    return np.asarray(np.hypot(*np.meshgrid(places, places)) <= edge / 2)


def _refused(key: str, given: str, allowed: str) -> InputError:
    return InputError(
        f"the segmentation's {key}: {given}; allowed is {allowed}",
        key=key,
        given=given,
        allowed=allowed,
    )

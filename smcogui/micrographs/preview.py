"""What the choices made so far come to: the cut, its phases, the design that would carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smcogui.design.mesh_advice import mesh_advice
from smcogui.micrographs.drawn_design import DrawnDesign, drawn_design
from smcogui.micrographs.placement import Cut, cut_domain
from smcogui.micrographs.segmentation import Recipe, Segmented, segment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smcogui.design.design import Design
    from smcogui.micrographs.picture import Micrograph
    from smcogui.micrographs.placement import Placement


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Preview:
    """A segmentation with everything that it was made of.

    Parameters
    ----------
    picture : Micrograph
    placement : Placement
    recipe : Recipe
    strokes : ndarray of uint8, shape (n, n), or None
    cut : Cut
    segmented : Segmented
    drawn : DrawnDesign
    warnings : tuple of str
        What the mesh does to so thin walls, in words.
    """

    picture: Micrograph
    placement: Placement
    recipe: Recipe
    strokes: NDArray[np.uint8] | None
    cut: Cut
    segmented: Segmented
    drawn: DrawnDesign
    warnings: tuple[str, ...]


def make_preview(
    picture: Micrograph,
    placement: Placement,
    recipe: Recipe,
    strokes: NDArray[np.uint8] | None,
    base: Design,
    before: Preview | None = None,
) -> Preview:
    """Segment a picture.

    Parameters
    ----------
    picture, placement, recipe, strokes
        As for :func:`~smcogui.micrographs.segmentation.segment`. Strokes of another number of
        cells than the placement has are left out.
    base : Design
        Gives everything that the picture does not.
    before : Preview, optional
        Whose cut is taken where nothing about it has changed.

    Raises
    ------
    InputError
        If the domain does not lie inside the picture.
    """
    if before is not None and before.picture is picture and before.placement == placement:
        cut = before.cut
    else:
        cut = cut_domain(picture, placement)
    if strokes is not None and len(strokes) != placement.edge:
        strokes = None
    found = segment(cut, recipe, strokes)
    drawn = drawn_design(base, found.regions, placement.cell_nm, picture.name)
    return Preview(
        picture=picture,
        placement=placement,
        recipe=recipe,
        strokes=strokes,
        cut=cut,
        segmented=found,
        drawn=drawn,
        warnings=tuple(
            each.message for each in mesh_advice(drawn.design) if each.level == "warning"
        ),
    )

"""Every figure of a dataset by name: what it shows, what draws it, why it may not be possible."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.analysis.figure_spec import DOUBLE_COLUMN_MM, SINGLE_COLUMN_MM
from smcogui.analysis.gallery import (
    angles,
    literature,
    pairs,
    parity,
    sensitivities,
    sizes,
    surfaces,
)
from smcogui.analysis.gallery.marks import NARROW_MM
from smcogui.analysis.gallery.options import (
    BOTH_READINGS,
    FILTERS,
    MODEL,
    PAIRS,
    PLATELETS,
    STRUCTURE,
    SURFACE_ALPHA,
    SURFACE_Z,
    WALLS,
)
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.figure import Figure

    from smcogui.analysis.gallery.marks import DesignMarks
    from smcogui.analysis.gallery.options import FigureOption
    from smcogui.analysis.gallery.subject import Subject

SIMULATED: Final = ("simulated",)
BOTH: Final = ("simulated", "predicted")
_MANY_PANELS_MM: Final = NARROW_MM


def _nothing_missing(subject: Subject) -> str:
    del subject
    return ""


def _needs_model(subject: Subject) -> str:
    return subject.why_no_model()


def _designs(subject: Subject) -> list[dict[str, Any]]:
    return subject.table.rows()


def _runs(subject: Subject) -> Sequence[str]:
    return subject.table.run_ids


def _by_surface(subject: Subject) -> str:
    return subject.predicted_by


def _by_fit(subject: Subject) -> str:
    return f"{subject.model}, fitted to these designs and judged by structures held out"


def _by_those_named(subject: Subject) -> str:
    del subject
    return "the models named in the figure, judged by structures held out of their five folds"


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureKind:
    """One figure.

    Parameters
    ----------
    name : str
        By which it is asked for.
    title, paper : str
        In words, and what it is in the paper; empty for what the paper does not have.
    draw : callable
        Fills an empty figure and returns where designs are marked in it.
    facts : callable, optional
        Returns the numbers that it shows, for JSON.
    refuse : callable
        Returns why the figure cannot be drawn of designs, empty where it can.
    width_mm, height_mm, least_width_mm : float
        Of journals; narrower than the least it cannot be read.
    origins : tuple of str
        Where the marks come from: simulated, predicted, analytic, measured.
    predicted_by : callable
        Returns what predicts, in words.
    options : tuple of FigureOption
        What can be chosen of it.
    data : callable
        Returns the rows of what it shows: the designs by default.
    marked : callable
        Returns the names of what it marks: the runs of the designs by default.
    is_slow : bool
        Whether its numbers are left out where all are asked for.
    """

    name: str
    title: str
    paper: str
    draw: Callable[[Figure, Subject], Sequence[DesignMarks]]
    refuse: Callable[[Subject], str] = _nothing_missing
    facts: Callable[[Subject], Any] | None = None
    width_mm: float = DOUBLE_COLUMN_MM
    height_mm: float = 80.0
    least_width_mm: float = 70.0
    origins: tuple[str, ...] = SIMULATED
    is_slow: bool = False
    predicted_by: Callable[[Subject], str] = _by_surface
    options: tuple[FigureOption, ...] = ()
    data: Callable[[Subject], list[dict[str, Any]]] = _designs
    marked: Callable[[Subject], Sequence[str]] = _runs


_KINDS: Final = (
    FigureKind(
        name="literature",
        title="nanostructures in the literature against their zirconium content",
        paper="Fig. 1d",
        draw=literature.draw_literature,
        data=literature.literature_data,
        marked=literature.sample_names,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=120.0,
        origins=("measured",),
    ),
    FigureKind(
        name="curves",
        title="M–H curves of one structure by angle, with Hc and Φp",
        paper="Fig. 2a",
        draw=angles.draw_curves,
        refuse=angles.why_no_curves,
        facts=angles.curve_facts,
        width_mm=120.0,
        height_mm=90.0,
        options=(STRUCTURE,),
    ),
    FigureKind(
        name="boxplots",
        title="Hc and Φp by angle",
        paper="Fig. 2b",
        draw=angles.draw_boxes,
        refuse=angles.why_no_angles,
        facts=angles.box_facts,
        options=(*BOTH_READINGS, *FILTERS[:1]),
    ),
    FigureKind(
        name="contours",
        title="Hc and Φp over L and d for four pairs of thicknesses",
        paper="Fig. 2c",
        draw=surfaces.draw_contours,
        refuse=surfaces.why_no_surface,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=95.0,
        origins=BOTH,
        options=(PAIRS, SURFACE_ALPHA, SURFACE_Z, *BOTH_READINGS),
    ),
    FigureKind(
        name="fractions",
        title="Hc and Φp over φS and φZ: thin-plate splines with the zirconium content",
        paper="Fig. 2d",
        draw=surfaces.draw_fractions,
        refuse=surfaces.why_no_fractions,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=85.0,
        origins=(*BOTH, "analytic"),
        options=(*BOTH_READINGS, *FILTERS),
    ),
    FigureKind(
        name="spearman",
        title="Spearman's correlations with Hc and Φp",
        paper="Fig. 2e",
        draw=sensitivities.draw_spearman,
        refuse=sensitivities.why_no_correlations,
        facts=sensitivities.spearman_facts,
        options=(*BOTH_READINGS, *FILTERS),
    ),
    FigureKind(
        name="permutation",
        title="permutation importance for Hc and Φp",
        paper="Fig. 2f",
        draw=sensitivities.draw_permutation,
        refuse=_needs_model,
        facts=sensitivities.permutation_facts,
        height_mm=70.0,
        origins=BOTH,
        predicted_by=_by_fit,
        options=(MODEL, *BOTH_READINGS, *FILTERS),
    ),
    FigureKind(
        name="dendrogram",
        title="clusters of inputs and readings by rank correlation",
        paper="Fig. 2g",
        draw=sensitivities.draw_dendrogram,
        refuse=sensitivities.why_no_clusters,
        facts=sensitivities.cluster_facts,
        width_mm=SINGLE_COLUMN_MM,
        height_mm=75.0,
        options=FILTERS,
    ),
    FigureKind(
        name="sobol",
        title="Sobol indices of a model over the range of the designs",
        paper="",
        draw=sensitivities.draw_sobol,
        refuse=sensitivities.why_no_sobol,
        facts=sensitivities.sobol_facts,
        height_mm=70.0,
        origins=("predicted",),
        options=BOTH_READINGS,
    ),
    FigureKind(
        name="pairs",
        title="all pairs of inputs and readings",
        paper="Suppl. Fig. 1",
        draw=pairs.draw_pairs,
        refuse=pairs.why_no_pairs,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=178.0,
        options=FILTERS,
    ),
    FigureKind(
        name="parity-Hc",
        title="Hc by six models against the simulated one",
        paper="Suppl. Fig. 2",
        draw=parity.draw_six_Hc,
        refuse=_needs_model,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=130.0,
        origins=BOTH,
        predicted_by=_by_those_named,
        options=FILTERS,
    ),
    FigureKind(
        name="parity-Phi_p",
        title="Φp by six models against the simulated one",
        paper="Suppl. Fig. 3",
        draw=parity.draw_six_Phi_p,
        refuse=_needs_model,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=130.0,
        origins=BOTH,
        predicted_by=_by_those_named,
        options=FILTERS,
    ),
    FigureKind(
        name="parity-fnn",
        title="Hc and Φp by the paper's network against the simulated ones",
        paper="Suppl. Fig. 4",
        draw=parity.draw_fnn,
        refuse=parity.why_no_fnn,
        facts=parity.fnn_facts,
        is_slow=True,
        height_mm=90.0,
        origins=BOTH,
        predicted_by=_by_those_named,
        options=FILTERS,
    ),
    FigureKind(
        name="parity-surrogate",
        title="Hc and Φp by the surrogate against the simulated ones",
        paper="",
        draw=parity.draw_surrogate,
        refuse=parity.why_no_surrogate,
        facts=parity.surrogate_facts,
        height_mm=90.0,
        origins=BOTH,
        options=(*BOTH_READINGS, *FILTERS),
    ),
    FigureKind(
        name="contours-Hc",
        title="Hc over L and d for many pairs of thicknesses",
        paper="Suppl. Fig. 5",
        draw=surfaces.draw_extended_Hc,
        refuse=surfaces.why_no_surface,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=160.0,
        origins=BOTH,
        options=(WALLS, PLATELETS, SURFACE_ALPHA, SURFACE_Z),
    ),
    FigureKind(
        name="contours-Phi_p",
        title="Φp over L and d for many pairs of thicknesses",
        paper="Suppl. Fig. 6",
        draw=surfaces.draw_extended_Phi_p,
        refuse=surfaces.why_no_surface,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=160.0,
        origins=BOTH,
        options=(WALLS, PLATELETS, SURFACE_ALPHA, SURFACE_Z),
    ),
    FigureKind(
        name="heatmaps",
        title="Pearson's and Spearman's correlations of all pairs",
        paper="Suppl. Fig. 7",
        draw=sensitivities.draw_heat_maps,
        refuse=sensitivities.why_no_correlations,
        facts=sensitivities.matrix_facts,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=88.0,
        options=FILTERS,
    ),
    FigureKind(
        name="dataset-trials",
        title="means of many datasets of growing size",
        paper="Suppl. Fig. 8",
        draw=sizes.draw_trials,
        refuse=sizes.why_no_sizes,
        options=(*BOTH_READINGS, *FILTERS),
    ),
    FigureKind(
        name="dataset-size",
        title="how far the mean of a dataset is off, by its size",
        paper="Suppl. Fig. 9",
        draw=sizes.draw_sizes,
        refuse=sizes.why_no_sizes,
        facts=sizes.size_facts,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=100.0,
        options=(*BOTH_READINGS, *FILTERS),
    ),
    FigureKind(
        name="learning-curve",
        title="how good a model is, by the number of designs it learns of",
        paper="Suppl. Fig. 10",
        draw=sizes.draw_learning,
        refuse=sizes.why_no_learning,
        least_width_mm=_MANY_PANELS_MM,
        height_mm=110.0,
        origins=BOTH,
        predicted_by=_by_fit,
        options=(MODEL, *FILTERS),
    ),
)
FIGURES: Final[Mapping[str, FigureKind]] = {kind.name: kind for kind in _KINDS}


def figure_kind(name: str) -> FigureKind:
    """Return a figure by its name; raises InputError where there is none."""
    if name not in FIGURES:
        near = difflib.get_close_matches(name, FIGURES, n=1, cutoff=0.3)
        nearest = f" The nearest is {near[0]!r}." if near else ""
        allowed = ", ".join(FIGURES)
        raise InputError(
            f"there is no figure {name!r}.{nearest} There are: {allowed}",
            key="figure",
            given=name,
            allowed=allowed,
        )
    return FIGURES[name]

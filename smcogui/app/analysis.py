"""Analysis of simulated designs: statistics, figures by name, verdicts on the paper's claims.

One :class:`Analysis` for the command line and for the window; see
:mod:`smcogui.analysis.gallery.registry` for the figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.analysis.claims import ClaimResult, judge_claims
from smcogui.analysis.design_table import INPUTS, READINGS, design_table
from smcogui.analysis.figure_spec import DPI
from smcogui.analysis.fitted_model import DEFAULT_MODEL, FITTED_MODELS
from smcogui.analysis.gallery.drawing import picture_of, render_of, subject_of
from smcogui.analysis.gallery.registry import FIGURES, figure_kind
from smcogui.analysis.gallery.subject import Predictor, Subject
from smcogui.app.surrogate_choice import choose_surrogate
from smcogui.errors import InputError
from smcogui.surrogates.model_errors import program_errors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from smcogui.analysis.figure_spec import FigureSpec
    from smcogui.analysis.gallery.drawing import FigurePicture
    from smcogui.app.analysis_source import AnalysisSource
    from smcogui.surrogates.forward import Surrogate

    Array = NDArray[np.float64]

NO_SURROGATE: Final = "none"
PREVIEW_DPI: Final = 110
NO_OPTIONS: Final[dict[str, str]] = {}


class Analysis:
    """Designs under analysis.

    Parameters
    ----------
    source : AnalysisSource
    surrogate : str, optional
        Of the project, ``shipped``, a folder, or ``none``; by default the project's newest, else
        the shipped one, where it holds for these designs.
    model : str
        Fitted to the designs for permutations: one of
        :data:`~smcogui.analysis.fitted_model.FITTED_MODELS`.
    seed : int
        Of resamples, folds and permutations.

    Raises
    ------
    InputError
        If there is no design, surrogate or model of that name, or the surrogate that was named
        does not hold for these designs.
    """

    def __init__(
        self,
        source: AnalysisSource,
        *,
        surrogate: str | None = None,
        model: str = DEFAULT_MODEL,
        seed: int = 0,
    ) -> None:
        if model not in FITTED_MODELS:
            allowed = ", ".join(FITTED_MODELS)
            raise InputError(
                f"there is no model {model!r}; allowed are {allowed}",
                key="fit",
                given=model,
                allowed=allowed,
            )
        self.source = source
        self.note = ""
        self.subject = Subject(
            design_table(source.rows),
            load_curves=source.load_curves,
            surrogate=self._predictor(surrogate),
            model=model,
            seed=seed,
        )
        self._claims: list[ClaimResult] | None = None

    def figures(self) -> list[dict[str, Any]]:
        """Return every figure: name, title, number in the paper, and why it cannot be drawn."""
        found = []
        for kind in FIGURES.values():
            why = kind.refuse(self.subject)
            found.append(
                {
                    "name": kind.name,
                    "title": kind.title,
                    "paper": kind.paper or None,
                    "origins": list(kind.origins),
                    "width_mm": kind.width_mm,
                    "least_width_mm": kind.least_width_mm,
                    "possible": not why,
                    "reason": why or None,
                }
            )
        return found

    def overview(self) -> dict[str, Any]:
        """Return what is analysed, its ranges, and the figures that can be drawn; quick."""
        table = self.subject.table
        columns = {
            key: values[np.isfinite(values)]
            for key in (*INPUTS, *READINGS)
            if np.isfinite(values := table[key]).any()
        }
        return {
            "source": self.source.name,
            **self.source.facts,
            "designs": len(table),
            "structures": int(np.unique(table.groups).size),
            "columns": {
                key: {
                    "n": int(known.size),
                    "lowest": float(known.min()),
                    "highest": float(known.max()),
                }
                for key, known in columns.items()
            },
            "surrogate": None if self.subject.surrogate is None else self.subject.surrogate.name,
            "surrogate_note": self.note or None,
            "model": self.subject.model,
            "seed": self.subject.seed,
            "figures": self.figures(),
        }

    def statistics(self) -> dict[str, Any]:
        """Return the numbers behind the figures, and the claims.

        Takes half a minute for hundreds of designs, minutes for thousands. Figures that cannot be
        drawn, or whose numbers need more than that, are left out.
        """
        with program_errors():
            return {
                name: facts(self.subject)
                for name, kind in FIGURES.items()
                if (facts := kind.facts) is not None
                and not kind.is_slow
                and not kind.refuse(self.subject)
            } | {"claims": [each.as_dict() for each in self.claims()]}

    def claims(self) -> list[ClaimResult]:
        """Return what the designs say of the paper's claims."""
        if self._claims is None:
            subject = self.subject
            with program_errors():
                importance = None if subject.why_no_model() else subject.importance()
                self._claims = judge_claims(subject.table, importance, seed=subject.seed)
        return self._claims

    def preview(
        self,
        name: str,
        spec: FigureSpec | None = None,
        dpi: int = PREVIEW_DPI,
        *,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> bytes:
        """Return a figure as a PNG of screen resolution; writes nothing.

        Raises
        ------
        InputError
            As :meth:`export`.
        """
        with program_errors():
            fine = max(dpi, DPI[0])
            return render_of(name, self.subject, spec, options=options, dpi=fine).content

    def picture(
        self,
        name: str,
        spec: FigureSpec | None = None,
        *,
        options: Mapping[str, str] = NO_OPTIONS,
        dpi: int = PREVIEW_DPI,
        is_dark: bool = False,
    ) -> FigurePicture:
        """Return a figure for the screen, with the places of the designs that it marks.

        Raises
        ------
        InputError
            As :meth:`export`.
        """
        with program_errors():
            return picture_of(
                name, self.subject, spec, options=options, dpi=max(dpi, DPI[0]), is_dark=is_dark
            )

    def options(self, name: str) -> list[dict[str, Any]]:
        """Return what can be chosen of a figure of these designs, as plain values."""
        return [
            {
                "key": option.key,
                "label": option.label,
                "tip": option.tip,
                "default": option.default(self.subject),
                "choices": None if option.choices is None else list(option.choices(self.subject)),
                "limits": option.limits,
                "unit": option.unit,
            }
            for option in figure_kind(name).options
        ]

    def methods(self, name: str, *, options: Mapping[str, str] = NO_OPTIONS) -> dict[str, str]:
        """Return how a figure was made as ``paragraph``, ``bibtex`` and ``text`` with both.

        Raises
        ------
        InputError
            As :meth:`export`.
        """
        from smcogui.app.analysis_text import methods_of_figure

        kind = figure_kind(name)
        return methods_of_figure(kind, self.source, subject_of(kind, self.subject, options))

    def export(
        self,
        name: str,
        path: Path,
        spec: FigureSpec | None = None,
        *,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> Path:
        """Draw a figure as .pdf, .svg, .png or .tiff and return its provenance file.

        What it shows lies beside it as a table.

        Raises
        ------
        InputError
            If there is no such figure, it cannot be drawn of these designs, or the suffix is
            another.
        RunFolderError
            If a file cannot be written.
        UnavailableError
            If a package is missing.
        """
        from smcogui.app.analysis_export import export_figure

        return export_figure(self, name, path, spec, options)

    def _predictor(self, name: str | None) -> Predictor | None:
        if name == NO_SURROGATE:
            return None
        chosen = choose_surrogate(name, self.source.surrogates)
        differing = [
            f"{key}: {', '.join(map(str, values))} instead of {wanted}"
            for key, wanted in chosen.conditions.items()
            if (values := sorted({row[key] for row in self.source.rows})) != [wanted]
        ]
        if not differing:
            return _as_predictor(chosen, self.source)
        told = f"the surrogate {chosen.name!r} does not hold for these designs: {differing[0]}"
        if name is not None:
            raise InputError(
                f"{told}. Train one on such designs, or say `--model {NO_SURROGATE}`",
                key="model",
                given=name,
                allowed=NO_SURROGATE,
            )
        self.note = f"{told}; surfaces are drawn by a model that is fitted to the designs instead"
        return None


def _as_predictor(surrogate: Surrogate, source: AnalysisSource) -> Predictor:
    from models.trust import Trust
    from smcogui.surrogates.features import features_of
    from smcogui.surrogates.forward import READINGS as OUTPUTS

    good = {Trust.INTERPOLATING, Trust.SPARSE}
    held_out = set(source.held_out)

    def predict(X: Array) -> Array:
        return surrogate.model.mean_and_spread(features_of(X))[0]

    def trusted(X: Array) -> NDArray[np.bool_]:
        return np.array([level in good for level in surrogate.predict(X).trust], dtype=bool)

    return Predictor(
        name=surrogate.name,
        predict=predict,
        trusted=trusted,
        held_out=np.array([str(row["run_id"]) in held_out for row in source.rows], dtype=bool),
        outputs=OUTPUTS,
    )

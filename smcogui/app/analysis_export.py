"""A figure of a dataset as a file, with what it shows, where it comes from, and how it was made."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from smcogui.analysis.figure_spec import check_suffix
from smcogui.analysis.gallery.drawing import render_of, subject_of
from smcogui.analysis.gallery.registry import figure_kind
from smcogui.app.analysis_text import methods_of_figure
from smcogui.app.provenance import companion_paths, environment_facts
from smcogui.data.exporters import file_to_write, write_file, write_provenance
from smcogui.data.table_files import write_table
from smcogui.surrogates.model_errors import program_errors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from smcogui.analysis.figure_spec import FigureSpec
    from smcogui.analysis.gallery.registry import FigureKind
    from smcogui.app.analysis import Analysis

_SOURCES: Final = {
    "simulated": "runs of the solver",
    "predicted": "what a model says",
    "analytic": "closed formulas of the design",
    "measured": "Suppl. Table 1 of the paper, from the literature",
}


def data_path(path: Path) -> Path:
    """Return the table of what a figure shows: ``boxplots.data.csv`` beside ``boxplots.pdf``."""
    return path.with_name(f"{path.stem}.data.csv")


def export_figure(
    analysis: Analysis,
    name: str,
    path: Path,
    spec: FigureSpec | None,
    options: Mapping[str, str],
) -> Path:
    """Draw a figure as a file, and return its provenance; see :meth:`Analysis.export`."""
    suffix, kind = check_suffix(path), figure_kind(name)
    with program_errors():
        shown = subject_of(kind, analysis.subject, options)
        rendered = render_of(name, analysis.subject, spec, options=options, kind=suffix)
        numbers = None if kind.facts is None else kind.facts(shown)
    with file_to_write(path):
        write_file(path, rendered.content)
    write_table(kind.data(shown), data_path(path))
    target, methods = companion_paths(path)
    told = methods_of_figure(kind, analysis.source, shown)
    write_provenance(
        target,
        file=path.name,
        data_file=data_path(path).name,
        source=" and ".join(kind.origins),
        sources={origin: _SOURCES[origin] for origin in kind.origins},
        figure={
            **_size_of(kind, spec),
            "height_mm": round(rendered.height_mm, 2),
            "options": dict(shown.options),
        },
        designs=len(shown.table),
        **analysis.source.facts,
        surrogate=None if shown.surrogate is None else shown.surrogate.name,
        model=shown.model,
        seed=shown.seed,
        statistics=numbers,
        methods=told["paragraph"],
        methods_file=methods.name,
        **environment_facts(),
        run_ids=list(shown.table.run_ids),
    )
    write_file(methods, told["text"].encode())
    return target


def _size_of(kind: FigureKind, spec: FigureSpec | None) -> dict[str, Any]:
    own: dict[str, Any] = {"width_mm": kind.width_mm} if spec is None else asdict(spec)
    return {"name": kind.name, "title": kind.title, "paper": kind.paper or None, **own}

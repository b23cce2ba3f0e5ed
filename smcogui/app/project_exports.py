"""What a project writes for other programs: tables, figures, pictures, films, structures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.analysis.figure_spec import FigureSpec
from smcogui.app import (
    comparison,
    engine_comparison,
    exports,
    figure_exports,
    pictures,
    provenance,
    states,
    structure,
)
from smcogui.app.jobs import no_progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.app.provenance import MethodsPart
    from smcogui.app.run_table import Extent
    from smcogui.app.session import Session
    from smcogui.design.design import Design
    from smcogui.rendering.content import PictureFormat


class ProjectExports:
    """The exports of the project that a session has open."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def table(
        self,
        run_ids: Sequence[str],
        path: Path,
        *,
        field_unit: str = "T",
        energy_unit: str = "kJ/m³",
        extent: Extent | None = None,
    ) -> Path:
        """Write one row per run as .csv, .xlsx, .parquet or .tex; return the provenance file.

        Units are T, kA/m or kOe, and kJ/m³ or MGOe; ``extent`` is "all" or "short", which is what
        fits onto a page. PATH.json and PATH.methods.md lie beside every export.
        """
        return exports.export_table(
            [self._session.run(run_id) for run_id in run_ids],
            path,
            field_unit=field_unit,
            energy_unit=energy_unit,
            extent=extent,
        )

    def curves(
        self, run_ids: Sequence[str], path: Path, *, N: float = 0.0, field_unit: str = "T"
    ) -> Path:
        """Write the M-H, J-H and B-H points of runs as one table, with what lies beside it.

        ``N`` is the demagnetising factor of the body, for the internal field; both fields are in
        ``field_unit``: T, kA/m or kOe.
        """
        rows = [(self._session.run(r), self._session.load_steps(r)) for r in run_ids]
        return exports.export_curves(rows, path, N=N, field_unit=field_unit)

    def figure(
        self,
        run_ids: Sequence[str],
        path: Path,
        spec: FigureSpec | None = None,
        *,
        measured: Sequence[str] = (),
        analytic: bool = False,
    ) -> Path:
        """Draw curves as .pdf, .svg or .png; PATH.json and PATH.methods.md lie beside it.

        One run gives its half-cycles and their mean, several give one mean each; ``measured``
        names measured curves, ``analytic`` marks the closed formulas of the designs. Takes about a
        second (matplotlib): call it from a worker thread.
        """
        content = figure_exports.content_of(self._session, run_ids, measured, analytic)
        return figure_exports.export_figure(content, path, spec or FigureSpec())

    def preview_figure(
        self,
        run_ids: Sequence[str],
        spec: FigureSpec,
        *,
        measured: Sequence[str] = (),
        analytic: bool = False,
        dpi: int = figure_exports.PREVIEW_DPI,
    ) -> bytes:
        """Return the figure that :meth:`figure` would write, as a PNG for the screen."""
        content = figure_exports.content_of(self._session, run_ids, measured, analytic)
        return figure_exports.preview_figure(content, spec, dpi)

    def methods(
        self,
        run_ids: Sequence[str],
        measured: Sequence[str] = (),
        *,
        analytic: bool = False,
        part: MethodsPart = "all",
    ) -> str:
        """Return methods paragraph, references and BibTeX of runs as Markdown, or a part of it."""
        records = [self._session.run(run_id) for run_id in run_ids]
        curves = [self._session.measured.load(name) for name in measured]
        return provenance.methods_part(part, records, curves, pinning_formula=analytic)

    def comparison(
        self, run_ids: list[str], path: Path, field_unit: str = "T", energy_unit: str = "kJ/m³"
    ) -> Path:
        """Write :meth:`Session.compare_runs` as a table and PATH.json; return the provenance."""
        records = [self._session.run(run_id) for run_id in run_ids]
        return comparison.export_comparison(
            records, path, field_unit=field_unit, energy_unit=energy_unit
        )

    def structure(self, design: Design, path: Path, kind: str, cycle: int = 0) -> Path:
        """Write a design's regions (``kind`` ovf, vti, stl, csv or mx3) and PATH.json."""
        return structure.export_structure(design, path, kind, cycle)

    def state(self, run_id: str, cycle: int, index: int, path: Path, kind: str) -> Path:
        """Write a stored magnetisation (``kind`` ovf or vti), and PATH.json."""
        shot = self._session.snapshot(run_id, cycle, index)
        m, mesh = self._session.load_snapshot(run_id, cycle, index)
        return states.export_state(self._session.run(run_id), shot, m, mesh, path, kind)

    def structure_picture(self, design: Design, path: Path, form: PictureFormat) -> Path:
        """Draw the structure in 3-D as .png, and PATH.json; takes a few seconds."""
        return pictures.export_structure_picture(design, path, form)

    def state_picture(
        self, run_id: str, cycle: int, index: int, path: Path, form: PictureFormat, unit: str = "T"
    ) -> Path:
        """Draw a stored magnetisation in 3-D as .png, and PATH.json; takes a few seconds."""
        shot = self._session.snapshot(run_id, cycle, index)
        shots = self._session.snapshots(run_id)
        return pictures.export_state_picture(
            self._session.run(run_id), shots, shot, path, form, unit
        )

    def film(
        self,
        run_id: str,
        cycle: int,
        path: Path,
        form: PictureFormat,
        *,
        rate: float = 2.0,
        unit: str = "T",
        progress: ReportProgress = no_progress,
    ) -> Path:
        """Draw the reversal of a half-cycle as .gif or .mp4, and PATH.json; takes a while.

        ``rate`` is in stored states per second; ``progress`` may raise to stop.
        """
        record, shots = self._session.run(run_id), self._session.snapshots(run_id)
        return pictures.export_film(
            record, shots, cycle, path, form, rate=rate, unit=unit, progress=progress
        )

    def backends(self, run_ids: Sequence[str], folder: Path, field_unit: str = "T") -> list[Path]:
        """Write :meth:`Session.compare_backends` into a new folder: figure, tables, provenance."""
        records = [self._session.run(run_id) for run_id in run_ids]
        return engine_comparison.export_runs_of_backends(records, folder, field_unit)

"""A series as a table and as a figure, with what lies beside every export."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from smcogui.app.provenance import run_facts, write_companions
from smcogui.app.run_table import check_unit, field_columns, in_field_unit
from smcogui.data.exporters import file_to_write
from smcogui.data.series import series_points
from smcogui.data.table_files import TableColumn, write_table
from smcogui.units import FIELD_UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from smcogui.analysis.figure_spec import FigureSpec
    from smcogui.data.series import Series, SeriesPoint
    from smcogui.data.store import RunRecord


def export_series_table(
    series: Series, runs: Mapping[str, RunRecord], path: Path, *, field_unit: str = "T"
) -> Path:
    """Write one row per value as .csv, .xlsx, .parquet or .tex; return the provenance.

    Raises
    ------
    InputError
        If a unit or suffix is not known, or no run of the series was started yet.
    RunFolderError
        If the file cannot be written.
    """
    check_unit("field_unit", field_unit, FIELD_UNITS)
    parameter = series.parameter
    columns = [
        TableColumn(key=parameter.column, title=parameter.symbol, unit=parameter.unit),
        *field_columns(("mu0_Hc_T", "mu0_Hp_T"), field_unit),
        TableColumn(key="Phi_p", title="Φp", latex=r"$\Phi_\mathrm{p}$", decimals=3),
        TableColumn(key="Phi_p_sd", title="± Φp", latex=r"$\pm\Phi_\mathrm{p}$", decimals=3),
        TableColumn(key="state", title="State"),
        TableColumn(key="run_id", title="Run"),
    ]
    rows = [_row(point, parameter.column, field_unit) for point in series_points(series, runs)]
    records = [runs[run_id] for run_id in series.run_ids if run_id in runs]
    facts: dict[str, Any] = {"series": asdict(series), "field_unit": field_unit}
    metadata = {"runs": [run_facts(r) for r in records], **facts}
    with file_to_write(path):
        write_table(rows, path, columns, metadata=metadata)
    return write_companions(path, records, **facts)


def export_series_figure(
    series: Series, runs: Mapping[str, RunRecord], path: Path, spec: FigureSpec
) -> Path:
    """Draw a series as .pdf, .svg or .png; return the provenance.

    Raises
    ------
    InputError
        If no run has an Hc yet, or the suffix is not known.
    RunFolderError
        If the file cannot be written.
    """
    from smcogui.analysis.series_figure import write_series_figure

    with file_to_write(path):
        write_series_figure(path, series.parameter, series_points(series, runs), spec)
    records = [runs[run_id] for run_id in series.run_ids if run_id in runs]
    return write_companions(
        path,
        records,
        series=asdict(series),
        figure={
            "unit": spec.unit,
            "width_mm": spec.width_mm,
            "height_mm": spec.height,
            "dpi": spec.dpi,
            "title": spec.title,
        },
    )


def preview_series_figure(
    series: Series, runs: Mapping[str, RunRecord], spec: FigureSpec, dpi: int
) -> bytes:
    """Return the same figure as a PNG of screen resolution; errors as above."""
    from smcogui.analysis.series_figure import render_series_figure

    return render_series_figure(series.parameter, series_points(series, runs), spec, dpi=dpi)


def _row(point: SeriesPoint, column: str, field_unit: str) -> dict[str, Any]:
    fields = (
        ("mu0_Hc_T", point.mu0_Hc_T, point.mu0_Hc_sd_T),
        ("mu0_Hp_T", point.mu0_Hp_T, point.mu0_Hp_sd_T),
    )
    row: dict[str, Any] = {column: point.value}
    for key, value, sd in fields:
        row |= in_field_unit(key, value, sd, field_unit)
    return row | {
        "Phi_p": point.Phi_p,
        "Phi_p_sd": point.Phi_p_sd,
        "state": "not started" if point.state is None else point.state.value,
        "run_id": point.run_id,
    }

"""Figures of runs and measured curves: what is drawn, the preview, the file and its companions."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from smcogui.analysis.figure_spec import FigureLine, FigureMark, FigureRun, FigureSpec
from smcogui.app.provenance import write_companions
from smcogui.app.readings import curves_of
from smcogui.app.run_labels import curve_labels, run_labels
from smcogui.data.exporters import file_to_write
from smcogui.data.run_scan import read_steps
from smcogui.design.describe import describe_design
from smcogui.design.design_file import parse_design_text
from smcogui.errors import InputError
from smcogui.runs.folder import SPEC_FILE, read_info
from smcogui.units import from_tesla, to_tesla
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smcogui.app.session import Session
    from smcogui.curves.mh_curve import MHCurve
    from smcogui.data.measurements import Measurement
    from smcogui.data.store import RunRecord
    from smcogui.design.design import Design

FIGURE_FILES: Final = ("mh.pdf", "mh.png")
PREVIEW_DPI: Final = 110
_MOST_MARKS: Final = 8
_ANGLE_DIGITS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureContent:
    """What a figure shows.

    Parameters
    ----------
    runs : sequence of (RunRecord, list of MHCurve)
    measured : sequence of Measurement
    analytic : bool
        Whether the closed formulas of the runs' designs are marked.
    """

    runs: Sequence[tuple[RunRecord, list[MHCurve]]]
    measured: Sequence[Measurement] = ()
    analytic: bool = False

    def curves(self) -> list[FigureRun]:
        """Return the simulated curves; raises InputError where a run has none yet."""
        empty = [record.run_id for record, curves in self.runs if not curves]
        if empty or not (self.runs or self.measured):
            raise InputError(
                f"there is no curve to draw of {', '.join(empty) or 'no run at all'}; choose runs "
                "with at least two field steps",
                key="run_id",
                given=", ".join(empty),
                allowed="runs with at least two field steps",
            )
        labels = curve_labels([record for record, _ in self.runs])
        return [
            FigureRun(name=label, cycles=curves, hp_reading=record.design.hp_reading)
            for label, (record, curves) in zip(labels, self.runs, strict=True)
        ]

    def lines(self) -> list[FigureLine]:
        """Return the measured curves."""
        return [
            FigureLine(name=each.name, H=each.curve.H, M=each.curve.M, Ms=each.curve.Ms)
            for each in self.measured
        ]

    def marks(self) -> list[FigureMark]:
        """Return the analytic fields; raises InputError where they would be too many."""
        if not self.analytic:
            return []
        labels = run_labels([record for record, _ in self.runs])
        by_name: dict[str, dict[int, FigureMark]] = {}
        owners: dict[FigureMark, list[str]] = {}
        for label, (record, _) in zip(labels, self.runs, strict=True):
            for each in analytic_marks(record.design):
                # The grid of a plot cannot show that two fields differ in the sixth digit.
                mark = by_name.setdefault(each.name, {}).setdefault(round(each.H), each)
                owners.setdefault(mark, []).append(label)
        # A formula that gives the runs different fields tells whose each is.
        found = [
            mark if len(same) == 1 else replace(mark, name=f"{name}, {', '.join(owners[mark])}")
            for name, same in by_name.items()
            for mark in same.values()
        ]
        if len(found) > _MOST_MARKS:
            raise InputError(
                f"the analytic fields of these designs would be {len(found)} lines; choose fewer "
                "runs or leave them out",
                key="analytic",
                given=str(len(found)),
                allowed=f"at most {_MOST_MARKS}",
            )
        return found


def content_of(
    session: Session, run_ids: Sequence[str], measured: Sequence[str], analytic: bool
) -> FigureContent:
    """Read runs and measured curves of a session; raises InputError where there is none."""
    return FigureContent(
        runs=[(session.run(run_id), session.load_curves(run_id)) for run_id in run_ids],
        measured=[session.measured.load(name) for name in measured],
        analytic=analytic,
    )


def analytic_marks(design: Design) -> list[FigureMark]:
    """Return the closed formulas beside a design: wall pinning, and coherent rotation of 2:17."""
    facts = describe_design(design)
    marks = [
        FigureMark(name=f"Wall {row['from']} → {row['to']}", H=from_tesla(row["mu0_Hp_T"]))
        for row in facts["wall_pinning"]
        if row["mu0_Hp_T"] > 0
    ]
    rotation = from_tesla(facts["mu0_Hc_stoner_wohlfarth_2_17_T"])
    angle = format_number(math.degrees(design.alpha), _ANGLE_DIGITS)
    return [*marks, FigureMark(name=f"Stoner–Wohlfarth 2:17 (α = {angle}°)", H=rotation)]


def export_figure(content: FigureContent, path: Path, spec: FigureSpec) -> Path:
    """Draw a figure as .pdf, .svg or .png and return its provenance file.

    Raises
    ------
    InputError
        If a run has no curve yet, or the suffix is not known.
    RunFolderError
        If the file cannot be written.
    """
    from smcogui.analysis.figures import write_figure

    marks = content.marks()
    with file_to_write(path):
        height = write_figure(path, content.curves(), spec, lines=content.lines(), marks=marks)
    return write_companions(
        path,
        [record for record, _ in content.runs],
        measured=content.measured,
        pinning_formula=bool(marks),
        figure={**asdict(spec), "height_mm": round(height, 2)},
        analytic=[
            {"name": mark.name, "H_A_m": mark.H, "mu0_H_T": to_tesla(mark.H)} for mark in marks
        ],
    )


def preview_figure(content: FigureContent, spec: FigureSpec, dpi: int = PREVIEW_DPI) -> bytes:
    """Return the same figure as a PNG of screen resolution; writes nothing.

    Raises
    ------
    InputError
        As :func:`export_figure`.
    """
    from smcogui.analysis.figures import render_figure

    return render_figure(
        content.curves(), spec, lines=content.lines(), marks=content.marks(), dpi=dpi
    )


def write_run_figures(folder: Path) -> list[Path]:
    """Draw the curves of a run into its own folder, as mh.pdf and mh.png, where missing."""
    from smcogui.analysis.figures import write_figure

    info = read_info(folder)
    design = parse_design_text(info.design, str(folder / SPEC_FILE))[0]
    curves = curves_of(info, read_steps(folder, info))
    run = FigureRun(name=design.name, cycles=curves, hp_reading=design.hp_reading)
    paths = [folder / name for name in FIGURE_FILES]
    for path in paths:
        if not path.exists():
            write_figure(path, [run])
    return paths

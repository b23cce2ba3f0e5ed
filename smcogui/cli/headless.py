"""What the program does where no window can open: the reference design, in text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.app.exports import example_design
from smcogui.app.figure_exports import write_run_figures
from smcogui.app.running import run_here
from smcogui.app.session import Session
from smcogui.app.worker import StopSignals
from smcogui.cli.output import format_value, write_line, write_log, write_table
from smcogui.cli.run_verb import ProgressLog
from smcogui.errors import SmCoError
from smcogui.runs.children import program_name
from smcogui.runs.folder import CURVE_FILE, RESULT_FILE
from smcogui.runs.spec import make_run_spec

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


def run_reference_design(project: Path | None) -> int:
    """Run the shipped base design in a project and print Hc, Hp, Phi_p and where the files lie."""
    write_line(
        "There is no display, so no window opens. The reference design runs instead; "
        f"`{program_name()} run FILE` runs others, `{program_name()} --help` shows all verbs."
    )
    try:
        session = Session(project)
        design = example_design("base")
        folder = session.runs_folder / make_run_spec(design).run_id
        with StopSignals() as should_stop:
            result = run_here(
                design,
                folder,
                on_events=ProgressLog(design.name),
                should_stop=should_stop,
            )
        figures = write_run_figures(folder)
    except SmCoError as error:
        write_log(f"error: {error.message}")
        return error.exit_code
    _write(result, folder, figures)
    return 0


def _write(result: dict[str, Any], folder: Path, figures: list[Path]) -> None:
    rows = [
        ("mu0 Hc", f"{format_value(result['mu0_Hc_T'])} T"),
        ("mu0 Hp", f"{format_value(result['mu0_Hp_T'])} T"),
        ("Phi_p", format_value(result["Phi_p"])),
        *(("figure", str(figure)) for figure in figures),
        ("table", str(folder / CURVE_FILE)),
        ("all readings", str(folder / RESULT_FILE)),
    ]
    write_table(rows)

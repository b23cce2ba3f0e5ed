"""``compare FILE --backends builtin,mumax3``: the same design by several solvers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from smcogui.app.engine_comparison import run_and_compare
from smcogui.app.engine_differences import solver_label
from smcogui.app.engines import Engines
from smcogui.app.exports import folder_names
from smcogui.app.settings_file import SettingsFile
from smcogui.app.worker import StopSignals
from smcogui.cli.output import format_value, write_json, write_line, write_table
from smcogui.cli.run_verb import ProgressLog, designs_of

if TYPE_CHECKING:
    import argparse


def execute(options: argparse.Namespace) -> int:
    """Run every design of the file on each backend, and tell the differences."""
    engines = Engines(
        lambda: SettingsFile().settings, None if options.gpu is None else str(options.gpu)
    )
    designs = designs_of(options)
    out = (options.out or Path("compared")).absolute()
    names = [word.strip() for word in options.backends.split(",") if word.strip()]
    with StopSignals() as should_stop:
        compared = [
            run_and_compare(
                design,
                names,
                out / folder,
                engines,
                on_events=ProgressLog(design.name),
                should_stop=should_stop,
            )
            for design, folder in zip(designs, folder_names(designs), strict=True)
        ]
    if options.json:
        write_json(compared[0] if len(compared) == 1 else compared)
    else:
        for each in compared:
            _write(each)
    return 0


def _write(compared: dict[str, Any]) -> None:
    write_line(compared["name"])
    rows = []
    for result in compared["backends"]:
        readings = ", ".join(
            f"{key} {format_value(result[key])}"
            for key in ("mu0_Hc_T", "mu0_Hp_T", "Phi_p", "field_resolution_T")
        )
        rows.append((f"  {solver_label(result)}", readings))
    for row in compared["differences"]:
        rows.append((f"  difference of {row['quantity']}", _difference_words(row)))
    rows += [(f"  {key}", compared[key]) for key in ("figure", "table", "curves")]
    write_table(rows)


def _difference_words(row: dict[str, Any]) -> str:
    how = "within" if row["within_field_step"] else "MORE than"
    if row["within_field_step"] is None:
        return "cannot be told: not every curve has this reading"
    if row["quantity"] == "Phi_p":
        step = format_value(row["resolution"])
        return f"{format_value(row['difference'])}, {how} what a field step makes ({step})"
    step = format_value(row["field_resolution_T"])
    return f"{format_value(row['difference_T'])} T, {how} the field step of {step} T"

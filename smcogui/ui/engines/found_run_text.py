"""What was found of a run that was computed elsewhere, in words and as a curve; no Qt."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from smcogui.ui.widgets.plot_curve import PlotCurve

if TYPE_CHECKING:
    from smcogui.app.run_import import FoundRun
    from smcogui.ui.field_unit import FieldUnit


def found_rows(found: FoundRun, unit: FieldUnit) -> list[tuple[str, str]]:
    """Return titles and texts of what an import would take."""
    table, fields, design = found.table, found.half_cycle.mu0_H, found.spec.design
    parameters = design.parameters
    rule = table.exchange_rule or f"not told by the run; the design says {_rule(found)}"
    magnetisation = "m_full in A/m, over the Ms of the design" if table.is_full else "mean of m"
    lengths = (parameters.L, parameters.d, parameters.w_S, parameters.w_Z)
    names = ("L", "d", "wS", "wZ")
    sizes = ", ".join(f"{n} {v * 1e9:g} nm" for n, v in zip(names, lengths, strict=True))
    return [
        ("Computed by", f"{table.program}, marked as imported"),
        ("Exchange rule", rule),
        ("Table", str(found.path)),
        (
            "Falling branch",
            f"{len(fields)} of {len(table.B)} rows, from {unit.text(float(fields[0]))} to "
            f"{unit.text(float(fields[-1]))}",
        ),
        ("Magnetisation", magnetisation),
        ("States", f"{len(found.states)} OVF files" if found.states else "no OVF files"),
        ("Design", f"{design.name}: {sizes}, α {math.degrees(design.alpha):g}°"),
    ]


def preview_curve(found: FoundRun) -> PlotCurve:
    """Return the falling branch."""
    return PlotCurve(
        mu0_H_T=found.half_cycle.mu0_H,
        M_over_Ms=found.half_cycle.M,
        label=f"{found.spec.design.name}, {found.table.program}, imported",
    )


def _rule(found: FoundRun) -> str:
    return found.spec.design.solver.exchange_rule

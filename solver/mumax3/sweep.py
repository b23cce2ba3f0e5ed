"""The half-cycle in MuMax3's own language: trials, steps back, and what is stored of each state.

The language has variables, ``if``, ``for`` and closures over nothing, but no functions: one loop
holds one trial. What is known between two trials stands in variables. A magnetisation is kept in
host memory (``m.Buffer().HostCopy()``) and put back by ``m.SetArray``, so that no path is needed.
Whatever is computed is a float64, ``-1`` and ``index - 1`` too: formats say ``%.0f``, not ``%d``.

A trial is taken back for what the built-in solver gives it up for: M, a jump, or too many cells
that flipped (flipped.py counts them). The difference is that it runs to its end first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from solver.drops import FLIPPED_FRACTION, JUMP_IN_M, JUMP_OVER_SLOPE, STEP_AFTER_DROP_T
from solver.mumax3 import layout
from solver.mumax3.flipped import Counting, flipped_lines, flipped_quantities
from solver.mumax3.kick import kick_lines
from solver.mumax3.statement import number
from solver.problem import FIELD_DIGITS, unit_vector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.mumax3.layout import ResumePoint
    from solver.problem import FieldSweep, Problem

Method = Literal["minimize", "relax"]

_CALLS: Final = {"minimize": "Minimize()", "relax": "Relax()"}
_VERDICT: Final = (
    f'print(sprintf("{layout.VERDICT_WORD} %.0f %.12g %.17g %.0f %.0f %.0f %.9g", '
    "index, mu0_H, M_h, accepted, jump, dropped, flipped))"
)
"""Told at once, unlike the table, of which a crash may cost five seconds."""
_NEGLIGIBLE_T: Final = 1e-9
_BROKEN_M: Final = 1.01
"""|M| over Ms above which, or at NaN, the script ends."""


def sweep_lines(
    problem: Problem,
    *,
    method: Method,
    counting: Counting,
    keeps_states: bool,
    resume: ResumePoint | None,
) -> list[str]:
    """Return the lines from the first variable to the last file.

    Parameters
    ----------
    problem : Problem
    method : {"minimize", "relax"}
        What finds the minimum at each field.
    counting : {"field", "loop"}
        What counts the flipped cells.
    keeps_states : bool
        Store every accepted state, so that the run can be gone on with.
    resume : ResumePoint, optional
        Where to go on; m holds that state already.
    """
    is_fixed = problem.sweep.mode == "fixed"
    choice = _fixed_field(problem.sweep) if is_fixed else _adaptive_field(problem.sweep)
    accepted = _accept(problem.sweep, keeps_states=keeps_states)
    judged = (
        accepted if is_fixed else ["if keep {", *_indent(accepted), "} else {", *_reject(), "}"]
    )
    body = [
        *choice,
        *_trial(problem, method),
        *flipped_lines(problem, counting),
        *_judge(problem.sweep, is_fixed=is_fixed),
        *judged,
    ]
    return [
        *_variables(problem.sweep, resume, is_fixed=is_fixed),
        *_columns(),
        *flipped_quantities(problem, counting),
        "",
        f"for {_goes_on(problem.sweep, is_fixed=is_fixed)} {{",
        *_indent(body),
        "}",
        f"SaveAs(m, {_snapshot('final', 'good_H')})",
        "Flush()",
    ]


def _indent(lines: Sequence[str]) -> list[str]:
    return ["\t" + line for line in lines]


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _variables(sweep: FieldSweep, resume: ResumePoint | None, *, is_fixed: bool) -> list[str]:
    """Return what is known between two trials; names in mx3 do not tell capitals apart."""
    start = layout.ResumePoint(index=-1, mu0_H_T=sweep.start_T, M_over_Ms=1.0)
    at = resume or start
    lines = [
        "// the last accepted state",
        f"index := {number(at.index)}",
        "good := m.Buffer().HostCopy()",
        f"good_H := {number(at.mu0_H_T)}",
        f"good_M := {number(at.M_over_Ms)}",
        f"slope := {number(at.slope or 0.0)}",
        f"has_slope := {_flag(at.slope is not None)}",
        f"dropped := {number(at.has_dropped)}",
        f"jumped := {_flag(at.has_jumped)}",
        f"good_flipped := {number(at.flipped)}",
        "// the present trial",
        f"trials := {0 if resume is None else 1}",
        "mu0_H := good_H",
        "M_h := good_M",
        "accepted := 1.0",
        "jump := 0.0",
        "flipped := good_flipped",
    ]
    if is_fixed:
        return lines
    return [
        *lines,
        "// the drop that is being narrowed, if one is, and whether the trial is taken as it comes",
        f"narrowing := {_flag(at.dropped_at is not None)}",
        f"lower := {number(at.mu0_H_T if at.dropped_at is None else at.dropped_at)}",
        "settle := false",
    ]


def _columns() -> list[str]:
    """Return the table's columns: a column can only be added before the first row."""
    variables = {
        layout.FIELD: "mu0_H",
        layout.M_OVER_MS: "M_h",
        layout.INDEX: "index",
        layout.ACCEPTED: "accepted",
        layout.JUMP: "jump",
        layout.DROPPED: "dropped",
        layout.FLIPPED: "flipped",
    }
    lines = []
    for column, variable in variables.items():
        name, _, unit = column.partition(" ")
        lines.append(f'TableAddVar({variable}, "{name}", "{unit.strip("()")}")')
    quantities = ("m_full", "B_ext", "Edens_total", "maxTorque", "NEval")
    return [*lines, *(f"TableAdd({quantity})" for quantity in quantities)]


def _goes_on(sweep: FieldSweep, *, is_fixed: bool) -> str:
    """Return the condition of the loop."""
    if is_fixed:
        return f"index < {len(sweep.fixed_fields()) - 1}"
    end = f"good_H > {number(sweep.stop_T)} + {_NEGLIGIBLE_T!r}"
    return f"index < 0 || narrowing || {end if sweep.until_stop else f'({end} && good_M > 0)'}"


def _fixed_field(sweep: FieldSweep) -> list[str]:
    return [
        f"if index == {position - 1} {{ mu0_H = {number(field)} }}"
        for position, field in enumerate(sweep.fixed_fields())
    ]


def _adaptive_field(sweep: FieldSweep) -> list[str]:
    """Return the choice of the next field, that of solver/sweep.py."""
    start, stop = number(sweep.start_T), number(sweep.stop_T)
    smallest, largest = number(sweep.smallest_step_T), number(sweep.largest_step_T)
    after_drop = number(max(min(sweep.largest_step_T, STEP_AFTER_DROP_T), sweep.smallest_step_T))
    scale = f"1e{FIELD_DIGITS}"
    stations = sorted({0.0, *sweep.snapshots_T})
    return [
        "settle = index < 0",
        "if index < 0 {",
        f"\tmu0_H = {start}",
        "} else {",
        "\tif narrowing {",
        f"\t\tsteps_left := ceil((good_H - lower) / {smallest} - 1e-6)",
        "\t\tsettle = steps_left <= 1",
        "\t\tif settle {",
        "\t\t\t// once more: it may stand where a longer step made it fall",
        "\t\t\tmu0_H = lower",
        "\t\t} else {",
        "\t\t\tif dropped > 0 {",
        f"\t\t\t\tmu0_H = good_H - {smallest}",
        "\t\t\t} else {",
        f"\t\t\t\tmu0_H = good_H - floor(steps_left / 2) * {smallest}",
        "\t\t\t}",
        "\t\t}",
        "\t} else {",
        f"\t\tstride := {largest}",
        f"\t\tif dropped > 0 && good_M > 0 {{ stride = {after_drop} }}",
        f"\t\tmu0_H = max(good_H - stride, {stop})",
        # from below: the highest station within the step is the one that stays
        *(
            f"\t\tif mu0_H < {number(field)} && {number(field)} < good_H - {_NEGLIGIBLE_T!r} "
            f"{{ mu0_H = {number(field)} }}"
            for field in stations
        ),
        "\t}",
        "}",
        f"mu0_H = floor(mu0_H * {scale} + 0.5) / {scale}",
    ]


def _trial(problem: Problem, method: Method) -> list[str]:
    """Return one relaxation at mu0_H and the reading of M along the field."""
    h = [float(value) for value in unit_vector(problem.sweep.direction)]
    field = ", ".join(f"mu0_H * {number(value)}" if value != 0 else "0" for value in h)
    along = " + ".join(
        f"m_full.Comp({c}).Average() * {number(value)}" for c, value in enumerate(h) if value != 0
    )
    mean_Ms = float(np.mean(problem.per_cell("Ms")))
    return [
        'print(sprintf("trial %.0f: mu0 H = %.9g T", trials + 1, mu0_H))',
        f"B_ext = vector({field})",
        *kick_lines(problem),
        _CALLS[method],
        "trials++",
        f"M_h = ({along}) / {number(mean_Ms)}",
        f'Expect("M along the field over Ms", M_h, 0, {_BROKEN_M})',
    ]


def _judge(sweep: FieldSweep, *, is_fixed: bool) -> list[str]:
    """Return the test for an irreversible drop since the last accepted state."""
    lines = [
        "fall := good_M - M_h",
        "jump = 0",
        f"if has_slope && fall > {JUMP_IN_M!r} && "
        f"fall > {JUMP_OVER_SLOPE!r} * abs(slope * (good_H - mu0_H)) {{ jump = 1 }}",
    ]
    if is_fixed:
        return lines
    finest = number(sweep.smallest_step_T * (1 + 1e-6))
    return [
        *lines,
        "falls := M_h <= 0 || (jump > 0 && dropped == 0)",
        "// cells that turned over tell a drop that M alone does not",
        f"lost := falls || (dropped == 0 && flipped - good_flipped > {FLIPPED_FRACTION!r})",
        f"keep := settle || good_M <= 0 || !lost || good_H - mu0_H <= {finest}",
    ]


def _reject() -> list[str]:
    return [
        "\t// the step back: this trial lost too much",
        "\taccepted = 0",
        "\tTableSave()",
        f"\t{_VERDICT}",
        "\tm.SetArray(good)",
        "\tlower = mu0_H",
        "\tnarrowing = true",
    ]


def _accept(sweep: FieldSweep, *, keeps_states: bool) -> list[str]:
    narrowed = [] if sweep.mode == "fixed" else ["if lost || settle { narrowing = false }"]
    falls = "M_h <= 0 || jump > 0" if sweep.mode == "fixed" else "falls"
    kept = ['SaveAs(m, sprintf("state_%06.0f.ovf", index))'] if keeps_states else []
    return [
        "accepted = 1",
        "index++",
        f"if {falls} {{ dropped = 1 }}",
        *narrowed,
        "TableSave()",
        _VERDICT,
        *kept,
        *_snapshots(sweep),
        "if index > 0 && jump == 0 && good_H != mu0_H {",
        "\tslope = (good_M - M_h) / (good_H - mu0_H)",
        "\thas_slope = true",
        "}",
        "good = m.Buffer().HostCopy()",
        "good_H = mu0_H",
        "good_M = M_h",
        "good_flipped = flipped",
    ]


def _snapshot(reason: str, field: str, index: str = "index") -> str:
    return f'sprintf("{reason}_%06.0f_%+.4fT.ovf", {index}, {field})'


def _snapshots(sweep: FieldSweep) -> list[str]:
    """Return what is stored at remanence, at chosen fields, and around Hp and Hc."""
    chosen = [field for field in sorted(set(sweep.snapshots_T), reverse=True) if field != 0]
    return [
        f"if mu0_H == 0 {{ SaveAs(m, {_snapshot('remanence', '0.0')}) }}",
        *(
            f"if mu0_H == {number(field)} {{ SaveAs(m, {_snapshot('chosen', 'mu0_H')}) }}"
            for field in chosen
        ),
        "first_jump := jump > 0 && !jumped",
        "crosses := index > 0 && good_M > 0 && M_h <= 0",
        "if first_jump || crosses {",
        "\tnow_m := m.Buffer().HostCopy()",
        "\tm.SetArray(good)",
        f"\tif first_jump {{ SaveAs(m, {_snapshot('before_Hp', 'good_H', 'index - 1')}) }}",
        f"\tif crosses {{ SaveAs(m, {_snapshot('before_Hc', 'good_H', 'index - 1')}) }}",
        "\tm.SetArray(now_m)",
        f"\tif first_jump {{ SaveAs(m, {_snapshot('Hp', 'mu0_H')}) }}",
        f"\tif crosses {{ SaveAs(m, {_snapshot('Hc', 'mu0_H')}) }}",
        "\tjumped = jumped || first_jump",
        "}",
    ]

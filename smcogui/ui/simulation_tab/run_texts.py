"""What the Simulation tab says about a run, in sentences; no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.runs.state import RunState
from smcogui.ui.simulation_tab.run_picture import LiveReadings
from smcogui.units import decimal_text
from smcogui.units.durations import duration_text

if TYPE_CHECKING:
    from smcogui.design.design import Design
    from smcogui.ui.field_unit import FieldUnit
    from smcogui.ui.simulation_tab.live_run import LiveRun

_NONE: Final = LiveReadings()
PRESS_RUN: Final = (
    "Press Run (F5) to compute the M–H curve of the design.\n"
    "It grows here while the fields are passed; Hc and Hp are marked when they are found."
)
WAS_DONE: Final = (
    "This design was computed already; its run is shown, and nothing was computed again. "
    "Another seed gives another realisation; Jobs, Run again computes this one anew."
)
_WHERE_THE_LOG_IS: Final = "The whole log stands in Jobs and log (Ctrl+J)."
_INTERRUPTED: Final = {RunState.CANCELLED, RunState.LOST}


def state_text(state: RunState) -> str:
    """Return a run's state in words, and what can be done about it."""
    return f"{state.words}; can be resumed" if state in _INTERRUPTED else state.words


def title_text(design: Design) -> str:
    """Return which design this is about: name, mesh and number of half-cycles."""
    domain, cell = design.domain * 1e9, design.mesh.cell * 1e9
    dimension = design.mesh.dimension.replace("d", "-D")
    return (
        f"{design.name}: {domain:g} nm domain, {cell:g} nm cells, {dimension}, "
        f"{design.run.cycles} half-cycle{'' if design.run.cycles == 1 else 's'}"
    )


def empty_text(live: LiveRun | None, *, is_chosen: bool, has_runs: bool) -> str:
    """Return what stands in the place of the curve while there is none.

    Parameters
    ----------
    live : LiveRun or None
        What is known of the run that is shown.
    is_chosen : bool
        Whether a run is shown.
    has_runs : bool
        Whether the project has any.
    """
    if not is_chosen:
        others = "\nOr choose a run in the list below to see its curve." if has_runs else ""
        return f"{PRESS_RUN}{others}"
    if live is None or live.step_count:
        return "Reading the run…"
    if live.state.is_active:
        return (
            "The run is at work; its first point is on its way.\n"
            "The magnet is first relaxed in the first field, which takes longer than the next ones."
        )
    return "This run ended before its first point; Jobs and log (Ctrl+J) tells why."


def run_text(live: LiveRun, unit: FieldUnit) -> str:
    """Return where a run stands and what it has found so far."""
    words = [f"Run {live.handle.run_id}: {state_text(live.state)}"]
    if live.state is RunState.RUNNING and live.eta_s is not None:
        words.append(f"about {duration_text(live.eta_s)} to go")
    readings = None if live.picture is None else live.picture.readings
    if readings is not None and readings.mu0_Hc_T is not None:
        words.append(f"Hc {unit.text(readings.mu0_Hc_T)}")
        words.append(f"Hp {unit.text(readings.mu0_Hp_T)} ({readings.hp_reading})")
        words.append(f"Φp {_phi_p(readings)}, simulated{' so far' if live.state.is_active else ''}")
    if live.message and live.state is not RunState.RUNNING:
        words.append(live.message)
    return ", ".join(words)


def trouble_text(live: LiveRun) -> str:
    """Return the last warning or error of a run and where the others are; empty without any."""
    if not live.troubles:
        return ""
    more = len(live.troubles) - 1
    others = f" {more} earlier warning{'' if more == 1 else 's'} before it." if more else ""
    return f"{live.troubles[-1].message.rstrip('.')}.{others} {_WHERE_THE_LOG_IS}"


def readings_html(readings: LiveReadings | None, unit: FieldUnit) -> str:
    """Return how Hc and both Hp are read, with those of the run where there are any."""
    found = readings or _NONE
    rows = (
        ("Hc", found.mu0_Hc_T, "field at which M·h, the magnetisation along the field, passes 0."),
        (
            "Hp (jump)",
            found.mu0_Hp_jump_T,
            "first irreversible drop of M/Ms by more than 0.02 and by more than five times what "
            "the slope before it foretells. It marks depinning: a wall, or a whole grain, lets go.",
        ),
        (
            "Hp (slope)",
            found.mu0_Hp_slope_T,
            "first point, on fields 0.1 T apart, at which −d(M/Ms)/d(μ₀H) is above 0.13 per tesla. "
            "It answers to reversible rotation too, so that it lies lower when the field stands at "
            "an angle.",
        ),
    )
    lines = "".join(
        f"<p><b>{name}: {unit.text(value)}</b>"
        f"{'' if value is None else ', simulated'}<br>{text}</p>"
        for name, value, text in rows
    )
    chosen = (
        f"<p>Φp = (Hc − Hp)/Hc = {_phi_p(found)} takes Hp by the {found.hp_reading}, as the "
        "preset of the design has it.</p>"
        if readings is not None
        else "<p>Φp = (Hc − Hp)/Hc takes Hp by the jump in the physical preset, by the slope in "
        "the paper preset.</p>"
    )
    return (
        f"{lines}{chosen}<p>Each is read on every half-cycle and averaged; both Hp are stored with "
        "the run and stand in the Analysis table. “–” means that not all half-cycles have it.</p>"
    )


def _phi_p(readings: LiveReadings) -> str:
    return decimal_text(readings.Phi_p, 3)

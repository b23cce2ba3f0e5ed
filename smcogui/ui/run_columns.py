"""Columns of the tables of runs: inputs from the design, results from what the run wrote."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final

from smcogui.ui.widgets.run_table import Column

if TYPE_CHECKING:
    from smcogui.app.session import RunRecord

NO_RUNS: Final = "No runs yet. Run a design (F5) and it is listed here."
"""What stands in the place of the rows while there are none."""


def _result(
    key: str,
    title: str,
    decimals: int,
    tip: str,
    *,
    is_field: bool = False,
    is_energy: bool = False,
) -> Column:
    def value(run: RunRecord) -> float | None:
        found = None if run.result is None else run.result.get(key)
        return None if found is None else float(found)

    return Column(
        title=title,
        value=value,
        decimals=decimals,
        is_field=is_field,
        is_energy=is_energy,
        tip=tip,
    )


def _spread(key: str, title: str, decimals: int, tip: str, *, is_field: bool = False) -> Column:
    def value(run: RunRecord) -> float | None:
        spread = {} if run.result is None else run.result.get("spread") or {}
        found = spread.get(key)
        return None if found is None else float(found)

    return Column(title=title, value=value, decimals=decimals, is_field=is_field, tip=tip)


def _started(run: RunRecord) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created_s))


_NAME = Column(
    title="Name",
    value=lambda run: run.name,
    is_name=True,
    tip="Name of the design; where several runs have it, the beginning of their ids too.",
)
_STATE = Column(
    title="State",
    value=lambda run: run.state.words,
    tip="Where the run stands.",
)
_HC = _result(
    "mu0_Hc_T",
    "Hc ({unit})",
    2,
    "Coercive field, mean of the half-cycles; simulated.",
    is_field=True,
)
_HP = _result(
    "mu0_Hp_T", "Hp ({unit})", 2, "Pinning field by the preset's reading; simulated.", is_field=True
)
_PHI_P = _result("Phi_p", "Φp", 3, "(Hc − Hp) / Hc; simulated.")
_STARTED = Column(title="Started", value=_started, tip="When the run was first started.")

_SOLVER = Column(
    title="Solver",
    value=lambda run: run.info.engine.label,
    tip="What computed it, and its version.",
)

SHORT_COLUMNS: Final = (_NAME, _STATE, _HC, _HP, _PHI_P, _SOLVER, _STARTED)

ALL_COLUMNS: Final = (
    _NAME,
    _STATE,
    _HC,
    _spread(
        "mu0_Hc_T",
        "± Hc ({unit})",
        2,
        "Standard deviation of Hc over the half-cycles.",
        is_field=True,
    ),
    _HP,
    _PHI_P,
    _spread("Phi_p", "± Φp", 3, "Standard deviation of Φp over the half-cycles."),
    _result(
        "mu0_Hp_jump_T",
        "Hp jump ({unit})",
        2,
        "First irreversible jump above 2 % of Ms.",
        is_field=True,
    ),
    _result(
        "mu0_Hp_slope_T",
        "Hp slope ({unit})",
        2,
        "First point where −d(M/Ms)/d(μ₀H) is above 0.13 per T.",
        is_field=True,
    ),
    _result("field_resolution_T", "Resolution ({unit})", 2, "Field step at Hc.", is_field=True),
    _result("Mr_over_Ms", "Mr/Ms", 3, "Remanence over saturation."),
    _result("BHmax_kJ_m3", "(BH)max ({energy})", 1, "Largest energy product.", is_energy=True),
    Column(title="L (nm)", value=lambda run: run.design.parameters.L * 1e9, decimals=1),
    Column(title="d (nm)", value=lambda run: run.design.parameters.d * 1e9, decimals=1),
    Column(title="wS (nm)", value=lambda run: run.design.parameters.w_S * 1e9, decimals=2),
    Column(title="wZ (nm)", value=lambda run: run.design.parameters.w_Z * 1e9, decimals=2),
    Column(
        title="θ (°)",
        value=lambda run: math.degrees(run.design.parameters.theta),
        decimals=1,
        tip="Half angle of the rhombus.",
    ),
    Column(
        title="α (°)",
        value=lambda run: math.degrees(run.design.alpha),
        decimals=1,
        tip="Angle of the field from the easy axis.",
    ),
    Column(title="Z phase", value=lambda run: run.design.z_phase.name),
    _result("phi_S", "φS", 3, "Nominal, w_S / L."),
    _result("phi_Z", "φZ", 3, "Nominal, w_Z / d."),
    _result("zr_at_percent", "Zr (at%)", 2, "Zirconium in the whole magnet."),
    Column(title="Cell (nm)", value=lambda run: run.design.mesh.cell * 1e9, decimals=2),
    Column(title="Domain (nm)", value=lambda run: run.design.domain * 1e9, decimals=0),
    Column(title="Half-cycles", value=lambda run: run.design.run.cycles, decimals=0),
    Column(title="Seed", value=lambda run: run.design.run.seed, decimals=0),
    Column(title="Preset", value=lambda run: run.design.preset),
    Column(title="Exchange", value=lambda run: run.design.solver.exchange_rule),
    _SOLVER,
    _result("wall_s", "Wall time (s)", 1, "Time from start to end."),
    _result("cpu_s", "CPU time (s)", 1, "Processor time of all half-cycles."),
    _STARTED,
    Column(title="Run", value=lambda run: run.run_id, tip="Hash of everything that decides it."),
)

_LIBRARY_TITLES: Final = ("L (nm)", "d (nm)", "wS (nm)", "wZ (nm)", "α (°)", "Z phase")

LIBRARY_COLUMNS: Final = (
    _NAME,
    _HC,
    _PHI_P,
    Column(title="Tags", value=lambda run: ", ".join(run.tags), tip="Tags given to the run."),
    _STATE,
    _SOLVER,
    _HP,
    *(column for column in ALL_COLUMNS if column.title in _LIBRARY_TITLES),
    _STARTED,
)

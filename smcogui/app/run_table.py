"""The table of runs that is exported: its columns, in the units chosen, and one row per run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from smcogui.data.table_files import TableColumn
from smcogui.design.canonical import NM, to_degrees, to_unit
from smcogui.design.describe import structure_words
from smcogui.errors import InputError
from smcogui.units import ENERGY_UNITS, FIELD_UNITS, from_tesla

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smcogui.data.store import RunRecord

Extent = Literal["all", "short"]
"""Every column, or those that fit onto a page."""

# Key in T, title, LaTeX, whether a spread over the half-cycles is kept.
_FIELDS: Final = (
    ("mu0_Hc_T", "Hc", r"H_\mathrm{c}", True),
    ("mu0_Hp_T", "Hp", r"H_\mathrm{p}", True),
    ("mu0_Hp_jump_T", "Hp (jump)", r"H_\mathrm{p}^\mathrm{jump}", False),
    ("mu0_Hp_slope_T", "Hp (slope)", r"H_\mathrm{p}^\mathrm{slope}", False),
    ("field_resolution_T", "field resolution", r"\Delta H", False),
    ("mu0_Hk_T", "Hk", r"H_\mathrm{k}", False),
    ("mu0_HcB_T", "HcB", r"H_\mathrm{cB}", False),
)
_INPUTS: Final = (
    TableColumn(key="run_id", title="Run"),
    TableColumn(key="name", title="Design"),
    TableColumn(key="state", title="State"),
    TableColumn(key="preset", title="Preset"),
    TableColumn(key="structure", title="Structure"),
    TableColumn(key="L_nm", title="L", unit="nm", latex="$L$", decimals=2),
    TableColumn(key="d_nm", title="d", unit="nm", latex="$d$", decimals=2),
    TableColumn(key="wS_nm", title="wS", unit="nm", latex=r"$w_\mathrm{S}$", decimals=2),
    TableColumn(key="wZ_nm", title="wZ", unit="nm", latex=r"$w_\mathrm{Z}$", decimals=2),
    TableColumn(key="theta_deg", title="θ", unit="°", latex=r"$\theta$", decimals=1),
    TableColumn(key="alpha_deg", title="α", unit="°", latex=r"$\alpha$", decimals=0),
    TableColumn(key="z_phase", title="Z phase"),
)
_PHI_P: Final = TableColumn(key="Phi_p", title="Φp", latex=r"$\Phi_\mathrm{p}$", decimals=3)
_PHI_P_SD: Final = TableColumn(
    key="Phi_p_sd", title="± Φp", latex=r"$\pm\Phi_\mathrm{p}$", decimals=3
)
_REMANENCE: Final = TableColumn(
    key="Mr_over_Ms", title="Mr/Ms", latex=r"$M_\mathrm{r}/M_\mathrm{s}$", decimals=3
)
_NUMERICS: Final = (
    TableColumn(key="squareness", title="Hk/Hc", latex=r"$H_\mathrm{k}/H_\mathrm{c}$", decimals=3),
    TableColumn(key="phi_S", title="φS", latex=r"$\phi_\mathrm{S}$", decimals=3),
    TableColumn(key="phi_Z", title="φZ", latex=r"$\phi_\mathrm{Z}$", decimals=3),
    TableColumn(key="zr_at_percent", title="Zr", unit="at%", decimals=2),
    TableColumn(key="cell_nm", title="Cell", unit="nm", decimals=2),
    TableColumn(key="domain_nm", title="Domain", unit="nm", decimals=0),
    TableColumn(key="cycles", title="Half-cycles"),
    TableColumn(key="seed", title="Seed"),
    TableColumn(key="exchange_rule", title="Exchange"),
    TableColumn(key="solver", title="Solver"),
)
_SHORT_INPUTS: Final = ("name", "L_nm", "d_nm", "wS_nm", "wZ_nm", "alpha_deg", "z_phase")
_SHORT_FIELDS: Final = ("mu0_Hc_T", "mu0_Hp_T")


def run_columns(
    field_unit: str = "T", energy_unit: str = "kJ/m³", extent: Extent = "all"
) -> list[TableColumn]:
    """Return the columns of a table of runs.

    Parameters
    ----------
    field_unit : {"T", "kA/m", "kOe"}
    energy_unit : {"kJ/m³", "MGOe"}
    extent : {"all", "short"}
        Short leaves out what does not fit onto a page.

    Raises
    ------
    InputError
        If a unit is not known.
    """
    check_unit("field_unit", field_unit, FIELD_UNITS)
    check_unit("energy_unit", energy_unit, ENERGY_UNITS)
    is_short = extent == "short"
    inputs = [c for c in _INPUTS if not is_short or c.key in _SHORT_INPUTS]
    fields = [row for row in _FIELDS if not is_short or row[0] in _SHORT_FIELDS]
    columns = [*inputs]
    for key, title, latex, has_spread in fields:
        columns.append(_field_column(key, title, latex, field_unit))
        if has_spread:
            columns.append(_field_column(key, title, latex, field_unit, spread=True))
    columns += [_PHI_P, _PHI_P_SD, _REMANENCE]
    columns += [] if is_short else [TableColumn(key="Mr_over_Ms_sd", title="± Mr/Ms", decimals=3)]
    columns.append(_energy_column(energy_unit))
    if not is_short:
        columns += [_energy_column(energy_unit, spread=True), *_NUMERICS]
    return columns


def run_row(record: RunRecord, field_unit: str = "T", energy_unit: str = "kJ/m³") -> dict[str, Any]:
    """Return design and readings of a run in one row; what is not known yet is None."""
    result = record.result or {}
    spread = result.get("spread") or {}
    row = {**_design_values(record), "zr_at_percent": result.get("zr_at_percent")}
    for key, *_, has_spread in _FIELDS:
        found = in_field_unit(key, result.get(key), spread.get(key), field_unit)
        row |= found if has_spread else {field_key(key, field_unit): next(iter(found.values()))}
    for key in ("Phi_p", "Mr_over_Ms"):
        row[key], row[f"{key}_sd"] = result.get(key), spread.get(key)
    row["squareness"] = result.get("squareness")
    energy = _energy_key(energy_unit)
    row[energy] = _in_energy_unit(result.get("BHmax_kJ_m3"), energy_unit)
    row[f"{energy}_sd"] = _in_energy_unit(spread.get("BHmax_kJ_m3"), energy_unit)
    return row


def field_columns(keys_in_T: Sequence[str], field_unit: str) -> list[TableColumn]:
    """Return the columns of fields and, behind each, of their spread."""
    columns = []
    for key, title, latex, _ in _FIELDS:
        if key in keys_in_T:
            columns += [
                _field_column(key, title, latex, field_unit, spread=spread)
                for spread in (False, True)
            ]
    return columns


def in_field_unit(
    key_in_T: str, value: float | None, sd: float | None, field_unit: str
) -> dict[str, float | None]:
    """Return a field and its spread, given in T, under their keys in a unit."""
    key = field_key(key_in_T, field_unit)
    return {key: _in_field_unit(value, field_unit), f"{key}_sd": _in_field_unit(sd, field_unit)}


def field_key(key_in_T: str, field_unit: str) -> str:
    """Return the key of a field in a unit: ``mu0_Hc_T`` in kA/m is ``Hc_kA_m``."""
    if field_unit == "T":
        return key_in_T
    return key_in_T.removeprefix("mu0_").removesuffix("_T") + "_" + field_unit.replace("/", "_")


def check_unit(key: str, unit: str, known: Mapping[str, Any]) -> None:
    """Refuse a unit that is not known; raises :class:`InputError`."""
    if unit not in known:
        allowed = ", ".join(known)
        raise InputError(
            f"{key} is {unit!r}; allowed are {allowed}", key=key, given=unit, allowed=allowed
        )


def _design_values(record: RunRecord) -> dict[str, Any]:
    design, parameters = record.design, record.design.parameters
    return {
        "run_id": record.run_id,
        "name": record.name,
        "state": record.state.words,
        "preset": design.preset,
        "structure": structure_words(design),
        "L_nm": to_unit(parameters.L, NM),
        "d_nm": to_unit(parameters.d, NM),
        "wS_nm": to_unit(parameters.w_S, NM),
        "wZ_nm": to_unit(parameters.w_Z, NM),
        "theta_deg": to_degrees(parameters.theta),
        "alpha_deg": to_degrees(design.alpha),
        "z_phase": design.z_phase.name,
        "phi_S": parameters.phi_S,
        "phi_Z": parameters.phi_Z,
        "cell_nm": to_unit(design.mesh.cell, NM),
        "domain_nm": to_unit(design.domain, NM),
        "cycles": design.run.cycles,
        "seed": design.run.seed,
        "exchange_rule": design.solver.exchange_rule,
        "solver": record.info.engine.label,
    }


def _field_column(
    key: str, title: str, latex: str, field_unit: str, *, spread: bool = False
) -> TableColumn:
    is_flux = field_unit == "T"
    sign, sign_latex, tail = ("± ", r"\pm ", "_sd") if spread else ("", "", "")
    before, before_latex = ("μ₀", r"\mu_0 ") if is_flux and title.startswith("H") else ("", "")
    return TableColumn(
        key=field_key(key, field_unit) + tail,
        title=f"{sign}{before}{title}",
        unit=field_unit,
        latex=f"${sign_latex}{before_latex}{latex}$",
        decimals=FIELD_UNITS[field_unit].decimals,
    )


def _energy_column(energy_unit: str, *, spread: bool = False) -> TableColumn:
    sign, sign_latex, tail = ("± ", r"\pm ", "_sd") if spread else ("", "", "")
    return TableColumn(
        key=_energy_key(energy_unit) + tail,
        title=f"{sign}(BH)max",
        unit=energy_unit,
        latex=rf"${sign_latex}(BH)_\mathrm{{max}}$",
        decimals=ENERGY_UNITS[energy_unit].decimals,
    )


def _energy_key(energy_unit: str) -> str:
    return "BHmax_" + energy_unit.replace("/", "_").replace("³", "3")


def _in_field_unit(mu0_H_T: float | None, unit: str) -> float | None:
    if mu0_H_T is None:
        return None
    # Tesla stays as the run wrote it, to the last digit.
    return mu0_H_T if unit == "T" else round(FIELD_UNITS[unit].from_si(from_tesla(mu0_H_T)), 9)


def _in_energy_unit(kJ_m3: float | None, unit: str) -> float | None:
    if kJ_m3 is None:
        return None
    return kJ_m3 if unit == "kJ/m³" else round(ENERGY_UNITS[unit].from_si(1e3 * kJ_m3), 9)

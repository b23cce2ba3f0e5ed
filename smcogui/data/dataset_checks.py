"""Whether a table is a dataset: columns, types, ranges, duplicates; faults with row and column."""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING, Any, Final

from smcogui.data.dataset import ADDED_LATER, COLUMNS, QUALITY, schema
from smcogui.data.dataset_rules import IDENTITY
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_TOLD: Final = 5
_TINY: Final = 1e-9
_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "L_nm": (_TINY, 1000),
    "d_nm": (_TINY, 1000),
    "wS_nm": (_TINY, 1000),
    "wZ_nm": (_TINY, 1000),
    "theta_deg": (5, 60),
    "alpha_deg": (0, 90),
    "layer_thickness_nm": (0, 1000),
    "k_gb": (0, 100),
    "interface_factor": (0, 100),
    "A_z_pJ_m": (0, 1000),
    "K_z_MJ_m3": (-1000, 1000),
    "Ms_z_kA_m": (_TINY, 10_000),
    "phi_S": (0, 1),
    "phi_Z": (0, 1),
    "counted_1_5": (0, 1),
    "counted_Z": (0, 1),
    "zr_at_percent": (0, 100),
    "mu0_Hc_T": (-100, 100),
    "mu0_Hc_sd_T": (0, 100),
    "mu0_Hp_jump_T": (-100, 100),
    "mu0_Hp_slope_T": (-100, 100),
    "Phi_p": (0, 1),
    "Phi_p_sd": (0, 100),
    "Mr_over_Ms": (-1.0001, 1.0001),
    "BHmax_kJ_m3": (0, 10_000),
    "cell_nm": (_TINY, 100),
    "domain_nm": (_TINY, 100_000),
    "cycles": (1, 1000),
    "field_resolution_T": (0, 10),
    "attempts": (1, 1000),
    "cpu_s": (0, math.inf),
}
_MAY_BE_EMPTY: Final = frozenset(
    {
        *("mu0_Hc_T", "mu0_Hc_sd_T", "mu0_Hp_jump_T", "mu0_Hp_slope_T", "Phi_p", "Phi_p_sd"),
        *("Mr_over_Ms", "BHmax_kJ_m3", "squareness", "mu0_Hk_T", "field_resolution_T"),
        *("counted_1_5", "counted_Z", "zr_at_percent", "cpu_s", "repairs"),
        *ADDED_LATER,
    }
)
_WORDS: Final = {"dimension": ("2d", "3d"), "demag": ("on", "off")}
_NOT_ABOVE: Final = (("wS_nm", "L_nm"), ("wZ_nm", "d_nm"), ("cell_nm", "domain_nm"))


def check_table(rows: Sequence[Mapping[str, Any]], place: str) -> list[dict[str, Any]]:
    """Return the rows of a table of designs with values of the types that the schema names.

    Parameters
    ----------
    rows : sequence of mapping
        Values as a file gives them: text, numbers or None.
    place : str
        Name of the file, for messages. Row 1 is the first behind the head.

    Raises
    ------
    InputError
        If columns are missing or not known, values have the wrong type or are out of range, or
        rows are there twice. The message names the first faults with row and column, and counts
        them all.
    """
    if not rows:
        raise InputError(f"{place} holds no rows", key="rows", given="0", allowed="at least one")
    _check_columns(list(rows[0]), place)
    typed: list[dict[str, Any]] = []
    faults: list[str] = []
    types = {key: spec["type"] for key, spec in schema()["properties"].items()}
    for number, row in enumerate(rows, start=1):
        values = {}
        for key in COLUMNS:
            values[key], fault = _typed(row.get(key), types[key], key)
            if fault:
                faults.append(f"row {number}, {key}: {fault}")
        faults += [f"row {number}, {fault}" for fault in _faults_between(values)]
        typed.append(values)
    faults += _duplicates(typed)
    if faults:
        more = f"; and {len(faults) - MOST_TOLD} more" if len(faults) > MOST_TOLD else ""
        raise InputError(
            f"{place} is no dataset: {'; '.join(faults[:MOST_TOLD])}{more}. Nothing was imported",
            key="dataset",
            given=place,
            allowed="a table as docs/formats.md describes it",
        )
    return typed


def _check_columns(names: list[str], place: str) -> None:
    strange = [name for name in names if name not in COLUMNS]
    missing = [name for name in COLUMNS if name not in (*names, *ADDED_LATER)]
    if not strange and not missing:
        return
    parts = []
    for name in strange[:MOST_TOLD]:
        near = difflib.get_close_matches(name, missing or list(COLUMNS), n=1, cutoff=0.3)
        parts.append(f"column {name!r} is not known" + (f" (is it {near[0]}?)" if near else ""))
    if missing:
        parts.append(f"columns are missing: {', '.join(missing)}")
    raise InputError(
        f"{place} is no dataset: {'; '.join(parts)}. Every column has its unit in its name; "
        "nothing was imported",
        key="columns",
        given=", ".join(names),
        allowed=", ".join(COLUMNS),
    )


def _typed(value: Any, kind: str | list[str], key: str) -> tuple[Any, str]:
    """Return a value of the right type and what is wrong with it; empty for nothing."""
    if value is None or value == "":
        if kind == "string":
            return "", "" if key in _MAY_BE_EMPTY else "it is empty"
        return None, "" if key in _MAY_BE_EMPTY else "it is empty"
    if kind == "string":
        return str(value), _fault_of_word(str(value), key)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None, f"{value!r} is no number"
    if not math.isfinite(number):
        return None, f"{value!r} is not finite"
    low, high = _RANGES.get(key, (-math.inf, math.inf))
    if not low <= number <= high:
        return number, f"{number:g} is out of range; allowed is {low:g} to {high:g}"
    if "integer" in kind:
        return int(number), "" if number == int(number) else f"{number:g} is no whole number"
    return number, ""


def _fault_of_word(value: str, key: str) -> str:
    if key == "quality":
        strange = [flag for flag in value.split(", ") if flag not in {"ok", *QUALITY}]
        return f"{strange[0]!r} is no flag of quality" if strange else ""
    if key in _WORDS and value not in _WORDS[key]:
        return f"{value!r}; allowed is {' or '.join(_WORDS[key])}"
    if key == "source" and value != "simulated":
        return f"{value!r}; allowed is simulated"
    return ""


def _faults_between(values: Mapping[str, Any]) -> Iterator[str]:
    for key, bound in _NOT_ABOVE:
        low, high = values[key], values[bound]
        if low is not None and high is not None and low > high * (1 + 1e-9):
            yield f"{key}: {low:g} is above {bound} = {high:g}"


def _duplicates(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    faults = []
    for what, keys in (("run_id", ("run_id",)), ("the design", IDENTITY)):
        first: dict[tuple[Any, ...], int] = {}
        for number, row in enumerate(rows, start=1):
            identity = tuple(row[key] for key in keys)
            if identity in first:
                faults.append(f"row {number}, run_id: {what} is that of row {first[identity]}")
            first.setdefault(identity, number)
    return faults

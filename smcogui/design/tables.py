"""The tables that ship with the program: phases, unit cells, samples from the literature."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import resources
from smcogui.design.canonical import KA_M, MJ_M3, PJ_M, from_unit
from smcogui.design.limits import check_choice
from smcogui.design.parameters import LENGTHS
from smcogui.design.phases import MagneticPhase

Z_PHASES: Final = ("Lit", "DFT", "Mod")
"""Names of the shipped constants of the Z phase."""
PHASES: Final = ("2:17", "1:5", *Z_PHASES)

ELEMENTS: Final = ("Sm", "Co", "Cu", "Fe", "Zr")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCell:
    """Volume in m³ and atoms of a unit cell (Suppl. Table 2)."""

    volume: float
    atoms: int
    zr_atoms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteratureRow:
    """One sample of Suppl. Table 1; None where the paper gives no number.

    ``number`` is its row in the table, from 1; ``composition`` holds at% by element; lengths are in
    nm, as in the table.
    """

    number: int
    reference: int
    citation: str
    sample: str
    preparation: str
    composition: dict[str, float]
    L_nm: float | None
    d_nm: float | None
    wS_nm: float | None
    wZ_nm: float | None


@cache
def load_phase(name: str) -> MagneticPhase:
    """Return the constants of a shipped phase (Suppl. Table 4).

    Parameters
    ----------
    name : {"2:17", "1:5", "Lit", "DFT", "Mod"}

    Raises
    ------
    InputError
        If there is no phase of this name.
    """
    check_choice("material.z_phase", name, PHASES)
    row = _table("tables/phases.toml")["phases"][name]
    return MagneticPhase(
        name=name,
        Ms=from_unit(row["Ms_kA_m"], KA_M),
        Aex=from_unit(row["A_pJ_m"], PJ_M),
        Ku1=from_unit(row["K_MJ_m3"], MJ_M3),
    )


@cache
def load_unit_cell(name: str) -> UnitCell:
    """Return the unit cell of ``2:17``, ``1:5`` or ``Z`` (Suppl. Table 2)."""
    row = _table("tables/unit_cells.toml")["cells"][name]
    return UnitCell(volume=row["volume_A3"] * 1e-30, atoms=row["atoms"], zr_atoms=row["zr_atoms"])


@cache
def literature_rows() -> tuple[LiteratureRow, ...]:
    """Return the samples of Suppl. Table 1, in the order of the paper."""
    citations = _table("tables/literature.toml")["references"]
    text = resources.path("tables/literature.csv").read_text(encoding="utf-8")
    found = enumerate(csv.DictReader(text.splitlines()), start=1)
    return tuple(_literature_row(number, row, citations) for number, row in found)


def _literature_row(number: int, row: dict[str, str], citations: dict[str, str]) -> LiteratureRow:
    lengths = {key: float(row[key]) if row[key] else None for key in LENGTHS}
    return LiteratureRow(
        number=number,
        reference=int(row["reference"]),
        citation=citations[row["reference"]],
        sample=row["sample"],
        preparation=row["preparation"],
        composition={element: float(row[f"{element}_at_percent"]) for element in ELEMENTS},
        **lengths,
    )


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.path(name).read_text(encoding="utf-8"))

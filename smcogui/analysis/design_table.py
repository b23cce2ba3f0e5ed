"""Designs with their readings as columns of numbers: what statistics and figures are made of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A column as figures name it: ``L`` in ``nm``."""

    key: str
    symbol: str
    unit: str = ""

    @property
    def label(self) -> str:
        """Symbol with its unit, for axes."""
        return f"{self.symbol} ({self.unit})" if self.unit else self.symbol


QUANTITIES: Final[Mapping[str, Quantity]] = {
    each.key: each
    for each in (
        Quantity(key="L_nm", symbol="L", unit="nm"),
        Quantity(key="d_nm", symbol="d", unit="nm"),
        Quantity(key="wS_nm", symbol="wS", unit="nm"),
        Quantity(key="wZ_nm", symbol="wZ", unit="nm"),
        Quantity(key="alpha_deg", symbol="α", unit="°"),
        Quantity(key="Ms_z_kA_m", symbol="Ms(Z)", unit="kA/m"),
        Quantity(key="sigma_dw_z_mJ_m2", symbol="σdw(Z)", unit="mJ/m²"),
        Quantity(key="l_dw_z_nm", symbol="ldw(Z)", unit="nm"),
        Quantity(key="mu0_Hc_T", symbol="μ₀Hc", unit="T"),
        Quantity(key="mu0_Hp_T", symbol="μ₀Hp", unit="T"),
        Quantity(key="Phi_p", symbol="Φp"),
        Quantity(key="Mr_over_Ms", symbol="Mr/Ms"),
        Quantity(key="BHmax_kJ_m3", symbol="(BH)max", unit="kJ/m³"),
        Quantity(key="phi_S", symbol="φS"),
        Quantity(key="phi_Z", symbol="φZ"),
        Quantity(key="zr_at_percent", symbol="Zr", unit="at%"),
    )
}
GEOMETRY: Final = ("L_nm", "d_nm", "wS_nm", "wZ_nm")
ALPHA: Final = "alpha_deg"
Z_PHASE: Final = ("Ms_z_kA_m", "sigma_dw_z_mJ_m2", "l_dw_z_nm")
INPUTS: Final = (*GEOMETRY, ALPHA, *Z_PHASE)
"""The paper's eight inputs, in the order in which surrogates take them."""
READINGS: Final = ("mu0_Hc_T", "Phi_p")
"""The paper's two outputs."""
ALL_READINGS: Final = ("mu0_Hc_T", "mu0_Hp_T", "Phi_p", "Mr_over_Ms", "BHmax_kJ_m3")
"""Every reading of a design; the paper's two among them."""
INPUT_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    **{key: (key,) for key in (*GEOMETRY, ALPHA)},
    "z_phase": Z_PHASE,
}
"""What is varied on its own: the constants of the Z phase come as sets, and so go together."""
_GROUP_SYMBOLS: Final = {"z_phase": "Z phase"}
_DIGITS: Final = 6
_OFTEN_MISSING: Final = ("mu0_Hp_slope_T", "mu0_Hp_jump_T", "Mr_over_Ms", "BHmax_kJ_m3")
"""Columns that a table of another program may lack."""


def symbol_of(key: str) -> str:
    """Return the symbol of a column or of a group of inputs."""
    return _GROUP_SYMBOLS[key] if key in _GROUP_SYMBOLS else QUANTITIES[key].symbol


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignTable:
    """Simulated designs.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (n,)
        A column for each of :data:`QUANTITIES`; NaN where a reading is undefined.
    run_ids, z_names : tuple of str
        Names of the runs and of the Z phases.
    groups : ndarray of int, shape (n,)
        Number of the structure: designs that differ in angle or Z phase alone have the same one,
        and are no independent samples of the geometry.
    """

    columns: Mapping[str, Array]
    run_ids: tuple[str, ...]
    z_names: tuple[str, ...]
    groups: Rows

    def __len__(self) -> int:
        """Return the number of designs."""
        return len(self.run_ids)

    def __getitem__(self, key: str) -> Array:
        """Return a column."""
        return self.columns[key]

    def matrix(self, keys: Sequence[str]) -> Array:
        """Return columns side by side, shape (n, len(keys))."""
        return np.column_stack([self.columns[key] for key in keys])

    def take(self, rows: NDArray[Any]) -> DesignTable:
        """Return some of the designs, by number or mask; a number may come twice."""
        chosen = np.arange(len(self))[rows]
        return DesignTable(
            columns={key: values[chosen] for key, values in self.columns.items()},
            run_ids=tuple(self.run_ids[row] for row in chosen),
            z_names=tuple(self.z_names[row] for row in chosen),
            groups=self.groups[chosen],
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return the designs as rows; None where a reading is undefined."""
        columns = {
            key: [None if math.isnan(value) else value for value in values.tolist()]
            for key, values in self.columns.items()
        }
        return [
            {
                "run_id": run_id,
                "z_phase": z_name,
                **{key: values[row] for key, values in columns.items()},
                "source": "simulated",
            }
            for row, (run_id, z_name) in enumerate(zip(self.run_ids, self.z_names, strict=True))
        ]

    def known(self, key: str) -> DesignTable:
        """Return the designs that have a reading."""
        return self.take(np.isfinite(self.columns[key]))


def design_table(rows: Sequence[Mapping[str, Any]]) -> DesignTable:
    """Return rows of a dataset as columns.

    Parameters
    ----------
    rows : sequence of mapping
        With the columns of :mod:`smcogui.data.dataset`.

    Raises
    ------
    InputError
        If there are none.
    """
    if not rows:
        raise InputError(
            "there are no simulated designs to analyse; run some first, or name a dataset",
            key="dataset",
            given="0 designs",
            allowed="at least one",
        )
    columns = {key: np.array([_number(_value(row, key)) for row in rows]) for key in QUANTITIES}
    geometry = np.column_stack([columns[key] for key in GEOMETRY])
    groups = np.unique(np.round(geometry, _DIGITS), axis=0, return_inverse=True)[1].reshape(-1)
    return DesignTable(
        columns=columns,
        run_ids=tuple(str(row["run_id"]) for row in rows),
        z_names=tuple(str(row["z_phase"]) for row in rows),
        groups=groups,
    )


def _value(row: Mapping[str, Any], key: str) -> Any:
    """Return a value of a row; Hp as the preset reads it, like surrogates do."""
    if key == "mu0_Hp_T":
        key = "mu0_Hp_slope_T" if row["preset"] == "paper" else "mu0_Hp_jump_T"
    return row.get(key) if key in _OFTEN_MISSING else row[key]


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)

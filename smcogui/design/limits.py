"""The allowed ranges of a design in the units of its file: the one place that knows them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NoReturn

from smcogui.errors import InputError

MAX_CELLS: Final = 64_000_000
"""Most cells of a mesh: about 40 GB of memory in 3-D."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """An allowed range: ``low`` to ``high`` in ``unit``, without ``low`` itself if ``low_open``."""

    low: float
    high: float
    low_open: bool = False
    unit: str = ""

    def holds(self, value: float) -> bool:
        """Whether the value is finite and inside."""
        above = value > self.low if self.low_open else value >= self.low
        # The comparisons come first: isfinite overflows on a huge integer.
        return above and value <= self.high and math.isfinite(value)

    def describe(self) -> str:
        """Return the range in words, such as ``above 0 and at most 1000 nm``."""
        unit = f" {self.unit}" if self.unit else ""
        if self.low_open:
            return f"above {_plain(self.low)} and at most {_plain(self.high)}{unit}"
        return f"{_plain(self.low)} to {_plain(self.high)}{unit}"


def _plain(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:.15g}"


def _above_zero(high: float, unit: str) -> Limit:
    return Limit(low=0, high=high, low_open=True, unit=unit)


LIMITS: Final[dict[str, Limit]] = {
    "nanostructure.L_nm": _above_zero(1000, "nm"),
    "nanostructure.d_nm": _above_zero(1000, "nm"),
    "nanostructure.wS_nm": _above_zero(1000, "nm"),
    "nanostructure.wZ_nm": _above_zero(1000, "nm"),
    "nanostructure.theta_deg": Limit(low=5, high=60, unit="°"),
    "nanostructure.offsets": Limit(low=-1000, high=1000, unit="nm"),
    "material.z_phase.A_pJ_m": _above_zero(1000, "pJ/m"),
    "material.z_phase.K_MJ_m3": _above_zero(1000, "MJ/m³"),
    "material.z_phase.Ms_kA_m": _above_zero(5000, "kA/m"),
    "material.z_phase.sigma_dw_mJ_m2": _above_zero(1000, "mJ/m²"),
    "material.z_phase.l_dw_nm": _above_zero(1000, "nm"),
    "grain_boundary.thickness_nm": _above_zero(1000, "nm"),
    "grain_boundary.k_gb": Limit(low=0, high=1),
    "mesh.domain_nm": _above_zero(4000, "nm"),
    "mesh.cell_nm": Limit(low=0.05, high=10, unit="nm"),
    "mesh.thickness_nm": _above_zero(1000, "nm"),
    "mesh.cell_z_nm": Limit(low=0.05, high=100, unit="nm"),
    "solver.interface_factor": Limit(low=0, high=10),
    "field.alpha_deg": Limit(low=0, high=90, unit="°"),
    "field.start_T": Limit(low=-100, high=100, unit="T"),
    "field.stop_T": Limit(low=-100, high=100, unit="T"),
    "field.largest_step_T": Limit(low=0.0001, high=10, unit="T"),
    "field.smallest_step_T": Limit(low=0.0001, high=10, unit="T"),
    "run.cycles": Limit(low=1, high=1000),
    "run.seed": Limit(low=0, high=2**63 - 1),
}


def check_number(key: str, value: float) -> None:
    """Refuse a number outside :data:`LIMITS`.

    Parameters
    ----------
    key : str
        Key of the design file, such as ``nanostructure.L_nm``.
    value : float
        The number in the unit of that key.

    Raises
    ------
    InputError
        If it is not finite or outside.
    """
    limit = LIMITS[key]
    if not limit.holds(value):
        refuse(key, value, limit.describe())


def check_choice(key: str, value: str, choices: tuple[str, ...]) -> None:
    """Refuse a word that is not among ``choices``; raises :class:`InputError`."""
    if value not in choices:
        refuse(key, repr(value), ", ".join(choices))


def refuse(key: str, given: object, allowed: str, advice: str = "") -> NoReturn:
    """Raise the :class:`InputError` that says what was given and what is allowed."""
    given_text = f"{given:.12g}" if isinstance(given, float) else str(given)
    tail = f" {advice}" if advice else ""
    raise InputError(
        f"{key} is {given_text}; allowed is {allowed}.{tail}",
        key=key,
        given=given_text,
        allowed=allowed,
    )

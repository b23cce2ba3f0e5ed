"""Names that the script and whoever follows its run share: files, columns, snapshots.

MuMax3 starts in the folder of the script and of the files that it loads; whatever it writes goes
into its output folder. All names are made of letters, digits and ``_ . + -``, which every file
system takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from solver.drops import FLIPPED_FRACTION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCRIPT_FILE: Final = "half_cycle.mx3"
REGIONS_SUFFIX: Final = ".regions.ovf"
"""Behind the script's name: the region ids that the script loads."""
START_SUFFIX: Final = ".start.ovf"
"""Behind the script's name: the state that it begins with, if not saturation."""

LOADED_REGIONS_FILE: Final = "regions_loaded.ovf"
"""In the output folder: the region ids as MuMax3 has them."""
TABLE_FILE: Final = "table.txt"
LOG_FILE: Final = "log.txt"

# Columns of the table, by the words of its header line.
FIELD: Final = "mu0_H (T)"
M_OVER_MS: Final = "M_over_Ms (1)"
INDEX: Final = "index (1)"
"""Number of the last accepted state, from 0."""
ACCEPTED: Final = "accepted (1)"
"""1 for a state of the curve, 0 for a trial that lost too much and was taken back."""
JUMP: Final = "jump (1)"
DROPPED: Final = "dropped (1)"
"""1 from the first drop on: a reversal, or a jump on the way to it."""
FLIPPED: Final = "flipped (1)"
"""Fraction of the cells that point against the start along the easy axis."""
MOMENTS: Final = ("m_fullx (A/m)", "m_fully (A/m)", "m_fullz (A/m)")
APPLIED: Final = ("B_extx (T)", "B_exty (T)", "B_extz (T)")
ENERGY_DENSITY: Final = "Edens_total (J/m3)"
MAX_TORQUE: Final = "maxTorque (T)"
EVALUATIONS: Final = "NEval ()"
"""Torques, and so demagnetising fields, computed so far."""
COLUMNS: Final = (
    *(FIELD, M_OVER_MS, INDEX, ACCEPTED, JUMP, DROPPED, FLIPPED),
    *(*MOMENTS, *APPLIED, ENERGY_DENSITY, MAX_TORQUE, EVALUATIONS),
)
"""The columns that the script adds to those that every table has (t, mx, my, mz)."""

VERDICT: Final = (INDEX, FIELD, M_OVER_MS, ACCEPTED, JUMP, DROPPED, FLIPPED)
"""What the script also prints of every row: MuMax3 writes the table every five seconds only."""
VERDICT_WORD: Final = "row"
_VERDICT_LINE = re.compile(rf"//{VERDICT_WORD}((?: [-+\d.e]+){{{len(VERDICT)}}})")

REASONS: Final = ("remanence", "chosen", "before_Hp", "Hp", "before_Hc", "Hc", "final")
"""Reasons of a snapshot, the first part of its file's name."""
_SNAPSHOT = re.compile(rf"({'|'.join(REASONS)})_(\d{{6}})_([+-]\d+\.\d+)T\.ovf")
_STATE = re.compile(r"state_(\d{6})\.ovf")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotName:
    """What the name of a snapshot says: the reason, the state's number, the field in T."""

    reason: str
    index: int
    mu0_H_T: float


def parse_snapshot(name: str) -> SnapshotName | None:
    """Return what the name of a file in the output folder says, or None if it is no snapshot."""
    match = _SNAPSHOT.fullmatch(name)
    if match is None:
        return None
    reason, index, field = match.groups()
    return SnapshotName(reason=reason, index=int(index), mu0_H_T=float(field))


def parse_verdict(line: str) -> dict[str, float] | None:
    """Return the row that a line of MuMax3's output tells, or None if it is another line."""
    match = _VERDICT_LINE.fullmatch(line.strip())
    if match is None:
        return None
    try:
        return dict(zip(VERDICT, map(float, match[1].split()), strict=True))
    except ValueError:
        return None


def state_file(index: int) -> str:
    """Return the name of the file with an accepted state, which a resumed run goes on from."""
    return f"state_{index:06d}.ovf"


def parse_state(name: str) -> int | None:
    """Return the number of the accepted state that a file holds, or None if it is no such file."""
    match = _STATE.fullmatch(name)
    return None if match is None else int(match[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePoint:
    """Where a half-cycle goes on: everything that the script knows between two trials.

    Parameters
    ----------
    index : int
        Number of the last accepted state.
    mu0_H_T, M_over_Ms : float
        Its field in T and its M·h over the mean Ms.
    dropped_at : float or None
        A field in T at which the state is known to drop, where that is being narrowed.
    slope : float or None
        Last reversible slope d(M/Ms)/d(mu0 H) in 1/T.
    flipped : float
        Fraction of the cells that point against the start.
    has_dropped, has_jumped : bool
    """

    index: int
    mu0_H_T: float
    M_over_Ms: float
    dropped_at: float | None = None
    slope: float | None = None
    flipped: float = 0.0
    has_dropped: bool = False
    has_jumped: bool = False


def resume_point(rows: Sequence[Mapping[str, float]], index: int) -> ResumePoint | None:
    """Return where the half-cycle of a table goes on from one of its accepted states.

    Parameters
    ----------
    rows : sequence of mapping
        The table's complete rows, values by the names of :data:`COLUMNS`; rows of an earlier run
        that this one went on from come first.
    index : int
        Number of the state whose file is at hand.

    Returns
    -------
    ResumePoint or None
        None where the table lacks the row of that state or one before it.
    """
    states: list[Mapping[str, float]] = []
    dropped_at: float | None = None
    for row in rows:
        if row[INDEX] > index:
            break
        if row[ACCEPTED] == 1 and row[INDEX] == len(states):
            if _is_lost(row, states[-1:]):
                dropped_at = None
            states.append(row)
        elif row[ACCEPTED] == 0 and states:
            dropped_at = row[FIELD]
    if len(states) != index + 1:
        return None
    last = states[-1]
    if dropped_at is not None and dropped_at >= last[FIELD]:
        dropped_at = None
    return ResumePoint(
        index=index,
        mu0_H_T=last[FIELD],
        M_over_Ms=last[M_OVER_MS],
        dropped_at=dropped_at,
        slope=_last_slope(states),
        flipped=last[FLIPPED],
        has_dropped=last[DROPPED] == 1,
        has_jumped=any(row[JUMP] == 1 for row in states),
    )


def _is_lost(row: Mapping[str, float], before: Sequence[Mapping[str, float]]) -> bool:
    """Return whether an accepted state lost what is narrowed, as the script judges it."""
    if row[M_OVER_MS] <= 0:
        return True
    if not before or before[-1][DROPPED] == 1:
        return False
    return row[JUMP] == 1 or row[FLIPPED] - before[-1][FLIPPED] > FLIPPED_FRACTION


def _last_slope(states: Sequence[Mapping[str, float]]) -> float | None:
    for after in range(len(states) - 1, 0, -1):
        step = states[after - 1][FIELD] - states[after][FIELD]
        if step != 0 and states[after][JUMP] == 0:
            return (states[after - 1][M_OVER_MS] - states[after][M_OVER_MS]) / step
    return None

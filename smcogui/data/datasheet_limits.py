"""What a dataset cannot say, counted from its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smcogui.design.canonical import NM, to_unit
from smcogui.design.mesh_advice import lattice_pinning_field
from smcogui.design.tables import Z_PHASES, load_phase
from smcogui.units import MU0

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smcogui.data.dataset_parts import TakenPart
    from smcogui.design.design import Design


def known_limits(parts: Sequence[TakenPart]) -> list[str]:
    """Return the known limits of the sets of a dataset, a sentence or two each."""
    rows = [row for part in parts for row in part.table]
    designs = [row.record.design for part in parts for row in part.rows]
    return [
        *(text for part in parts for text in _missing_readings(part)),
        *_z_phases(rows),
        *_mesh(rows, designs),
        *_offsets(designs),
        *_model(rows),
    ]


def _missing_readings(part: TakenPart) -> Iterator[str]:
    """Tell how many designs of a set lack a reading, and why."""
    name, total = part.part.name, len(part.table)
    standing = [row for row in part.table if row["mu0_Hc_T"] is None]
    if standing:
        yield (
            f"{name}: {len(standing)} of {total} designs have no Hc, since at least one half-cycle "
            "is not reversed at its last field."
        )
    unread = [r for r in part.table if r["mu0_Hc_T"] is not None and r["Phi_p"] is None]
    smooth = sum(row["mu0_Hp_jump_T"] is None for row in unread)
    if unread:
        yield (
            f"{name}: {len(unread)} of {total} designs have Hc and no Phi_p; {smooth} of them "
            "since at least one half-cycle has no irreversible drop of more than 2 % of Ms to "
            "read Hp from. They are no random part of the designs: what is learned of Phi_p is "
            "learned of the others."
        )


def _z_phases(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Name the shipped Z phases that are missing, with what the mesh would do to them."""
    cell = max(row["cell_nm"] for row in rows)
    here = {row["z_phase"] for row in rows}
    for name in Z_PHASES:
        if name in here:
            continue
        phase = load_phase(name)
        length = to_unit(phase.exchange_length, NM)
        coarse, fine = (
            lattice_pinning_field(phase, edge) * MU0 for edge in (cell * 1e-9, cell * 0.5e-9)
        )
        yield (
            f"The Z phase {name} is missing: its √(A/K) is {length:.2f} nm. Cells of {cell:g} nm "
            f"alone would pin its walls up to {coarse:.2g} T, cells of {cell / 2:g} nm up to "
            f"{fine:.2g} T."
        )


def _mesh(rows: Sequence[dict[str, Any]], designs: Sequence[Design]) -> Iterator[str]:
    cells = _list(sorted({row["cell_nm"] for row in rows}))
    pinned = sum("mesh_pinning" in row["quality"] for row in rows)
    thin = sum("thin_wall" in row["quality"] for row in rows)
    yield (
        f"Cells of {cells} nm: the mesh alone pins walls a little in every phase (flag "
        f"mesh_pinning where it is 0.2 T or more: {pinned} designs), and {thin} designs have a "
        "wall or a gap thinner than two cells (thin_wall)."
    )
    dimensions = sorted({design.mesh.dimension for design in designs})
    if dimensions == ["2d"]:
        yield (
            "Cross-sections (2-D): the structure goes on unchanged along the third axis. Domains "
            "are periodic and hold few cells of the structure."
        )


def _offsets(designs: Sequence[Design]) -> Iterator[str]:
    random = sum(design.offsets == "random" for design in designs)
    if random:
        yield (
            f"The offsets of the pattern are random for every half-cycle ({random} of "
            f"{len(designs)} designs), from the seed in the table: the same command gives the "
            "same numbers, another seed others, by the scatter in the columns ending in _sd."
        )


def _model(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield (
        "Energy minima followed in a falling field: no thermal activation, no dynamics, one easy "
        "axis, ideal and sharp boundaries, no demagnetising field of a body. BHmax and "
        "squareness are those of such a curve."
    )
    steps = [row["field_resolution_T"] for row in rows if row["field_resolution_T"] is not None]
    if steps:
        yield f"Fields are resolved to {max(steps):.3g} T at Hc or better (field_resolution_T)."


def _list(values: Sequence[float]) -> str:
    return " and ".join(f"{value:g}" for value in values)

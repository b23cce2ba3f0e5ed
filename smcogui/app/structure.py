"""Files of a design's structure and fields, for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.data.exporters import file_to_write, write_vti
from smcogui.data.state_file import REGION_LABELS
from smcogui.data.stl import write_stl
from smcogui.data.store import load_state
from smcogui.design.canonical import NM, to_degrees, to_unit
from smcogui.design.design_file import design_to_toml
from smcogui.design.nanostructure import build_nanostructure
from smcogui.design.phases import Phase
from smcogui.design.problem import EASY_AXIS, make_problem
from smcogui.errors import InputError
from smcogui.rendering.voxel_faces import cell_triangles
from solver.mesh import AXES, EXACT, OPEN
from solver.mumax3.ovf import write_ovf
from solver.mumax3.script import write_mx3
from solver.problem import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.design.design import Design
    from smcogui.design.nanostructure import Nanostructure
    from solver.problem import Problem

KINDS: Final = ("ovf", "vti", "stl", "csv", "mx3")
_UNIT_TOLERANCE: Final = 1e-2


def check_cycle(design: Design, cycle: int) -> None:
    """Refuse a half-cycle that the design does not have.

    Raises
    ------
    InputError
    """
    if not 0 <= cycle < design.run.cycles:
        raise InputError(
            f"--cycle is {cycle}; the design has the half-cycles 0 to {design.run.cycles - 1}",
            key="cycle",
            given=str(cycle),
            allowed=f"0 to {design.run.cycles - 1}",
        )


def export_structure(design: Design, path: Path, kind: str, cycle: int = 0) -> Path:
    """Write the region ids of one half-cycle, and ``PATH.json`` beside the file.

    Parameters
    ----------
    design : Design
    path : Path
    kind : {"ovf", "vti", "stl", "csv", "mx3"}
        ``stl`` writes the surfaces of all phases, the region id in the attribute of each facet,
        and beside it one file per phase (``STEM-region-1.stl``); ``mx3`` writes a MuMax3 script
        and, as ``PATH.regions.ovf``, the regions that it loads.
    cycle : int
        Half-cycle, which decides random offsets.

    Returns
    -------
    Path
        ``PATH.json``.

    Raises
    ------
    InputError
        If the design has no such half-cycle, or ``kind`` is not known.
    RunFolderError
        If the file cannot be written.
    """
    check_cycle(design, cycle)
    structure = build_nanostructure(design, cycle)
    problem = make_problem(design, structure, cycle)
    facts_path = path.with_name(path.name + ".json")
    with file_to_write(path):
        _write_regions(structure, problem, path, kind)
        facts = structure_facts(design, structure, problem, cycle)
        content = json.dumps(facts, indent=2, allow_nan=False)
        write_atomically(facts_path, content.encode())
    return facts_path


def structure_facts(
    design: Design,
    structure: Nanostructure,
    problem: Problem,
    cycle: int,
) -> dict[str, Any]:
    """Return what the region ids mean: phases, easy axis, periodicity, offsets, the design."""
    fractions = structure.volume_fractions()
    lengths = zip(("o_plus", "o_minus", "platelets"), structure.offsets, strict=True)
    return {
        "name": design.name,
        "cycle": cycle,
        "mesh": {
            "cells": list(structure.mesh.cells),
            "cell_size_nm": [to_unit(edge, NM) for edge in structure.mesh.cell_size],
            "pbc": dict(zip(AXES, map(_periodicity, structure.mesh.pbc), strict=True)),
        },
        "easy_axis": list(EASY_AXIS),
        "field_direction": list(problem.sweep.direction),
        "alpha_deg": to_degrees(design.alpha),
        "offsets_nm": {name: to_unit(length, NM) for name, length in lengths},
        "phases": {str(int(phase)): phase.label for phase in Phase},
        "regions": [
            {
                "region": int(phase),
                "phase": phase.label,
                "material": structure.phases[phase].name,
                "Ms_A_m": material.Ms,
                "Aex_J_m": material.Aex,
                "Ku1_J_m3": material.Ku1,
                "easy_axis": list(material.easy_axis),
                "fraction": fractions[phase],
            }
            for phase, material in zip(Phase, problem.materials, strict=True)
        ],
        "exchange_rule": problem.options.exchange_rule,
        "interface_factor": problem.options.interface_factor,
        "seed": design.run.seed,
        "design": design_to_toml(design),
    }


def export_fields(design: Design, state: Path, mu0_H_T: float, out: Path, cycle: int = 0) -> Path:
    """Write the four fields of a state as OVF files in A/m (8 bytes a number).

    Parameters
    ----------
    design : Design
    state : Path
        OVF file of unit vectors on the design's mesh.
    mu0_H_T : float
        Applied field in T along the design's field direction.
    out : Path
        Folder for exchange.ovf, anisotropy.ovf, zeeman.ovf, demag.ovf and energies.json.
    cycle : int

    Returns
    -------
    Path
        ``energies.json``.

    Raises
    ------
    InputError
        If the state is not on the design's mesh or not of unit length, or the field not finite.
    RunFolderError
        If the folder cannot be written.
    """
    from solver.fields import evaluate_fields

    check_cycle(design, cycle)
    if not np.isfinite(mu0_H_T):
        raise InputError(
            f"--mu0H is {mu0_H_T}; a finite number in T is needed",
            key="mu0H",
            given=str(mu0_H_T),
            allowed="a finite number in T",
        )
    structure = build_nanostructure(design, cycle)
    problem = make_problem(design, structure, cycle)
    m = load_state(state, problem.mesh)
    _check_unit(m, state)
    fields = evaluate_fields(problem, m, mu0_H_T)
    path = out / "energies.json"
    with file_to_write(path):
        for name, field in fields.by_name().items():
            write_ovf(
                out / f"{name}.ovf",
                field,
                problem.mesh,
                title=f"H_{name}",
                unit="A/m",
                double=True,
                origin=problem.mesh.lower_corner,
            )
        facts = {**fields.energies, "mu0_H_T": mu0_H_T, "cycle": cycle, "state": str(state)}
        write_atomically(path, json.dumps(facts, indent=2, allow_nan=False).encode())
    return path


def _check_unit(m: np.ndarray[Any, np.dtype[np.float64]], path: Path) -> None:
    if not np.isfinite(m).all():
        z, y, x = (int(index) for index in np.argwhere(~np.isfinite(m).all(axis=0))[0])
        raise InputError(
            f"{path} holds what is not a finite number at cell (x, y, z) = ({x}, {y}, {z})",
            key="state",
            given="NaN or infinity",
            allowed="unit vectors",
        )
    norm = np.sqrt((m * m).sum(axis=0))
    if not bool((np.abs(norm - 1) < _UNIT_TOLERANCE).all()):
        worst = float(norm.flat[int(np.argmax(np.abs(norm - 1)))])
        raise InputError(
            f"{path} is not made of unit vectors: one has the length {worst:.6g}. Divide the "
            "magnetisation by Ms cell by cell",
            key="state",
            given=f"{worst:.6g}",
            allowed="unit vectors",
        )


def _write_regions(structure: Nanostructure, problem: Problem, path: Path, kind: str) -> None:
    regions = structure.regions
    if kind == "ovf":
        write_ovf(
            path,
            regions[np.newaxis].astype(np.float32),
            structure.mesh,
            title="region",
            unit="1",
            labels=REGION_LABELS,
            origin=structure.mesh.lower_corner,
        )
    elif kind == "vti":
        write_vti(path, structure.mesh, {"region": regions})
    elif kind == "stl":
        _write_surfaces(structure, path)
    elif kind == "csv":
        write_atomically(path, _cell_table(structure).encode())
    elif kind == "mx3":
        write_mx3(problem, path)
    else:
        raise InputError(
            f"the kind of export is {kind!r}; allowed are {', '.join(KINDS)}",
            key="kind",
            given=kind,
            allowed=", ".join(KINDS),
        )


def _write_surfaces(structure: Nanostructure, path: Path) -> None:
    """Write closed surfaces in nm; an endless body gets the depth of one cell."""
    x, y, z = (to_unit(edge, NM) for edge in structure.mesh.cell_size)
    # The surfaces lie around their centre; z is to count from the lower face.
    lift = np.array((0.0, 0.0, structure.mesh.cells[2] * z / 2), dtype=np.float32)
    surfaces = {
        phase: cell_triangles(mask, (x, y, z)) + lift
        for phase in Phase
        if (mask := structure.regions == phase).any()
    }
    for phase, triangles in surfaces.items():
        write_stl(path.with_name(f"{path.stem}-region-{int(phase)}.stl"), triangles, int(phase))
    regions = np.concatenate([np.full(len(each), int(p)) for p, each in surfaces.items()])
    write_stl(path, np.concatenate(list(surfaces.values())), regions)


def _cell_table(structure: Nanostructure) -> str:
    """Return one row per cell, x fastest: its centre in nm and its region.

    x and y count from the domain's middle, z from its lower face, as in every exported file.
    """
    mesh = structure.mesh
    nz, ny, _ = mesh.shape
    x, y, z = (
        [f"{to_unit(lower + (i + 0.5) * edge, NM):.6g}" for i in range(n)]
        for n, edge, lower in zip(mesh.cells, mesh.cell_size, mesh.lower_corner, strict=True)
    )
    lines = ["x_nm,y_nm,z_nm,region"]
    for k in range(nz):
        for j in range(ny):
            row = zip(x, structure.regions[k, j], strict=True)
            lines.extend(f"{left},{y[j]},{z[k]},{region}" for left, region in row)
    return "\n".join(lines) + "\n"


def _periodicity(images: int) -> str:
    if images == OPEN:
        return "open"
    return "periodic, infinitely many images" if images == EXACT else f"periodic, {images} images"

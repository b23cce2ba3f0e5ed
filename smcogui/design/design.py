"""A design: everything that a person chooses before a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Final, Literal, get_args

from smcogui.design.canonical import NM, snap, snap_angle, to_degrees, to_unit
from smcogui.design.limits import MAX_CELLS, check_choice, check_number, refuse
from smcogui.design.parameters import (
    LARGE_DOMAIN,
    LARGE_L,
    SMALL_DOMAIN,
    FieldChoice,
    GrainBoundary,
    MeshChoice,
    NanostructureParameters,
    RunChoice,
    SolverChoice,
)
from smcogui.design.phases import MagneticPhase, Phase
from smcogui.design.region_map import RegionMap  # noqa: TC001  (pydantic asks for it)
from smcogui.design.tables import Z_PHASES, load_phase

Preset = Literal["physical", "paper"]
HpReading = Literal["jump", "slope"]
Offsets = Literal["random", "centred"] | tuple[float, float, float]

USER_PHASE: Final = "user"
LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Geometry, material, field, mesh and numerics of one magnet design.

    Parameters
    ----------
    name : str
        Shown in tables.
    preset : {"physical", "paper"}
        Where the choices that the file leaves out come from (docs/physics.md).
    parameters : NanostructureParameters
    z_phase : MagneticPhase
        The Z phase; its name is Lit, DFT, Mod (then the shipped constants) or user.
    alpha : float
        Angle between the field and the easy axis in rad.
    grain_boundary, mesh, solver, field, run
        See :mod:`smcogui.design.parameters`.
    region_map : RegionMap or None
        A cross-section that is drawn in place of the parametric one, under the layer of the grain
        boundary; ``parameters`` are then estimates of it, which nothing is built from.
    offsets : "random", "centred" or tuple of float
        Where the pattern lies: drawn for each half-cycle; o₊ = o₋ = L/2 and platelets at d/2; or
        o₊, o₋ and the platelets' offset in m.

    Raises
    ------
    InputError
        If a value is not allowed, a wall is thinner than a cell or there are too many cells.
    """

    name: str
    preset: Preset = "physical"
    parameters: NanostructureParameters
    z_phase: MagneticPhase
    alpha: float
    grain_boundary: GrainBoundary = dataclass_field(default_factory=GrainBoundary)
    offsets: Offsets = "random"
    mesh: MeshChoice = dataclass_field(default_factory=MeshChoice)
    solver: SolverChoice = dataclass_field(default_factory=SolverChoice)
    field: FieldChoice = dataclass_field(default_factory=FieldChoice)
    run: RunChoice = dataclass_field(default_factory=RunChoice)
    region_map: RegionMap | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)
        check_choice("preset", self.preset, get_args(Preset))
        object.__setattr__(self, "alpha", snap_angle(self.alpha))
        check_number("field.alpha_deg", to_degrees(self.alpha))
        _check_z_phase(self.z_phase)
        object.__setattr__(self, "offsets", _checked_offsets(self.offsets))
        _check_walls(self)
        _check_cells(self)

    @property
    def hp_reading(self) -> HpReading:
        """Which reading of Hp the preset shows; both are stored with every curve."""
        return "slope" if self.preset == "paper" else "jump"

    @property
    def domain(self) -> float:
        """Edge of the domain along x and y in m, as asked for; that of the map where one is."""
        if self.region_map is not None:
            return self.region_map.length
        if self.mesh.domain is not None:
            return self.mesh.domain
        return SMALL_DOMAIN if self.parameters.L < LARGE_L else LARGE_DOMAIN

    @property
    def cells(self) -> tuple[int, int, int]:
        """Number of cells (nx, ny, nz): the whole number nearest to domain over cell."""
        n = max(1, round(self.domain / self.mesh.cell))
        if self.mesh.dimension == "2d":
            return n, n, 1
        return n, n, max(1, round(self.mesh.thickness / self.mesh.cell_z))

    def phases(self) -> dict[Phase, MagneticPhase]:
        """Return the magnetic constants of every phase, present or not."""
        cell = load_phase("2:17")
        layer = replace(cell, name="grain boundary", Ku1=self.grain_boundary.k_gb * cell.Ku1)
        return {
            Phase.CELL_2_17: cell,
            Phase.BOUNDARY_1_5: load_phase("1:5"),
            Phase.Z_PLATELET: self.z_phase,
            Phase.GRAIN_BOUNDARY: layer,
        }


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        refuse("name", repr(name[:40]), f"1 to {LONGEST_NAME} printable characters")


def _check_z_phase(phase: MagneticPhase) -> None:
    check_choice("material.z_phase", phase.name, (*Z_PHASES, USER_PHASE))
    check_number("material.z_phase.A_pJ_m", to_unit(phase.Aex, 1e12))
    check_number("material.z_phase.K_MJ_m3", to_unit(phase.Ku1, 1e-6))
    check_number("material.z_phase.Ms_kA_m", to_unit(phase.Ms, 1e-3))
    if phase.name != USER_PHASE and phase != load_phase(phase.name):
        refuse(
            "material.z_phase",
            f"{phase.name!r} with other constants",
            f"the shipped constants of {phase.name}",
            f"Constants of your own go under the name {USER_PHASE!r}.",
        )


def _checked_offsets(offsets: Offsets) -> Offsets:
    if isinstance(offsets, str):
        if offsets not in get_args(get_args(Offsets)[0]):
            allowed = "random, centred, or three numbers in nm"
            refuse("nanostructure.offsets", repr(offsets), allowed)
        return offsets
    if len(offsets) != 3:
        refuse("nanostructure.offsets", f"{len(offsets)} numbers", "three numbers in nm")
    for value in offsets:
        check_number("nanostructure.offsets", to_unit(value, NM))
    o_plus, o_minus, platelets = (snap(value, NM) for value in offsets)
    return o_plus, o_minus, platelets


def _check_walls(design: Design) -> None:
    """Refuse walls that the mesh cannot show at all."""
    cell = to_unit(design.mesh.cell, NM)
    walls = {
        "nanostructure.wS_nm": design.parameters.w_S,
        "nanostructure.wZ_nm": design.parameters.w_Z,
    }
    if design.region_map is not None:
        walls = {}
        _check_map_fills_domain(design, design.region_map)
    if design.grain_boundary.layer != "none":
        walls["grain_boundary.thickness_nm"] = design.grain_boundary.thickness
    for key, thickness in walls.items():
        if to_unit(thickness, NM) < cell:
            refuse(
                key,
                to_unit(thickness, NM),
                f"at least one cell, cell_nm = {cell:.12g} nm",
                "Choose a thicker wall or smaller cells.",
            )


def _check_map_fills_domain(design: Design, region_map: RegionMap) -> None:
    asked, drawn = design.mesh.domain, to_unit(region_map.length, NM)
    if asked is not None and to_unit(asked, NM) != drawn:
        refuse(
            "mesh.domain_nm",
            to_unit(asked, NM),
            f"{drawn:.12g} nm, the edge of the map of {region_map.source}",
            "Leave it out; the map decides.",
        )


def _check_cells(design: Design) -> None:
    nx, ny, nz = design.cells
    domain = design.domain
    if domain < design.mesh.cell:
        refuse(
            "mesh.domain_nm",
            to_unit(domain, NM),
            f"at least one cell, cell_nm = {to_unit(design.mesh.cell, NM):.12g} nm",
        )
    if nx * ny * nz > MAX_CELLS:
        refuse(
            "mesh.cell_nm",
            f"{to_unit(design.mesh.cell, NM):.12g} nm, which makes {nx} x {ny} x {nz} cells",
            f"at most {MAX_CELLS // 1_000_000} million cells",
            "Choose larger cells or a smaller domain.",
        )
    thickness = design.grain_boundary.thickness
    if design.grain_boundary.layer != "none" and thickness > domain / 2:
        refuse(
            "grain_boundary.thickness_nm",
            to_unit(thickness, NM),
            f"at most half of the domain, {to_unit(domain / 2, NM):.12g} nm",
        )
    if design.mesh.dimension == "3d" and design.mesh.thickness < design.mesh.cell_z:
        refuse(
            "mesh.thickness_nm",
            to_unit(design.mesh.thickness, NM),
            f"at least one cell, cell_z_nm = {to_unit(design.mesh.cell_z, NM):.12g} nm",
        )

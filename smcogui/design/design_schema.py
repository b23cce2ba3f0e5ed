"""The shape of a design file: which keys there are and of which type their values must be.

Types are strict (no "100" for 100, no true for 1) and unknown keys are refused. Ranges are checked
when the values become a Design, for files, the window and programs alike
(:mod:`smcogui.design.limits`). A key that is None was left out: the preset decides.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr
from pydantic_core import PydanticCustomError

from smcogui.design.parameters import Dimension, GrainBoundaryLayer
from solver.problem import ExchangeRule, Precision


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number", "a number")
    try:
        return float(value)
    except OverflowError as error:
        raise PydanticCustomError("number", "a number of ordinary size") from error


Number = Annotated[float, BeforeValidator(_number)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NanostructureSection(_Section):
    """[nanostructure]."""

    L_nm: Number
    d_nm: Number
    wS_nm: Number
    wZ_nm: Number
    theta_deg: Number | None = None
    offsets: StrictStr | Annotated[list[Number], Field(min_length=3, max_length=3)] | None = None


class ZConstants(_Section):
    """A Z phase by its constants."""

    A_pJ_m: Number
    K_MJ_m3: Number
    Ms_kA_m: Number


class ZDomainWall(_Section):
    """A Z phase by energy and width of its Bloch wall."""

    sigma_dw_mJ_m2: Number
    l_dw_nm: Number
    Ms_kA_m: Number


class MaterialSection(_Section):
    """[material]; a table under z_phase is validated as ZConstants or ZDomainWall afterwards."""

    z_phase: StrictStr | dict[str, object]


class GrainBoundarySection(_Section):
    """[grain_boundary]."""

    layer: GrainBoundaryLayer | None = None
    thickness_nm: Number | None = None
    k_gb: Number | None = None


class MeshSection(_Section):
    """[mesh]."""

    domain_nm: Number | None = None
    cell_nm: Number | None = None
    dimension: Dimension | None = None
    thickness_nm: Number | None = None
    cell_z_nm: Number | None = None


class SolverSection(_Section):
    """[solver]."""

    exchange_rule: ExchangeRule | None = None
    interface_factor: Number | None = None
    demag: StrictBool | None = None
    precision: Precision | None = None


class FieldSection(_Section):
    """[field]."""

    alpha_deg: Number
    start_T: Number | None = None
    stop_T: Number | None = None
    largest_step_T: Number | None = None
    smallest_step_T: Number | None = None


class RegionMapSection(_Section):
    """[region_map], as the program writes it."""

    source: StrictStr
    edge: StrictInt
    cell_nm: Number
    sha256: StrictStr
    cells: StrictStr


class RunSection(_Section):
    """[run]."""

    cycles: StrictInt | None = None
    seed: StrictInt | None = None


class DesignTable(_Section):
    """One design: the whole file, or one [[design]] table."""

    preset: Literal["physical", "paper"] = "physical"
    name: StrictStr | None = None
    nanostructure: NanostructureSection
    material: MaterialSection
    grain_boundary: GrainBoundarySection = GrainBoundarySection()
    mesh: MeshSection = MeshSection()
    solver: SolverSection = SolverSection()
    field: FieldSection
    run: RunSection = RunSection()
    region_map: RegionMapSection | None = None

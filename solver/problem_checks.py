"""What a problem may hold: every check of its parts, each naming the key that is wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TypeGuard

import numpy as np

from solver.errors import ProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from solver.mesh import Mesh
    from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions

FINEST_STEP_T: Final = 1e-6
"""Fields are rounded to 1e-9 T, so that a step cannot be arbitrarily small."""


def _require(ok: bool, key: str, given: object, allowed: str) -> None:
    if not ok:
        raise ProblemError(
            f"{key} is {given}; allowed is {allowed}", key=key, given=str(given), allowed=allowed
        )


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # a larger integer is no float
    return abs(value) <= sys.float_info.max


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def check_regions(problem: Problem) -> None:
    """Refuse regions of another shape or type, or ids without a material."""
    regions = problem.regions
    _require(regions.dtype == np.uint8, "regions", f"an array of {regions.dtype}", "uint8")
    _require(
        regions.shape == problem.mesh.shape,
        "regions",
        f"of shape {regions.shape}",
        f"(nz, ny, nx) = {problem.mesh.shape}",
    )
    highest = int(regions.max())
    _require(
        highest < len(problem.materials),
        "regions",
        f"up to {highest}",
        f"0 to {len(problem.materials) - 1}, the rows of materials",
    )


def check_material(index: int, material: RegionMaterial) -> None:
    """Refuse a material that no body can have."""
    for name in ("Ms", "Aex", "Ku1"):
        value = getattr(material, name)
        _require(_is_number(value), f"materials[{index}].{name}", value, "a finite number")
    _require(material.Ms > 0, f"materials[{index}].Ms", material.Ms, "> 0 A/m")
    _require(material.Aex >= 0, f"materials[{index}].Aex", material.Aex, ">= 0 J/m")
    _check_direction(f"materials[{index}].easy_axis", material.easy_axis)


def _check_direction(key: str, direction: object) -> None:
    ok = _is_tuple_of_numbers(direction) and len(direction) == 3 and any(direction)
    _require(ok, key, direction, "three finite numbers that are not all zero")


def _is_tuple_of_numbers(value: object) -> TypeGuard[tuple[float, ...]]:
    return isinstance(value, tuple) and all(_is_number(element) for element in value)


def check_sweep(sweep: FieldSweep) -> None:
    """Refuse a sweep that does not fall, or whose steps do not fit."""
    _require(sweep.mode in ("adaptive", "fixed"), "sweep.mode", sweep.mode, "adaptive or fixed")
    _check_direction("sweep.direction", sweep.direction)
    for name in ("start_T", "stop_T", "largest_step_T", "smallest_step_T"):
        value = getattr(sweep, name)
        _require(_is_number(value), f"sweep.{name}", value, "a finite number")
    _require(
        sweep.start_T > sweep.stop_T or (sweep.mode == "fixed" and bool(sweep.values_T)),
        "sweep.stop_T",
        sweep.stop_T,
        f"below start_T = {sweep.start_T}",
    )
    _require(
        FINEST_STEP_T <= sweep.smallest_step_T <= sweep.largest_step_T,
        "sweep.smallest_step_T",
        sweep.smallest_step_T,
        f"{FINEST_STEP_T} or more and at most largest_step_T = {sweep.largest_step_T}",
    )
    for name in ("values_T", "snapshots_T"):
        values = getattr(sweep, name)
        ok = _is_tuple_of_numbers(values)
        _require(ok, f"sweep.{name}", values, "a list of finite numbers")
    _require(
        isinstance(sweep.until_stop, bool), "sweep.until_stop", sweep.until_stop, "true or false"
    )


def check_options(options: SolverOptions, rules: Sequence[str], precisions: Sequence[str]) -> None:
    """Refuse options that the solver does not have."""
    _require(
        options.exchange_rule in rules,
        "options.exchange_rule",
        options.exchange_rule,
        " or ".join(rules),
    )
    _require(
        options.precision in precisions,
        "options.precision",
        options.precision,
        " or ".join(precisions),
    )
    _require(isinstance(options.demag, bool), "options.demag", options.demag, "true or false")
    for name in ("interface_factor", "perturbation"):
        value = getattr(options, name)
        _require(_is_number(value) and value >= 0, f"options.{name}", value, "a number >= 0")
    for name in ("torque_T", "delta_m", "max_wall_s"):
        value = getattr(options, name)
        _require(_is_number(value) and value > 0, f"options.{name}", value, "a number > 0")
    for name in ("demag_interval", "max_iterations"):
        value = getattr(options, name)
        _require(_is_count(value, 1), f"options.{name}", value, "an integer >= 1")
    _require(_is_count(options.seed, 0), "options.seed", options.seed, "an integer >= 0")


def check_state(state: NDArray[np.float64], mesh: Mesh) -> None:
    """Refuse an initial state that is not of unit vectors on the mesh."""
    _require(state.dtype.kind == "f", "initial_state", f"an array of {state.dtype}", "float")
    _require(
        state.shape == (3, *mesh.shape),
        "initial_state",
        f"of shape {state.shape}",
        f"(3, nz, ny, nx) = {(3, *mesh.shape)}",
    )
    _require(bool(np.isfinite(state).all()), "initial_state", "not finite", "finite numbers")
    norm = np.sqrt((np.asarray(state, dtype=float) ** 2).sum(axis=0))
    _require(
        bool(np.abs(norm - 1).max() < 1e-3), "initial_state", "not of unit length", "unit vectors"
    )

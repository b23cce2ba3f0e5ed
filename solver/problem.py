"""A micromagnetic problem: everything that decides the answer, and nothing else."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import math
import os
import struct
import zipfile
import zlib
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from solver.errors import ProblemError
from solver.mesh import Mesh
from solver.problem_checks import (
    check_material,
    check_options,
    check_regions,
    check_state,
    check_sweep,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT_VERSION: Final = 1
PROBLEM_FILE: Final = "problem.json"
CHECKPOINT_FILE: Final = "checkpoint.npz"
ARRAYS_FILE: Final = "arrays.npz"

UNREADABLE: Final = (
    *(OSError, ValueError, EOFError, KeyError, TypeError, AttributeError, MemoryError),
    *(NotImplementedError, RuntimeError, struct.error, zlib.error, zipfile.BadZipFile),
)
"""What numpy and zipfile raise at a file that is no archive, is cut short or is damaged."""
FIELD_DIGITS: Final = 9
"""Digits to which fields in T are rounded, so that a chosen field is met exactly."""

ExchangeRule = Literal["conservative", "mumax3_2014"]
Precision = Literal["float32", "float64"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionMaterial:
    """The material of one region id.

    Parameters
    ----------
    Ms : float
        Saturation magnetisation in A/m.
    Aex : float
        Exchange stiffness in J/m.
    Ku1 : float
        First uniaxial anisotropy constant in J/m³.
    easy_axis : tuple of float
        Direction of the easy axis; normalised on use.
    """

    Ms: float
    Aex: float
    Ku1: float
    easy_axis: tuple[float, float, float] = (0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSweep:
    """The half-cycle: a field of fixed direction that goes from ``start_T`` to ``stop_T``.

    Parameters
    ----------
    mode : {"adaptive", "fixed"}
        ``adaptive`` halves the step down to ``smallest_step_T`` at irreversible drops and ends
        after the coercive field unless ``until_stop``; ``fixed`` visits ``values_T`` or, where
        that is empty, start_T, start_T - largest_step_T, ... stop_T.
    direction : tuple of float
        Direction h of the applied field; normalised on use.
    start_T, stop_T : float
        First and last field, mu0 H in T along h.
    largest_step_T, smallest_step_T : float
        Bounds of the adaptive field step in T.
    values_T : tuple of float
        The fields of a fixed sweep in T.
    until_stop : bool
        Go on to ``stop_T`` although the coercive field is passed.
    snapshots_T : tuple of float
        Chosen fields at which the magnetisation is stored (the sweep visits them exactly).
    """

    mode: Literal["adaptive", "fixed"] = "adaptive"
    direction: tuple[float, float, float] = (0.0, 1.0, 0.0)
    start_T: float = 1.0
    stop_T: float = -12.0
    largest_step_T: float = 0.5
    smallest_step_T: float = 0.05
    values_T: tuple[float, ...] = ()
    until_stop: bool = False
    snapshots_T: tuple[float, ...] = ()

    def fixed_fields(self) -> tuple[float, ...]:
        """Return the fields of a fixed sweep in T, in the order in which they are visited."""
        if self.values_T:
            return self.values_T
        count = math.ceil((self.start_T - self.stop_T) / self.largest_step_T - 1e-9)
        fields = [self.start_T - n * self.largest_step_T for n in range(count)]
        return tuple(round(H, FIELD_DIGITS) for H in [*fields, self.stop_T])

    def progress(self, mu0_H_T: float, index: int) -> float:
        """Return the share of the sweep that is done after field step ``index``, 0 to 1."""
        if self.mode == "fixed":
            return (index + 1) / len(self.fixed_fields())
        return min(1.0, (self.start_T - mu0_H_T) / (self.start_T - self.stop_T))


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverOptions:
    """Numerics of the built-in solver.

    Parameters
    ----------
    exchange_rule : {"conservative", "mumax3_2014"}
        How neighbours of different material couple (docs/physics.md).
    interface_factor : float
        Factor S on the exchange between cells of different regions.
    demag : bool
        Whether the demagnetising field acts.
    precision : {"float32", "float64"}
    perturbation : float
        Amplitude of the random tilt that is applied at every field step (dimensionless).
    seed : int
        Seed of that tilt.
    demag_interval : int
        Inner iterations for which the demagnetising field stays frozen; 1 is the reference.
    torque_T, delta_m : float
        A state is accepted when the largest torque, or ten times running the largest change
        of m in one iteration, is below these.
    max_iterations : int
        Watchdog on the iterations of one field step.
    max_wall_s : float
        Watchdog on the wall time of one field step in s.
    """

    exchange_rule: ExchangeRule = "conservative"
    interface_factor: float = 1.0
    demag: bool = True
    precision: Precision = "float32"
    perturbation: float = 0.02
    seed: int = 0
    demag_interval: int = 50
    torque_T: float = 2e-4
    delta_m: float = 1e-5
    max_iterations: int = 200_000
    max_wall_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One half-cycle of one structure.

    Parameters
    ----------
    mesh : Mesh
    regions : ndarray of uint8, shape (nz, ny, nx)
        Region id per cell, an index into ``materials``.
    materials : tuple of RegionMaterial
    sweep : FieldSweep
    initial_state : ndarray of float, shape (3, nz, ny, nx), or None
        Unit vectors at the start; None is saturation along the field's direction.
    options : SolverOptions
    label : str
        Shown in logs; not part of the content hash.

    Raises
    ------
    ProblemError
        If a number, a shape or a region id is not allowed.
    """

    mesh: Mesh
    regions: NDArray[np.uint8]
    materials: tuple[RegionMaterial, ...]
    sweep: FieldSweep = field(default_factory=FieldSweep)
    initial_state: NDArray[np.float64] | None = None
    options: SolverOptions = field(default_factory=SolverOptions)
    label: str = ""

    def __post_init__(self) -> None:
        check_regions(self)
        for index, material in enumerate(self.materials):
            check_material(index, material)
        check_sweep(self.sweep)
        check_options(self.options, get_args(ExchangeRule), get_args(Precision))
        if self.initial_state is not None:
            check_state(self.initial_state, self.mesh)

    def table(self, name: Literal["Ms", "Aex", "Ku1"]) -> NDArray[np.float64]:
        """Return one material property per region id, shape (n_regions,)."""
        return np.array([getattr(material, name) for material in self.materials])

    def per_cell(self, name: Literal["Ms", "Aex", "Ku1"]) -> NDArray[np.float64]:
        """Return one material property per cell, shape (nz, ny, nx)."""
        return np.asarray(self.table(name)[self.regions])

    def easy_axes(self) -> NDArray[np.float64]:
        """Return the unit easy axis per region id, shape (n_regions, 3)."""
        return np.array([unit_vector(material.easy_axis) for material in self.materials])

    def axis_of_start(self) -> NDArray[np.float64]:
        """Return the unit easy axis of the first cell, in the sense of the field's direction.

        A cell whose m points against it has flipped.
        """
        axis: NDArray[np.float64] = self.easy_axes()[int(self.regions.flat[0])]
        along = float(axis @ unit_vector(self.sweep.direction))
        return -axis if along < -1e-9 else axis

    def with_options(self, **changes: Any) -> Problem:
        """Return a copy with some solver options changed."""
        return replace(self, options=replace(self.options, **changes))

    def content_hash(self) -> str:
        """Return a SHA-256 over everything that decides the answer, as 64 hex digits."""
        digest = hashlib.sha256(json.dumps(_description(self), sort_keys=True).encode())
        digest.update(np.ascontiguousarray(self.regions).tobytes())
        if self.initial_state is not None:
            digest.update(np.ascontiguousarray(self.initial_state, dtype="<f8").tobytes())
        return digest.hexdigest()


def unit_vector(direction: tuple[float, float, float]) -> NDArray[np.float64]:
    """Return the direction as a unit vector, shape (3,)."""
    vector = np.asarray(direction, dtype=float)
    return np.asarray(vector / np.linalg.norm(vector))


def save_problem(problem: Problem, folder: Path) -> None:
    """Write ``problem.json`` and ``arrays.npz`` into the folder (docs/formats.md)."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {"regions": problem.regions}
    if problem.initial_state is not None:
        arrays["initial_state"] = problem.initial_state
    write_arrays(folder / ARRAYS_FILE, arrays)
    description = _description(problem) | {"label": problem.label}
    write_atomically(folder / PROBLEM_FILE, json.dumps(description, indent=2).encode())


def load_problem(folder: Path) -> Problem:
    """Read what :func:`save_problem` wrote, or what somebody's script wrote alike.

    Raises
    ------
    ProblemError
        If a file is missing or malformed, or a value is not allowed.
    """
    data = _read_json(folder / PROBLEM_FILE)
    version = data.get("format_version")
    if version != FORMAT_VERSION or isinstance(version, bool):
        raise ProblemError(
            f"{folder / PROBLEM_FILE}: format_version is {version!r}; "
            f"this program reads {FORMAT_VERSION}",
            key="format_version",
            given=repr(version),
            allowed=str(FORMAT_VERSION),
        )
    arrays = _read_arrays(folder / ARRAYS_FILE)
    if "regions" not in arrays:
        raise ProblemError(f"{folder / ARRAYS_FILE}: the array 'regions' is missing", key="regions")
    mesh = _build(Mesh, data, "mesh")
    materials = data.get("materials")
    if not isinstance(materials, list) or not materials:
        raise ProblemError(
            "materials: a list with one table per region id is needed",
            key="materials",
        )
    return Problem(
        mesh=mesh,
        regions=arrays["regions"],
        materials=tuple(
            _build(RegionMaterial, {"materials": row}, "materials") for row in materials
        ),
        sweep=_build(FieldSweep, data, "sweep"),
        initial_state=arrays.get("initial_state"),
        options=_build(SolverOptions, data, "options"),
        label=str(data.get("label", "")),
    )


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays as a compressed .npz, without pickled objects."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    write_atomically(path, buffer.getvalue())


def write_atomically(path: Path, content: bytes) -> None:
    """Write to ``path.tmp`` and rename, so that a reader never sees half a file."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError:
        # What a full disk left of the temporary file only takes up more of it.
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _description(problem: Problem) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "mesh": asdict(problem.mesh),
        "materials": [asdict(material) for material in problem.materials],
        "sweep": asdict(problem.sweep),
        "options": asdict(problem.options),
    }


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(_read_file(path))
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, f"it is no JSON ({error})") from error
    if not isinstance(data, dict):
        raise ProblemError(f"{path} holds no JSON object", key="folder")
    return data


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    content = _read_file(path)
    try:
        # from memory: numpy leaves the file open where it finds no archive
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except UNREADABLE as error:
        raise _unreadable(path, f"it is no npz archive ({error})") from error


def _read_file(path: Path) -> bytes:
    try:
        # A pipe would never end.
        if path.exists() and not path.is_file():
            raise _unreadable(path, "it is no file")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise _unreadable(path, "it does not exist") from error
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error


def _unreadable(path: Path, why: str) -> ProblemError:
    return ProblemError(
        f"{path} cannot be read: {why}; a problem folder holds {PROBLEM_FILE} and {ARRAYS_FILE}",
        key="folder",
        given=str(path.parent),
        allowed="a folder with a problem",
    )


def _build(kind: Any, data: dict[str, Any], section: str) -> Any:
    """Make a dataclass of a JSON object, naming what does not fit."""
    given = data.get(section, {})
    if not isinstance(given, dict):
        raise ProblemError(f"{section}: a JSON object is needed", key=section, given=repr(given))
    allowed = set(kind.__slots__)
    for key in given:
        if key not in allowed:
            raise ProblemError(
                f"{section}.{key} is not known; known are {', '.join(sorted(allowed))}",
                key=f"{section}.{key}",
                given=key,
                allowed=", ".join(sorted(allowed)),
            )
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise ProblemError(f"{section}: {error}", key=section, given=repr(given)) from error

"""Design files: TOML in, designs out, and back."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from smcogui.design.canonical import KA_M, MJ_M2, MJ_M3, NM, PJ_M, from_unit
from smcogui.design.design import USER_PHASE, Design
from smcogui.design.design_errors import input_error, nearest
from smcogui.design.design_schema import DesignTable, ZConstants, ZDomainWall
from smcogui.design.design_writer import design_to_toml
from smcogui.design.limits import check_number
from smcogui.design.parameters import (
    FieldChoice,
    GrainBoundary,
    MeshChoice,
    NanostructureParameters,
    RunChoice,
    SolverChoice,
)
from smcogui.design.phases import MagneticPhase
from smcogui.design.presets import preset_values
from smcogui.design.region_map import RegionMap, from_text
from smcogui.design.tables import Z_PHASES, load_phase
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["design_to_toml", "load_designs", "parse_design_text", "read_design_table"]

LARGEST_FILE: Final = 1_000_000
"""A design file is a few hundred bytes; above this number of bytes it is something else."""

_DEEPEST: Final = 8
"""A design has four levels of tables; what is nested deeper is something else."""

Model = TypeVar("Model", bound=BaseModel)


def load_designs(path: Path) -> list[Design]:
    """Read the designs of a file.

    Raises
    ------
    InputError
        If the file cannot be read, is larger than 1 MB, is no text or holds no valid design.
    """
    content = _read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not a text file: byte {error.start} is not UTF-8. "
            "A design file is TOML text.",
            key="file",
            given=str(path),
            allowed="TOML text in UTF-8",
        ) from error
    return parse_design_text(text, str(path))


def parse_design_text(text: str, source: str) -> list[Design]:
    """Read the designs of a TOML text.

    Parameters
    ----------
    text : str
        One design, or several in ``[[design]]`` tables.
    source : str
        Where the text comes from; it opens every message, and its stem names a design that has no
        name of its own.

    Raises
    ------
    InputError
        With the key, what was given, what is allowed and the nearest known key.
    """
    data = _parse_toml(text, source)
    stem = Path(source).stem or "design"
    if "design" not in data:
        return [_read_design(data, source, stem)]
    tables = data["design"]
    if len(data) > 1 or not isinstance(tables, list) or not tables:
        others = ", ".join(key for key in data if key != "design")
        raise InputError(
            f"{source}: a file with several designs holds [[design]] tables and nothing else"
            + (f"; move {others} into each of them." if others else "."),
            key=others or "design",
            given=others or repr(tables)[:60],
            allowed="[[design]] tables",
        )
    return [
        _read_design(table, f"{source}, design {number} of {len(tables)}", f"{stem} {number}")
        for number, table in enumerate(tables, start=1)
    ]


def read_design_table(table: Mapping[str, Any], source: str) -> Design:
    """Make a design of what a design file holds, without its text.

    Parameters
    ----------
    table : mapping
        Content of a design file.
    source : str
        Where it comes from; it opens every message, and names a design that has no name.

    Raises
    ------
    InputError
        As :func:`parse_design_text`.
    """
    return _read_design(table, source, source)


def _read_bytes(path: Path) -> bytes:
    try:
        # A pipe or a device would never end, and a folder holds no text.
        if path.exists() and not path.is_file():
            raise InputError(
                f"{path} is not a file. Give the path of a design file (TOML).",
                key="file",
                given=str(path),
                allowed="a readable design file",
            )
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError(
            f"{path} cannot be read: {reason}. Give the path of a design file (TOML).",
            key="file",
            given=str(path),
            allowed="a readable design file",
        ) from error
    if len(content) > LARGEST_FILE:
        raise InputError(
            f"{path} is larger than {LARGEST_FILE} bytes, the most that a design file may have. "
            "Is this the right file?",
            key="file",
            given=str(path),
            allowed=f"at most {LARGEST_FILE} bytes",
        )
    return content


def _parse_toml(text: str, source: str) -> dict[str, Any]:
    if not text.strip():
        raise InputError(
            f"{source} is empty; a design needs [nanostructure], [material] and [field].",
            key="file",
            given="an empty file",
            allowed="TOML text with a design",
        )
    try:
        return _not_too_deep(tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        reason = str(error) or "nested too deeply"
        raise InputError(
            f"{source} is not valid TOML: {reason}.",
            key="file",
            given=reason,
            allowed="TOML text",
        ) from error


def _not_too_deep(data: dict[str, Any]) -> dict[str, Any]:
    """Return the tables, or raise ValueError where they are nested beyond any design."""
    level: list[Any] = [data]
    for _ in range(_DEEPEST):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
    if level:
        raise ValueError("its tables are nested too deeply")
    return data


def _read_design(data: object, source: str, default_name: str) -> Design:
    """Make a design of one table, with the source in front of every message."""
    try:
        table = _validate(DesignTable, data)
        return _make_design(table, default_name)
    except InputError as error:
        raise InputError(
            f"{source}: {error.message}", key=error.key, given=error.given, allowed=error.allowed
        ) from error


def _validate(model: type[Model], data: object, prefix: str = "") -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise input_error(error, model, prefix) from error


def _make_design(table: DesignTable, default_name: str) -> Design:
    values = preset_values(table.preset)
    for section, given in table:
        if isinstance(given, BaseModel):
            keys = given.model_dump(exclude_none=True)
            values.setdefault(section, {}).update(keys)
    return Design(
        name=default_name if table.name is None else table.name,
        preset=table.preset,
        parameters=_parameters(values["nanostructure"]),
        z_phase=_z_phase(values["material"]["z_phase"]),
        alpha=math.radians(values["field"].pop("alpha_deg")),
        offsets=_offsets(values["nanostructure"]["offsets"]),
        grain_boundary=GrainBoundary(**_lengths_to_si(values["grain_boundary"])),
        mesh=MeshChoice(**_lengths_to_si(values["mesh"])),
        solver=SolverChoice(**values["solver"]),
        field=FieldChoice(**values["field"]),
        run=RunChoice(**values["run"]),
        region_map=_region_map(values.get("region_map")),
    )


def _parameters(values: dict[str, Any]) -> NanostructureParameters:
    return NanostructureParameters(
        L=from_unit(values["L_nm"], NM),
        d=from_unit(values["d_nm"], NM),
        w_S=from_unit(values["wS_nm"], NM),
        w_Z=from_unit(values["wZ_nm"], NM),
        theta=math.radians(values["theta_deg"]),
    )


def _lengths_to_si(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with ``x_nm`` in nm turned into ``x`` in m."""
    return {
        key.removesuffix("_nm"): from_unit(value, NM)
        if key.endswith("_nm") and value is not None
        else value
        for key, value in values.items()
    }


def _region_map(values: dict[str, Any] | None) -> RegionMap | None:
    if values is None:
        return None
    return from_text(
        values["cells"],
        source=values["source"],
        edge=values["edge"],
        cell=from_unit(values["cell_nm"], NM),
        sha256=values["sha256"],
    )


def _offsets(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(from_unit(number, NM) for number in value)
    return value


def _z_phase(value: str | dict[str, object]) -> MagneticPhase:
    key = "material.z_phase"
    if isinstance(value, str):
        if value not in Z_PHASES:
            allowed = f"{', '.join(Z_PHASES)}, or a table of constants"
            raise InputError(
                f"{key} is {value!r}; allowed is {allowed}.{nearest(value, Z_PHASES)}",
                key=key,
                given=value,
                allowed=allowed,
            )
        return load_phase(value)
    if {"sigma_dw_mJ_m2", "l_dw_nm"} & value.keys():
        wall = _checked(_validate(ZDomainWall, value, f"{key}."), key)
        return MagneticPhase.from_domain_wall(
            USER_PHASE,
            sigma_dw=from_unit(wall.sigma_dw_mJ_m2, MJ_M2),
            l_dw=from_unit(wall.l_dw_nm, NM),
            Ms=from_unit(wall.Ms_kA_m, KA_M),
        )
    constants = _checked(_validate(ZConstants, value, f"{key}."), key)
    return MagneticPhase(
        name=USER_PHASE,
        Ms=from_unit(constants.Ms_kA_m, KA_M),
        Aex=from_unit(constants.A_pJ_m, PJ_M),
        Ku1=from_unit(constants.K_MJ_m3, MJ_M3),
    )


def _checked(table: Model, prefix: str) -> Model:
    for key, value in table:
        check_number(f"{prefix}.{key}", value)
    return table

"""``project.json``: what makes a folder a project, its schema, and how older ones are read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

import smcogui
from smcogui.errors import InputError
from smcogui.runs.folder import folder_error
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROJECT_FILE: Final = "project.json"
SCHEMA_VERSION: Final = 2
SCHEMA_KEY: Final = "schema_version"
"""What an InputError names where the file is newer than the program."""
LONGEST_NAME: Final = 200
_FIRST_VERSION: Final = 1
_PROGRAM: Final = f"SmCo Studio {smcogui.__version__}"


class ProjectFile(BaseModel):
    """Content of ``project.json``; keys that this program does not know are kept as they are.

    Attributes
    ----------
    schema_version : int
    name : str
        Shown in the title of the window.
    created : datetime
        With its time zone.
    written_by : str
        Program and version that wrote the file last.
    samples : tuple of str
        Run ids of the runs that came with the program.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    schema_version: int = SCHEMA_VERSION
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    created: AwareDatetime
    written_by: str = _PROGRAM
    samples: tuple[str, ...] = ()


def new_project_file(name: str) -> ProjectFile:
    """Return the file of a project that begins now."""
    return ProjectFile(
        name=name[:LONGEST_NAME] or "project",
        created=datetime.now(UTC).replace(microsecond=0),
    )


def write_project_file(folder: Path, content: ProjectFile) -> None:
    """Write ``project.json``; raises RunFolderError where that is not possible."""
    ours = content.model_copy(update={"schema_version": SCHEMA_VERSION, "written_by": _PROGRAM})
    try:
        write_atomically(folder / PROJECT_FILE, encode_project_file(ours))
    except OSError as error:
        raise folder_error(folder, error) from error


def encode_project_file(content: ProjectFile) -> bytes:
    """Return the bytes of ``project.json``."""
    return content.model_dump_json(indent=2).encode() + b"\n"


def read_project_file(folder: Path) -> tuple[ProjectFile, str]:
    """Read ``project.json``; one of an older schema is rewritten and its original kept beside it.

    Returns
    -------
    content : ProjectFile
    note : str
        What people should know of the reading; mostly empty.

    Raises
    ------
    InputError
        If the file is damaged, or was written by a newer version of the program.
    RunFolderError
        If it cannot be read at all.
    """
    path = folder / PROJECT_FILE
    try:
        text = path.read_bytes()
    except OSError as error:
        raise folder_error(folder, error) from error
    data = parse_project_file(text, path)
    version = data["schema_version"]
    if version == SCHEMA_VERSION:
        return _validate(data, path), ""
    content = _validate(migrate(data, path), path)
    try:
        backup = folder / f"project.schema-{version}.json"
        if not backup.exists():
            write_atomically(backup, text)
        write_atomically(path, encode_project_file(content))
    except OSError as error:
        return content, (
            f"{path} has the older schema {version} and cannot be rewritten ({error.strerror}); "
            "it is read as it is"
        )
    return content, ""


def parse_project_file(text: bytes, path: Path) -> dict[str, Any]:
    """Return the content of a ``project.json`` of any schema that this program can read.

    Raises
    ------
    InputError
        If it is damaged or newer.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise _damaged(path, f"it is no JSON ({error})") from error
    if not isinstance(data, dict):
        raise _damaged(path, "it holds no JSON object")
    version = data.get("schema_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < _FIRST_VERSION:
        raise _damaged(path, f"its schema_version is {version!r}")
    if version > SCHEMA_VERSION:
        author = data.get("written_by") or "a newer version of SmCo Studio"
        raise InputError(
            f"{path} was written by {author} and has schema_version {version}; this program, "
            f"{_PROGRAM}, reads up to {SCHEMA_VERSION}. Update the program or open another project",
            key=SCHEMA_KEY,
            given=str(version),
            allowed=f"{_FIRST_VERSION} to {SCHEMA_VERSION}",
        )
    return data


def migrate(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """Bring the content of an older ``project.json`` to this schema, one version at a time."""
    while data["schema_version"] < SCHEMA_VERSION:
        data = _STEPS[data["schema_version"]](data, path)
    return data


def _from_1(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """Fill in what schema 1 did not hold: the folder gives the name, the file's age the time."""
    made = datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else datetime.now(UTC)
    return {
        "name": path.parent.name[:LONGEST_NAME] or "project",
        "created": made.replace(microsecond=0).isoformat(),
        **data,
        "schema_version": 2,
        "written_by": _PROGRAM,
    }


_STEPS: Final[dict[int, Callable[[dict[str, Any], Path], dict[str, Any]]]] = {1: _from_1}


def _validate(data: dict[str, Any], path: Path) -> ProjectFile:
    try:
        return ProjectFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise _damaged(path, f"{key} is {first.get('input')!r}: {first['msg']}") from error


def _damaged(path: Path, why: str) -> InputError:
    return InputError(
        f"{path} is damaged: {why}. The runs beside it are not touched: move {path.name} away and "
        "open the folder again, then the file is made anew",
        key="project",
        given=str(path.parent),
    )

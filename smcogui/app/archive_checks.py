"""What a ``.smco`` file must be before anything of it is written: nobody knows who made it."""

from __future__ import annotations

import json
import stat
import zipfile
from typing import TYPE_CHECKING, Any, Final

import smcogui
from smcogui.app.file_names import find_clash, why_unfit
from smcogui.app.project_file import PROJECT_FILE, SCHEMA_KEY, parse_project_file
from smcogui.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST_FILE: Final = "smco.json"
FORMAT: Final = "smco"
FORMAT_VERSION: Final = 1
MOST_FILES: Final = 1_000_000
MOST_BYTES: Final = 100_000_000_000
MOST_RATIO: Final = 200
RATIO_FREE_BYTES: Final = 100_000_000
"""Below this no ratio is asked for: a uniform magnetisation packs a thousandfold."""
MOST_HEAD_BYTES: Final = 1_000_000
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1


def check_archive(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    """Return the files of an archive in their order, all of them safe to be written.

    Raises
    ------
    InputError
        If it is no packed project or a newer one, leads out of its folder, holds links or names
        that not every system can have, or would fill the disk.
    """
    members = archive.infolist()
    if members and all(member.header_offset > 0 for member in members):
        # Then the list of files is that of a zip inside the archive, such as an .npz.
        raise refusal(path, "it is damaged or cut short, or something was put in front of it")
    _check_amount(members, path)
    for member in members:
        _check_member(member, path)
    clash = find_clash(member.filename for member in members)
    if clash is not None:
        raise refusal(
            path,
            f"{clash[0]!r} and {clash[1]!r} in it are one file on systems that do not tell upper "
            "from lower case",
        )
    files = [member for member in members if not member.is_dir()]
    _check_head(archive, {member.filename: member for member in files}, path, len(files) - 1)
    return [member for member in files if member.filename != MANIFEST_FILE]


def refusal(path: Path, why: str) -> InputError:
    """Return the error that says why a file is not imported."""
    return InputError(
        f"{path} is not imported: {why}. Nothing was written",
        key="archive",
        given=str(path),
        allowed="a project that SmCo Studio exported",
    )


def _check_amount(members: list[zipfile.ZipInfo], path: Path) -> None:
    if len(members) > MOST_FILES:
        raise refusal(path, f"it holds {len(members):,} files; at most {MOST_FILES:,} are taken")
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if total > MOST_BYTES:
        raise refusal(
            path,
            f"it would fill {total / 1e9:,.1f} GB of the disk; at most {MOST_BYTES / 1e9:g} GB "
            "are taken",
        )
    if packed > path.stat().st_size:
        raise refusal(path, "its files lie over each other, as in an archive made to fill disks")
    if total > RATIO_FREE_BYTES and total > MOST_RATIO * packed:
        raise refusal(
            path,
            f"it would unpack to {total / 1e6:,.0f} MB, {total / max(packed, 1):,.0f} times its "
            f"size; above {RATIO_FREE_BYTES / 1e6:g} MB at most {MOST_RATIO} times are taken",
        )


def _check_member(member: zipfile.ZipInfo, path: Path) -> None:
    # zipfile turns backslashes into slashes and cuts at a zero byte; what was written counts.
    name = member.orig_filename
    reason = why_unfit(name)
    if reason:
        raise refusal(path, f"its file {name[:200]!r} has a name that is not allowed: {reason}")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        what = "a link" if kind == stat.S_IFLNK else "neither a file nor a folder"
        raise refusal(path, f"its entry {name!r} is {what}")
    if member.flag_bits & _ENCRYPTED:
        raise refusal(
            path, f"its file {name!r} is encrypted; export the project without a password"
        )
    if member.compress_type not in _METHODS:
        raise refusal(path, f"its file {name!r} is packed by a method other than deflate")


def _check_head(
    archive: zipfile.ZipFile,
    files: dict[str, zipfile.ZipInfo],
    path: Path,
    count: int,
) -> None:
    """Check what the archive says of itself, and the schema of the project in it."""
    for name in (MANIFEST_FILE, PROJECT_FILE):
        if name not in files:
            raise refusal(path, f"it is a zip file, but no packed project: it has no {name}")
        if files[name].file_size > MOST_HEAD_BYTES:
            raise refusal(path, f"its {name} is larger than {MOST_HEAD_BYTES / 1e6:g} MB")
    manifest = _read_manifest(archive.read(files[MANIFEST_FILE]), path)
    if manifest.get("files") != count:
        raise refusal(
            path, f"it should hold {manifest.get('files')} files and holds {count}; it is damaged"
        )
    _check_schema(archive.read(files[PROJECT_FILE]), path)


def _check_schema(text: bytes, path: Path) -> None:
    try:
        parse_project_file(text, path / PROJECT_FILE)
    except InputError as error:
        if error.key == SCHEMA_KEY:
            raise
        raise refusal(path, f"its {PROJECT_FILE} is damaged") from error


def _read_manifest(text: bytes, path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(text)
    except ValueError as error:
        raise refusal(path, f"its {MANIFEST_FILE} is no JSON ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise refusal(path, f"its {MANIFEST_FILE} is not that of a packed project")
    version = manifest.get("format_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise refusal(path, f"its format_version is {version!r}")
    if version > FORMAT_VERSION:
        author = manifest.get("written_by") or "a newer version of SmCo Studio"
        raise refusal(
            path,
            f"it was written by {author} in format {version}; this program, SmCo Studio "
            f"{smcogui.__version__}, reads up to {FORMAT_VERSION}. Update the program",
        )
    return manifest

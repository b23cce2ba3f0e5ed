"""Names of files that every system can hold, so that a project can be opened on any of them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME_BYTES: Final = 255
LONGEST_PLACE: Final = 1000
_FORBIDDEN: Final = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.I)


def why_unfit(place: str) -> str:
    """Return why a relative path with forward slashes is not safe everywhere; empty where it is.

    Refused are paths that lead out of their folder (absolute, with ``..``, with a drive letter),
    backslashes, and names that Windows cannot hold.
    """
    if not place:
        return "it has no name"
    if len(place) > LONGEST_PLACE:
        return f"it is longer than {LONGEST_PLACE} characters"
    if place.startswith(("/", "\\")):
        return "it is an absolute path"
    if re.match(r"[A-Za-z]:", place):
        return "it begins with a drive letter"
    if "\\" in place:
        return "it has a backslash"
    for name in place.removesuffix("/").split("/"):
        reason = _why_unfit_name(name)
        if reason:
            return reason
    return ""


def find_clash(places: Iterable[str]) -> tuple[str, str] | None:
    """Return two paths that are the same on a system which does not tell upper and lower case.

    A file that stands where another path needs a folder counts too.
    """
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for place in places:
        key = _folded(place.removesuffix("/"))
        if key in seen:
            return seen[key], place
        if not place.endswith("/") and key in folders:
            return folders[key], place
        if not place.endswith("/"):
            seen[key] = place
        parts = key.split("/")
        for depth in range(1, len(parts)):
            above = "/".join(parts[:depth])
            if above in seen:
                return seen[above], place
            folders.setdefault(above, place)
    return None


def _folded(place: str) -> str:
    return unicodedata.normalize("NFC", place).casefold()


def _why_unfit_name(name: str) -> str:
    if name in {"", ".", ".."}:
        return "it leads to another folder" if name == ".." else "it has an empty part"
    if _FORBIDDEN.search(name):
        return f"{name!r} has a character that Windows does not allow"
    if name.endswith((".", " ")):
        return f"{name!r} ends in a point or a space, which Windows drops"
    if _RESERVED.fullmatch(name.split(".")[0].rstrip()):
        return f"{name!r} is a device of Windows"
    if len(name.encode("utf-8", "surrogatepass")) > LONGEST_NAME_BYTES:
        return f"a part of it is longer than {LONGEST_NAME_BYTES} bytes"
    return ""

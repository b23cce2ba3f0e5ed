"""Wheels for a cluster without internet: chosen here for the Python there, checked, kept.

They come from a folder that the user names, from the cache, or from a package index as pip would
use it (``PIP_INDEX_URL``, else PyPI), over HTTPS and without pip, which the packaged program lacks.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import Request, urlopen

from smcogui.errors import TaskStoppedError, UnavailableError
from smcogui.runs.cluster.node_python import PINS, wheel_tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from smcogui.runs.cluster.probe import RemotePython

INDEX_VARIABLE: Final = "PIP_INDEX_URL"
PYPI: Final = "https://pypi.org/simple/"
_ACCEPT: Final = "application/vnd.pypi.simple.v1+json, text/html;q=0.1"
_DEADLINE_S: Final = 60.0
_MOST_INDEX_BYTES: Final = 1 << 26
_MOST_WHEEL_BYTES: Final = 1 << 28
_PIECE: Final = 1 << 18
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelFile:
    """A wheel of an index: its file name, where it is, and the SHA-256 that it must have."""

    filename: str
    url: str
    sha256: str


def read_index(content: bytes, content_type: str, url: str) -> list[WheelFile]:
    """Return the wheels with a SHA-256 that an index lists for a project.

    Parameters
    ----------
    content : bytes
        JSON as PEP 691 has it, or HTML as PEP 503 does.
    content_type : str
    url : str
        Where it came from; links in it are relative to that.
    """
    rows = _json_rows(content) if "json" in content_type else _html_rows(content)
    return [
        WheelFile(filename=name, url=urljoin(url, link), sha256=digest)
        for name, link, digest in rows
        if name.endswith(".whl") and "/" not in name and _SHA256.fullmatch(digest)
    ]


def _json_rows(content: bytes) -> Iterable[tuple[str, str, str]]:
    try:
        files: list[dict[str, Any]] = json.loads(content)["files"]
        for each in files:
            if not each.get("yanked"):
                digest = each.get("hashes", {}).get("sha256", "")
                yield str(each["filename"]), str(each["url"]), str(digest)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnavailableError(
            f"the package index does not answer as an index does ({error}); name another one in "
            f"the variable {INDEX_VARIABLE}, or a folder with the wheels",
            key="index",
        ) from error


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link with its hash, unless it was withdrawn."""
        values = dict(attrs)
        link = values.get("href")
        if tag != "a" or not link or "data-yanked" in values:
            return
        parts = urlsplit(link)
        digest = parts.fragment.removeprefix("sha256=")
        name = unquote(parts.path.rpartition("/")[2])
        self.found.append((name, link.partition("#")[0], digest))


def _html_rows(content: bytes) -> Iterable[tuple[str, str, str]]:
    parser = _Links()
    parser.feed(content.decode("utf-8", "replace"))
    return parser.found


def choose_wheel(files: Iterable[WheelFile], name: str, node: RemotePython) -> WheelFile:
    """Return the wheel of the pinned version that fits a Python best.

    Raises
    ------
    UnavailableError
        If there is none.
    """
    ranks = {tag: rank for rank, tag in enumerate(wheel_tags(node))}
    fitting = [(rank, file) for file in files if (rank := _rank(file, name, ranks)) is not None]
    if not fitting:
        libc = ".".join(map(str, node.glibc or ()))
        system = f"Python {node.version_text} on {node.arch} with glibc {libc}"
        raise UnavailableError(
            f"there is no wheel of {name} {PINS[name]} for {system}. Name another Python of "
            f"the cluster in the profile, or have {name} installed there",
            key="python",
            given=system,
            allowed=f"what {name} {PINS[name]} has wheels for",
        )
    return min(fitting, key=lambda each: (each[0], each[1].filename))[1]


def _rank(file: WheelFile, name: str, ranks: dict[str, int]) -> int | None:
    """Return how well a wheel fits, 0 the best, or None where it does not."""
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename
    from packaging.version import InvalidVersion

    try:
        found, version, _, tags = parse_wheel_filename(file.filename)
    except (InvalidWheelFilename, InvalidVersion):
        return None
    if found != name or str(version) != PINS[name]:
        return None
    return min((ranks[str(tag)] for tag in tags if str(tag) in ranks), default=None)


class WheelCache:
    """Wheels on this computer, each checked before it is used.

    Parameters
    ----------
    folder : Path
        Where downloaded wheels are kept; need not exist yet.
    own : sequence of Path, optional
        Folders of the user with wheels, looked through first.
    index : str, optional
        Address of a package index; by default that of :data:`INDEX_VARIABLE`, else PyPI.
    """

    def __init__(self, folder: Path, own: Sequence[Path] = (), index: str | None = None) -> None:
        self._folder, self._own = folder, own
        address = index or os.environ.get(INDEX_VARIABLE) or PYPI
        self._index = address.rstrip("/") + "/"

    def wheels(
        self,
        node: RemotePython,
        progress: Callable[[float, str], None] = lambda *_: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> list[Path]:
        """Return the wheels of all that the runner imports, fetched where they are not here.

        Raises
        ------
        UnavailableError
            If one cannot be had; the message says what to do.
        TaskStoppedError
            If somebody asked to stop.
        """
        found = []
        for number, name in enumerate(PINS):
            progress(number / len(PINS), f"{name} {PINS[name]}")
            if should_stop():
                raise TaskStoppedError("fetching the solver's libraries was stopped")
            found.append(self._wheel(name, node, should_stop))
        return found

    def _wheel(self, name: str, node: RemotePython, should_stop: Callable[[], bool]) -> Path:
        local = self._local(name, node)
        if local is not None:
            return local
        address = urljoin(self._index, f"{name}/")
        content, kind = _get(address, _MOST_INDEX_BYTES, _ACCEPT)
        wheel = choose_wheel(read_index(content, kind, address), name, node)
        path = self._folder / wheel.filename
        self._folder.mkdir(parents=True, exist_ok=True)
        _download(wheel, path, should_stop)
        return path

    def _local(self, name: str, node: RemotePython) -> Path | None:
        """Return a wheel that is here: of the user, or of the cache, where its hash is kept."""
        for folder in (*self._own, self._folder):
            files = [
                WheelFile(filename=path.name, url="", sha256="")
                for path in folder.glob(f"{name.replace('-', '_')}-*.whl")
            ]
            with contextlib.suppress(UnavailableError):
                path = folder / choose_wheel(files, name, node).filename
                if folder != self._folder or _is_whole(path):
                    return path
        return None


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_whole(path: Path) -> bool:
    """Whether a wheel of the cache is what was downloaded; one that is not is fetched again."""
    try:
        return path.with_name(path.name + ".sha256").read_text() == file_sha256(path)
    except OSError:
        return False


def _download(wheel: WheelFile, path: Path, should_stop: Callable[[], bool]) -> None:
    part = path.with_name(path.name + ".part")
    digest = hashlib.sha256()
    try:
        with _opened(wheel.url, "*/*") as answer, part.open("wb") as target:
            size = 0
            while piece := answer.read(_PIECE):
                if should_stop():
                    raise TaskStoppedError("fetching the solver's libraries was stopped")
                size += len(piece)
                if size > _MOST_WHEEL_BYTES:
                    raise _strange(wheel.url, "it is larger than any wheel")
                digest.update(piece)
                target.write(piece)
        if digest.hexdigest() != wheel.sha256:
            raise _strange(wheel.url, "its SHA-256 is not the one that the index names")
        path.with_name(path.name + ".sha256").write_text(wheel.sha256)
        part.replace(path)
    except (OSError, ValueError) as error:
        raise _unreachable(wheel.url, error) from error
    finally:
        part.unlink(missing_ok=True)


def _get(url: str, most: int, accept: str) -> tuple[bytes, str]:
    try:
        with _opened(url, accept) as answer:
            content: bytes = answer.read(most + 1)
            kind = str(answer.headers.get("Content-Type", ""))
    except (OSError, ValueError) as error:
        raise _unreachable(url, error) from error
    if len(content) > most:
        raise _strange(url, "it is larger than any index")
    return content, kind


def _opened(url: str, accept: str) -> Any:
    if urlsplit(url).scheme not in {"https", "http", "file"}:
        raise _strange(url, "only https, http and file are followed")
    request = Request(url, headers={"Accept": accept, "User-Agent": "smco-studio"})  # noqa: S310
    return urlopen(request, timeout=_DEADLINE_S)  # noqa: S310


def _unreachable(url: str, error: Exception) -> UnavailableError:
    reason = error.reason if isinstance(error, URLError) else error
    return UnavailableError(
        f"{_shown(url)} cannot be fetched ({reason}). This computer needs the internet once to "
        f"bring the solver to a cluster; or name a package index in {INDEX_VARIABLE}, or a folder "
        "with the wheels",
        key="index",
        given=_shown(url),
        allowed="a package index that answers",
    )


def _strange(url: str, why: str) -> UnavailableError:
    return UnavailableError(
        f"{_shown(url)} is not used: {why}. Name another package index in {INDEX_VARIABLE}",
        key="index",
        given=_shown(url),
    )


def _shown(url: str) -> str:
    """Return an address without the password that may stand in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

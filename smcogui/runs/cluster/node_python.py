"""What the solver needs of a Python on a cluster, and which wheels such a Python takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smcogui.runs.cluster.probe import RemotePython

OLDEST: Final = (3, 11)
NEWEST: Final = (3, 13)
"""Pythons that the solver is tested with."""

PINS: Final[Mapping[str, str]] = {
    "annotated-types": "0.8.0",
    "llvmlite": "0.50.0",
    "numba": "0.68.1",
    "numpy": "2.4.6",
    "pydantic": "2.14.3",
    "pydantic-core": "2.50.4",
    "scipy": "1.17.1",
    "tomli-w": "1.2.0",
    "typing-extensions": "4.16.0",
    "typing-inspection": "0.4.5",
}
"""What the runner imports, in the versions of requirements.lock."""

OLDEST_GLIBC: Final = (2, 28)
"""The C library that wheels of numpy and numba are built for (manylinux_2_28)."""
ARCHES: Final = ("x86_64", "aarch64")
"""Machines that there are wheels for."""

_LEGACY: Final = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
_OLDEST_GLIBC_MINOR: Final = 5


def trouble_of(python: RemotePython) -> str:
    """Return what is wrong with a Python and what to do; empty where it serves."""
    if OLDEST <= python.version[:2] <= NEWEST:
        return _trouble_with_wheels(python)
    oldest, newest = (".".join(map(str, each)) for each in (OLDEST, NEWEST))
    return (
        f"{python.path} on the cluster is Python {python.version_text}, and the built-in solver "
        f"needs one from {oldest} to {newest}. Load a module with such a Python (`module avail "
        "python` lists them), or give its path in the profile"
    )


def _trouble_with_wheels(python: RemotePython) -> str:
    """Return why what a Python lacks cannot be sent to it; empty where it can, or lacks nothing."""
    missing, glibc = lacking(python), python.glibc
    if not missing or (python.arch in ARCHES and glibc is not None and glibc >= OLDEST_GLIBC):
        return ""
    library = "a system without glibc" if glibc is None else f"glibc {glibc[0]}.{glibc[1]}"
    oldest = ".".join(map(str, OLDEST_GLIBC))
    return (
        f"{python.path} on the cluster is for {library} on {python.arch}, and what the solver "
        f"needs is made for glibc {oldest} or newer on {' or '.join(ARCHES)}. "
        f"Install {', '.join(missing)} into it, or name another Python in the profile"
    )


def lacking(python: RemotePython) -> tuple[str, ...]:
    """Return packages that are missing or too old; newer ones of the same generation serve."""
    return tuple(name for name, pin in PINS.items() if not _serves(python.packages, name, pin))


def wheel_tags(python: RemotePython) -> list[str]:
    """Return the tags of wheels that a Python takes, the best first.

    Raises
    ------
    UnavailableError
        If no wheels are made for its system.
    """
    from packaging.tags import compatible_tags, cpython_tags

    release = python.version[:2]
    interpreter = f"cp{release[0]}{release[1]}"
    platforms = list(_platforms(python))
    found = [
        *cpython_tags(release, abis=[interpreter], platforms=platforms),
        *compatible_tags(release, interpreter=interpreter, platforms=platforms),
    ]
    return [str(tag) for tag in found]


def _platforms(python: RemotePython) -> Iterator[str]:
    if python.glibc is None:
        raise UnavailableError(
            f"{python.path} on the cluster is built for a system without glibc, which numba makes "
            f"no wheels for. Install {', '.join(lacking(python))} into it, or name another Python "
            "in the profile",
            key="python",
            given="no glibc",
            allowed="a Python of a Linux with glibc",
        )
    for minor in range(python.glibc[1], _OLDEST_GLIBC_MINOR - 1, -1):
        yield f"manylinux_2_{minor}_{python.arch}"
        if minor in _LEGACY:
            yield f"{_LEGACY[minor]}_{python.arch}"
    yield f"linux_{python.arch}"


def _serves(packages: Mapping[str, str], name: str, pin: str) -> bool:
    from packaging.version import InvalidVersion, Version

    if name == "pydantic-core":
        # pydantic itself checks that it has the one that belongs to it.
        return name in packages
    try:
        found, wanted = Version(packages.get(name, "0")), Version(pin)
    except InvalidVersion:
        return False
    return found >= wanted and found.major == wanted.major

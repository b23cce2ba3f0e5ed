"""The Python of a cluster: which versions serve, what it has already, which wheels fit it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import UnavailableError, UntrustedAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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

ASK_SCRIPT: Final = """\
import json, os, platform, struct, sys
try:
    from importlib.metadata import distributions
    packages = dict((str(d.metadata["Name"]).lower(), str(d.version)) for d in distributions())
except ImportError:
    packages = {}
cuda = ""
try:
    import importlib.util, runpy
    # Without loading torch, which takes long.
    folder = list(importlib.util.find_spec("torch").submodule_search_locations)[0]
    cuda = runpy.run_path(os.path.join(folder, "version.py"))["cuda"] or ""
except Exception:
    pass
print(json.dumps({"version": platform.python_version(), "machine": platform.machine(),
    "implementation": sys.implementation.name, "glibc": platform.libc_ver()[1],
    "packages": packages, "torch_cuda": cuda, "bits": struct.calcsize("P") * 8}))
"""
"""What the Python there is asked, as text for its ``-c``; any Python 3 understands it."""

_VERSION: Final = re.compile(r"\d{1,3}(?:\.\d{1,4}){1,3}\S{0,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePython:
    """A Python on a cluster.

    Parameters
    ----------
    program : str
        Its absolute path there, or the name that the job script calls.
    version : str
        Such as ``3.11.4``.
    machine : str
        Such as ``x86_64``.
    glibc : str
        Such as ``2.28``; empty where it has another library.
    packages : mapping
        Versions of what is installed, by normal names.
    torch_cuda : str
        Version of CUDA that its torch was built for; empty without.
    """

    program: str
    version: str
    machine: str
    glibc: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)
    torch_cuda: str = ""

    @property
    def release(self) -> tuple[int, int]:
        """First two numbers of its version."""
        major, minor, *_ = self.version.split(".")
        return int(major), int(re.match(r"\d+", minor)[0])  # type: ignore[index]

    @property
    def trouble(self) -> str:
        """What is wrong with it and what to do; empty where it serves."""
        wanted = "from {}.{} to {}.{}".format(*OLDEST, *NEWEST)
        if not OLDEST <= self.release <= NEWEST:
            return (
                f"{self.program} on the cluster is Python {self.version}, and the built-in solver "
                f"needs one {wanted}. Load a module with such a Python (`module avail python` "
                "lists them), or give its path in the profile"
            )
        return ""

    @property
    def is_complete(self) -> bool:
        """Whether it has all that the runner imports, in versions that serve."""
        return not self.lacking

    @property
    def lacking(self) -> tuple[str, ...]:
        """Packages that are missing or too old; newer ones of the same generation serve."""
        return tuple(name for name, pin in PINS.items() if not _serves(self.packages, name, pin))

    def tags(self) -> list[str]:
        """Return the tags of wheels that it takes, the best first.

        Raises
        ------
        UnavailableError
            If no wheels are made for its system.
        """
        from packaging.tags import compatible_tags, cpython_tags

        platforms = list(self._platforms())
        interpreter = f"cp{self.release[0]}{self.release[1]}"
        abis = [interpreter]
        found = [
            *cpython_tags(self.release, abis=abis, platforms=platforms),
            *compatible_tags(self.release, interpreter=interpreter, platforms=platforms),
        ]
        return [str(tag) for tag in found]

    def _platforms(self) -> Iterator[str]:
        parts = self.glibc.split(".")
        if len(parts) < 2 or not all(part.isdecimal() for part in parts[:2]):
            raise UnavailableError(
                f"{self.program} on the cluster is built for a system without glibc "
                f"({self.glibc or 'unknown'}), which numba makes no wheels for. Install "
                f"{', '.join(self.lacking)} into it, or name another Python in the profile",
                key="python",
                given=self.glibc or "no glibc",
                allowed="a Python of a Linux with glibc",
            )
        legacy = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
        for minor in range(int(parts[1]), 4, -1):
            yield f"manylinux_2_{minor}_{self.machine}"
            if minor in legacy:
                yield f"{legacy[minor]}_{self.machine}"
        yield f"linux_{self.machine}"


def read_python(program: str, text: str) -> NodePython:
    """Return what a Python answered to :data:`ASK_SCRIPT`.

    Raises
    ------
    UntrustedAnswerError
        If it is no such answer.
    """
    try:
        data: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
        version, machine = str(data["version"]), str(data["machine"])
        if not _VERSION.fullmatch(version) or not re.fullmatch(r"\w{1,32}", machine):
            raise ValueError("no version")
        packages = {
            re.sub(r"[-_.]+", "-", str(name)).lower(): str(each)[:64]
            for name, each in data["packages"].items()
        }
        return NodePython(
            program=program,
            version=version,
            machine=machine,
            glibc=str(data["glibc"])[:32],
            packages=packages,
            torch_cuda=str(data["torch_cuda"])[:32],
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise UntrustedAnswerError(
            f"{program} on the cluster does not answer as a Python does ({error}); name another "
            "one in the profile",
            key="python",
            given=program,
            allowed="a Python",
        ) from error


def _serves(packages: Mapping[str, str], name: str, pin: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        found, wanted = Version(packages.get(name, "0")), Version(pin)
    except InvalidVersion:
        return False
    if name == "pydantic-core":
        # pydantic itself checks that it has the one that belongs to it.
        return name in packages
    return found >= wanted and found.major == wanted.major

"""The user's own MuMax3: where it lies, which version it is, which exchange rule that means.

MuMax3 (GPLv3) is never a part of this program; an unmodified one is started and read by its files.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from solver.errors import Mumax3Error, ProblemError
from solver.mumax3.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.problem import ExchangeRule, Problem

VARIABLE: Final = "MUMAX3"
"""Path of the executable, where it is not on the PATH."""
NAME: Final = "mumax3.exe" if sys.platform == "win32" else "mumax3"
DOWNLOAD: Final = "https://mumax.github.io/download.html"

_CONSERVATIVE_SINCE: Final = (3, 10)
_BANNER: Final = re.compile(
    r"^(?://)?\s*mumax\s+(?P<version>3(?:\.\d+)*[0-9A-Za-z.+-]*)[ \t]*(?P<build>.*)$", re.MULTILINE
)
_GPU_LINE: Final = re.compile(r"^//\s*(?:GPU info: )?(?P<gpu>.*\(\d+ ?MB\).*)$", re.MULTILINE)
_CUDA: Final = re.compile(r"CUDA-(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """What MuMax3 says of itself at the top of its log.

    ``build`` names system and compiler, ``gpu`` the card; both may be empty.
    """

    version: str
    build: str = ""
    gpu: str = ""

    @property
    def exchange_rule(self) -> ExchangeRule:
        """The exchange rule of this version."""
        return exchange_rule_of(self.version)

    @property
    def cuda(self) -> str | None:
        """Version of CUDA that it was built with; None where it does not say."""
        found = _CUDA.search(self.build)
        return found[1] if found else None


def read_banner(text: str) -> Banner | None:
    """Return what the beginning of a log says, or None where it is not that of MuMax3."""
    found = _BANNER.search(text)
    if found is None:
        return None
    gpu = _GPU_LINE.search(text)
    return Banner(
        version=found["version"],
        build=found["build"].strip().strip("[]"),
        gpu=gpu["gpu"].strip() if gpu else "",
    )


def exchange_rule_of(version: str) -> ExchangeRule:
    """Return the exchange rule of a version: conservative from 3.10 (its betas included) on."""
    numbers = [int(part) for part in re.findall(r"\d+", version)[:2]]
    return "conservative" if tuple(numbers) >= _CONSERVATIVE_SINCE else "mumax3_2014"


def require_rule(problem: Problem, version: str) -> None:
    """Refuse a problem whose exchange rule this version of MuMax3 does not have.

    Raises
    ------
    ProblemError
    """
    has, wants = exchange_rule_of(version), problem.options.exchange_rule
    if has != wants:
        needed = "3.10 or newer" if wants == "conservative" else "3.9.3 or older"
        raise ProblemError(
            f"exchange_rule is {wants}, and MuMax3 {version} computes with {has}: the results "
            f"would not be comparable. Use MuMax3 {needed}, or set exchange_rule = {has!r}",
            key="options.exchange_rule",
            given=wants,
            allowed=f"{has} with MuMax3 {version}",
        )


def find_executable(given: str = "") -> Path:
    """Return the executable: the one given, that of the variable MUMAX3, on the PATH, or usual.

    Raises
    ------
    Mumax3Error
        If there is none, or what was named explicitly is no program.
    """
    for named, source in ((given, "the setting"), (os.environ.get(VARIABLE, ""), VARIABLE)):
        if named.strip():
            return _named(named.strip(), source)
    on_path = shutil.which(NAME)
    if on_path:
        return Path(on_path)
    found = next(_usual(), None)
    if found is None:
        raise Mumax3Error(
            "there is no MuMax3 on this machine: no mumax3 on the PATH nor in the usual places. "
            f"Get it from {DOWNLOAD} and unpack it, then name the program in the settings or in "
            f"the variable {VARIABLE}; or use the built-in solver, which does without",
            kind=FailureKind.MISSING,
        )
    return found


def _named(word: str, source: str) -> Path:
    path = Path(word).expanduser()
    # The folder that was unpacked is as good as the program in it.
    path = path / NAME if path.is_dir() else path
    found = shutil.which(str(path))
    if found is None:
        why = "cannot be executed" if path.exists() else "does not exist"
        raise Mumax3Error(
            f"{source} names {word} as MuMax3, which {why}; name the program itself, such as "
            f"/opt/mumax3.11/{NAME}, or nothing to look for it",
            kind=FailureKind.MISSING,
        )
    return Path(found).absolute()


def _usual() -> Iterator[Path]:
    """Yield the programs in the folders where people unpack MuMax3, the newest name first."""
    for folder in usual_folders():
        if (folder / NAME).is_file():
            yield folder / NAME
        try:
            unpacked = [path for path in folder.glob("mumax3*") if path.is_dir()]
        except OSError:
            continue
        for path in sorted(unpacked, key=_numbers, reverse=True):
            if (path / NAME).is_file():
                yield path / NAME


def usual_folders() -> list[Path]:
    """Return the folders in which MuMax3, or a folder of its name, is looked for."""
    home = Path.home()
    if sys.platform == "win32":
        variables = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        folders = [Path(os.environ[name]) for name in variables if name in os.environ]
        folders += [folder / "Programs" for folder in folders[-1:]]
        folders.append(Path("C:/"))
    else:
        folders = [Path("/opt"), Path("/usr/local"), Path("/usr/local/bin"), home / ".local/bin"]
    go = Path(os.environ.get("GOPATH", str(home / "go")))
    return [*folders, go / "bin", home / "bin", home, home / "Downloads", home / "Desktop"]


def _numbers(path: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", path.name)]

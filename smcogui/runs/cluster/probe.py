"""What a cluster is like: shell, scheduler and its limits, disk, Python and MuMax3.

One round trip; every piece is found or says why it was not, and none spoils another. Nothing is
changed over there.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from smcogui.errors import ClusterError, InputError
from smcogui.runs.cluster.plain_text import plain
from smcogui.runs.cluster.probe_script import (
    DISK,
    PACKAGES,
    SECTION_S,
    SYSTEM,
    is_out_of_time,
    software_command,
    split_answer,
    write_script,
)
from smcogui.runs.cluster.remote_disk import DiskSpace, parse_space
from smcogui.runs.cluster.schedulers import schedulers_of
from smcogui.runs.cluster.shell import shell_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.remote import Answer, Connection
    from smcogui.runs.cluster.scheduler import Association, Limits, Partition, ProbedScheduler

T = TypeVar("T")

_TOOLS: Final = ("tar", "gzip", "dd")
_MOST_NOISE: Final = 2000
_PATH: Final = re.compile(r"/[^\0\n\r]{1,1023}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece(Generic[T]):
    """Something that was looked for: its value, or a sentence why there is none."""

    value: T | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """The login node: what wheels have to suit, and which programs are there.

    Attributes
    ----------
    kernel, arch : str
        Such as ``Linux`` and ``x86_64``.
    glibc : tuple of int or None
        Version of the C library, such as (2, 28); None for another one.
    schedulers : tuple of str
        Of slurm, sge, pbs and lsf, as far as their programs are there.
    missing_tools : tuple of str
        Programs that transfers need and that are not there.
    """

    kernel: str
    arch: str
    glibc: tuple[int, int] | None
    schedulers: tuple[str, ...] = ()
    missing_tools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The disk of the scratch folder, or of the folder that it will be made in.

    Attributes
    ----------
    is_writable : bool
    space : DiskSpace
    quota : str
        What ``quota`` says, as it says it; empty where it says nothing.
    """

    is_writable: bool
    space: DiskSpace
    quota: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePython:
    """A Python over there, as jobs find it.

    Attributes
    ----------
    path : str
    version : tuple of int
        Three numbers.
    arch : str
    glibc : tuple of int or None
    packages : mapping of str to str
        Versions of what the solver needs and of torch, as far as they are installed.
    torch_cuda : str
        CUDA that torch was built for; empty without.
    """

    path: str
    version: tuple[int, int, int]
    arch: str
    glibc: tuple[int, int] | None
    packages: Mapping[str, str] = field(default_factory=dict)
    torch_cuda: str = ""

    @property
    def version_text(self) -> str:
        """The version as people write it."""
        return ".".join(map(str, self.version))


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """What jobs find with the modules and the prologue of the profile.

    Attributes
    ----------
    pythons : tuple of RemotePython
        The one of the profile first.
    mumax3 : str
        Path of MuMax3; empty where it is not found.
    mumax3_modules : tuple of str
        Modules whose name says mumax.
    gpus : tuple of str
        Of the login node; jobs get theirs from the partition.
    """

    pythons: tuple[RemotePython, ...] = ()
    mumax3: str = ""
    mumax3_modules: tuple[str, ...] = ()
    gpus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterProbe:
    """All pieces.

    Attributes
    ----------
    shell : str
        Login shell.
    noise : str
        What start-up files print for commands; it is cut off from every answer.
    """

    shell: str
    noise: str
    system: Piece[System]
    limits: Piece[Limits]
    partitions: Piece[tuple[Partition, ...]]
    associations: Piece[tuple[Association, ...]]
    disk: Piece[Disk]
    software: Piece[Software]


def probe_cluster(
    connection: Connection, profile: ClusterProfile, scheduler: ProbedScheduler
) -> ClusterProbe:
    """Look at a cluster, in one round trip.

    Raises
    ------
    LostContactError
        If the cluster does not answer at all.
    """
    told = connection.environment()
    scratch = profile.scratch.replace("~", connection.home, 1)
    sections: dict[str, str | Sequence[str]] = {
        "system": SYSTEM,
        "disk": DISK.format(folder=shell_path(scratch)),
        "software": software_command(
            python=profile.python,
            mumax3=profile.mumax3,
            modules=profile.modules,
            prologue=profile.prologue,
        ),
        "partitions": scheduler.partitions_command(),
        "limits": scheduler.limits_command(),
    }
    try:
        sections["associations"] = scheduler.associations_command(told["user"])
    except InputError:
        # a name that no accounting knows
        sections["associations"] = "exit 0"
    script = write_script(sections, secrets.token_hex(16))
    answer = connection.run(script.text, deadline_s=(SECTION_S + 3.0) * len(sections))
    found = split_answer(answer, script.mark)
    return ClusterProbe(
        shell=plain(told["shell"])[:200],
        noise=plain(answer.noise.decode("utf-8", "replace"), "\n\t").strip()[:_MOST_NOISE],
        system=_piece(found.get("system"), _read_system),
        disk=_piece(found.get("disk"), _read_disk),
        software=_piece(found.get("software"), read_software),
        partitions=_piece(
            found.get("partitions"), lambda each: tuple(scheduler.parse_partitions(each))
        ),
        limits=_piece(found.get("limits"), scheduler.parse_limits),
        associations=_piece(
            found.get("associations"), lambda each: tuple(scheduler.parse_associations(each))
        ),
    )


def _piece(answer: Answer | None, read: Callable[[Answer], T]) -> Piece[T]:
    if answer is None:
        return Piece(failure="the cluster gave no answer to this")
    if is_out_of_time(answer):
        return Piece(failure=f"the cluster did not answer within {SECTION_S} s")
    try:
        return Piece(value=read(answer))
    except ClusterError as error:
        return Piece(failure=error.message)
    except (ValueError, IndexError, KeyError, TypeError):
        said = plain(answer.error_text.strip() or answer.text.strip())
        return Piece(failure=f"the answer makes no sense: {said[:300] or 'nothing'}")


def _read_system(answer: Answer) -> System:
    kernel, arch, libc, *programs = answer.text.split("\n")
    names = {path.rpartition("/")[2] for path in programs}
    return System(
        kernel=plain(kernel),
        arch=plain(arch),
        glibc=_glibc(libc),
        schedulers=schedulers_of(names),
        missing_tools=tuple(tool for tool in _TOOLS if tool not in names),
    )


def _read_disk(answer: Answer) -> Disk:
    first, _, rest = answer.text.partition("\n")
    space, _, quota = rest.partition("\nquota\n")
    return Disk(
        is_writable=first == "writable",
        space=parse_space(space),
        quota=plain(quota, "\n\t").strip()[:_MOST_NOISE],
    )


def read_software(answer: Answer) -> Software:
    """Return what the section on software answered.

    Raises
    ------
    ClusterError
        If modules or prologue failed.
    """
    if answer.exit_code:
        said = plain(" ".join(answer.error_text.split()))[-300:]
        raise ClusterError(
            f"the modules or the prologue of the profile fail: {said or 'without a word'}",
            key="modules",
        )
    lines = answer.text.split("\n")
    pythons = [_read_python(line) for line in lines if line.startswith("{")]
    mumax3 = next(iter(_after("mumax3 ", lines)), "")
    return Software(
        pythons=_each_once(pythons),
        mumax3=mumax3 if _PATH.fullmatch(mumax3) else "",
        mumax3_modules=tuple(
            each for each in _after("module ", lines) if re.fullmatch(r"[\w./+@-]+[^:/]", each)
        ),
        gpus=tuple(plain(each)[:200] for each in _after("gpu ", lines)),
    )


def _each_once(pythons: Sequence[RemotePython | None]) -> tuple[RemotePython, ...]:
    """Return each Python once, as two names may lead to one."""
    return tuple({each.path: each for each in reversed(pythons) if each is not None}.values())[::-1]


def _after(prefix: str, lines: Sequence[str]) -> list[str]:
    return [line.removeprefix(prefix).strip() for line in lines if line.startswith(prefix)]


def _read_python(line: str) -> RemotePython | None:
    try:
        told = json.loads(line)
        major, minor, micro = (int(number) for number in told["version"])
        path, packages = str(told["path"]), dict(told.get("packages") or {})
    except (ValueError, KeyError, TypeError):
        # what a prologue prints may begin with a brace
        return None
    if not _PATH.fullmatch(path) or plain(path) != path:
        return None
    return RemotePython(
        path=path,
        version=(major, minor, micro),
        arch=plain(str(told.get("arch", ""))),
        glibc=_glibc(" ".join(map(str, told.get("libc") or ()))),
        packages={name: plain(str(packages[name])) for name in PACKAGES if packages.get(name)},
        torch_cuda=plain(str(told.get("cuda") or "")),
    )


def _glibc(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"glibc (\d{1,2})\.(\d{1,3})\S*", text.strip())
    return (int(found[1]), int(found[2])) if found else None

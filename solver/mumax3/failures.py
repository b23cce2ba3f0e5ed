"""How a MuMax3 process can fail, and what is tried next: both as data.

The words are those of its source (log.Fatal ends with 1, panics and failed assertions with 2), of
the CUDA driver, and of the system's loader. Which words mean what: docs/mumax3.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from solver.mumax3.flipped import FIELD_FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.mesh import Mesh


class FailureKind(StrEnum):
    """What went wrong."""

    MISSING = "missing"
    """There is no MuMax3, or what was named is none."""
    LIBRARY_MISSING = "library_missing"
    NO_GPU = "no_gpu"
    DRIVER = "driver"
    """Driver, card and CUDA build do not fit together."""
    CUDA = "cuda"
    OUT_OF_MEMORY = "out_of_memory"
    NO_ARITHMETIC = "no_arithmetic"
    """This version lacks the arithmetic of quantities that the script counts flipped cells with."""
    BAD_SCRIPT = "bad_script"
    NOT_A_NUMBER = "not_a_number"
    NOT_CONVERGED = "not_converged"
    DISK_FULL = "disk_full"
    KILLED = "killed"
    WRONG_REGIONS = "wrong_regions"
    VERSION_MISMATCH = "version_mismatch"
    GARBAGE = "garbage"
    """Its files cannot be understood."""
    CRASHED = "crashed"


class Repair(StrEnum):
    """What is changed for another attempt."""

    RETRY = "retry"
    OTHER_GPU = "other_gpu"
    SYNC = "sync"
    RELAX = "relax"
    SMALLER_STEP = "smaller_step"
    COUNT_IN_LOOP = "count_in_loop"


REPAIRS: Final[Mapping[FailureKind, tuple[Repair, ...]]] = {
    FailureKind.CUDA: (Repair.RETRY, Repair.SYNC, Repair.OTHER_GPU),
    FailureKind.OUT_OF_MEMORY: (Repair.OTHER_GPU,),
    FailureKind.NO_GPU: (Repair.OTHER_GPU,),
    FailureKind.NO_ARITHMETIC: (Repair.COUNT_IN_LOOP,),
    FailureKind.NOT_A_NUMBER: (Repair.SMALLER_STEP, Repair.RELAX),
    FailureKind.NOT_CONVERGED: (Repair.RELAX, Repair.SMALLER_STEP),
    FailureKind.KILLED: (Repair.RETRY, Repair.RETRY),
    FailureKind.CRASHED: (Repair.RETRY, Repair.SYNC),
    FailureKind.GARBAGE: (Repair.RETRY,),
}
"""What is tried after a failure, in turn, as long as no new field step was accepted in between.
Failures that are not named here are the same at every attempt: somebody has to do something."""

MOST_ATTEMPTS: Final = 12
"""Processes that are started for one half-cycle, however far each came."""

REPAIR_WORDS: Final[Mapping[Repair, str]] = {
    Repair.RETRY: "it is started again",
    Repair.OTHER_GPU: "another GPU is used",
    Repair.SYNC: "it is started again with -sync, which helps against random CUDA errors",
    Repair.RELAX: "relax() is used instead of Minimize()",
    Repair.SMALLER_STEP: "half the field step is used",
    Repair.COUNT_IN_LOOP: "the script counts flipped cells one by one, which takes longer",
}

REMEDIES: Final[Mapping[FailureKind, str]] = {
    FailureKind.MISSING: "name the program of MuMax3 in the settings or in the variable MUMAX3",
    FailureKind.LIBRARY_MISSING: "install the NVIDIA driver (libcuda) and use a build that comes "
    "with its CUDA libraries (libcufft, libcurand), or put these on the library path",
    FailureKind.NO_GPU: "use a machine with an NVIDIA GPU, or the built-in solver, which needs "
    "none",
    FailureKind.DRIVER: "update the NVIDIA driver, or use the build of MuMax3 for the CUDA version "
    "that nvidia-smi shows; old cards need builds for CUDA 10, V100 and older ones CUDA 12 at most",
    FailureKind.CUDA: "run it again; if it happens often, update the driver and check the card",
    FailureKind.OUT_OF_MEMORY: "close other programs that use the GPU, take a larger card, or "
    "choose larger cells or a smaller domain",
    FailureKind.NO_ARITHMETIC: "use a release of MuMax3, 3.10 or newer, instead of a beta",
    FailureKind.BAD_SCRIPT: "this version of MuMax3 does not know a command of the script; use "
    "3.9.3 or newer, and report it if it is newer than that",
    FailureKind.NOT_A_NUMBER: "check the materials and the cell size, or use a smaller field step",
    FailureKind.NOT_CONVERGED: "use a smaller field step, or a longer limit on the time of a step",
    FailureKind.DISK_FULL: "free some space and resume the run",
    FailureKind.KILLED: "resume the run; if it happens again, look for a lack of memory or a limit "
    "on time",
    FailureKind.WRONG_REGIONS: "use another version of MuMax3; this one reads OVF files "
    "differently",
    FailureKind.VERSION_MISMATCH: "use a MuMax3 whose exchange rule is that of the design",
    FailureKind.GARBAGE: "look into the log that is kept beside the run; is this really MuMax3?",
    FailureKind.CRASHED: "look into the log that is kept beside the run, and update MuMax3",
}

_PATTERNS: Final[tuple[tuple[FailureKind, str], ...]] = (
    (
        FailureKind.LIBRARY_MISSING,
        r".*error while loading shared libraries.*|.*\.dll (?:was )?not found.*"
        r"|.*cannot open shared object file.*",
    ),
    (FailureKind.DISK_FULL, r".*no space left on device.*|.*disk quota exceeded.*"),
    (FailureKind.DISK_FULL, r".*not enough space on the disk.*"),
    (FailureKind.OUT_OF_MEMORY, r".*CUDA_ERROR_OUT_OF_MEMORY.*|.*CUFFT_ALLOC_FAILED.*"),
    (FailureKind.NO_GPU, r".*CUDA_ERROR_NO_DEVICE.*|.*CUDA_ERROR_INVALID_DEVICE.*"),
    (FailureKind.NO_GPU, r".*no GPUs available.*|.*no CUDA-capable device.*"),
    (FailureKind.DRIVER, r".*No binary for GPU.*|.*CUDA_ERROR_NO_BINARY_FOR_GPU.*"),
    (FailureKind.DRIVER, r".*insufficient compute capability.*|.*CURAND_STATUS_LAUNCH_FAILURE.*"),
    (
        FailureKind.DRIVER,
        r".*CUDA_ERROR_(?:UNSUPPORTED_PTX_VERSION|SYSTEM_DRIVER_MISMATCH|STUB_LIBRARY"
        r"|COMPAT_NOT_SUPPORTED_ON_DEVICE).*",
    ),
    # 34: a stub in place of the driver; 222: PTX too new; 803, 804: driver and library do not match
    (FailureKind.DRIVER, r".*Unknown CUresult: (?:34|222|803|804|4294967295)\b.*"),
    (FailureKind.CUDA, r".*\b(?:CUDA_ERROR|CUFFT|CURAND_STATUS|CUBLAS)_[A-Z_]+.*"),
    (FailureKind.CUDA, r".*Unknown CUresult: \d+.*"),
    (FailureKind.NO_ARITHMETIC, rf".*undefined: *(?:{'|'.join(FIELD_FUNCTIONS)})\b.*"),
    (FailureKind.BAD_SCRIPT, r".*script line\s+\d+.*|.*undefined: .*|.*expected .+, found .+"),
    (FailureKind.BAD_SCRIPT, r".*need to add quantity before table is output.*"),
    (FailureKind.NOT_A_NUMBER, r".*time step too small.*|.*\bNaN\b.*"),
)
_COMPILED: Final = tuple(
    # in a group: alternatives that are not held at the line's start take quadratic time
    (kind, re.compile(rf"^(?:{pattern})$", re.MULTILINE | re.IGNORECASE))
    for kind, pattern in _PATTERNS
)
_TRACE: Final = re.compile(r"^panic: .*$", re.MULTILINE)

_LOADER_CODES: Final = frozenset({127, 0xC0000135, 0xC0000135 - (1 << 32)})
"""What a shell, and Windows, give where a library is missing."""
_KILL_CODES: Final = frozenset({137, 143})

_FLOAT_BYTES: Final = 4
_VECTORS: Final = 10
_CONTEXT_BYTES: Final = 400 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failure of one attempt; ``message`` is what happened, ``remedy`` what to do."""

    kind: FailureKind
    message: str

    @property
    def remedy(self) -> str:
        """What somebody can do about it."""
        return REMEDIES[self.kind]

    def __str__(self) -> str:
        return f"{self.message}; {self.remedy}"


def classify(code: int, output: str) -> Failure:
    """Return what the exit code and the end of the output of a process mean.

    Parameters
    ----------
    code : int
        Negative where a signal ended it, as :mod:`subprocess` has it.
    output : str
        The end of what it wrote, errors included.
    """
    for kind, pattern in _COMPILED:
        found = pattern.search(output)
        if found:
            return Failure(kind=kind, message=f"MuMax3 ended with {_short(found[0])!r}")
    if code in _LOADER_CODES:
        return Failure(
            kind=FailureKind.LIBRARY_MISSING,
            message=f"MuMax3 could not be loaded (exit status {code})",
        )
    if code < 0 or code in _KILL_CODES:
        signal = -code if code < 0 else code - 128
        return Failure(
            kind=FailureKind.KILLED, message=f"the process of MuMax3 was killed by signal {signal}"
        )
    trace = _TRACE.search(output)
    last = trace[0] if trace else _last_line(output)
    how = f"exit status {code}" + (f", {_short(last)!r}" if last else ", without a word")
    if code == 0:
        return Failure(
            kind=FailureKind.GARBAGE, message=f"MuMax3 ended before the last field step ({how})"
        )
    return Failure(kind=FailureKind.CRASHED, message=f"MuMax3 crashed ({how})")


def next_repair(kind: FailureKind, tried: Sequence[Repair], *, gpus: int) -> Repair | None:
    """Return what to try after a failure, or None where nothing is left to try.

    Parameters
    ----------
    kind : FailureKind
    tried : sequence of Repair
        What was tried since the last accepted field step.
    gpus : int
        GPUs that have not been tried since then.
    """
    left = list(tried)
    for repair in REPAIRS.get(kind, ()):
        if repair is Repair.OTHER_GPU:
            # As often as there is one.
            if gpus:
                return repair
            continue
        if repair in left:
            left.remove(repair)
            continue
        return repair
    return None


def estimate_memory(mesh: Mesh) -> int:
    """Return about how many bytes of GPU memory MuMax3 needs for a mesh.

    Ten vectors of the minimiser and the effective field, the padded buffers of the Fourier
    transforms with their work area, the six kernels of which an eighth each is kept, and what
    CUDA takes for itself. The cells of an open axis are padded to twice their number.
    """
    padded = 1
    for n, images in zip(mesh.cells, mesh.pbc, strict=True):
        padded *= 2 * n if n > 1 and images == 0 else n
    planes = 3 if mesh.cells[2] > 1 else 2
    floats = 3 * _VECTORS * mesh.n_cells + (planes + 1 + 6 / 8) * padded
    return _CONTEXT_BYTES + int(_FLOAT_BYTES * floats)


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def _short(line: str) -> str:
    text = "".join(char if char.isprintable() else " " for char in line).strip()
    return text if len(text) <= 200 else text[:197] + "..."

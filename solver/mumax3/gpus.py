"""The NVIDIA GPUs of this machine, as their driver lists them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

VISIBLE_VARIABLE: Final = "CUDA_VISIBLE_DEVICES"
"""Where set (batch systems do), only these GPUs are ours."""

_PATIENCE_S: Final = 10.0
_MEBIBYTE: Final = 1 << 20
_FIELDS: Final = ("index", "uuid", "name", "driver_version", "memory.total", "memory.free")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One GPU.

    Parameters
    ----------
    index : int
        Its number in the order of the PCI bus, that of nvidia-smi.
    uuid, name, driver : str
        As nvidia-smi has them; ``driver`` is the version of the driver.
    memory_bytes, free_bytes : int or None
        None where the driver does not tell.
    """

    index: int
    uuid: str
    name: str
    driver: str = ""
    memory_bytes: int | None = None
    free_bytes: int | None = None

    @property
    def key(self) -> str:
        """What stays the same of it."""
        return self.uuid or str(self.index)

    @property
    def label(self) -> str:
        """Number and name, for sentences."""
        return f"GPU {self.index} ({self.name})"


def list_gpus() -> list[Gpu]:
    """Return the GPUs that this process may use; takes up to some seconds.

    Empty where there is no NVIDIA driver, or none that answers.
    """
    program = find_nvidia_smi()
    if program is None:
        return []
    answer = ask_nvidia_smi(program)
    return _visible(_parse(answer or ""), os.environ)


def find_nvidia_smi() -> str | None:
    """Return the driver's program that lists GPUs, or None."""
    found = shutil.which("nvidia-smi")
    if found is None and sys.platform == "win32":
        # Older drivers do not put it on the path.
        folder = Path(os.environ.get("PROGRAMFILES", r"C:\Program Files"))
        old = folder / "NVIDIA Corporation" / "NVSMI" / "nvidia-smi.exe"
        found = str(old) if old.is_file() else None
    return found


def ask_nvidia_smi(program: str) -> str | None:
    """Return what nvidia-smi lists, or None where the driver does not answer."""
    try:
        answer = subprocess.run(
            [program, f"--query-gpu={','.join(_FIELDS)}", "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if answer.returncode else answer.stdout


def _parse(text: str) -> list[Gpu]:
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) != len(_FIELDS) or not cells[0].isdecimal():
            continue
        index, uuid, name, driver, total, free = cells
        found.append(
            Gpu(
                index=int(index),
                uuid=uuid,
                name=name,
                driver=driver,
                memory_bytes=_bytes(total),
                free_bytes=_bytes(free),
            )
        )
    return found


def _bytes(mebibytes: str) -> int | None:
    return int(mebibytes) * _MEBIBYTE if mebibytes.isdecimal() else None


def _visible(gpus: list[Gpu], environment: Mapping[str, str]) -> list[Gpu]:
    """Return the GPUs that CUDA would show this process, in its order.

    CUDA takes numbers, or the beginnings of UUIDs, and stops at the first word that fits none.
    """
    if VISIBLE_VARIABLE not in environment:
        return gpus
    kept = []
    for word in environment[VISIBLE_VARIABLE].split(","):
        fits = [
            gpu
            for gpu in gpus
            if word.strip() == str(gpu.index)
            or (word.strip().startswith("GPU-") and gpu.uuid.startswith(word.strip()))
        ]
        if len(fits) != 1:
            break
        kept.append(fits[0])
    return kept

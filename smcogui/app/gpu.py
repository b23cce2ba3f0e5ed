"""Which graphics processor the machine has."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

_PATIENCE_S: Final = 10.0


def find_gpus() -> list[str]:
    """Return the names of the NVIDIA GPUs that the driver lists; takes up to some seconds."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    try:
        answer = subprocess.run(
            [program, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired):
        # A driver that does not answer is as good as none.
        return []
    if answer.returncode:
        return []
    return [line.strip() for line in answer.stdout.splitlines() if line.strip()]

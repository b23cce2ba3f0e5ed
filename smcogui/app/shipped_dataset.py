"""The simulated designs that come with the program."""

from __future__ import annotations

from pathlib import Path

import models
from smcogui.data.dataset_import import SUMS_FILE


def shipped_dataset() -> Path | None:
    """Return the folder of the shipped dataset; None where the program came without it."""
    folder = Path(models.__file__).parent / "data"
    return folder if (folder / SUMS_FILE).is_file() else None

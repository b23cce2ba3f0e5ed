"""The state of a training on disk, as safetensors: nothing is pickled."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Arrays of a training after ``step`` steps."""

    step: int
    arrays: Mapping[str, NDArray[Any]]


def fingerprint(*arrays: NDArray[Any], text: str = "") -> str:
    """Return the SHA-256 of arrays and options: what a checkpoint belongs to."""
    digest = hashlib.sha256(text.encode())
    for array in arrays:
        digest.update(f"{array.shape}{array.dtype}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def save_checkpoint(path: Path, checkpoint: Checkpoint, mark: str) -> None:
    """Write a checkpoint; the one before stays until the new one is complete."""
    from safetensors.numpy import save

    arrays = {key: np.ascontiguousarray(value) for key, value in checkpoint.arrays.items()}
    content = save(arrays, metadata={"mark": mark, "step": str(checkpoint.step)})
    partial = path.with_name(f"{path.name}.tmp")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def load_checkpoint(path: Path, mark: str) -> Checkpoint:
    """Read a checkpoint.

    Raises
    ------
    CheckpointError
        If it is damaged or belongs to other data or options.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            facts = file.metadata() or {}
            if facts.get("mark") != mark:
                raise CheckpointError(
                    f"{path} belongs to a training with other data or options; remove it, or "
                    "train under another name",
                    key="checkpoint",
                    given=str(path),
                )
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            return Checkpoint(step=int(facts["step"]), arrays=arrays)
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise CheckpointError(
            f"the checkpoint {path} cannot be read ({error}); remove it to train from the start",
            key="checkpoint",
            given=str(path),
        ) from error

"""The device that a batch is computed on, and how many problems fit it."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from solver.errors import DeviceError
from solver.memory import available_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.batch.shape import BatchShape

DEVICES: Final = ("cuda", "cpu")
LARGEST_BATCH: Final = 256
"""More problems at once than this only fill memory: the card is busy with fewer."""
SHARE_OF_FREE: Final = 0.8
"""Part of the free memory that a batch takes; the rest is for the library and for others."""
_INSTALL: Final = (
    "`pip install -r requirements-train.lock` installs it, into the environment of the program"
)


def open_device(name: str) -> Any:
    """Return the torch device; this is what loads torch.

    Raises
    ------
    DeviceError
        If there is no such device, or torch is missing or cannot use it.
    """
    if name not in DEVICES:
        raise DeviceError(
            f"the device is {name!r}; allowed are {' and '.join(DEVICES)}",
            allowed=", ".join(DEVICES),
        )
    if importlib.util.find_spec("torch") is None:
        raise DeviceError(
            f"the batch engine needs torch 2.13, which is not installed; {_INSTALL}. "
            "Without it use --device cpu of `run`",
            allowed="cpu",
        )
    import torch

    if name == "cuda" and not torch.cuda.is_available():
        raise DeviceError(_no_cuda(torch), allowed="cpu")
    # 10 bits of mantissa would be too few for a torque of 1e-4 of the field
    torch.set_float32_matmul_precision("highest")
    if name == "cpu":
        # as every solve here; sums do not depend on the number of processors then
        torch.set_num_threads(1)
    return torch.device(name)


def _no_cuda(torch: Any) -> str:
    if torch.version.cuda is None:
        return (
            f"torch {torch.__version__} was built without CUDA; install the CUDA build of "
            "torch 2.13.0 into the environment of the program (on Linux with an NVIDIA card "
            "that of PyPI), or use --device cpu"
        )
    return (
        f"torch {torch.__version__} finds no NVIDIA card; install a card and a driver for "
        f"CUDA {torch.version.cuda}, or use --device cpu"
    )


def upload(array: NDArray[Any], device: Any) -> Any:
    """Return an array as a tensor on the device.

    A card goes on with what it is at meanwhile: the copy waits its turn behind that, which only
    page-locked memory allows.
    """
    import torch

    tensor = torch.from_numpy(np.array(array, order="C"))
    if device.type == "cuda":
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)


def describe(device: Any) -> str:
    """Return what computes, for the events of a solve."""
    import torch

    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "processor"
    return f"{device.type} ({name}, torch {torch.__version__})"


def has_fused_pass(device: Any) -> bool:
    """Return whether the fused pass can be used: Triton comes with torch's CUDA builds."""
    return device.type == "cuda" and importlib.util.find_spec("triton") is not None


def free_memory(device: Any) -> int | None:
    """Return the free bytes of the device, or None where nobody tells."""
    if device.type != "cuda":
        return available_memory()
    import torch

    free, _total = torch.cuda.mem_get_info(device)
    # what torch keeps of batches before this one is free too
    kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return int(free) + int(kept)


def batch_size(shape: BatchShape, device: Any, wanted: int = LARGEST_BATCH) -> int:
    """Return how many problems of a shape fit the device, at most ``wanted``.

    Raises
    ------
    DeviceError
        If not even one does.
    """
    wanted = max(1, min(wanted, LARGEST_BATCH))
    free = free_memory(device)
    if free is None:
        return wanted
    each = shape.problem_bytes(is_fused=has_fused_pass(device))

    def takes(count: int) -> int:
        return count * each + shape.refresh_bytes(count)

    usable = int(SHARE_OF_FREE * free)
    if takes(1) > usable:
        rows, columns = shape.cells
        raise DeviceError(
            f"a problem of {columns} x {rows} cells takes about {takes(1) / 1e9:.2f} GB on "
            f"{device.type}, and {usable / 1e9:.2f} GB can be had; close other programs, "
            "choose larger cells or a smaller domain",
            allowed=f"{usable / 1e9:.2f} GB",
        )
    while takes(wanted) > usable:
        wanted -= 1
    return wanted

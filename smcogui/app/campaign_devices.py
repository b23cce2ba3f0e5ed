"""What a campaign queue computes with: the processor, a batch on a graphics card, or MuMax3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.app.campaign_batch_crew import DESIGNS_IN_HAND, BatchCrew
from smcogui.app.campaign_crew import Crew
from smcogui.app.engines import Engines
from smcogui.app.settings_file import SettingsFile
from smcogui.errors import InputError
from smcogui.runs import children
from smcogui.runs.spec import BUILTIN, MUMAX3

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smcogui.runs.mumax3 import Mumax3Backend
    from smcogui.runs.spec import Engine

CPU: Final = "cpu"
"""One process per core, the compiled kernels."""
CUDA: Final = "cuda"
BATCH_DEVICES: Final[Mapping[str, str]] = {CUDA: "cuda", "cpu-batch": "cpu"}
"""Devices of the batch engine, by what people write."""
DEVICES: Final = (CPU, *BATCH_DEVICES, MUMAX3)


def device_of(engine: str) -> str:
    """Return what computes campaigns of an engine where nobody chose."""
    return MUMAX3 if engine == MUMAX3 else CPU


def engine_name(device: str) -> str:
    """Return the name of the engine whose campaigns a queue works off."""
    return MUMAX3 if device == MUMAX3 else BUILTIN.name


def crew_for(device: str, size: int | None = None) -> Crew | BatchCrew:
    """Return the workers of a queue.

    Parameters
    ----------
    device : {"cpu", "cuda", "cpu-batch", "mumax3"}
        One process per core; or one process that computes a batch on an NVIDIA GPU; or the same on
        the processor, which is there to compare; or a process of the user's MuMax3 per GPU.
    size : int, optional
        Designs at once.

    Raises
    ------
    InputError
        If there is no such device.
    UnavailableError
        If there is no MuMax3.
    """
    if device == CPU:
        return Crew(size or children.process_count())
    if device == MUMAX3:
        backend = _mumax3()
        backend.banner()
        return Crew(size or backend.processes(), environment=backend.environment())
    if device not in BATCH_DEVICES:
        raise InputError(
            f"the device is {device!r}; allowed are {', '.join(DEVICES)}",
            key="device",
            given=device,
            allowed=", ".join(DEVICES),
        )
    return BatchCrew(BATCH_DEVICES[device], size=size or DESIGNS_IN_HAND)


def engine_on(device: str) -> Engine:
    """Return what computes there, with its version; raises UnavailableError where it is not."""
    return _mumax3().engine() if device == MUMAX3 else BUILTIN


def require_crew(device: str) -> None:
    """Refuse a device that cannot be used; takes seconds, in a process of its own.

    Raises
    ------
    UnavailableError
        If it is not there.
    RunError
        If the process that looks dies.
    """
    if device == CPU:
        return
    crew = crew_for(device)
    try:
        crew.open()
    finally:
        crew.dismiss()


def _mumax3() -> Mumax3Backend:
    return Engines(lambda: SettingsFile().settings).mumax3

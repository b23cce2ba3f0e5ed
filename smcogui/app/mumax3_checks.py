"""Whether MuMax3 can compute here: the GPU, the program, its start, a simulation of two seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.app.check import Check
from solver.errors import Mumax3Error, SolverError
from solver.mumax3.executable import find_executable
from solver.mumax3.failures import REMEDIES, FailureKind
from solver.mumax3.gpu_queue import choose
from solver.mumax3.gpus import ask_nvidia_smi, find_nvidia_smi, list_gpus
from solver.mumax3.probe import identify
from solver.mumax3.smoke import run_smoke
from solver.mumax3.solve import Setup

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.app.settings import Settings
    from solver.mumax3.executable import Banner
    from solver.mumax3.gpus import Gpu

SIMULATION: Final = "MuMax3 simulation"
"""Name of the check that lets it compute."""

_NO_NEED: Final = "the built-in solver needs neither MuMax3 nor a GPU"


def check_mumax3(settings: Settings, *, smoke: bool = True) -> list[Check]:
    """Return the checks of MuMax3; those that make no sense after a failure are left out."""
    program = check_program(settings)
    simulated = [check_simulation(settings)] if smoke and program.ok else []
    return [check_gpu(), program, *simulated]


def check_program(settings: Settings) -> Check:
    """Whether there is a MuMax3 that starts: its place, version, build and exchange rule."""
    try:
        program = find_executable(settings.mumax3)
    except Mumax3Error as error:
        return _failed("MuMax3", error)
    return check_start(program, settings)[0]


def check_simulation(settings: Settings) -> Check:
    """Whether MuMax3 computes what it should; takes two seconds and its start."""
    try:
        program = find_executable(settings.mumax3)
    except Mumax3Error as error:
        return _failed(SIMULATION, error)
    started, banner = check_start(program, settings)
    return started if banner is None else check_smoke(program, settings, banner)


def check_gpu() -> Check:
    """Whether an NVIDIA driver lists a GPU, and how much memory is free on it."""
    name = "NVIDIA GPU"
    program = find_nvidia_smi()
    if program is None:
        return Check(
            check=name,
            ok=False,
            message="there is no NVIDIA driver: no nvidia-smi on the PATH",
            remedy=f"install the driver of the card, if there is one; {_NO_NEED}",
        )
    if ask_nvidia_smi(program) is None:
        return Check(
            check=name,
            ok=False,
            message=f"the NVIDIA driver does not answer ({program})",
            remedy="start nvidia-smi in a terminal: after an update of the driver the machine may "
            f"have to be started again; {_NO_NEED}",
        )
    gpus = list_gpus()
    return Check(
        check=name,
        ok=bool(gpus),
        message="; ".join(map(_describe, gpus))
        or "the driver lists no GPU that this process may use",
        remedy=f"look at the variable CUDA_VISIBLE_DEVICES; {_NO_NEED}",
    )


def _describe(gpu: Gpu) -> str:
    free, total = gpu.free_bytes, gpu.memory_bytes
    memory = ""
    if free is not None and total is not None:
        memory = f", {free / 1e9:.1f} of {total / 1e9:.1f} GB free"
    return f"{gpu.label}, driver {gpu.driver}{memory}"


def check_start(program: Path, settings: Settings) -> tuple[Check, Banner | None]:
    """Whether MuMax3 starts, finds the GPU and says its version."""
    try:
        gpus = choose(list_gpus(), settings.mumax3_gpus)
        banner = identify(program, next(iter(gpus), None))
    except Mumax3Error as error:
        return _failed("MuMax3", error), None
    built = f", built with CUDA {banner.cuda}" if banner.cuda else ""
    message = f"{program}, version {banner.version}{built}, {banner.exchange_rule} exchange rule"
    return Check(check="MuMax3", ok=True, message=message), banner


def check_smoke(program: Path, settings: Settings, banner: Banner) -> Check:
    """Whether MuMax3 computes what it should: a simulation of two seconds."""
    name = SIMULATION
    try:
        result = run_smoke(banner, Setup(executable=str(program), gpus=settings.mumax3_gpus))
    except Mumax3Error as error:
        return _failed(name, error)
    except SolverError as error:
        return Check(check=name, ok=False, message=str(error), remedy=_NO_NEED)
    return Check(
        check=name,
        ok=True,
        message=f"M/Ms = {result.M_over_Ms:.4f} at 0.5 T, in {result.wall_s:.1f} s on {banner.gpu}",
    )


def _failed(name: str, error: Mumax3Error) -> Check:
    remedy = REMEDIES[FailureKind(error.kind)]
    message = str(error).replace(f"; {remedy}", "")
    return Check(check=name, ok=False, message=message, remedy=f"{remedy}; {_NO_NEED}")

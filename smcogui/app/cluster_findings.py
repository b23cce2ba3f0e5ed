"""What the probe of a cluster means for jobs: findings, each with what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_report import ClusterReport, Finding
from smcogui.runs.cluster.node_python import ARCHES, NEWEST, OLDEST, OLDEST_GLIBC, trouble_of
from smcogui.runs.cluster.schedulers import AS_FOUND
from smcogui.runs.spec import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smcogui.app.cluster_report import Level
    from smcogui.runs.cluster.probe import (
        ClusterProbe,
        RemotePython,
        Software,
        System,
    )
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.scheduler import Partition, Scheduler

_FEW_KB: Final = 2_000_000
_FEW_FILES: Final = 20_000
_KNOWN_SHELLS: Final = ("sh", "bash", "dash", "zsh", "ksh", "mksh", "tcsh", "csh", "fish")
_OVER_QUOTA: Final = re.compile(r"\d\*")


def make_report(
    probe: ClusterProbe, profile: ClusterProfile, scheduler: Scheduler
) -> ClusterReport:
    """Return what the probe of a cluster, by its scheduler, means, finding by finding."""
    partitions = probe.partitions.value or ()
    software = probe.software.value
    return ClusterReport(
        findings=(
            _shell(probe),
            *_system(probe, profile, scheduler),
            *_partitions(probe, profile),
            *_accounts(probe),
            _disk(probe, profile),
            _software(probe),
        ),
        solvers=(
            _builtin(probe.system.value, software),
            _builtin_gpu(software, partitions, profile),
            _mumax3(software, partitions, profile),
        ),
        partitions=partitions,
        associations=probe.associations.value or (),
        limits=probe.limits.value,
    )


def usable_python(software: Software | None) -> RemotePython | None:
    """Return the first Python that the built-in solver runs in; None where there is none."""
    fitting = (each for each in (software.pythons if software else ()) if not trouble_of(each))
    return next(fitting, None)


def gpu_partitions(partitions: Sequence[Partition]) -> tuple[Partition, ...]:
    """Return the partitions whose nodes have GPUs."""
    return tuple(part for part in partitions if any("gpu" in gres for gres in part.gres))


def _found(
    check: str, level: Level, message: str, remedy: str = "", *, is_of_profile: bool = False
) -> Finding:
    return Finding(
        check=check, level=level, message=message, remedy=remedy, is_of_profile=is_of_profile
    )


def _shell(probe: ClusterProbe) -> Finding:
    name = probe.shell.rpartition("/")[2] or "unknown"
    if probe.noise:
        first = probe.noise.splitlines()[0][:120]
        return _found(
            "Shell",
            "warn",
            f"The login shell is {name}. Start-up files print for commands too: “{first}”. The "
            "program cuts that off.",
            "Let .bashrc or .cshrc print in interactive shells only.",
        )
    note = "" if name in _KNOWN_SHELLS else " It was not tried with this program."
    return _found("Shell", "warn" if note else "ok", f"The login shell is {name}.{note}")


def _system(
    probe: ClusterProbe, profile: ClusterProfile, scheduler: Scheduler
) -> Iterator[Finding]:
    system = probe.system.value
    if system is None:
        yield _found("Login node", "fail", f"{_said(probe.system.failure)}", "Check again.")
        return
    missing = ", ".join(system.missing_tools)
    where = f"{system.kernel} on {system.arch}"
    if missing:
        yield _found(
            "Login node",
            "fail",
            f"{where}, without {missing}.",
            "Ask the administrators for these programs.",
        )
    else:
        yield _found("Login node", "ok", f"{where}.")
    yield _scheduler(probe, system, profile, scheduler)


def _scheduler(
    probe: ClusterProbe, system: System, profile: ClusterProfile, scheduler: Scheduler
) -> Finding:
    limits, name = probe.limits.value, scheduler.name
    if scheduler.key not in system.schedulers:
        return _no_scheduler(system, profile, scheduler)
    if limits is None:
        remedy = f"Wait until {name} is up; check again."
        return _found("Scheduler", "fail", _said(probe.limits.failure), remedy)
    if scheduler.why_missing():
        message = f"{name} {limits.version}. {_said(scheduler.why_missing())}"
        return _found("Scheduler", "fail", message, "Start the program again afterwards.")
    how = "as found" if profile.scheduler == AS_FOUND else "as the profile says"
    accounts = "" if limits.has_accounting else " It keeps no accounts: result files tell the end."
    caveat = f" {_said(scheduler.caveat)}" if scheduler.caveat else ""
    return _found(
        "Scheduler",
        "warn" if caveat else "ok",
        f"{name} {limits.version}, {how}; an array has up to {limits.max_array_size - 1} tasks."
        f"{accounts}{caveat}",
        "Start with the trial job." if caveat else "",
    )


def _no_scheduler(system: System, profile: ClusterProfile, scheduler: Scheduler) -> Finding:
    """Return that the scheduler of a profile, or any that is spoken to, is not there."""
    there = ", ".join(system.schedulers)
    ask = "Is this the login node? Ask the administrators where jobs are submitted."
    if profile.scheduler == AS_FOUND:
        other = f"; {there} is there, to which this program does not speak" if there else ""
        words = f"Neither sbatch of Slurm nor qsub of PBS or SGE is found{other}."
        return _found("Scheduler", "fail", words, ask)
    if there:
        words = f"{scheduler.name}, as the profile says, is not found; {there} is there."
        remedy = "Choose the scheduler As found in the next step."
        return _found("Scheduler", "fail", words, remedy, is_of_profile=True)
    return _found("Scheduler", "fail", f"{scheduler.name} is not found.", ask)


def _partitions(probe: ClusterProbe, profile: ClusterProfile) -> Iterator[Finding]:
    parts = probe.partitions.value
    if parts is None:
        yield _found("Partitions", "fail", _said(probe.partitions.failure), "Check again.")
        return
    names = [part.name for part in parts]
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    if not names:
        yield _found(
            "Partitions", "fail", "No partition is open to you.", "Ask the administrators."
        )
    elif profile.partition and profile.partition not in names:
        yield _found(
            "Partitions",
            "fail",
            f"There is no partition {profile.partition}; there are {shown}.",
            "Choose one of these in the next step.",
            is_of_profile=True,
        )
    else:
        yield _found("Partitions", "ok", f"{shown}.")
    with_gpus = gpu_partitions(parts)
    without = _without_gpu(parts, profile) if profile.engine != BUILTIN.name else ""
    if with_gpus and without:
        others = ", ".join(part.name for part in with_gpus[:8])
        yield _found(
            "GPUs",
            "warn",
            f"{without} The solver of the profile computes on one; GPUs are in {others}.",
            _GPU_REMEDY,
        )
    elif with_gpus:
        listed = "; ".join(f"{part.name}: {', '.join(part.gres)}" for part in with_gpus[:8])
        yield _found("GPUs", "ok", f"{listed}.")
    elif names:
        yield _found("GPUs", "warn", "No partition has GPUs; the built-in solver uses cores.")


def _accounts(probe: ClusterProbe) -> Iterator[Finding]:
    if probe.associations.failure:
        yield _found(
            "Accounts",
            "warn",
            _said(probe.associations.failure),
            "Type account and QOS as the administrators gave them to you.",
        )
    elif probe.associations.value:
        names = dict.fromkeys(each.account for each in probe.associations.value)
        yield _found("Accounts", "ok", f"{', '.join(names)}.")


def _disk(probe: ClusterProbe, profile: ClusterProfile) -> Finding:
    disk = probe.disk.value
    choose = "Choose another folder on the cluster in the next step."
    if disk is None:
        return _found("Disk", "warn", _said(probe.disk.failure), "Check again.")
    if not disk.is_writable:
        message = f"You may not write to {profile.scratch}."
        return _found("Disk", "fail", message, choose, is_of_profile=True)
    if disk.space.free_kB is None:
        return _found("Disk", "warn", f"{profile.scratch}: nobody tells how much is left.")
    if _OVER_QUOTA.search(disk.quota):
        return _found(
            "Disk",
            "fail",
            f"A quota is used up: {disk.quota.splitlines()[-1].strip()[:160]}.",
            f"Remove what is not needed any more there. {choose}",
            is_of_profile=True,
        )
    left = f"{profile.scratch} has {disk.space.free_kB / 1024**2:.1f} GB left"
    few_files = disk.space.free_files is not None and disk.space.free_files < _FEW_FILES
    if disk.space.free_kB < _FEW_KB or few_files:
        files = f" and room for {disk.space.free_files} files" if few_files else ""
        return _found("Disk", "warn", f"{left}{files}.", f"That may not be enough. {choose}")
    return _found("Disk", "ok", f"{left}.")


def _software(probe: ClusterProbe) -> Finding:
    software = probe.software.value
    if software is None:
        return _found(
            "Software",
            "fail",
            _said(probe.software.failure),
            "Correct the modules and the prologue in the next step.",
            is_of_profile=True,
        )
    seen = [f"Python {each.version_text} ({each.path})" for each in software.pythons[:4]]
    if software.mumax3:
        seen.append(f"MuMax3 ({software.mumax3})")
    return _found(
        "Software", "ok" if seen else "warn", f"{', '.join(seen) or 'neither Python nor MuMax3'}."
    )


def _builtin(system: System | None, software: Software | None) -> Finding:
    if system is None or software is None:
        return _found("builtin", "warn", "The software there is not known.", "Check again.")
    python = usable_python(software)
    if python is None:
        return _found("builtin", "fail", _why_no_python(software), _PYTHON_REMEDY)
    return _found(
        "builtin",
        "ok",
        f"Runs in Python {python.version_text} ({python.path}); what it needs is sent along.",
    )


def _builtin_gpu(
    software: Software | None, partitions: Sequence[Partition], profile: ClusterProfile
) -> Finding:
    if software is None:
        return _found("builtin_gpu", "warn", "The software there is not known.", "Check again.")
    without = _without_gpu(partitions, profile)
    if without:
        return _found("builtin_gpu", "fail", without, _GPU_REMEDY)
    fitting = [each for each in software.pythons if not trouble_of(each)]
    if not fitting:
        return _found("builtin_gpu", "fail", _why_no_python(software), _PYTHON_REMEDY)
    for python in fitting:
        if python.torch_cuda:
            return _found(
                "builtin_gpu",
                "ok",
                f"torch {python.packages.get('torch', '')} for CUDA {python.torch_cuda} in "
                f"{python.path}; a test job shows whether the node's GPU takes it.",
            )
    return _found(
        "builtin_gpu",
        "fail",
        "No Python there has a torch that was built for CUDA.",
        "Name a module or a Python with torch, or take the built-in solver on cores.",
    )


def _mumax3(
    software: Software | None, partitions: Sequence[Partition], profile: ClusterProfile
) -> Finding:
    if software is None:
        return _found("mumax3", "warn", "The software there is not known.", "Check again.")
    if not software.mumax3:
        modules = ", ".join(software.mumax3_modules[:4])
        hint = f"Load one of the modules {modules}" if modules else "Type its path or its module"
        return _found("mumax3", "fail", "mumax3 is not found.", f"{hint}, and check again.")
    without = _without_gpu(partitions, profile)
    if without:
        return _found("mumax3", "fail", without, _GPU_REMEDY)
    return _found("mumax3", "ok", f"{software.mumax3}; a trial job tells its version.")


_PYTHON_REMEDY: Final = (
    "Load a module with a newer Python, or type the path of one, such as that of a conda "
    "environment of yours."
)
_GPU_REMEDY: Final = "Choose a partition with GPUs, or take the built-in solver on cores."


def _why_no_python(software: Software) -> str:
    oldest, newest = (".".join(map(str, each)) for each in (OLDEST, NEWEST))
    libc = ".".join(map(str, OLDEST_GLIBC))
    seen = ", ".join(
        f"{each.version_text} on {each.arch} with "
        + (f"glibc {'.'.join(map(str, each.glibc))}" if each.glibc else "another C library")
        for each in software.pythons[:4]
    )
    return (
        f"The solver needs Python {oldest} to {newest} with glibc {libc} or newer, on "
        f"{' or '.join(ARCHES)}; found: {seen or 'no Python'}."
    )


def _without_gpu(partitions: Sequence[Partition], profile: ClusterProfile) -> str:
    """Return why jobs of a profile get no GPU; nothing where they do or nobody knows."""
    if not partitions:
        return ""
    if not gpu_partitions(partitions):
        return "No partition has GPUs."
    name = profile.partition
    wanted = (part for part in partitions if (part.name == name if name else part.is_default))
    chosen = next(wanted, None)
    if chosen is not None and not gpu_partitions([chosen]):
        return f"The partition {chosen.name} has no GPUs."
    return ""


def _said(failure: str) -> str:
    return failure[:1].upper() + failure[1:].rstrip(".") + "."

"""What a probe of a cluster found, in words: each finding with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_advice import partition_text
from smcogui.app.cluster_report import ClusterReport, Finding

if TYPE_CHECKING:
    from smcogui.runs.cluster.probe import ClusterProbe, RemotePython, Software
    from smcogui.runs.cluster.profile import ClusterProfile

OLDEST_PYTHON: Final = (3, 11)
"""What the solver runs on, as on this computer."""
_LITTLE_KB: Final = 2_000_000
_FEW_FILES: Final = 10_000
_ASK: Final = "Ask the administrators."


def report_of(probe: ClusterProbe, profile: ClusterProfile) -> ClusterReport:
    """Return the findings of a probe.

    Parameters
    ----------
    probe : ClusterProbe
    profile : ClusterProfile
        Whose folder, modules and paths were looked at.
    """
    findings = (
        _on_shell(probe),
        _on_scheduler(probe, profile),
        _on_partitions(probe),
        _on_accounts(probe),
        _on_disk(probe, profile),
        _on_software(probe),
    )
    return ClusterReport(
        findings=findings,
        solvers=_solvers(probe.software.value, probe.software.failure),
        partitions=probe.partitions.value or (),
        associations=probe.associations.value or (),
        limits=probe.limits.value,
    )


def _ok(check: str, message: str) -> Finding:
    return Finding(check=check, level="ok", message=message)


def _warn(check: str, message: str, remedy: str) -> Finding:
    return Finding(check=check, level="warn", message=message, remedy=remedy)


def _fail(check: str, message: str, remedy: str) -> Finding:
    return Finding(check=check, level="fail", message=message, remedy=remedy)


def _on_shell(probe: ClusterProbe) -> Finding:
    system = probe.system.value
    if system is not None and system.missing_tools:
        missing = ", ".join(system.missing_tools)
        return _fail("Login node", f"{missing} is not there, and files cannot be brought.", _ASK)
    where = "" if system is None else f"{system.kernel} on {system.arch}, "
    lines = len(probe.noise.splitlines())
    said = f"; its start-up files print {lines} lines, which are left out" if lines else ""
    return _ok("Login node", f"{where}{probe.shell or 'an unknown shell'}{said}.")


def _on_scheduler(probe: ClusterProbe, profile: ClusterProfile) -> Finding:
    system, limits = probe.system.value, probe.limits.value
    there = () if system is None else system.schedulers
    if limits is not None:
        queue = "" if limits.max_submit is None else f", {limits.max_submit} jobs in the queue"
        kept = "finished jobs can be asked for" if limits.has_accounting else "no accounting"
        return _ok(
            "Scheduler",
            f"{profile.scheduler} {limits.version}: arrays of up to {limits.max_array_size - 1} "
            f"jobs{queue}; {kept}.",
        )
    if system is not None and profile.scheduler not in there:
        found = f"only {', '.join(there)}" if there else "no scheduler"
        return _fail(
            "Scheduler",
            f"There is {found} on this node.",
            f"Give a login node from which {profile.scheduler} jobs are submitted.",
        )
    return _fail("Scheduler", f"{probe.limits.failure}.", f"Check again later. {_ASK}")


def _on_partitions(probe: ClusterProbe) -> Finding:
    parts = probe.partitions.value
    if parts is None:
        remedy = "Give the partition in Resources by hand."
        return _warn("Partitions", f"{probe.partitions.failure}.", remedy)
    if not any(part.is_up for part in parts):
        return _warn("Partitions", "None is open to you now.", _ASK)
    return _ok("Partitions", "\n".join(f"{partition_text(part)}." for part in parts))


def _on_accounts(probe: ClusterProbe) -> Finding:
    accounts = probe.associations.value
    names = list(dict.fromkeys(each.account for each in accounts or ()))
    if names:
        return _ok("Accounts", f"You may use {', '.join(names)}.")
    why = probe.associations.failure or "the cluster keeps none, or does not show them"
    return _ok("Accounts", f"Not known ({why}); most clusters take your default.")


def _on_disk(probe: ClusterProbe, profile: ClusterProfile) -> Finding:
    disk = probe.disk.value
    if disk is None:
        return _warn("Disk", f"{probe.disk.failure}.", "Check again; see to it yourself.")
    other = "Choose another folder in Resources, such as one below /scratch."
    if not disk.is_writable:
        return _fail("Disk", f"{profile.scratch} cannot be written.", other)
    free, files = disk.space.free_kB, disk.space.free_files
    left = "unknown room" if free is None else f"{free / 1e6:.3g} GB"
    words = f"{profile.scratch} has {left} left"
    words += "." if files is None else f" and room for {files} files."
    quota = f"\n{disk.quota}" if disk.quota else ""
    is_little = (free is not None and free < _LITTLE_KB) or (
        files is not None and files < _FEW_FILES
    )
    return _warn("Disk", f"{words}{quota}", other) if is_little else _ok("Disk", f"{words}{quota}")


def _on_software(probe: ClusterProbe) -> Finding:
    software = probe.software.value
    if software is None:
        return _warn(
            "Software",
            f"{probe.software.failure}.",
            "Correct modules and prologue in Resources.",
        )
    found = [f"Python {each.version_text} ({each.path})" for each in software.pythons]
    found += [f"MuMax3 ({software.mumax3})"] if software.mumax3 else []
    if not found:
        remedy = "Load modules in Resources, or give paths in Solver."
        return _warn("Software", "Neither Python nor MuMax3 was found.", remedy)
    return _ok("Software", f"{', '.join(found)}.")


def _solvers(software: Software | None, failure: str) -> tuple[Finding, ...]:
    if software is None:
        remedy = "Correct modules and prologue in Resources."
        names = ("mumax3", "builtin_gpu", "builtin")
        return tuple(_warn(name, f"{failure}.", remedy) for name in names)
    python = next((each for each in software.pythons if each.version >= OLDEST_PYTHON), None)
    return (_mumax3(software), _on_gpu(software), _on_cores(software, python))


def _mumax3(software: Software) -> Finding:
    if software.mumax3:
        return _ok("mumax3", f"Found: {software.mumax3}.")
    names = ", ".join(software.mumax3_modules)
    remedy = f"Load one of its modules in Resources: {names}." if names else "Give its path below."
    return _fail("mumax3", "Not found.", remedy)


def _on_gpu(software: Software) -> Finding:
    fitting = (
        each for each in software.pythons if each.torch_cuda and each.version >= OLDEST_PYTHON
    )
    python = next(fitting, None)
    if python is not None:
        torch = python.packages.get("torch", "")
        return _ok(
            "builtin_gpu",
            f"Python {python.version_text} with torch {torch} for CUDA {python.torch_cuda}.",
        )
    return _fail(
        "builtin_gpu",
        "No Python with torch for CUDA was found.",
        "Load the cluster's module of torch in Resources, or give such a Python below.",
    )


def _on_cores(software: Software, python: RemotePython | None) -> Finding:
    if python is not None:
        return _ok("builtin", f"Python {python.version_text} ({python.path}).")
    oldest = ".".join(map(str, OLDEST_PYTHON))
    found = ", ".join(each.version_text for each in software.pythons) or "none"
    return _fail(
        "builtin",
        f"Python {oldest} or newer is needed; found: {found}.",
        "Load a module of a newer Python in Resources, or give its path below.",
    )

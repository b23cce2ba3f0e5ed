"""What a probe found, in words, and what holds a submission up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smcogui.app.cluster_findings import report_of
from smcogui.app.cluster_report import ClusterReport
from smcogui.runs.cluster.probe import (
    ClusterProbe,
    Disk,
    Piece,
    RemotePython,
    Software,
    System,
)
from smcogui.runs.cluster.profile import make_profile
from smcogui.runs.cluster.remote_disk import DiskSpace
from smcogui.runs.cluster.scheduler import Association, Limits, Partition

PROFILE = make_profile(name="c", host="login")
PYTHON = RemotePython(
    path="/usr/bin/python3",
    version=(3, 12, 4),
    arch="x86_64",
    glibc=(2, 34),
    packages={"torch": "2.4.0"},
    torch_cuda="12.4",
)
PROBE = ClusterProbe(
    shell="/bin/bash",
    noise="Welcome\nto the cluster",
    system=Piece(value=System(kernel="Linux", arch="x86_64", glibc=None, schedulers=("slurm",))),
    limits=Piece(value=Limits(version="23.11", max_array_size=1001, has_accounting=True)),
    partitions=Piece(value=(Partition(name="gpu", max_time_min=60, nodes=2),)),
    associations=Piece(value=(Association(account="magnets"),)),
    disk=Piece(value=Disk(is_writable=True, space=DiskSpace(free_kB=10**8, free_files=10**6))),
    software=Piece(value=Software(pythons=(PYTHON,), mumax3="/opt/mumax3")),
)


def levels(report: ClusterReport) -> dict[str, str]:
    """Return by what was looked at how it is."""
    return {each.check: each.level for each in (*report.findings, *report.solvers)}


def test_good_cluster_can_run_everything() -> None:
    report = report_of(PROBE, PROFILE)
    assert set(levels(report).values()) == {"ok"}
    assert report.can_run
    messages = {each.check: each.message for each in report.findings}
    assert "print 2 lines, which are left out" in messages["Login node"]
    assert messages["Scheduler"].startswith("slurm 23.11: arrays of up to 1000 jobs")
    assert messages["Disk"] == "~/smco-studio has 100 GB left and room for 1000000 files."
    assert [part.name for part in report.partitions] == ["gpu"]
    gpu = report.solver("builtin_gpu")
    assert gpu is not None
    assert gpu.message == "Python 3.12.4 with torch 2.4.0 for CUDA 12.4."


@pytest.mark.parametrize(
    ("change", "check", "level"),
    [
        ({"limits": Piece(failure="no answer")}, "Scheduler", "fail"),
        ({"partitions": Piece(failure="no answer")}, "Partitions", "warn"),
        ({"associations": Piece(failure="no accounting")}, "Accounts", "ok"),
        ({"disk": Piece(value=Disk(is_writable=False, space=DiskSpace()))}, "Disk", "fail"),
        (
            {"disk": Piece(value=Disk(is_writable=True, space=DiskSpace(free_kB=1000)))},
            "Disk",
            "warn",
        ),
        ({"software": Piece(failure="the modules fail: no module x")}, "Software", "warn"),
        ({"software": Piece(value=Software())}, "mumax3", "fail"),
        (
            {"software": Piece(value=Software(pythons=(replace(PYTHON, version=(3, 6, 8)),)))},
            "builtin",
            "fail",
        ),
        (
            {"software": Piece(value=Software(pythons=(replace(PYTHON, torch_cuda=""),)))},
            "builtin_gpu",
            "fail",
        ),
        (
            {
                "system": Piece(
                    value=System(kernel="Linux", arch="arm", glibc=None, missing_tools=("tar",))
                )
            },
            "Login node",
            "fail",
        ),
    ],
)
def test_what_is_missing_stands_with_what_to_do(
    change: dict[str, Piece[object]], check: str, level: str
) -> None:
    report = report_of(replace(PROBE, **change), PROFILE)
    found = next(each for each in (*report.findings, *report.solvers) if each.check == check)
    assert found.level == level
    assert bool(found.remedy) is (level != "ok")
    holds_up = level == "fail" and found in report.findings
    assert report.can_run is not holds_up


def test_modules_of_mumax3_are_offered() -> None:
    software = Piece(value=Software(mumax3_modules=("mumax3/3.10",)))
    found = report_of(replace(PROBE, software=software), PROFILE).solver("mumax3")
    assert found is not None
    assert "mumax3/3.10" in found.remedy


def test_cluster_without_a_scheduler_is_named() -> None:
    system = Piece(value=System(kernel="Linux", arch="x86_64", glibc=None, schedulers=("pbs",)))
    report = report_of(replace(PROBE, system=system, limits=Piece(failure="none")), PROFILE)
    assert not report.can_run
    assert "only pbs" in next(e.message for e in report.findings if e.check == "Scheduler")

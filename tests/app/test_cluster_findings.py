"""M12: what a probe means for jobs, and what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smcogui.app.cluster_findings import make_report, usable_python
from smcogui.app.cluster_report import ClusterReport, Finding
from smcogui.runs.cluster import qtoolkit_header
from smcogui.runs.cluster.node_python import PINS
from smcogui.runs.cluster.pbs import Pbs
from smcogui.runs.cluster.probe import (
    ClusterProbe,
    Disk,
    Piece,
    RemotePython,
    Software,
    System,
)
from smcogui.runs.cluster.profile import ClusterProfile, make_profile
from smcogui.runs.cluster.remote_disk import DiskSpace
from smcogui.runs.cluster.scheduler import Association, Limits, Partition, Scheduler
from smcogui.runs.cluster.sge import Sge
from smcogui.runs.cluster.slurm import Slurm

PYTHON = RemotePython(
    path="/usr/bin/python3",
    version=(3, 12, 1),
    arch="x86_64",
    glibc=(2, 34),
    packages={"torch": "2.5.1"},
    torch_cuda="12.4",
)
OLD = replace(PYTHON, path="/usr/bin/python", version=(3, 6, 8), torch_cuda="")
SOFTWARE = Software(pythons=(OLD, PYTHON), mumax3="/opt/mumax3")
SPACE = DiskSpace(free_kB=500_000_000, free_files=10**7)
SYSTEM = System(kernel="Linux", arch="x86_64", glibc=(2, 34), schedulers=("slurm",))
CORES = Partition(name="cpu", is_default=True)
GPU = Partition(name="gpu", gres=("gpu:v100:4",))
GOOD = ClusterProbe(
    shell="/bin/bash",
    noise="",
    system=Piece(value=SYSTEM),
    limits=Piece(value=Limits(version="23.11.1", has_accounting=True)),
    partitions=Piece(value=(CORES, GPU)),
    associations=Piece(value=(Association(account="physics"),)),
    disk=Piece(value=Disk(is_writable=True, space=SPACE)),
    software=Piece(value=SOFTWARE),
)


def profile(**values: object) -> ClusterProfile:
    return make_profile(**({"name": "hpc", "host": "h", "partition": "gpu"} | values))


def finding(report: ClusterReport, check: str) -> Finding:
    return next(each for each in report.findings if each.check == check)


def test_a_good_cluster_has_no_complaints() -> None:
    report = make_report(GOOD, profile(), Slurm())
    assert {each.level for each in (*report.findings, *report.solvers)} == {"ok"}
    assert report.can_run
    assert report.partitions == (CORES, GPU)
    assert report.limits is not None
    assert usable_python(SOFTWARE) == PYTHON


@pytest.mark.parametrize(
    ("changes", "check", "level", "words"),
    [
        ({"noise": "Welcome\nto it"}, "Shell", "warn", "“Welcome”"),
        ({"shell": "/opt/xonsh"}, "Shell", "warn", "not tried"),
        ({"system": Piece(failure="no answer")}, "Login node", "fail", "No answer."),
        (
            {"system": Piece(value=replace(SYSTEM, missing_tools=("tar",)))},
            "Login node",
            "fail",
            "without tar",
        ),
        (
            {"system": Piece(value=replace(SYSTEM, schedulers=("pbs",)))},
            "Scheduler",
            "fail",
            "pbs is there",
        ),
        ({"limits": Piece(failure="slurm is down")}, "Scheduler", "fail", "Slurm is down."),
        ({"limits": Piece(value=Limits())}, "Scheduler", "ok", "keeps no accounts"),
        ({"partitions": Piece(failure="hung")}, "Partitions", "fail", "Hung."),
        ({"partitions": Piece(value=())}, "Partitions", "fail", "No partition is open"),
        ({"partitions": Piece(value=(CORES,))}, "Partitions", "fail", "no partition gpu"),
        ({"partitions": Piece(value=(CORES,))}, "GPUs", "warn", "No partition has GPUs"),
        ({"associations": Piece(failure="denied")}, "Accounts", "warn", "Denied."),
        ({"disk": Piece(failure="hung")}, "Disk", "warn", "Hung."),
        (
            {"disk": Piece(value=Disk(is_writable=False, space=SPACE))},
            "Disk",
            "fail",
            "may not write",
        ),
        (
            {"disk": Piece(value=Disk(is_writable=True, space=DiskSpace()))},
            "Disk",
            "warn",
            "nobody tells",
        ),
        (
            {"disk": Piece(value=Disk(is_writable=True, space=DiskSpace(free_kB=1_048_576)))},
            "Disk",
            "warn",
            "1.0 GB left",
        ),
        (
            {"disk": Piece(value=Disk(is_writable=True, space=replace(SPACE, free_files=9)))},
            "Disk",
            "warn",
            "room for 9 files",
        ),
        (
            {"disk": Piece(value=Disk(is_writable=True, space=SPACE, quota="/dev/sda 99* 90"))},
            "Disk",
            "fail",
            "quota is used up",
        ),
        ({"software": Piece(failure="module x: no")}, "Software", "fail", "Module x: no."),
        ({"software": Piece(value=Software())}, "Software", "warn", "neither Python nor MuMax3"),
    ],
)
def test_each_trouble_is_said_with_what_to_do(
    changes: dict[str, object], check: str, level: str, words: str
) -> None:
    report = make_report(replace(GOOD, **changes), profile(), Slurm())
    found = finding(report, check)
    assert (found.level, words in found.message) == (level, True), found
    if level == "fail":
        assert not report.can_run
        assert found.remedy
        # Nobody is kept from the step that mends it.
        assert report.can_be_used is ("next step" in found.remedy)


@pytest.mark.parametrize(
    ("there", "chosen", "scheduler", "level", "words"),
    [
        (("slurm",), "as_found", Slurm(), "ok", "Slurm 23.11.1, as found"),
        (("slurm",), "slurm", Slurm(), "ok", "as the profile says"),
        (("slurm", "sge"), "as_found", Sge(), "ok", "SGE 23.11.1, as found"),
        (("pbs",), "as_found", Pbs(), "warn", "was never tried with a real one"),
        (("sge",), "pbs", Pbs(), "fail", "PBS, as the profile says, is not found; sge is there"),
        ((), "as_found", Slurm(), "fail", "Neither sbatch of Slurm nor qsub of PBS or SGE"),
        (("lsf",), "as_found", Slurm(), "fail", "lsf is there, to which this program does not"),
        ((), "sge", Sge(), "fail", "SGE is not found"),
    ],
)
def test_scheduler_is_named_and_how_it_was_chosen(
    there: tuple[str, ...], chosen: str, scheduler: Scheduler, level: str, words: str
) -> None:
    probe = replace(GOOD, system=Piece(value=replace(SYSTEM, schedulers=there)))
    found = finding(make_report(probe, profile(scheduler=chosen), scheduler), "Scheduler")
    assert (found.level, words in found.message) == (level, True), found
    assert found.is_of_profile is ("next step" in found.remedy)


def test_missing_package_for_scripts_is_said_with_how_to_add_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(qtoolkit_header, "find_spec", lambda _name: None)
    probe = replace(GOOD, system=Piece(value=replace(SYSTEM, schedulers=("sge",))))
    found = finding(make_report(probe, profile(), Sge()), "Scheduler")
    assert found.level == "fail"
    assert '-m pip install "qtoolkit' in found.message


@pytest.mark.parametrize(
    ("software", "engine", "words"),
    [
        (Software(pythons=(OLD,)), "builtin", "found: 3.6.8 on x86_64 with glibc 2.34"),
        (
            Software(pythons=(replace(PYTHON, glibc=(2, 17)),)),
            "builtin",
            "with glibc 2.17",
        ),
        (Software(pythons=(replace(PYTHON, glibc=None),)), "builtin", "another C library"),
        (Software(pythons=(replace(PYTHON, arch="ppc64le"),)), "builtin", "ppc64le"),
        (Software(), "builtin", "found: no Python"),
        (Software(pythons=(replace(PYTHON, torch_cuda=""),)), "builtin_gpu", "built for CUDA"),
        (Software(pythons=(OLD,)), "builtin_gpu", "needs Python"),
        (Software(), "mumax3", "not found"),
    ],
)
def test_a_solver_that_cannot_run_says_why(software: Software, engine: str, words: str) -> None:
    report = make_report(replace(GOOD, software=Piece(value=software)), profile(), Slurm())
    found = report.solver(engine)
    assert found is not None
    assert found.level == "fail"
    assert words in found.message
    assert found.remedy


def test_modules_with_mumax_are_named() -> None:
    software = Piece(value=Software(mumax3_modules=("mumax3/3.11",)))
    found = make_report(replace(GOOD, software=software), profile(), Slurm()).solver("mumax3")
    assert found is not None
    assert "mumax3/3.11" in found.remedy


@pytest.mark.parametrize("chosen", ["cpu", ""])
@pytest.mark.parametrize("engine", ["builtin_gpu", "mumax3"])
def test_a_partition_without_gpus_is_named(chosen: str, engine: str) -> None:
    found = make_report(GOOD, profile(partition=chosen), Slurm()).solver(engine)
    assert found is not None
    assert (found.level, found.message) == ("fail", "The partition cpu has no GPUs.")


def test_a_profile_for_a_gpu_is_warned_of_a_partition_without() -> None:
    report = make_report(GOOD, profile(partition="cpu", engine="mumax3"), Slurm())
    found = finding(report, "GPUs")
    assert found.level == "warn"
    assert found.message.startswith("The partition cpu has no GPUs.")
    assert "GPUs are in gpu" in found.message
    assert finding(make_report(GOOD, profile(partition="cpu"), Slurm()), "GPUs").level == "ok"


def test_python_that_has_all_it_needs_serves_whatever_its_c_library() -> None:
    complete = replace(PYTHON, glibc=(2, 17), packages=dict(PINS))
    assert usable_python(Software(pythons=(complete,))) == complete


def test_what_is_not_known_stops_no_solver() -> None:
    report = make_report(replace(GOOD, software=Piece(failure="hung")), profile(), Slurm())
    assert {each.level for each in report.solvers} == {"warn"}

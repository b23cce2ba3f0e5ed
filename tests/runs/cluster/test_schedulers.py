"""Which scheduler a cluster has, by a real shell and programs that only say their names."""

import os
import shutil
import subprocess

import pytest

from smcogui.errors import SchedulerDownError, UnavailableError
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.cluster.schedulers import (
    DETECT,
    KEYS,
    Detected,
    parse_detected,
    scheduler_named,
    schedulers_of,
)

PBS = "echo pbs_version = 2022.1.1"
TORQUE = "echo Version: 6.1.3; echo Commit: 6e91c5"
DOWN = "exit 1"


@pytest.fixture
def detect(tmp_path):
    """Return a function that detects among programs, which are given as what they do."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "timeout", "grep"):
        (programs / name).symlink_to(shutil.which(name))

    def found(variables=(), **scripts):
        for name, script in scripts.items():
            path = programs / name
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        done = subprocess.run(
            [str(programs / "sh"), "-c", DETECT],
            env={"PATH": str(programs), **dict(variables)},
            capture_output=True,
            timeout=60,
            check=True,
        )
        return parse_detected(Answer(exit_code=0, stdout=done.stdout, stderr=done.stderr)).found

    return found


posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")


@posix
@pytest.mark.parametrize(
    ("scripts", "expected"),
    [
        ({}, ()),
        ({"sbatch": "", "sinfo": ""}, ("slurm",)),
        ({"qsub": "", "qstat": PBS, "pbsnodes": ""}, ("pbs",)),
        ({"qsub": "", "qstat": TORQUE, "pbsnodes": ""}, ("torque",)),
        ({"qsub": "", "qstat": "", "qconf": ""}, ("sge",)),
        # Slurm's own qsub, for people who are used to it.
        ({"sbatch": "", "qsub": "", "qstat": ""}, ("slurm",)),
        # Both are installed: the one that answers counts.
        ({"sbatch": "", "sinfo": DOWN, "qsub": "", "qstat": "", "qconf": ""}, ("sge", "slurm")),
        ({"sbatch": "", "sinfo": "", "qsub": "", "qstat": "", "qconf": DOWN}, ("slurm", "sge")),
        ({"sbatch": "", "sinfo": DOWN, "qsub": "", "qstat": PBS}, ("pbs", "slurm")),
    ],
)
def test_scheduler_is_found_by_its_programs_and_by_who_answers(detect, scripts, expected):
    assert detect(**scripts) == expected


@posix
def test_environment_of_sge_counts_where_both_answer(detect):
    scripts = dict.fromkeys(("sbatch", "sinfo", "qsub", "qstat", "qconf"), "")
    assert detect({"SGE_ROOT": "/opt/sge"}, **scripts) == ("sge", "slurm")
    assert detect(**scripts) == ("slurm", "sge")


def test_answer_that_makes_no_sense_says_nothing_about_schedulers():
    with pytest.raises(SchedulerDownError, match="which scheduler"):
        parse_detected(Answer(exit_code=0, stdout=b"\x1b[2Jwelcome\n", stderr=b""))


@pytest.mark.parametrize("key", KEYS)
def test_scheduler_is_known_by_its_key(key):
    assert scheduler_named(key).key == key


def test_torque_is_named_and_not_spoken_to():
    with pytest.raises(UnavailableError, match="Torque is no PBS Professional"):
        Detected(found=("torque",)).scheduler()


def test_cluster_without_a_scheduler_is_told_so():
    with pytest.raises(UnavailableError, match="login node"):
        Detected(found=()).scheduler()


def test_programs_tell_schedulers_apart():
    assert schedulers_of({"sbatch", "qsub", "qconf", "bsub"}) == ("slurm", "sge", "lsf")
    assert schedulers_of({"qsub"}) == ("pbs",)

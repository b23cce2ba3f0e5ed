import importlib.util
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from smcogui.errors import InputError, UnavailableError
from smcogui.runs.cluster import qtoolkit_header
from smcogui.runs.cluster.job_script import SETUP_FAILED
from smcogui.runs.cluster.pbs import Pbs
from smcogui.runs.cluster.scheduler import JobRequest, Resources
from smcogui.runs.cluster.sge import Sge

RESOURCES = Resources(
    partition="gpu",
    account="physics",
    constraint="gpu_model=v100:arch=x86_64",
    gres="gpu:1",
    time_limit_min=240,
    memory_MB=4000,
    cpus=4,
    extras=("-l place=excl", "#PBS -P project7"),
)
REQUEST = JobRequest(
    token="smco-0123abcd-a1",
    folder="/scratch/anna/smco-studio/smco-0123abcd/attempt-01",
    tasks=3,
    body="echo work",
    resources=RESOURCES,
    throttle=2,
    modules=("cuda/12.4",),
    prologue="source ~/env/bin/activate\r\n",
)
SGE_RESOURCES = replace(
    RESOURCES,
    constraint="gpu_type=v100,exclusive=true",
    gres="gpu:1",
    memory_MB=4001,
    extras=("-R y", "#$ -binding linear:4"),
)
SGE_REQUEST = replace(REQUEST, resources=SGE_RESOURCES)


def pbs(**changes):
    return Pbs().submit_script(replace(REQUEST, **changes))


def sge(**changes):
    return Sge().submit_script(replace(SGE_REQUEST, **changes))


def lines(text, prefix):
    return {line.removeprefix(prefix) for line in text.split("\n") if line.startswith(prefix)}


def test_script_for_pbs_asks_for_what_the_profile_says():
    assert lines(pbs(), "#PBS ") == {
        "-q gpu",
        "-N smco-0123abcd-a1",
        "-A physics",
        "-l select=1:ncpus=4:mem=4000mb:ngpus=1:gpu_model=v100:arch=x86_64",
        "-l walltime=04:00:00",
        "-o /scratch/anna/smco-studio/smco-0123abcd/attempt-01/logs/",
        "-r y",
        "-J 0-2%2",
        "-S /bin/bash",
        "-j oe",
        "-l place=excl",
        "-P project7",
    }


def test_script_for_sge_asks_for_what_the_profile_says_and_counts_memory_by_core():
    assert lines(sge(), "#$ ") == {
        "-q gpu",
        "-N smco-0123abcd-a1",
        "-P physics",
        "-l mem_free=1001M,gpu=1,gpu_type=v100,exclusive=true",
        "-l h_rt=04:00:00",
        "-pe smp 4",
        "-o /scratch/anna/smco-studio/smco-0123abcd/attempt-01/logs/",
        "-r y",
        "-t 1-3",
        "-wd /scratch/anna/smco-studio/smco-0123abcd/attempt-01",
        "-S /bin/bash",
        "-j y",
        "-tc 2",
        "-R y",
        "-binding linear:4",
    }


def test_array_of_one_task_is_a_single_job_of_pbs():
    assert not {line for line in lines(pbs(tasks=1), "#PBS ") if line.startswith("-J")}


def test_script_without_wishes_leaves_all_to_the_cluster():
    bare = Resources()
    assert "-l select=1:ncpus=1" in lines(pbs(resources=bare, throttle=None), "#PBS ")
    asked = lines(sge(resources=bare, throttle=None), "#$ ")
    assert not {line for line in asked if line.startswith(("-l", "-pe", "-q", "-P", "-tc"))}


@pytest.mark.parametrize("make", [pbs, sge])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("partition", "gpu\n#PBS -l walltime=99:00:00"),
        ("partition", "gpu;rm"),
        ("account", "a b"),
        ("qos", "long"),
        ("gres", "gpu:v100:1"),
        ("gres", "gpu:1\nx"),
        ("constraint", "v100|a100"),
        ("constraint", "a=b\nc"),
        ("extras", ("-l place=excl\nrm -rf ~",)),
        ("extras", ("-v A=$(id)",)),
        ("extras", ("rm -rf ~",)),
        ("extras", ("-N other",)),
        ("extras", ("-q other",)),
        ("extras", ("-P a\0b",)),
    ],
)
def test_value_that_cannot_stand_in_a_line_is_refused(make, field, value):
    with pytest.raises(InputError, match="allowed is"):
        make(resources=replace(RESOURCES, **{field: value}))


@pytest.mark.parametrize(
    "line", ["-J 0-9", "-l walltime=1:00:00", "-l x=1,mem=2gb", "-W block=true"]
)
def test_option_of_pbs_that_the_program_sets_is_refused_with_the_reason(line):
    with pytest.raises(InputError, match="anything but"):
        pbs(resources=replace(RESOURCES, extras=(line,)))


@pytest.mark.parametrize("line", ["-t 1-9", "-l h_rt=1:0:0", "-pe smp 3", "-w e", "-notify"])
def test_option_of_sge_that_the_program_sets_is_refused_with_the_reason(line):
    with pytest.raises(InputError, match="anything but"):
        sge(resources=replace(SGE_RESOURCES, extras=(line,)))


@pytest.mark.parametrize("make", [pbs, sge])
@pytest.mark.parametrize(
    "changes",
    [
        {"token": "a\nb"},
        {"token": "x" * 65},
        {"folder": "/scratch/a b"},
        {"folder": "/scratch/a:b"},
        {"folder": "scratch"},
        {"tasks": 0},
        {"throttle": 0},
        {"prologue": "a\0b"},
    ],
)
def test_request_that_cannot_be_written_is_refused(make, changes):
    with pytest.raises(InputError):
        make(**changes)


@pytest.mark.parametrize("make", [pbs, sge])
def test_without_qtoolkit_it_is_said_how_to_add_it(make, monkeypatch):
    monkeypatch.setattr(qtoolkit_header, "find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match=r'qtoolkit.* -m pip install "qtoolkit>='):
        make()
    assert "pip install" in Pbs().why_missing()


def test_qtoolkit_is_not_imported_before_a_script_is_written():
    code = (
        "import sys; from smcogui.runs.cluster.pbs import Pbs; from smcogui.runs.cluster.sge "
        "import Sge; Pbs().why_missing(); assert not [m for m in sys.modules if 'qtoolkit.' in m]"
    )
    assert importlib.util.find_spec("qtoolkit") is not None
    subprocess.run([sys.executable, "-c", code], check=True)


posix = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")


def run(script, folder, **variables):
    path = folder / "job.sh"
    path.write_text(script, encoding="utf-8", newline="\n")
    return subprocess.run(
        ["bash", str(path)],
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@posix
@pytest.mark.parametrize(
    ("make", "variables", "job", "task"),
    [
        (pbs, {"PBS_JOBID": "4711[2].pbs01", "PBS_ARRAY_INDEX": "2"}, "4711", "2"),
        (pbs, {"PBS_JOBID": "4712.pbs01.hpc"}, "4712", "0"),
        (sge, {"JOB_ID": "4713", "SGE_TASK_ID": "3"}, "4713", "2"),
    ],
)
def test_task_finds_its_number_and_writes_its_own_log(make, variables, job, task, tmp_path):
    (tmp_path / "logs").mkdir()
    bare = {"modules": (), "prologue": "", "resources": Resources(time_limit_min=60)}
    script = make(folder=str(tmp_path), body='echo "task $SMCO_TASK"; exit 3', **bare)
    done = run(script, tmp_path, **variables)
    assert done.returncode == 3
    assert (tmp_path / "logs" / f"{job}_{task}.log").read_text() == f"task {task}\n"
    assert (tmp_path / "owner").read_text().strip() == job


@posix
def test_script_of_sge_outside_of_an_array_says_so(tmp_path):
    done = run(sge(folder=str(tmp_path), modules=()), tmp_path, SGE_TASK_ID="")
    assert done.returncode != 0
    assert "task of a job array" in done.stderr
    assert SETUP_FAILED


@posix
@pytest.mark.parametrize("make", [pbs, sge])
def test_script_is_warned_before_its_time_limit_and_the_warner_ends_with_it(make, tmp_path):
    (tmp_path / "logs").mkdir()
    script = make(
        folder=str(tmp_path),
        modules=(),
        prologue="",
        resources=Resources(time_limit_min=1),
        warn_s=600,
        body="trap 'echo warned; exit 75' USR1\ntouch ready\nwhile :; do sleep 0.05; done",
    )
    # In its last tenth. Here, time is over as soon as the work has begun.
    assert "+ 54))" in script
    script = script.replace('"$(date +%s)" -ge "$end"', "-e ready").replace("sleep 5", "sleep 0.05")
    done = run(script, tmp_path, JOB_ID="1", SGE_TASK_ID="1", PBS_JOBID="1")
    assert done.returncode == 75
    assert "warned" in (tmp_path / "logs" / "1_0.log").read_text()


def test_trial_job_is_not_warned():
    assert "USR1" not in pbs(warn_s=0)

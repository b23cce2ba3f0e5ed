import shutil
import subprocess
from dataclasses import replace

import pytest

from smcogui.errors import InputError
from smcogui.runs.cluster.job_script import DUPLICATE, SETUP_FAILED
from smcogui.runs.cluster.scheduler import JobRequest, Resources
from smcogui.runs.cluster.slurm import Slurm

RESOURCES = Resources(
    partition="gpu",
    account="physics",
    qos="long",
    constraint="v100|a100",
    gres="gpu:v100:1",
    time_limit_min=240,
    memory_MB=4000,
    cpus=4,
    extras=("--exclusive", "#SBATCH --nice=10"),
)
REQUEST = JobRequest(
    token="smco-0123abcd-a1",
    folder="/scratch/anna/smco-studio/smco-0123abcd/attempt-01",
    tasks=3,
    body="echo work",
    resources=RESOURCES,
    throttle=2,
    modules=("cuda/12.4",),
    prologue="source ~/env/bin/activate\r\nulimit -c 0\r\n",
)


def script(**changes):
    return Slurm().submit_script(replace(REQUEST, **changes))


def directives(text):
    lines = text.split("\n")
    return [line.removeprefix("#SBATCH ") for line in lines if line.startswith("#SBATCH ")]


def test_script_asks_for_what_the_profile_says():
    assert directives(script()) == [
        "--job-name=smco-0123abcd-a1",
        "--comment=smco-0123abcd-a1",
        "--array=0-2%2",
        "--nodes=1",
        "--ntasks=1",
        "--cpus-per-task=4",
        "--time=240",
        "--signal=B:USR1@120",
        "--mem=4000M",
        "--partition=gpu",
        "--account=physics",
        "--qos=long",
        '--constraint="v100|a100"',
        "--gres=gpu:v100:1",
        "--requeue",
        "--open-mode=append",
        '--chdir="/scratch/anna/smco-studio/smco-0123abcd/attempt-01"',
        '--output="/scratch/anna/smco-studio/smco-0123abcd/attempt-01/logs/%A_%a.log"',
        "--exclusive",
        "--nice=10",
    ]


def test_script_is_private_has_unix_line_ends_and_runs_the_prologue_after_the_modules():
    text = script()
    assert text.startswith("#!/bin/bash\n")
    assert "\r" not in text
    order = ["umask 077", "module load cuda/12.4", "source ~/env", "ulimit -c 0", "echo work"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("limit_min", "warn_s"), [(1, 6), (2, 12), (20, 120), (240, 120), (None, 120)]
)
def test_script_has_the_task_warned_in_the_last_tenth_of_its_time(limit_min, warn_s):
    text = script(resources=replace(RESOURCES, time_limit_min=limit_min))
    assert f"--signal=B:USR1@{warn_s}\n" in text


@pytest.mark.parametrize("requeue", [True, False])
def test_script_says_explicitly_whether_it_may_be_begun_again(requeue):
    found = [line for line in directives(script(requeue=requeue)) if "requeue" in line]
    assert found == ["--requeue" if requeue else "--no-requeue"]


def test_script_without_wishes_leaves_them_to_the_cluster():
    text = script(resources=Resources(), throttle=None, modules=(), prologue="")
    assert not any(word in text for word in ("--mem", "--time", "--gres", "--partition", "module"))
    assert "--array=0-2\n" in text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("token", "a\nrm -rf ~"),
        ("token", "a b"),
        ("token", ""),
        ("token", "x" * 65),
        ("folder", "/scratch/a\n#SBATCH --wrap=x"),
        ("folder", "/scratch/a\0b"),
        ("folder", "relative"),
        ("folder", "/scratch/../root"),
        ("folder", "/scratch/%u"),
        ("folder", '/scratch/"; id; "'),
        ("folder", "/scratch/$(id)"),
        ("modules", ("cuda; id",)),
        ("modules", ("cuda\nid",)),
        ("prologue", "echo \0"),
        ("tasks", 0),
        ("throttle", -1),
    ],
)
def test_script_refuses_what_could_be_a_command(key, value):
    with pytest.raises(InputError, match="allowed"):
        script(**{key: value})


@pytest.mark.parametrize("key", ["partition", "account", "qos", "constraint", "gres"])
@pytest.mark.parametrize("value", ["gpu\nid", "gpu id", "gpu;id", "gpu\0", 'gpu"', "$(id)", "`id`"])
def test_script_refuses_resources_that_are_no_names(key, value):
    with pytest.raises(InputError, match=key):
        script(resources=replace(RESOURCES, **{key: value}))


@pytest.mark.parametrize(
    "line",
    [
        "--exclusive\n#SBATCH --wrap=id",
        "rm -rf /",
        "--mail-user=$(id)",
        "--comment=other",
        "--array=0-9",
        "-a 0-9",
        "--arr=1",
        "-Jname",
        "--output=/tmp/x",
        "--wrap=id",
        "--requeue",
        "",
    ],
)
def test_script_refuses_extras_that_are_not_one_free_option(line):
    with pytest.raises(InputError, match="sbatch_extras"):
        script(resources=replace(RESOURCES, extras=(line,)))


@pytest.mark.parametrize(
    "line", ["--exclusive", "--nice=10", "-x node7", "--mail-type=END", "#SBATCH --reservation=a"]
)
def test_script_takes_extras_as_they_are(line):
    assert line.removeprefix("#SBATCH ") in directives(
        script(resources=replace(RESOURCES, extras=(line,)))
    )


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")


def run_script(tmp_path, job="12", **changes):
    text = script(folder="/FOLDER", modules=(), **changes).replace("/FOLDER", tmp_path.as_posix())
    environment = {"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_JOB_ID": job, "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        ["bash", "-c", text], env=environment, capture_output=True, text=True, check=False
    )


@needs_bash
def test_script_tells_the_work_which_task_it_is(tmp_path):
    done = run_script(tmp_path, prologue="", body='echo "task $SMCO_TASK in $SMCO_FOLDER"')
    assert done.stdout == f"task 1 in {tmp_path.as_posix()}\n", done.stderr


@needs_bash
def test_second_array_of_a_token_leaves_the_work_to_the_first(tmp_path):
    work = {"prologue": "", "body": "echo work"}
    assert run_script(tmp_path, **work).stdout == "work\n"
    assert run_script(tmp_path, **work).stdout == "work\n", "its own tasks and starts may go on"
    second = run_script(tmp_path, job="13", **work)
    assert second.returncode == DUPLICATE
    assert second.stdout == "smco: array 12 has this work already; 13 ends\n"


@needs_bash
def test_script_whose_module_is_missing_ends_before_the_work(tmp_path):
    text = script(folder="/FOLDER").replace("/FOLDER", tmp_path.as_posix())
    environment = {"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_JOB_ID": "1", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["bash", "-c", text.replace("/etc/profile.d", "/nowhere").replace("/usr/share", "/no")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == SETUP_FAILED
    assert done.stdout == "smco: the module cuda/12.4 cannot be loaded\n"

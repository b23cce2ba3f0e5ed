"""A real Slurm, asked and understood by the program's own commands and parsers."""

from __future__ import annotations

import subprocess

import pytest
from loopback.client import Client
from loopback.cluster import Cluster

from smcogui.errors import SubmitRefusedError
from smcogui.runs.cluster.job import JobState
from smcogui.runs.cluster.scheduler import JobRequest, Resources

UNKNOWN_JOB = "987654"


@pytest.fixture
def client(cluster: Cluster) -> Client:
    return Client(cluster.slurm)


def test_script_of_the_program_runs_each_task_once(client: Client) -> None:
    folder = client.folder / "attempt-01"
    (folder / "logs").mkdir(parents=True)
    request = JobRequest(
        token="smco-bench-a1",
        folder=str(folder),
        tasks=2,
        body='printf %s "$CUDA_VISIBLE_DEVICES" > "gpu-$SMCO_TASK"',
        resources=Resources(gres="gpu:1", time_limit_min=5, memory_MB=100),
    )
    script = folder / "job.sh"
    script.write_text(client.scheduler.submit_script(request), "utf-8", newline="\n")
    tested = client.scheduler.parse_test(client.run(client.scheduler.test_command(str(script))))
    assert tested.is_accepted, tested.words
    job = client.scheduler.parse_submit(client.run(client.scheduler.submit_command(str(script))))
    client.wait_for(job, JobState.COMPLETED)
    rows = client.controller(job)
    assert sorted(row.label for row in rows) == [f"{job}_0", f"{job}_1"]
    assert {row.name for row in rows} == {"smco-bench-a1"}
    assert {(folder / f"gpu-{task}").read_text() for task in range(2)} <= {"0", "1"}


def test_partitions_tell_limits_and_gpus(client: Client) -> None:
    answer = client.run(client.scheduler.partitions_command())
    gpu, short = client.scheduler.parse_partitions(answer)
    assert (gpu.name, gpu.is_default, gpu.max_time_min) == ("gpu", True, 60)
    assert gpu.gres == ("gpu:v100:2",)
    assert (short.name, short.is_default, short.max_time_min) == ("short", False, 2)


def test_job_over_the_limit_of_its_partition_waits_for_ever(client: Client) -> None:
    job = client.submit("--partition=short --time=10")
    row = client.wait_for_reason(job, "PartitionTimeLimit")
    assert row.state is JobState.PENDING
    reason = client.scheduler.explain(row)
    assert reason is not None
    assert reason.never_clears


def test_job_after_one_that_failed_waits_for_ever(client: Client) -> None:
    first = client.submit(body="exit 1")
    second = client.submit(f"--dependency=afterok:{first}")
    reason = client.scheduler.explain(client.wait_for_reason(second, "DependencyNeverSatisfied"))
    assert reason is not None
    assert reason.never_clears


@pytest.mark.parametrize("option", ["--chdir=/proc/no-such", "--output=/proc/no-such/file"])
def test_job_in_a_folder_that_is_not_there_fails_without_any_output(
    client: Client, option: str
) -> None:
    job = client.submit(option, body="touch started")
    row = client.wait_for(job, JobState.FAILED)
    assert row.reason in {"NonZeroExitCode", "JobLaunchFailure"}
    assert not (client.folder / f"slurm-{job}.out").exists()


def test_refused_option_is_named(client: Client) -> None:
    with pytest.raises(SubmitRefusedError, match="invalid partition"):
        client.submit("--partition=no-such")


def test_unknown_id_alone_is_no_row_and_no_error(client: Client) -> None:
    assert client.queue([UNKNOWN_JOB]) == []
    assert client.controller(UNKNOWN_JOB) == []


def test_unknown_id_beside_another_is_left_out(client: Client) -> None:
    job = client.submit(body="sleep 600")
    assert [row.job_id for row in client.queue([UNKNOWN_JOB, job])] == [job]


def test_cancel_of_an_unknown_id_looks_like_success(client: Client) -> None:
    answer = client.run(client.scheduler.cancel_command([UNKNOWN_JOB]))
    assert answer.exit_code == 0


def test_cancelled_job_is_found_cancelled(client: Client) -> None:
    job = client.submit(body="sleep 600")
    client.wait_for(job, JobState.RUNNING)
    assert client.run(client.scheduler.cancel_command([job])).exit_code == 0
    client.wait_for(job, JobState.CANCELLED)


def test_cluster_without_accounting_says_so(client: Client) -> None:
    assert client.accounting([UNKNOWN_JOB]) is None


def test_job_is_found_again_by_its_token(client: Client) -> None:
    job = client.submit("--job-name=smco-token-a1", body="sleep 600")
    queue, _ = client.scheduler.search_commands("smco-token-a1")
    assert [row.job_id for row in client.scheduler.parse_queue(client.run(queue))] == [job]


def test_command_hangs_while_munge_is_stuck_and_works_after(client: Client) -> None:
    client.daemons.pause_munged()
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            client.run(client.scheduler.queue_command([UNKNOWN_JOB]), deadline_s=1)
    finally:
        client.daemons.resume_munged()
    assert client.queue([UNKNOWN_JOB]) == []

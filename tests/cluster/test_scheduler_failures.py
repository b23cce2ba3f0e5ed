"""How jobs end that do not end well, on a real Slurm: what takes longer than make test has time."""

from __future__ import annotations

import subprocess

import pytest
from loopback.client import Client
from loopback.cluster import Cluster

from smcogui.errors import SchedulerDownError, SubmitRefusedError
from smcogui.runs.cluster.job import JobState

pytestmark = pytest.mark.cluster

EATS_MEMORY = "exec python3 -c 'import time; x = b\"x\" * 500_000_000; time.sleep(60)'"


@pytest.fixture
def client(accounting_cluster: Cluster) -> Client:
    return Client(accounting_cluster.slurm)


def wait_for_accounting(client: Client, job: str, state: JobState) -> None:
    client.daemons.root.wait_until(
        lambda: {row.state for row in client.accounting([job]) or []} == {state},
        f"sacct says {state} of {job}",
    )


def test_time_limit_is_told_by_both_sources(client: Client) -> None:
    job = client.submit("--time=1", body="sleep 600")
    client.wait_for(job, JobState.TIMEOUT, patience_s=120)
    wait_for_accounting(client, job, JobState.TIMEOUT)


def test_polled_memory_ends_a_job_without_saying_memory(client: Client) -> None:
    job = client.submit("--mem=50", body=EATS_MEMORY)
    row = client.wait_for(job, JobState.FAILED)
    assert (row.exit_code, row.signal) == (0, 9)
    # Only what slurmd wrote into the job's own output tells.
    assert "memory" in (client.folder / f"slurm-{job}.out").read_text("utf-8").lower()


def test_cgroup_memory_is_a_state_of_its_own(cgroup_cluster: Cluster) -> None:
    client = Client(cgroup_cluster.slurm)
    job = client.submit("--mem=50", body=EATS_MEMORY)
    row = client.wait_for(job, JobState.OUT_OF_MEMORY)
    assert row.exit_code == 0
    assert row.signal == 125


def test_job_that_may_not_be_requeued_fails_with_its_node(client: Client) -> None:
    job = client.submit("--no-requeue", body="sleep 600")
    client.wait_for(job, JobState.RUNNING)
    client.daemons.kill_node("node1")
    try:
        client.wait_for(job, JobState.NODE_FAIL, patience_s=120)
    finally:
        client.daemons.start_node("node1")
        client.daemons.wait_for_nodes()
    wait_for_accounting(client, job, JobState.NODE_FAIL)


def test_job_is_requeued_after_its_node_failed(client: Client) -> None:
    job = client.submit("--requeue", body='[ "$SLURM_RESTART_COUNT" = 1 ] || sleep 600')
    client.wait_for(job, JobState.RUNNING)
    client.daemons.kill_node("node1")
    try:
        client.wait_for(job, JobState.PENDING, patience_s=120)
    finally:
        client.daemons.start_node("node1")
        client.daemons.wait_for_nodes()
    client.wait_for(job, JobState.COMPLETED, patience_s=200)
    wait_for_accounting(client, job, JobState.COMPLETED)
    (row,) = client.accounting([job]) or []
    assert row.restarts == 1


def test_controller_that_is_down_is_not_a_lost_job(client: Client) -> None:
    job = client.submit(body="sleep 600")
    client.daemons.stop_controller()
    try:
        with pytest.raises(SchedulerDownError):
            client.queue([job])
        # The accounting goes on answering.
        assert client.accounting([job]) is not None
    finally:
        client.daemons.start_controller()
        client.daemons.wait_for_nodes()
    assert [row.job_id for row in client.queue([job])] == [job]


def test_submission_while_the_controller_is_down_is_in_doubt(client: Client) -> None:
    client.daemons.stop_controller()
    try:
        with pytest.raises((SchedulerDownError, subprocess.TimeoutExpired)):
            client.submit("--job-name=smco-doubt-a1")
    finally:
        client.daemons.start_controller()
        client.daemons.wait_for_nodes()


def test_sacct_fails_without_its_database_and_squeue_goes_on(client: Client) -> None:
    accounting = client.daemons.accounting
    assert accounting is not None
    job = client.submit(body="sleep 600")
    accounting.stop_slurmdbd()
    try:
        with pytest.raises(SchedulerDownError):
            client.accounting([job])
        assert [row.job_id for row in client.queue([job])] == [job]
    finally:
        accounting.start_slurmdbd()
    wait_for_accounting(client, job, JobState.RUNNING)


def test_limit_of_submitted_jobs_refuses_in_words(client: Client) -> None:
    slurm = client.daemons
    slurm.ask("sacctmgr", "-i", "modify", "user", slurm.user, "set", "MaxSubmitJobs=1")
    try:
        client.submit(body="sleep 600")
        with pytest.raises(SubmitRefusedError, match="AssocMaxSubmitJobLimit"):
            client.submit(body="sleep 600")
        answer = client.run(client.scheduler.associations_command(slurm.user))
        accounts = client.scheduler.parse_associations(answer)
        assert {each.max_submit for each in accounts if each.account == "physics"} == {1}
    finally:
        slurm.ask("sacctmgr", "-i", "modify", "user", slurm.user, "set", "MaxSubmitJobs=-1")


def test_forgotten_job_is_known_to_the_accounting_alone(client: Client) -> None:
    job = client.submit(body="true")
    client.wait_for(job, JobState.COMPLETED)
    # Nothing of the controller's memory is left after a cold start.
    client.daemons.stop_controller()
    client.daemons.start_controller(cold=True)
    client.daemons.wait_for_nodes()
    assert client.queue([job]) == []
    assert client.controller(job) == []
    wait_for_accounting(client, job, JobState.COMPLETED)


def test_job_ids_begin_at_one_again_without_a_saved_state(client: Client) -> None:
    client.daemons.stop_controller()
    client.daemons.forget_state()
    client.daemons.start_controller(cold=True)
    client.daemons.wait_for_nodes()
    assert client.submit(body="true") == "1"

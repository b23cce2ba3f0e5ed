"""A real SGE, asked and understood by the program's own commands and parsers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback.cluster import SgeCluster

from smcogui.errors import SchedulerDownError, SubmitRefusedError
from smcogui.runs.cluster.job import JobRow, JobState
from smcogui.runs.cluster.job_script import OUT_OF_TIME
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.cluster.scheduler import Command, JobRequest, Resources
from smcogui.runs.cluster.schedulers import DETECT, parse_detected
from smcogui.runs.cluster.sge import Sge
from smcogui.runs.cluster.task import attempt_token, new_token

pytestmark = pytest.mark.cluster
SGE = Sge()
UNKNOWN_JOB = "98765"


class Client:
    """Submits scripts of the program, on this machine instead of over a connection."""

    def __init__(self, cluster: SgeCluster) -> None:
        self._sge = cluster.sge
        self._root = cluster.root

    def run(self, command: Command, deadline_s: float = 60.0) -> Answer:
        done = subprocess.run(
            command,
            env=self._root.environment(self._sge.variables),
            capture_output=True,
            timeout=deadline_s,
            check=False,
        )
        return Answer(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def request(self, body: str, **more: object) -> JobRequest:
        token = attempt_token(new_token(), 1)
        folder = self._root.folder(f"client/{token}")
        self._root.folder(f"client/{token}/logs")
        return JobRequest(token=token, folder=str(folder), body=body, **{"tasks": 1, **more})

    def write(self, request: JobRequest) -> str:
        script = Path(request.folder) / "job.sh"
        script.write_text(SGE.submit_script(request), "utf-8", newline="\n")
        return str(script)

    def submit(self, request: JobRequest) -> str:
        return SGE.parse_submit(self.run(SGE.submit_command(self.write(request))))

    def queue(self, job: str) -> list[JobRow]:
        rows = SGE.parse_queue(self.run(SGE.queue_command([job])))
        return [row for row in rows if row.job_id == job]

    def accounts(self, job: str) -> list[JobRow]:
        return SGE.parse_accounting(self.run(SGE.accounting_command([job]))) or []

    def wait_until(self, ready: Callable[[], bool], what: str, patience_s: float = 60.0) -> None:
        self._root.wait_until(ready, what, patience_s=patience_s)

    def wait_for(self, job: str, state: JobState, patience_s: float = 60.0) -> list[JobRow]:
        def is_there() -> bool:
            return {row.state for row in self.queue(job)} == {state}

        self.wait_until(is_there, f"job {job} is {state}", patience_s)
        return self.queue(job)

    def wait_for_accounts(self, job: str, tasks: int, patience_s: float = 60.0) -> list[JobRow]:
        self.wait_until(lambda: len(self.accounts(job)) == tasks, f"{job} ended", patience_s)
        return self.accounts(job)


@pytest.fixture
def client(sge_cluster: SgeCluster) -> Client:
    return Client(sge_cluster)


def test_scheduler_is_found(client: Client) -> None:
    found = parse_detected(client.run(("sh", "-c", DETECT)))
    assert found.scheduler().key == "sge"


def test_script_of_the_program_runs_each_task_once(client: Client) -> None:
    resources = Resources(
        gres="gpu:1", cpus=2, memory_MB=100, memory_resource="m_mem_free", time_limit_min=5
    )
    body = 'printf %s "$NSLOTS" > "cores-$SMCO_TASK"; [ "$SMCO_TASK" = 0 ] || exit 3'
    request = client.request(body, tasks=2, resources=resources, throttle=1, warn_s=30)
    tested = SGE.parse_test(client.run(SGE.test_command(client.write(request))))
    assert tested.is_accepted, tested.words
    job = client.submit(request)
    rows = {row.task: row for row in client.wait_for_accounts(job, 2)}
    assert (rows[0].state, rows[1].state) == (JobState.COMPLETED, JobState.FAILED)
    assert (rows[1].exit_code, rows[1].cpus, rows[1].gpus) == (3, 2, 1)
    assert rows[0].name == request.token
    folder = Path(request.folder)
    assert [(folder / f"cores-{task}").read_text() for task in range(2)] == ["2", "2"]
    assert (folder / "logs" / f"{job}_0.log").exists()
    output = SGE.output_name(request.token, job, 0, 2)
    assert (folder / "logs" / output).exists()


def test_job_over_the_limits_of_all_queues_waits_for_ever(client: Client) -> None:
    request = client.request("true", tasks=3, resources=Resources(time_limit_min=600))
    tested = SGE.parse_test(client.run(SGE.test_command(client.write(request))))
    assert not tested.is_accepted
    rows = client.wait_for(client.submit(request), JobState.PENDING)
    assert [row.task for row in rows] == [0, 1, 2]
    reason = SGE.explain(rows[0])
    assert reason is not None
    assert reason.never_clears
    assert "no queue" in reason.words


def test_job_that_waits_for_its_turn_is_not_flagged(
    client: Client, sge_cluster: SgeCluster
) -> None:
    wide = Resources(cpus=4)
    jobs = [client.submit(client.request("sleep 600", resources=wide)) for _ in range(3)]
    (row,) = client.wait_for(jobs[-1], JobState.PENDING)
    reason = SGE.explain(row)
    assert reason is not None
    assert not reason.never_clears


def test_script_that_cannot_be_started_is_held_with_the_reason(client: Client) -> None:
    request = client.request("true")
    script = Path(client.write(request))
    script.write_text(script.read_text("utf-8").replace(f"-wd {request.folder}", "-wd /proc/none"))
    job = SGE.parse_submit(client.run(SGE.submit_command(str(script))))
    client.wait_until(lambda: "E" in client.queue(job)[0].told, "it could not be started")
    reason = SGE.explain(client.queue(job)[0])
    assert reason is not None
    assert reason.never_clears
    assert "/proc/none" in reason.words


def test_task_is_warned_before_its_time_limit(client: Client) -> None:
    body = f"trap 'exit {OUT_OF_TIME}' USR1\nwhile :; do sleep 0.2; done"
    # In its last tenth: after 54 s.
    request = client.request(body, resources=Resources(time_limit_min=1), warn_s=120)
    (row,) = client.wait_for_accounts(client.submit(request), 1, patience_s=120)
    assert (row.state, row.exit_code) == (JobState.FAILED, OUT_OF_TIME)
    assert 50 <= (row.elapsed_s or 0) < 62


def test_task_that_goes_on_is_out_of_time(client: Client) -> None:
    request = client.request("sleep 600", resources=Resources(time_limit_min=1), warn_s=0)
    (row,) = client.wait_for_accounts(client.submit(request), 1, patience_s=150)
    assert row.state is JobState.TIMEOUT


def test_refused_option_is_named(client: Client) -> None:
    request = client.request("true", resources=Resources(partition="no-such.q"))
    with pytest.raises(SubmitRefusedError, match=r"no-such\.q"):
        client.submit(request)


def test_job_is_found_again_by_its_token_while_it_runs_and_after(client: Client) -> None:
    request = client.request("sleep 600", tasks=2)
    job = client.submit(request)
    queue, accounts = SGE.search_commands(request.token)
    client.wait_for(job, JobState.RUNNING)
    found = [row for row in SGE.parse_queue(client.run(queue)) if row.name == request.token]
    assert {row.job_id for row in found} == {job}
    client.run(SGE.cancel_command([f"{job}_1"]))
    client.wait_for_accounts(job, 1)
    assert [row.task for row in client.accounts(job)] == [1]
    client.run(SGE.cancel_command([job]))
    client.wait_for_accounts(job, 2)
    told = SGE.parse_accounting(client.run(accounts)) or []
    assert {row.job_id for row in told} == {job}
    assert all(row.is_ended for row in client.queue(job))


def test_unknown_id_is_no_row_and_no_error(client: Client) -> None:
    assert client.queue(UNKNOWN_JOB) == []
    assert client.accounts(UNKNOWN_JOB) == []


def test_qmaster_that_is_down_loses_no_job(client: Client, sge_cluster: SgeCluster) -> None:
    job = client.submit(client.request("sleep 600"))
    client.wait_for(job, JobState.RUNNING)
    sge_cluster.sge.stop_qmaster()
    with pytest.raises(SchedulerDownError):
        client.queue(job)
    sge_cluster.sge.start_qmaster()
    client.wait_for(job, JobState.RUNNING)

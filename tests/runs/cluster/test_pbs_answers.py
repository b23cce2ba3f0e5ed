"""PBS as its guides and public answers have it; tests/cluster/answers/README.md tells which."""

import json

import pytest
from recorded import FOLDER, answers, commands

from smcogui.errors import SchedulerDownError, SubmitRefusedError
from smcogui.runs.cluster.job import JobRow, JobState, Source
from smcogui.runs.cluster.pbs import Pbs
from smcogui.runs.cluster.remote import Answer

PBS = Pbs()
SITUATIONS = sorted(path.stem for path in (FOLDER / "pbs").glob("*.json"))


def said(text="", code=0, error=""):
    return Answer(exit_code=code, stdout=text.encode(), stderr=error.encode())


def told(text, **facts):
    lines = "".join(f"    {name.replace('__', '.')} = {value}\n" for name, value in facts.items())
    return said(f"Job Id: {text}.pbs01\n{lines}\n")


@pytest.mark.parametrize("name", SITUATIONS)
def test_answer_names_its_source(name):
    assert json.loads((FOLDER / "pbs" / f"{name}.json").read_text(encoding="utf-8"))["source"]


def test_each_task_of_an_array_is_a_row_and_the_array_is_none():
    rows = PBS.parse_queue(answers("pbs/array")[0])
    assert commands("pbs/array") == [PBS.queue_command(["1234"])]
    assert [(row.task, row.state, row.told) for row in rows] == [
        (0, JobState.COMPLETED, "X"),
        (1, JobState.RUNNING, "R"),
        (2, JobState.PENDING, "Q"),
    ]
    assert {row.name for row in rows} == {"smco-0123abcd-a1"}
    ended, running, waiting = rows
    assert (ended.exit_code, ended.elapsed_s, ended.node) == (0, 612, "node17")
    assert (running.cpus, running.gpus, running.memory_MB) == (4, 1, 4000.0)
    assert (running.limit_s, running.restarts) == (4 * 3600, 1)
    reason = PBS.explain(waiting)
    assert reason is not None
    assert (reason.words, reason.never_clears) == (
        "waits for enough free cores, memory or GPUs",
        False,
    )


def test_finished_tasks_tell_how_they_ended():
    (answer,) = answers("pbs/array_ended")
    rows = {row.task: row for row in PBS.parse_accounting(answer)}
    assert {task: row.state for task, row in rows.items()} == {
        0: JobState.COMPLETED,
        1: JobState.FAILED,
        2: JobState.TIMEOUT,
        3: JobState.OUT_OF_MEMORY,
        4: JobState.CANCELLED,
        5: JobState.TIMEOUT,
        6: JobState.FAILED,
        7: JobState.CANCELLED,
        8: JobState.FAILED,
    }
    assert rows[1].exit_code == 3
    assert rows[8].signal == 9
    assert "launch failed" in rows[6].reason
    assert all(row.source is Source.ACCOUNTING for row in rows.values())


def test_waiting_array_of_which_only_the_whole_is_told_gives_its_tasks():
    rows = PBS.parse_queue(answers("pbs/array_waits")[0])
    assert [(row.task, row.state) for row in rows] == [(n, JobState.PENDING) for n in range(3)]


def test_single_job_is_task_0():
    (row,) = PBS.parse_queue(answers("pbs/single")[0])
    assert (row.job_id, row.task, row.state) == ("1235", 0, JobState.RUNNING)


def test_unknown_and_finished_jobs_are_missing_and_no_error():
    assert PBS.parse_queue(answers("pbs/finished")[0]) == []
    queue, history = answers("pbs/unknown")
    assert PBS.parse_queue(queue) == []
    assert PBS.parse_accounting(history) == []
    assert PBS.parse_accounting(answers("pbs/no_history")[0]) is None


def test_server_that_is_down_says_nothing_about_jobs():
    queue, submit = answers("pbs/server_down")
    with pytest.raises(SchedulerDownError, match="cannot connect to server"):
        PBS.parse_queue(queue)
    with pytest.raises(SchedulerDownError, match="did not say whether"):
        PBS.parse_submit(submit)


def test_id_of_what_was_submitted_is_digits():
    assert [PBS.parse_submit(answer) for answer in answers("pbs/submitted")] == ["1234", "1235"]


@pytest.mark.parametrize("answer", answers("pbs/refused"))
def test_refused_script_is_told_with_advice(answer):
    with pytest.raises(SubmitRefusedError, match=r"PBS refused the job: .*; ") as caught:
        PBS.parse_submit(answer)
    assert caught.value.allowed


def test_token_is_looked_for_among_waiting_and_finished_jobs():
    queue, history = answers("pbs/search")
    assert tuple(commands("pbs/search")) == PBS.search_commands("smco-0123abcd-a1")
    assert {row.job_id for row in PBS.parse_queue(queue)} == {"1234"}
    assert PBS.parse_accounting(history) == []


def test_cancel_names_arrays_single_jobs_and_tasks():
    command = PBS.cancel_command(["1234", "77_3"])
    assert command == ("qdel", "1234[]", "1234", "77[3]")
    assert PBS.label("1234", 3, 5) == "1234[3]"
    assert PBS.label("1234", 0, 1) == "1234"


def test_queues_tell_limits_and_the_nodes_that_serve_them():
    queues, limits, own = answers("pbs/cluster")
    workq, gpu, old = PBS.parse_partitions(queues)
    assert (workq.name, workq.is_default, workq.max_time_min) == ("workq", True, 48 * 60)
    assert (workq.nodes, workq.cpus_per_node, workq.gres) == (2, 32, ())
    assert (gpu.is_default, gpu.gres, gpu.nodes) == (False, ("gpu:2",), 1)
    assert 515_000 < gpu.memory_MB_per_node < 516_000
    assert not old.is_up
    found = PBS.parse_limits(limits)
    assert (found.version, found.max_array_size, found.max_submit) == ("2022.1.1", 5000, 30)
    assert found.has_accounting
    assert PBS.parse_own_tasks(own) == 3


WAITS = {
    "Not Running: Not enough free nodes available": False,
    "Not Running: Insufficient amount of resource: ncpus (R: 4 A: 2 T: 64)": False,
    "Not Running: Insufficient amount of resource: ncpus (R: 128 A: 0 T: 64)": True,
    "Can Never Run: can't fit in the largest placement set, and can't span psets": True,
    "Not Running: User has reached queue gpu running job limit.": False,
    "Not Running: Queue not started": True,
    "Not Running: Job would conflict with reservation or top job": False,
    "Not Running: Node is in an ineligible state: down": False,
    "Job held by user anna on Wed Nov 25 2026": True,
    "job held, too many failed attempts to run": True,
    "Not Running: quota of the moon": False,
    "": False,
}


@pytest.mark.parametrize(("comment", "never"), WAITS.items())
def test_comment_says_in_words_why_a_job_waits(comment, never):
    row = JobRow(job_id="1", task=0, state=JobState.PENDING, told="Q", reason=comment)
    reason = PBS.explain(row)
    assert reason is not None
    assert reason.words
    assert reason.never_clears == never
    assert bool(reason.advice) == never
    if "moon" in comment:
        assert comment in reason.words


def test_held_job_waits_for_a_person():
    reason = PBS.explain(JobRow(job_id="1", state=JobState.PENDING, told="H"))
    assert reason is not None
    assert reason.never_clears


def test_unknown_state_is_shown_as_it_is_and_not_over():
    (row,) = PBS.parse_queue(told("7[0]", Job_Name="smco-1-a1", job_state="M"))
    assert (row.state, row.told) == (JobState.UNKNOWN, "M")
    assert not row.state.is_over


def test_attribute_that_comes_again_in_the_environment_does_not_count():
    answer = told(
        "7[0]", job_state="R", Variable_List="A=1\n    job_state = F\n    Exit_status = 0"
    )
    (row,) = PBS.parse_queue(answer)
    assert row.state is JobState.RUNNING


def test_ended_task_without_exit_status_is_asked_about_further():
    (row,) = PBS.parse_queue(told("7[0]", job_state="X"))
    assert row.state is JobState.GONE
    assert not PBS.is_sure(row)


def test_no_script_is_checked_without_submitting_it():
    assert PBS.test_command("/scratch/anna/job.sh") is None
    assert PBS.caveat

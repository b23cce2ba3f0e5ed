"""What a real SGE answered, understood; tests/cluster/answers/README.md tells which."""

import pytest
from recorded import answers, commands

from smcogui.errors import SchedulerDownError, SubmitRefusedError, UntrustedAnswerError
from smcogui.runs.cluster.job import JobRow, JobState, Source
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.cluster.sge import Sge
from smcogui.runs.cluster.sge_answers import read_accounting, read_queue
from smcogui.runs.cluster.sge_words import state_of

SGE = Sge()


def queue(name, job):
    """Return the rows of a job by task, as the queue tells them."""
    rows = SGE.parse_queue(answers(f"sge/{name}")[0])
    return {row.task: row for row in rows if row.job_id == job}


def accounts(name, number=1):
    """Return the rows of all jobs by task, as accounts tell them."""
    return {row.task: row for row in SGE.parse_accounting(answers(f"sge/{name}")[number])}


def test_recorded_commands_are_those_that_the_program_sends():
    told = [SGE.partitions_command(), SGE.limits_command(), SGE.associations_command("anna")]
    assert commands("sge/cluster") == told
    assert commands("sge/array") == [SGE.queue_command(["2"]), SGE.accounting_command(["2"])]


def test_each_task_is_a_row_and_counts_from_0():
    rows = queue("array", "2")
    assert {task: row.state for task, row in rows.items()} == {
        0: JobState.COMPLETING,
        1: JobState.COMPLETING,
        2: JobState.RUNNING,
        3: JobState.RUNNING,
        4: JobState.PENDING,
    }
    assert [row.is_ended for row in rows.values()] == [True, True, False, False, False]
    assert [SGE.is_sure(row) for row in rows.values()] == [False, False, True, True, True]
    running = rows[2]
    assert (running.name, running.node, running.cpus) == ("smco-00000002-a1", "n1", 1)
    assert (running.limit_s, running.memory_MB) == (600, 100.0)
    assert running.elapsed_s is not None
    reason = SGE.explain(rows[4])
    assert reason is not None
    assert "as many tasks of this array run" in reason.words


def test_accounts_tell_how_tasks_ended():
    rows = accounts("deleted")
    assert {task: row.state for task, row in rows.items()} == {
        0: JobState.COMPLETED,
        1: JobState.FAILED,
        2: JobState.FAILED,
        3: JobState.FAILED,
    }
    assert (rows[1].exit_code, rows[1].signal) == (3, None)
    assert (rows[2].exit_code, rows[2].signal) == (None, 9)
    assert rows[0].source is Source.ACCOUNTING
    # The fifth never began: only the queue knows that it is over.
    assert queue("deleted", "2")[4].is_ended
    assert accounts("timeout")[0].state is JobState.TIMEOUT
    assert accounts("killed", 0)[0].signal == 9


def test_job_that_was_begun_again_is_told_by_the_queue():
    (row,) = queue("begun_again", "12").values()
    assert (row.state, row.told) == (JobState.PENDING, "Rq")
    (account,) = accounts("begun_again").values()
    assert account.state is JobState.NODE_FAIL


def test_task_that_was_begun_twice_counts_once_as_it_ended_last():
    text = answers("sge/begun_again")[1].text
    again = text.replace("25  : rescheduling", "0").replace("exit_status  0", "exit_status  7")
    (row,) = read_accounting(text + again)
    assert (row.state, row.exit_code, row.restarts) == (JobState.FAILED, 7, 1)


def test_limit_of_sge_that_is_not_time_is_memory():
    text = answers("sge/timeout")[1].text.replace("h_rt=4", "h_rt=400")
    (row,) = read_accounting(text)
    assert row.state is JobState.OUT_OF_MEMORY


def test_what_waits_for_ever_is_flagged_with_what_to_do():
    rows = {row.job_id: row for row in SGE.parse_queue(answers("sge/pending")[0])}
    reasons = {job: SGE.explain(rows[job]) for job in ("6", "7", "8")}
    for reason in reasons.values():
        assert reason is not None
        assert reason.never_clears
        assert reason.advice
    assert "no queue of this cluster" in reasons["6"].words
    assert reasons["7"].words == "is held"
    assert "can't open output file" in reasons["8"].words
    assert "[0:" not in reasons["8"].words
    (full,) = queue("full", "11").values()
    assert SGE.explain(full).never_clears is False


def test_reason_that_is_not_known_is_shown_as_it_is():
    row = JobRow(job_id="1", state=JobState.PENDING, told="qw", reason="the moon is full")
    assert SGE.explain(row).words == "waits; SGE says: the moon is full"
    assert SGE.explain(JobRow(job_id="1", state=JobState.RUNNING)) is None


@pytest.mark.parametrize(
    ("letters", "state"),
    [
        ("qw", JobState.PENDING),
        ("hRwq", JobState.PENDING),
        ("EhRqw", JobState.PENDING),
        ("t", JobState.RUNNING),
        ("Rr", JobState.RUNNING),
        ("S", JobState.SUSPENDED),
        ("RtS", JobState.SUSPENDED),
        ("dr", JobState.COMPLETING),
        ("z", JobState.COMPLETING),
        ("X", JobState.UNKNOWN),
        ("", JobState.UNKNOWN),
        ("\x1b[2J", JobState.UNKNOWN),
    ],
)
def test_letters_are_states_and_new_ones_unknown(letters, state):
    assert state_of(letters) is state


def test_ids_of_what_was_submitted_are_digits():
    assert [SGE.parse_submit(answer) for answer in answers("sge/submitted")] == ["2", "3"]


@pytest.mark.parametrize("answer", answers("sge/refused"))
def test_refused_script_is_told_with_advice(answer):
    with pytest.raises(SubmitRefusedError, match="SGE refused the job: ") as caught:
        SGE.parse_submit(answer)
    assert caught.value.allowed
    assert "Exiting" not in str(caught.value)


def test_script_is_checked_without_submitting_it():
    good, long, queue_unknown = (SGE.parse_test(answer) for answer in answers("sge/tested"))
    assert good.is_accepted
    assert "found suitable queue" in good.words
    assert not long.is_accepted
    assert "ask for less time" in long.words
    assert not queue_unknown.is_accepted


def test_unknown_job_is_missing_and_no_error():
    assert queue("unknown", "98765") == {}
    assert accounts("unknown") == {}


def test_accounts_that_cannot_be_read_are_none():
    assert SGE.parse_accounting(answers("sge/no_accounts")[0]) is None


def test_token_is_looked_for_in_queue_and_accounts():
    token = "smco-00000002-a1"
    told, accounted = answers("sge/search")
    assert tuple(commands("sge/search")) == SGE.search_commands(token)
    assert "2" in {row.job_id for row in SGE.parse_queue(told) if row.name == token}
    assert {row.name for row in SGE.parse_accounting(accounted)} == {token}
    nothing = answers("sge/search_nothing")
    assert not [row for row in SGE.parse_queue(nothing[0]) if row.name == "smco-ffffffff-a1"]
    assert SGE.parse_accounting(nothing[1]) == []


def test_qmaster_that_is_down_says_nothing_about_jobs():
    down = answers("sge/qmaster_down")
    parsers = (SGE.parse_queue, SGE.parse_submit, SGE.parse_test, SGE.parse_partitions)
    for parse, answer in zip((*parsers, SGE.parse_limits), down, strict=False):
        with pytest.raises(SchedulerDownError, match="qmaster"):
            parse(answer)
    # They are a file, which the qmaster is not asked for.
    assert SGE.parse_accounting(down[-1])


def test_cluster_tells_queues_limits_and_what_jobs_are_given():
    partitions, limits, projects = answers("sge/cluster")
    every, short = SGE.parse_partitions(partitions)
    assert (every.name, every.max_time_min, every.nodes) == ("all.q", 60, 1)
    assert (short.name, short.max_time_min) == ("short.q", 2)
    assert every.gres == ("gpu:2",)
    assert every.cpus_per_node > 0
    assert every.memory_MB_per_node > 1000
    found = SGE.parse_limits(limits)
    assert (found.version, found.cluster, found.max_array_size) == ("8.1.9", "loopback", 75_000)
    assert found.chooses_partition
    assert (found.parallel_environments, found.memory_resources) == (("smp",), ("m_mem_free",))
    assert SGE.parse_associations(projects) == []


def test_tasks_are_cancelled_by_the_numbers_that_sge_has():
    assert SGE.cancel_command(["7", "8_0"]) == ("qdel", "7", "8.1")
    assert SGE.label("8", 0, 3) == "8.1"
    assert SGE.output_name("smco-1-a1", "8", 0, 3) == "smco-1-a1.o8.1"


def test_answer_that_is_no_list_of_jobs_is_refused():
    with pytest.raises(UntrustedAnswerError):
        read_queue("<html>Please sign in</html>")
    bomb = "\n@smco-jobs\n<job_list><JB_job_number>1</JB_job_number><state>qw</state><tasks>"
    with pytest.raises(UntrustedAnswerError, match="more than"):
        read_queue(f"{bomb}1-9999999:1</tasks></job_list></job_info>")


def test_entities_are_read_as_text_and_never_expanded():
    text = (
        '\n@smco-jobs\n<!DOCTYPE a [<!ENTITY b "c">]><job_list state="x">'
        "<JB_job_number>1</JB_job_number><JB_name>a&amp;b&b;</JB_name><state>qw</state>"
        "</job_list></job_info>"
    )
    (row,) = read_queue(text)
    assert row.name == "a&b&b;"


def test_cut_answer_is_not_used():
    whole = answers("sge/array")[0]
    cut = Answer(exit_code=0, stdout=whole.stdout, stderr=b"", cut=True)
    with pytest.raises(UntrustedAnswerError):
        SGE.parse_queue(cut)

import pytest
from recorded import answers, commands

from smcogui.errors import (
    InputError,
    SchedulerDownError,
    SubmitRefusedError,
    UntrustedAnswerError,
)
from smcogui.runs.cluster.job import JobState, Source
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.cluster.slurm import Slurm
from smcogui.runs.cluster.slurm_answers import (
    read_queue,
)
from smcogui.runs.cluster.slurm_words import explain_reason

SLURM = Slurm()


def states(rows):
    return {(row.label, row.state) for row in rows}


def said(text="", error="", code=0):
    return Answer(exit_code=code, stdout=text.encode(), stderr=error.encode())


# --- M3: few questions ------------------------------------------------------------------------


def test_queue_of_many_jobs_is_one_command():
    command = SLURM.queue_command(["1", "22_3", "333"])
    assert command[0] == "squeue"
    assert "--jobs=1,22_3,333" in command


def test_commands_are_those_that_were_recorded():
    job = commands("array")[0][-1].removeprefix("--jobs=")
    assert commands("array")[:3] == [
        SLURM.queue_command([job]),
        SLURM.accounting_command([job]),
        SLURM.controller_command(job),
    ]
    token = commands("search")[0][-1].removeprefix("--name=")
    assert tuple(commands("search")) == SLURM.search_commands(token)


@pytest.mark.parametrize(
    "ids", [[], ["12; id"], ["-1"], ["12_"], ["12_[1-2]"], ["1\n2"], ["1"] * 201]
)
def test_commands_refuse_what_is_no_job_id(ids):
    for command in (SLURM.queue_command, SLURM.accounting_command, SLURM.cancel_command):
        with pytest.raises(InputError, match="job ids"):
            command(ids)


# --- M7: who knows what -----------------------------------------------------------------------


def test_array_is_told_task_by_task_by_queue_and_controller():
    queue, _, controller, squeezed = answers("array")
    for answer, parse in (
        (queue, SLURM.parse_queue),
        (squeezed, SLURM.parse_queue),
        (controller, SLURM.parse_controller),
    ):
        rows = {row.task: row for row in parse(answer)}
        assert sorted(rows) == [0, 1, 2, 3, 4, 5]
        assert [rows[k].state for k in (0, 1, 2, 5)] == [
            *(JobState.RUNNING, JobState.RUNNING, JobState.PENDING, JobState.PENDING),
        ]
        assert rows[5].reason == "JobArrayTaskLimit"
        assert rows[0].node.startswith("n")
        assert rows[0].gpus == 1
        assert rows[0].limit_s == 600
        assert rows[0].memory_MB == 100
        assert {row.name for row in rows.values()} == {"smco-00000001-a1"}


def test_accounting_knows_nothing_just_after_a_submission_and_later_what_runs():
    empty, queue = answers("just_submitted")
    assert SLURM.parse_accounting(empty) == []
    assert len(SLURM.parse_queue(queue)) == 6
    (later,) = answers("array_in_accounting")
    rows = SLURM.parse_accounting(later)
    assert rows is not None
    assert {row.state for row in rows if row.task in {0, 1}} == {JobState.RUNNING}


def test_id_that_is_forgotten_is_no_row_and_no_failure():
    alone, with_another, _, controller = answers("purged")
    assert SLURM.parse_queue(alone) == []
    assert len(SLURM.parse_queue(with_another)) == 1
    assert SLURM.parse_controller(controller) == []


def test_forgotten_job_is_still_known_to_accounting():
    queue, accounts, controller = answers("purged_known_to_accounting")
    assert SLURM.parse_queue(queue) == []
    assert SLURM.parse_controller(controller) == []
    rows = SLURM.parse_accounting(accounts)
    assert rows is not None
    assert [row.state for row in rows] == [JobState.COMPLETED]
    assert rows[0].source is Source.ACCOUNTING


def test_cluster_without_accounting_is_asked_otherwise():
    queue, accounts, controller, search_queue, search_accounts, associations, config = answers(
        "accounting_none"
    )
    assert SLURM.parse_accounting(accounts) is None
    assert SLURM.parse_accounting(search_accounts) is None
    assert SLURM.parse_associations(associations) == []
    assert not SLURM.parse_limits(config).has_accounting
    for rows in (SLURM.parse_queue(queue), SLURM.parse_controller(controller)):
        assert [row.state for row in rows] == [JobState.COMPLETED]
    assert SLURM.parse_queue(search_queue)


@pytest.mark.parametrize("index", [0, 2, 3])
def test_silent_controller_is_no_lost_job(index):
    parse = (SLURM.parse_queue, None, SLURM.parse_controller, SLURM.parse_partitions)[index]
    assert parse is not None
    with pytest.raises(SchedulerDownError, match="did not answer"):
        parse(answers("controller_down")[index])


def test_silent_controller_leaves_a_submission_open():
    *_, submitted, tested, _ = answers("controller_down")
    with pytest.raises(SchedulerDownError, match="did not say"):
        SLURM.parse_submit(submitted)
    with pytest.raises(SchedulerDownError):
        SLURM.parse_test(tested)


def test_accounting_that_is_down_is_not_taken_for_no_jobs():
    with pytest.raises(SchedulerDownError):
        SLURM.parse_accounting(answers("accounting_down")[0])


def test_answer_that_was_cut_off_is_not_used():
    cut = Answer(exit_code=0, stdout=answers("array")[0].stdout, stderr=b"", cut=True)
    for parse in (SLURM.parse_queue, SLURM.parse_accounting, SLURM.parse_controller):
        with pytest.raises(UntrustedAnswerError):
            parse(cut)


# --- M9: how jobs end -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "state", "exit_code", "signal"),
    [
        ("timeout", JobState.TIMEOUT, 0, None),
        ("over_memory_kill", JobState.FAILED, 0, 9),
        ("preempted", JobState.PREEMPTED, 0, None),
        ("ended", JobState.FAILED, 3, None),
        ("launch_failure", JobState.FAILED, 0, 53),
        ("node_fail", JobState.NODE_FAIL, 0, None),
    ],
)
def test_end_of_a_job_is_told_by_accounting(case, state, exit_code, signal):
    rows = SLURM.parse_accounting(answers(case)[1])
    assert rows is not None
    assert (state, exit_code, signal) in {(r.state, r.exit_code, r.signal) for r in rows}


def test_queue_and_controller_agree_with_accounting_about_ends():
    for case in ("timeout", "preempted", "over_memory_kill", "cancelled"):
        queue, accounts, controller = (
            answers(case)[-4:-1] if case == "over_memory_kill" else (answers(case)[-3:])
        )
        told = SLURM.parse_accounting(accounts)
        assert told is not None
        assert states(SLURM.parse_queue(queue)) == states(told), case
        assert states(SLURM.parse_controller(controller)) == states(told), case


def test_measured_memory_tells_what_was_killed_for_it():
    rows = SLURM.parse_accounting(answers("over_memory_kill")[1])
    assert rows is not None
    assert rows[0].memory_MB == 100
    assert rows[0].peak_memory_MB == pytest.approx(411, abs=20)


def test_job_that_is_ending_is_not_over():
    queue, controller = answers("completing")
    for rows in (SLURM.parse_queue(queue), SLURM.parse_controller(controller)):
        assert rows[0].state in {JobState.COMPLETING, JobState.TIMEOUT}
        assert rows[0].state.is_over == (rows[0].state is JobState.TIMEOUT)


@pytest.mark.parametrize("word", ["QUANTUM_FLUX", "", "COMPLETING+"])
def test_state_that_nobody_knows_is_shown_as_it_is(word):
    (row,) = read_queue(f"7_0|{word}|None|0:00|1:00||N/A|1|N/A|1M|smco-a\n")
    assert row.told == word
    assert not row.state.is_over


# --- M10: nothing twice -----------------------------------------------------------------------


def test_task_that_was_begun_twice_is_one_row():
    rows = SLURM.parse_accounting(answers("requeued")[1])
    assert rows is not None
    assert [(row.task, row.restarts) for row in rows] == [(0, 1)]
    assert rows[0].elapsed_s == 12, "of the last start"
    (controller,) = SLURM.parse_controller(answers("requeued")[2])
    assert controller.restarts == 1


def test_task_that_waits_for_its_second_start_is_not_over():
    queue = SLURM.parse_queue(answers("node_fail")[0])
    assert {row.state for row in queue} == {JobState.NODE_FAIL, JobState.PENDING}


# --- M11: why jobs wait -----------------------------------------------------------------------


def test_waiting_jobs_say_why_and_what_never_clears():
    rows = SLURM.parse_queue(answers("pending")[0])
    reasons = {row.reason: SLURM.explain(row) for row in rows}
    assert set(reasons) == {"BeginTime", "DependencyNeverSatisfied", "JobHeldUser"}
    assert not reasons["BeginTime"].never_clears
    assert reasons["DependencyNeverSatisfied"].never_clears
    assert reasons["JobHeldUser"].never_clears
    assert "scontrol release" in reasons["JobHeldUser"].advice


def test_job_beyond_the_limit_of_its_partition_waits_for_ever():
    (row,) = SLURM.parse_queue(answers("pending_time_limit")[0])
    reason = SLURM.explain(row)
    assert reason is not None
    assert reason.never_clears
    assert "time" in reason.words
    assert reason.advice


@pytest.mark.parametrize(
    ("code", "never", "part"),
    [
        ("Resources", False, "free nodes"),
        ("ReqNodeNotAvail, UnavailableNodes:n[1-3]", False, "down"),
        ("AssocMaxGRESPerJob", True, "one task alone"),
        ("AssocGrpCPUMinutesLimit", True, "used up"),
        ("SomethingNew", False, "SomethingNew"),
    ],
)
def test_reasons_are_in_plain_words(code, never, part):
    reason = explain_reason(code)
    assert reason.never_clears is never
    assert part in reason.words


def test_running_job_has_no_reason_to_wait():
    running = [row for row in SLURM.parse_queue(answers("array")[0]) if row.task == 0]
    assert SLURM.explain(running[0]) is None


# --- M6, M13, M18, M19: submitting and cancelling ---------------------------------------------


def test_submission_gives_the_id_of_the_array():
    assert SLURM.parse_submit(answers("submitted")[0]) == "1"
    assert SLURM.parse_submit(said("4711;cluster\n")) == "4711"
    assert SLURM.parse_submit(said("Welcome!\n4711\n")) == "4711"


def test_token_finds_its_array_in_queue_and_accounts():
    queue, accounts = answers("search")
    assert {row.job_id for row in SLURM.parse_queue(queue)} == {"1"}
    told = SLURM.parse_accounting(accounts)
    assert told is not None
    assert {row.job_id for row in told} == {"1"}
    queue, accounts = answers("search_nothing")
    assert SLURM.parse_queue(queue) == []
    assert SLURM.parse_accounting(accounts) == []


def test_submission_without_an_answer_is_looked_for_and_not_repeated():
    with pytest.raises(SchedulerDownError):
        SLURM.parse_submit(said(""))
    error = "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation"
    with pytest.raises(SchedulerDownError):
        SLURM.parse_submit(said(error=error, code=1))


def test_refusals_say_why_and_what_to_change():
    for answer in answers("refused"):
        if answer.exit_code:
            with pytest.raises(SubmitRefusedError, match="Slurm refused the job") as refused:
                SLURM.parse_submit(answer)
            assert refused.value.allowed, refused.value.message
    for case in ("refused_array", "refused_submit_limit"):
        with pytest.raises(SubmitRefusedError, match="fewer tasks"):
            SLURM.parse_submit(answers(case)[0])


def test_script_is_tested_without_being_submitted():
    good, partition, too_long, gpus = (SLURM.parse_test(each) for each in answers("tested"))
    assert good.is_accepted
    assert good.starts_at.startswith("20")
    assert not partition.is_accepted
    assert "partition" in partition.words
    assert too_long.is_accepted, "Slurm does not mind: the limits of partitions tell more"
    assert not gpus.is_accepted


def test_cancelling_an_unknown_job_says_nothing():
    assert answers("cancel_unknown")[0].exit_code == 0
    assert commands("cancel_unknown")[0] == SLURM.cancel_command(["99999"])


def test_cancelled_tasks_are_confirmed_by_their_state():
    _, _, queue, accounts, controller = answers("cancelled")
    told = SLURM.parse_accounting(accounts)
    assert told is not None
    for rows in (told, SLURM.parse_queue(queue), SLURM.parse_controller(controller)):
        assert {row.state for row in rows} == {JobState.CANCELLED}
        # Task 4 was cancelled alone, before it began: of that nobody says anything any more.
        assert {row.task for row in rows} == {0, 1, 2, 3, 5}


# --- the cluster -------------------------------------------------------------------------------


def test_partitions_limits_and_accounts_are_read():
    partitions, config, associations, _ = answers("cluster")
    found = {each.name: each for each in SLURM.parse_partitions(partitions)}
    gpu = found["gpu"]
    assert gpu.is_default
    assert (gpu.max_time_min, gpu.nodes, gpu.cpus_per_node) == (60, 2, 4)
    assert gpu.memory_MB_per_node == 2000
    assert gpu.gres == ("gpu:v100:2",)
    assert gpu.features == ("skylake", "v100")
    assert found["short"].max_time_min == 2
    assert found["urgent"].max_time_min is None
    assert not found["closed"].is_up
    limits = SLURM.parse_limits(config)
    assert (limits.version, limits.max_array_size) == ("22.05.8", 1001)
    assert limits.has_accounting
    (account,) = SLURM.parse_associations(associations)
    assert (account.account, account.qos, account.max_submit) == ("physics", ("long", "normal"), 40)


@pytest.mark.parametrize("user", ["", "a b", "x;id", "-o", "a\nb"])
def test_accounts_of_what_is_no_user_are_not_asked_for(user):
    with pytest.raises(InputError, match="no name of an account"):
        SLURM.associations_command(user)

import json
import re

import pytest

from smcogui.errors import InputError, RunFolderError
from smcogui.runs.cluster.task import (
    RunEnd,
    SubmissionPaths,
    TaskFile,
    TaskRun,
    TaskSummary,
    attempt_token,
    new_token,
    split_evenly,
    submission_folder,
)


def runs(count):
    return [TaskRun(run_id=f"{number:016x}", design=f"# {number}") for number in range(count)]


@pytest.mark.parametrize("count", [25, 26, 49, 50, 51, 60, 99, 101, 1000, 1251])
@pytest.mark.parametrize("chunk", [25, 30, 50])
def test_tasks_have_25_to_50_runs(count, chunk):
    tasks = split_evenly(runs(count), chunk)
    assert [run for task in tasks for run in task] == runs(count)
    if count >= chunk and count > 50:
        assert all(25 <= len(task) <= 50 for task in tasks)


def test_few_runs_are_one_task_and_a_small_chunk_is_kept():
    assert [len(task) for task in split_evenly(runs(7), 25)] == [7]
    assert [len(task) for task in split_evenly(runs(60), 2)] == [2] * 30
    assert split_evenly([], 25) == ()
    with pytest.raises(InputError, match="1 to 1000"):
        split_evenly(runs(3), 0)


def test_task_file_comes_back_as_it_was():
    tasks = split_evenly([TaskRun(run_id="0" * 16, options={"demag_interval": 10})], 25)
    file = TaskFile(engine="builtin", tasks=tasks)
    assert TaskFile.from_json(file.to_json()) == file


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"format_version": 2}',
        b'{"format_version": 1, "engine": "builtin", "tasks": [[{"run_id": "../../etc"}]]}',
        b'{"format_version": 1, "engine": "builtin", "tasks": 3}',
    ],
)
def test_damaged_task_file_is_refused(content):
    with pytest.raises(RunFolderError, match=r"tasks\.json"):
        TaskFile.from_json(content)


def test_summary_comes_back_and_strange_ones_are_none():
    end = RunEnd(state="DONE")
    summary = TaskSummary(task=3, time_s=1.0, ended="done", runs={"a" * 16: end})
    assert TaskSummary.from_json(summary.to_json()) == summary
    for content in (b"", b"{}", b"[1]", b"x" * (2 << 20), b'{"task": "x", "runs": {}}'):
        assert TaskSummary.from_json(content) is None
    strange = json.loads(summary.to_json())
    strange["runs"] = {"../x": {"state": "DONE", "message": ""}}
    found = TaskSummary.from_json(json.dumps(strange).encode())
    assert found is not None
    assert found.runs == {}


def test_names_on_the_cluster_are_posix_and_unpredictable():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(r"smco-[0-9a-f]{16}", token) for token in tokens)
    assert attempt_token("smco-a", 2) == "smco-a-a2"
    paths = SubmissionPaths(folder=submission_folder("/scratch/anna", "smco-a"), attempt=2)
    assert paths.script == "/scratch/anna/smco-a/attempt-02/job.sh"
    assert paths.log("12", 3) == "/scratch/anna/smco-a/attempt-02/logs/12_3.log"
    assert paths.summary(3) == "/scratch/anna/smco-a/attempt-02/state/3.summary.json"
    assert paths.run("0" * 16) == f"/scratch/anna/smco-a/runs/{'0' * 16}"
    with pytest.raises(InputError, match="hexadecimal"):
        paths.run("../../root")

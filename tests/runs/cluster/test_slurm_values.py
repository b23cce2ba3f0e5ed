import pytest

from smcogui.errors import (
    UntrustedAnswerError,
)
from smcogui.runs.cluster.slurm_answers import (
    expand_id,
    gpu_count,
    megabytes,
    read_queue,
    seconds,
)


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("12", [None]),
        ("12_3", [3]),
        ("12_[3-7%2]", [3, 4, 5, 6, 7]),
        ("12_[1,3,5-6]", [1, 3, 5, 6]),
        ("12_[0-8:4]", [0, 4, 8]),
        ("12_[0-2,7,...]", [0, 1, 2, 7]),
        ("12_[0-2...%5]", [0, 1, 2]),
        ("abc", []),
        ("12_[x]", []),
        ("../12", []),
        ("12_[]", []),
    ],
)
def test_ids_of_arrays_are_expanded(text, tasks):
    assert [task for _, task in expand_id(text)] == tasks


def test_array_of_millions_is_not_believed():
    with pytest.raises(UntrustedAnswerError):
        expand_id("12_[0-4000000]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1-02:03:04", 93784), ("2:00", 120), ("1:00:00", 3600), ("UNLIMITED", None), ("", None)],
)
def test_times_are_read(text, expected):
    assert seconds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2000M", 2000), ("4Gn", 4096), ("1.5G", 1536), ("100", 100), ("", None), ("0?", None)],
)
def test_sizes_are_read(text, expected):
    assert megabytes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gres:gpu:v100:2", 2),
        ("gpu:1(S:0)", 1),
        ("cpu=4,gres/gpu=2,gres/gpu:v100=2,mem=1G", 2),
        ("cpu=4", 0),
        ("gres/gpu:a100=4", 4),
    ],
)
def test_gpus_are_counted(text, expected):
    assert gpu_count(text) == expected


def test_strange_lines_are_left_out():
    text = "\x1b[2J\nwelcome|to|the|cluster\n7_0|RUNNING|None|0:01|1:00|n1|N/A|1|N/A|1M|a|b\n"
    (row,) = read_queue(text)
    assert row.name == "a|b"

"""Words and exit codes become kinds of failure, and each kind its repairs."""

from __future__ import annotations

import pytest

from solver.mesh import EXACT, OPEN, Mesh
from solver.mumax3.failures import (
    REMEDIES,
    REPAIR_WORDS,
    FailureKind,
    Repair,
    classify,
    estimate_memory,
    next_repair,
)


@pytest.mark.parametrize(
    ("code", "output", "kind"),
    [
        (
            127,
            "mumax3: error while loading shared libraries: libcuda.so.1: cannot open shared "
            "object file: No such file or directory\n",
            FailureKind.LIBRARY_MISSING,
        ),
        (127, "", FailureKind.LIBRARY_MISSING),
        (0xC0000135, "", FailureKind.LIBRARY_MISSING),
        (1, "/home/x/cuda/init.go:60 CUDA_ERROR_NO_DEVICE\n", FailureKind.NO_GPU),
        (2, "panic: CUDA_ERROR_INVALID_DEVICE\n\ngoroutine 1 [running]:\n", FailureKind.NO_GPU),
        (1, "\nNo binary for GPU. Your nvidia driver may be out-of-date\n", FailureKind.DRIVER),
        (1, "init.go:60 Unknown CUresult: 222\n", FailureKind.DRIVER),
        (1, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION\n", FailureKind.DRIVER),
        (1, "CUDA_ERROR_OUT_OF_MEMORY\n", FailureKind.OUT_OF_MEMORY),
        (2, "panic: CUDA_ERROR_LAUNCH_FAILED\n\ngoroutine 1 [running]:\n", FailureKind.CUDA),
        (2, "panic: CUFFT_EXEC_FAILED\n", FailureKind.CUDA),
        (1, "script line 12: undefined: minimise\n", FailureKind.BAD_SCRIPT),
        (1, "script line 51: undefined: Normalized\n", FailureKind.NO_ARITHMETIC),
        (1, "write table.txt: no space left on device\n", FailureKind.DISK_FULL),
        (2, "panic: Time step too small: 0\n", FailureKind.NOT_A_NUMBER),
        (-9, "//mumax 3.11.1\n", FailureKind.KILLED),
        (137, "", FailureKind.KILLED),
        (2, "panic: runtime error: index out of range\n", FailureKind.CRASHED),
        (0, "//mumax 3.11.1\n", FailureKind.GARBAGE),
    ],
)
def test_exit_codes_and_words_name_the_failure(code, output, kind):
    failure = classify(code, output)
    assert failure.kind is kind
    assert REMEDIES[kind] in str(failure)


def test_control_characters_and_endless_lines_stay_out_of_the_message():
    failure = classify(2, "panic: \x1b[31m" + "x" * 5000)
    assert "\x1b" not in failure.message
    assert len(failure.message) < 300


def test_every_kind_has_a_remedy_and_every_repair_words():
    assert set(REMEDIES) == set(FailureKind)
    assert set(REPAIR_WORDS) == set(Repair)


def test_repairs_are_tried_in_turn_and_then_no_more():
    tried: list[Repair] = []
    gpus = 2
    while (repair := next_repair(FailureKind.CUDA, tried, gpus=gpus)) is not None:
        tried.append(repair)
        gpus -= repair is Repair.OTHER_GPU
    assert tried == [Repair.RETRY, Repair.SYNC, Repair.OTHER_GPU, Repair.OTHER_GPU]
    assert next_repair(FailureKind.KILLED, [Repair.RETRY], gpus=0) is Repair.RETRY
    assert next_repair(FailureKind.KILLED, [Repair.RETRY] * 2, gpus=0) is None


def test_another_gpu_is_used_only_where_there_is_one():
    assert next_repair(FailureKind.OUT_OF_MEMORY, [], gpus=0) is None
    assert next_repair(FailureKind.OUT_OF_MEMORY, [], gpus=1) is Repair.OTHER_GPU


@pytest.mark.parametrize("kind", [FailureKind.BAD_SCRIPT, FailureKind.DISK_FULL])
def test_what_only_people_can_mend_is_not_tried_again(kind):
    assert next_repair(kind, [], gpus=3) is None


def test_memory_grows_with_padding_and_with_the_third_dimension():
    def mesh(cells, pbc):
        return Mesh(cells=cells, cell_size=(1e-9, 1e-9, 1e-9), pbc=pbc)

    flat = estimate_memory(mesh((256, 256, 1), (OPEN, OPEN, EXACT)))
    assert flat < 450 << 20
    open_body = estimate_memory(mesh((256, 256, 64), (OPEN, OPEN, OPEN)))
    wrapped = estimate_memory(mesh((256, 256, 64), (OPEN, OPEN, 3)))
    assert flat < wrapped < open_body
    # 4.2 million cells: between one and two GB on a card
    assert 0.8e9 < open_body < 2e9

"""The list of the driver, and one simulation per GPU at a time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from solver.errors import Mumax3Error
from solver.mumax3 import gpu_queue, gpus
from solver.mumax3.gpu_queue import FOLDER_VARIABLE, choose, claim
from solver.mumax3.gpus import VISIBLE_VARIABLE, Gpu, list_gpus

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell script")
ANSWER = """\
0, GPU-aa11, NVIDIA RTX A4000, 535.183.01, 16376, 15800
1, GPU-bb22, NVIDIA H100, 535.183.01, 81559, [N/A]
a line of an old driver
"""
TWO = [Gpu(index=0, uuid="GPU-aa11", name="A4000"), Gpu(index=1, uuid="GPU-bb22", name="H100")]


@pytest.fixture(autouse=True)
def lock_folder(tmp_path, monkeypatch):
    """Keep locks of this test to itself."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "locks"))
    monkeypatch.delenv(VISIBLE_VARIABLE, raising=False)


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """Return a function that puts an nvidia-smi on the path."""

    def install(script: str) -> None:
        program = tmp_path / "bin" / "nvidia-smi"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")

    return install


@posix_only
def test_gpus_come_with_driver_and_memory(driver):
    driver(f"cat <<'END'\n{ANSWER}END")
    first, second = list_gpus()
    assert (first.index, first.uuid, first.driver) == (0, "GPU-aa11", "535.183.01")
    assert first.free_bytes == 15800 << 20
    assert second.label == "GPU 1 (NVIDIA H100)"
    assert second.free_bytes is None


@posix_only
@pytest.mark.parametrize("script", ["exit 9", "echo NVIDIA-SMI has failed", "echo '0, x'"])
def test_driver_that_does_not_answer_is_as_good_as_none(driver, script):
    driver(script)
    assert list_gpus() == []


def test_driver_that_hangs_is_left_after_a_while(monkeypatch):
    def hang(*_, **options):
        raise subprocess.TimeoutExpired("nvidia-smi", options["timeout"])

    monkeypatch.setattr(gpus, "find_nvidia_smi", lambda: "nvidia-smi")
    monkeypatch.setattr(gpus.subprocess, "run", hang)
    assert list_gpus() == []


@posix_only
@pytest.mark.parametrize(
    ("visible", "indices"), [("1", [1]), ("1,0", [1, 0]), ("GPU-aa", [0]), ("7,0", []), ("", [])]
)
def test_gpus_of_a_batch_system_are_kept_to(driver, monkeypatch, visible, indices):
    driver(f"cat <<'END'\n{ANSWER}END")
    monkeypatch.setenv(VISIBLE_VARIABLE, visible)
    assert [gpu.index for gpu in list_gpus()] == indices


def test_each_gpu_is_claimed_once_and_comes_back():
    first, second = claim(TWO), claim(TWO)
    assert first is not None
    assert second is not None
    assert [first.gpu.index, second.gpu.index] == [0, 1]
    assert claim(TWO) is None
    first.release()
    with claim(TWO) as again:
        assert again.gpu.index == 0
    second.release()


@posix_only
def test_gpu_stays_claimed_while_the_process_that_uses_it_lives(wait_until):
    claimed = claim(TWO[:1])
    user = subprocess.Popen(["sleep", "60"], pass_fds=[claimed.descriptor])
    try:
        # as if the program that claimed it were killed
        claimed._stream.close()
        assert claim(TWO[:1]) is None
    finally:
        user.kill()
        user.wait()
    wait_until(lambda: claim(TWO[:1]), "free GPU", 10).release()


def test_gpus_are_chosen_by_number_or_uuid():
    assert choose(TWO, "") == TWO
    assert choose(TWO, " 1 ") == TWO[1:]
    assert choose(TWO, "GPU-bb22,0") == TWO[::-1]
    with pytest.raises(Mumax3Error, match=r"no GPU 5; this machine has GPU 0 \(A4000\), GPU 1"):
        choose(TWO, "5")


def test_locks_that_cannot_be_written_are_told(tmp_path, monkeypatch):
    (tmp_path / "a file").touch()
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "a file" / "x"))
    with pytest.raises(Mumax3Error, match=FOLDER_VARIABLE):
        gpu_queue.claim(TWO)

"""Asking a MuMax3 who it is."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from solver.mumax3.gpus import Gpu
from solver.mumax3.probe import identify

CARD = Gpu(index=0, uuid="GPU-aa", name="A card", memory_bytes=8 << 30, free_bytes=7 << 30)


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script")
def test_mumax3_is_started_once_for_a_card_however_much_of_it_is_free(tmp_path):
    program, started = tmp_path / "mumax3", tmp_path / "started"
    program.write_text(
        f"#!/bin/sh\necho $CUDA_VISIBLE_DEVICES >> {started}\n"
        "echo '//mumax 3.11.1 linux_amd64 go1.22.12(gc) CUDA-12.0'\n"
    )
    program.chmod(0o755)
    for free_bytes in (7 << 30, 6 << 30, None):
        assert identify(program, replace(CARD, free_bytes=free_bytes)).version == "3.11.1"
    assert started.read_text().split() == ["GPU-aa"]
    identify(program, replace(CARD, uuid="GPU-bb"))
    assert started.read_text().split() == ["GPU-aa", "GPU-bb"]

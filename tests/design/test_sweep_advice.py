"""What a sweep leaves out is said before a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smcogui.app.session import Session
from smcogui.design.describe import describe_design
from smcogui.design.sweep_advice import sweep_advice


@pytest.mark.parametrize(
    ("start_T", "stop_T", "words"),
    [(-3.0, -12.0, "−30 kOe, in a demagnetising field: it has no remanence"), (2.0, 0.5, "no Hc")],
)
def test_sweep_that_leaves_out_half_of_it_is_warned_of(start_T, stop_T, words):
    base = Session.example()
    design = replace(base, field=replace(base.field, start_T=start_T, stop_T=stop_T))
    (advice,) = describe_design(design, "kOe")["sweep_advice"]
    assert advice["level"] == "warning"
    assert words in advice["message"]


def test_whole_sweep_needs_no_advice():
    assert sweep_advice(Session.example()) == []

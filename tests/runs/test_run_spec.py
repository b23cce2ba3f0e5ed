"""What names a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from smcogui.errors import InputError
from smcogui.runs.spec import make_run_spec


def test_run_id_is_the_same_for_the_same_content(small_design):
    first, second = make_run_spec(small_design), make_run_spec(small_design)
    assert first.run_id == second.run_id
    assert len(first.run_id) == 16
    assert set(first.run_id) <= set("0123456789abcdef")


def test_run_id_does_not_depend_on_the_name(small_design):
    renamed = replace(small_design, name="another name")
    assert make_run_spec(renamed).run_id == make_run_spec(small_design).run_id


@pytest.mark.parametrize(
    "change",
    [
        {"alpha": 0.1},
        {"preset": "paper"},
        {"offsets": "centred"},
    ],
)
def test_run_id_changes_with_the_design(small_design, change):
    changed = make_run_spec(replace(small_design, **change))
    assert changed.run_id != make_run_spec(small_design).run_id


def test_run_id_changes_with_seed_and_solver_version(small_design):
    spec = make_run_spec(small_design)
    other = replace(small_design, run=replace(small_design.run, seed=1))
    assert make_run_spec(other).run_id != spec.run_id
    assert replace(spec, solver_version="0.0.1").run_id != spec.run_id


def test_half_cycles_have_their_own_offsets_and_seeds(small_spec):
    first, second = small_spec.cycles
    assert first.offsets != second.offsets
    assert first.problem.options.seed != second.problem.options.seed


def test_average_Ms_is_the_mean_over_the_cells(small_spec):
    cycle = small_spec.cycles[0]
    assert cycle.Ms == pytest.approx(float(np.mean(cycle.problem.per_cell("Ms"))))
    assert sum(cycle.fractions.values()) == pytest.approx(1.0)


def test_chosen_fields_are_visited_and_change_the_run_id(small_design):
    plain, chosen = make_run_spec(small_design), make_run_spec(small_design, (-3.3, -1.2, -3.3))
    assert chosen.snapshots_T == (-1.2, -3.3)
    assert all(cycle.problem.sweep.snapshots_T == (-1.2, -3.3) for cycle in chosen.cycles)
    assert chosen.run_id != plain.run_id


def test_chosen_field_outside_the_sweep_is_refused(small_design):
    with pytest.raises(InputError, match="the sweep goes from") as caught:
        make_run_spec(small_design, (5.0,))
    assert caught.value.key == "snapshots"

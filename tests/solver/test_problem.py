"""Problems: files, hashes, and every value that has to be refused with a sentence."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import io
import json
import math
import os

import numpy as np
import pytest

from solver.errors import ProblemError
from solver.mesh import Mesh
from solver.problem import (
    ARRAYS_FILE,
    PROBLEM_FILE,
    FieldSweep,
    RegionMaterial,
    load_problem,
    save_problem,
    write_atomically,
)

NAN = math.nan


@pytest.fixture
def saved(tmp_path, make_problem, random_state):
    """Return a folder that holds a complete problem."""
    problem = make_problem((3, 2, 2))
    problem = dataclasses.replace(problem, initial_state=random_state(problem), label="a label")
    save_problem(problem, tmp_path / "problem")
    return tmp_path / "problem"


def _edit(folder, change):
    path = folder / PROBLEM_FILE
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def _store_arrays(folder, **arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    (folder / ARRAYS_FILE).write_bytes(buffer.getvalue())


def test_saved_problem_is_loaded_unchanged(saved, make_problem):
    loaded = load_problem(saved)
    expected = make_problem((3, 2, 2))
    assert loaded.mesh == expected.mesh
    assert loaded.materials == expected.materials
    assert loaded.sweep == expected.sweep
    assert loaded.options == expected.options
    assert loaded.label == "a label"
    np.testing.assert_array_equal(loaded.regions, expected.regions)


def test_content_hash_survives_the_file(saved, make_problem, random_state):
    problem = make_problem((3, 2, 2))
    problem = dataclasses.replace(problem, initial_state=random_state(problem))
    loaded = load_problem(saved)
    np.testing.assert_array_equal(loaded.initial_state, problem.initial_state)
    assert loaded.content_hash() == problem.content_hash()


def test_missing_sections_take_their_defaults(saved):
    _edit(saved, lambda data: (data.pop("sweep"), data.pop("options"), data.pop("label")))
    assert load_problem(saved).sweep == FieldSweep()


def test_label_does_not_enter_the_hash(make_problem):
    problem = make_problem()
    labelled = dataclasses.replace(problem, label="other")
    assert labelled.content_hash() == problem.content_hash()


def test_every_ingredient_enters_the_hash(make_problem, random_state):
    problem = make_problem()
    replace = dataclasses.replace
    material, sweep = problem.materials[0], problem.sweep
    rest = problem.materials[1:]
    other_regions = problem.regions.copy()
    other_regions[0, 0, 0] ^= 1
    variants = [
        replace(problem, mesh=replace(problem.mesh, cell_size=(1e-9, 1e-9, 1e-9))),
        replace(problem, mesh=replace(problem.mesh, pbc=(0, 0, 0))),
        replace(problem, regions=other_regions),
        replace(problem, initial_state=random_state(problem, 1)),
        replace(problem, initial_state=random_state(problem, 2)),
        *(
            replace(problem, materials=(replace(material, **{name: 1.5}), *rest))
            for name in ("Ms", "Aex", "Ku1")
        ),
        replace(problem, materials=(replace(material, easy_axis=(1.0, 0.0, 0.0)), *rest)),
        *(replace(problem, sweep=replace(sweep, **change)) for change in _SWEEP_CHANGES),
        *(problem.with_options(**change) for change in _OPTION_CHANGES),
    ]
    hashes = {variant.content_hash() for variant in [problem, *variants]}
    assert len(hashes) == len(variants) + 1


_SWEEP_CHANGES = [
    {"mode": "fixed"},
    {"direction": (1.0, 0.0, 0.0)},
    {"start_T": 2.0},
    {"stop_T": -3.0},
    {"largest_step_T": 0.25},
    {"smallest_step_T": 0.01},
    {"values_T": (1.0,)},
    {"until_stop": True},
    {"snapshots_T": (-1.0,)},
]
_OPTION_CHANGES = [
    {"exchange_rule": "mumax3_2014"},
    {"interface_factor": 0.5},
    {"demag": False},
    {"precision": "float32"},
    {"perturbation": 0.01},
    {"seed": 1},
    {"demag_interval": 1},
    {"torque_T": 1e-4},
    {"delta_m": 1e-6},
    {"max_iterations": 10},
    {"max_wall_s": 10.0},
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Ms", 0.0),
        ("Ms", -1.0),
        ("Ms", NAN),
        ("Ms", math.inf),
        ("Ms", "1e6"),
        ("Ms", True),
        ("Ms", 10**400),
        ("Aex", -1e-12),
        ("Aex", NAN),
        ("Aex", None),
        ("Ku1", NAN),
        ("Ku1", [1]),
        ("easy_axis", (0.0, 0.0, 0.0)),
        ("easy_axis", (0.0, NAN, 1.0)),
        ("easy_axis", (0.0, 1.0)),
        ("easy_axis", "yyy"),
        ("easy_axis", 1.0),
        ("easy_axis", None),
    ],
)
def test_bad_material_is_refused(name, value, make_problem):
    values = {"Ms": 1e6, "Aex": 1e-11, "Ku1": 1e6} | {name: value}
    good = RegionMaterial(Ms=1e6, Aex=1e-11, Ku1=1e6)
    with pytest.raises(ProblemError, match=rf"materials\[1\]\.{name}") as caught:
        make_problem(materials=(good, RegionMaterial(**values)))
    assert caught.value.key == f"materials[1].{name}"
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "fast"),
        ("mode", None),
        ("mode", {}),
        ("direction", (0.0, 0.0, 0.0)),
        ("direction", (1.0, 0.0)),
        ("direction", 5),
        ("direction", "abc"),
        ("start_T", NAN),
        ("start_T", "1"),
        ("start_T", -20.0),
        ("stop_T", 2.0),
        ("stop_T", -math.inf),
        ("largest_step_T", 0.01),
        ("largest_step_T", NAN),
        ("smallest_step_T", 0.0),
        ("smallest_step_T", -1.0),
        ("smallest_step_T", 1e-12),
        ("smallest_step_T", NAN),
        ("values_T", (NAN,)),
        ("values_T", ("1",)),
        ("values_T", 1.0),
        ("values_T", "1, 2"),
        ("snapshots_T", (math.inf,)),
        ("snapshots_T", None),
        ("until_stop", "yes"),
    ],
)
def test_bad_sweep_is_refused(name, value, make_problem):
    with pytest.raises(ProblemError, match=r"sweep\."):
        make_problem(sweep=FieldSweep(**{name: value}))


def test_rising_adaptive_sweep_is_refused_although_it_lists_values(make_problem):
    sweep = FieldSweep(start_T=-1.0, stop_T=1.0, values_T=(1.0, 0.0))
    with pytest.raises(ProblemError, match="stop_T"):
        make_problem(sweep=sweep)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exchange_rule", "newest"),
        ("exchange_rule", None),
        ("precision", "float16"),
        ("precision", {}),
        ("demag", 1),
        ("demag", "no"),
        ("interface_factor", -0.1),
        ("interface_factor", NAN),
        ("interface_factor", "1"),
        ("perturbation", -1.0),
        ("perturbation", math.inf),
        ("seed", -1),
        ("seed", 1.5),
        ("seed", True),
        ("seed", None),
        ("demag_interval", 0),
        ("demag_interval", 2.0),
        ("demag_interval", True),
        ("torque_T", 0),
        ("torque_T", NAN),
        ("delta_m", -1.0),
        ("delta_m", "1e-5"),
        ("max_iterations", 0),
        ("max_iterations", "many"),
        ("max_wall_s", 0.0),
        ("max_wall_s", NAN),
    ],
)
def test_bad_option_is_refused(name, value, make_problem):
    with pytest.raises(ProblemError, match=rf"options\.{name}") as caught:
        make_problem(**{name: value})
    assert caught.value.key == f"options.{name}"


def test_regions_of_another_type_are_refused(make_problem):
    with pytest.raises(ProblemError, match=r"int64.*uint8"):
        make_problem(regions=np.zeros((1, 5, 6), dtype=np.int64))


def test_regions_of_another_shape_are_refused(make_problem):
    with pytest.raises(ProblemError, match="shape"):
        make_problem(regions=np.zeros((1, 6, 5), dtype=np.uint8))


def test_region_without_a_material_is_refused(make_problem):
    regions = np.zeros((1, 5, 6), dtype=np.uint8)
    regions[0, 2, 3] = 2
    with pytest.raises(ProblemError, match=r"regions is up to 2; allowed is 0 to 1"):
        make_problem(regions=regions)


@pytest.mark.parametrize(
    "state",
    [
        np.zeros((3, 1, 5, 6)),
        np.full((3, 1, 5, 6), NAN),
        np.full((3, 1, 6, 5), 3**-0.5),
        np.full((3, 1, 5, 6), 0.5),
        np.full((3, 1, 5, 6), "a"),
        np.full((3, 1, 5, 6), 3**-0.5, dtype=complex),
    ],
    ids=["zero", "nan", "shape", "length", "text", "complex"],
)
def test_bad_initial_state_is_refused(state, make_problem):
    with pytest.raises(ProblemError, match="initial_state"):
        make_problem(initial_state=state)


@pytest.mark.parametrize("section", ["mesh", "sweep", "options"])
def test_unknown_key_is_refused_with_the_known_ones(section, saved):
    _edit(saved, lambda data: data[section].update(sped=1))
    with pytest.raises(ProblemError, match=rf"{section}\.sped is not known; known are") as caught:
        load_problem(saved)
    assert caught.value.key == f"{section}.sped"


@pytest.mark.parametrize("section", ["mesh", "sweep", "options"])
@pytest.mark.parametrize("value", [[1, 2], "text", 5, None])
def test_section_that_is_no_table_is_refused(section, value, saved):
    _edit(saved, lambda data: data.update({section: value}))
    with pytest.raises(ProblemError, match=section):
        load_problem(saved)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        "iron",
        [[1, 2]],
        [5],
        ["iron"],
        [{}],
        [{"Ms": 1e6}],
        [{"Ms": 1e6, "colour": "red"}],
    ],
)
def test_materials_that_are_no_list_of_tables_are_refused(value, saved):
    _edit(saved, lambda data: data.update(materials=value))
    with pytest.raises(ProblemError, match="materials"):
        load_problem(saved)


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("mesh", "cells"),
        ("mesh", "cell_size"),
        ("mesh", "pbc"),
        ("sweep", "direction"),
        ("sweep", "mode"),
        ("sweep", "values_T"),
        ("options", "seed"),
        ("options", "precision"),
        ("options", "exchange_rule"),
    ],
)
@pytest.mark.parametrize("value", ["abc", {"a": 1}, [[1], [2], [3]], None, [None, None, None]])
def test_value_of_another_kind_is_refused(section, key, value, saved):
    _edit(saved, lambda data: data[section].update({key: value}))
    with pytest.raises(ProblemError, match=section):
        load_problem(saved)


@pytest.mark.parametrize("version", [None, 0, 2, "1", True, [1]])
def test_other_format_version_is_refused(version, saved):
    _edit(saved, lambda data: data.update(format_version=version))
    with pytest.raises(ProblemError, match="format_version") as caught:
        load_problem(saved)
    assert caught.value.allowed == "1"


def test_nan_in_the_file_is_refused(saved):
    _edit(saved, lambda data: data["materials"][0].update(Ms=NAN))
    with pytest.raises(ProblemError, match=r"materials\[0\]\.Ms"):
        load_problem(saved)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1, 2]", b"null", b"\xff\xfe\x00", b"[" * 100_000]
)
def test_damaged_json_is_refused(content, saved):
    (saved / PROBLEM_FILE).write_bytes(content)
    with pytest.raises(ProblemError, match=PROBLEM_FILE):
        load_problem(saved)


@pytest.mark.parametrize("kept", [0, 1, 30, 60, 120, 0.5, 0.9, -1])
def test_truncated_arrays_are_refused(kept, saved):
    path = saved / ARRAYS_FILE
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content)) if isinstance(kept, float) else kept])
    with pytest.raises(ProblemError, match=ARRAYS_FILE):
        load_problem(saved)


def test_damaged_bytes_in_the_arrays_never_escape_as_another_error(saved):
    path = saved / ARRAYS_FILE
    content = path.read_bytes()
    generator = np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(content)
        damaged[generator.integers(len(damaged))] ^= int(generator.integers(1, 256))
        path.write_bytes(bytes(damaged))
        # some damage hides in parts that nobody reads
        with contextlib.suppress(ProblemError):
            load_problem(saved)


def test_arrays_that_are_a_plain_npy_are_refused(saved):
    with (saved / ARRAYS_FILE).open("wb") as stream:
        np.save(stream, np.zeros(3))
    with pytest.raises(ProblemError, match=ARRAYS_FILE):
        load_problem(saved)


def test_arrays_of_objects_are_refused(saved):
    _store_arrays(saved, regions=np.array([None, {}], dtype=object))
    with pytest.raises(ProblemError, match=ARRAYS_FILE):
        load_problem(saved)


def test_arrays_without_regions_are_refused(saved):
    _store_arrays(saved, region=np.zeros((2, 2, 3), dtype=np.uint8))
    with pytest.raises(ProblemError, match="'regions' is missing"):
        load_problem(saved)


@pytest.mark.parametrize("name", [PROBLEM_FILE, ARRAYS_FILE])
def test_missing_file_is_named(name, saved):
    (saved / name).unlink()
    with pytest.raises(ProblemError, match=f"{name} cannot be read: it does not exist"):
        load_problem(saved)


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(ProblemError, match="nowhere"):
        load_problem(tmp_path / "nowhere")


def test_writing_that_is_cut_short_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "result.json"
    write_atomically(path, b"old")

    def refuse(descriptor):
        """Leave a complete temporary file, as a machine that is switched off does."""
        assert (tmp_path / "result.json.tmp").exists()
        assert path.read_bytes() == b"old"
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="no space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["result.json"]


def test_mesh_is_checked_when_a_problem_is_loaded(saved):
    _edit(saved, lambda data: data["mesh"].update(cells=[3, 2]))
    with pytest.raises(ProblemError, match=r"mesh\.cells"):
        load_problem(saved)


def test_per_cell_values_follow_the_regions(make_problem):
    problem = make_problem()
    assert isinstance(problem.mesh, Mesh)
    expected = np.where(problem.regions == 0, problem.materials[0].Ms, problem.materials[1].Ms)
    np.testing.assert_array_equal(problem.per_cell("Ms"), expected)

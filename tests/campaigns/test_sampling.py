"""Samplings: which points they give, that they go on without repeating, what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from smcogui.app.exports import example_design
from smcogui.campaigns.axes import COORDINATES, Axis, apply_point, check_axes
from smcogui.campaigns.sampling import Sampling, design_of
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError

BASE = design_to_toml(example_design("base"))
BOX = (
    Axis(key="L_nm", low=20, high=120),
    Axis(key="phi_S", low=0.05, high=0.5),
    Axis(key="alpha_deg", low=0, high=85),
)


def sobol(count: int, **changes: object) -> Sampling:
    """Return a Sobol sampling of the box."""
    return replace(
        Sampling(name="box", method="sobol", base=BASE, axes=BOX, count=count),
        **changes,  # type: ignore[arg-type]
    )


def test_grid_takes_every_combination_once() -> None:
    axes = (
        Axis(key="L_nm", values=(30.0, 50.0)),
        Axis(key="z_phase", values=("DFT", "Mod", "Lit")),
    )
    points = Sampling(name="grid", method="grid", base=BASE, axes=axes).draw()
    assert {(point["L_nm"], point["z_phase"]) for point in points} == {
        (L, z) for L in (30.0, 50.0) for z in ("DFT", "Mod", "Lit")
    }
    assert len(points) == 6


def test_part_of_a_grid_and_its_continuations_are_the_whole_grid() -> None:
    axes = (Axis(key="L_nm", values=(30.0, 40.0, 50.0)), Axis(key="d_nm", values=(10.0, 20.0)))
    part = Sampling(name="grid", method="grid", base=BASE, axes=axes, count=4, seed=3)
    rest = part.continued(10)
    points = [tuple(point.values()) for point in (*part.draw(), *rest.draw())]
    assert rest.size == 2
    assert sorted(points) == [(L, d) for L in (30.0, 40.0, 50.0) for d in (10.0, 20.0)]


def test_sobol_goes_on_where_it_ended() -> None:
    assert sobol(10).draw() + sobol(10).continued(22).draw() == sobol(32).draw()


def test_sobol_covers_better_than_random_points() -> None:
    from scipy.stats import qmc

    points = np.array([list(point.values()) for point in sobol(64).draw()], dtype=float)
    low, high = points.min(axis=0), points.max(axis=0)
    assert (low >= [20, 0.05, 0]).all()
    assert (high <= [120, 0.5, 85]).all()
    unit = (points - [20, 0.05, 0]) / [100, 0.45, 85]
    random = np.random.default_rng(0).random(unit.shape)
    assert qmc.discrepancy(unit) < 0.3 * qmc.discrepancy(random)


def test_another_seed_gives_other_points() -> None:
    assert sobol(8).draw() != sobol(8, seed=1).draw()


def test_latin_hypercube_has_one_point_in_every_slice() -> None:
    points = sobol(20, method="latin").draw()
    slices = sorted(int((float(point["L_nm"]) - 20) / 100 * 20) for point in points)
    assert slices == list(range(20))


def test_listed_values_are_taken_equally_often() -> None:
    axes = (Axis(key="L_nm", low=20, high=120), Axis(key="z_phase", values=("DFT", "Mod")))
    words = [point["z_phase"] for point in sobol(64, axes=axes).draw()]
    assert words.count("DFT") == words.count("Mod") == 32


def test_log_axis_has_its_median_at_the_geometric_mean() -> None:
    axis = Axis(key="sigma_dw_z_mJ_m2", low=2, high=32, scale="log")
    assert axis.at(0.5) == pytest.approx(8)


def test_step_rounds_and_stays_inside() -> None:
    axis = Axis(key="L_nm", low=10.2, high=11, step=0.5)
    assert [axis.at(share) for share in (0.0, 0.5, 0.999)] == [10.2, 10.5, 11.0]


def test_point_becomes_the_design_with_its_numbers_and_a_seed_of_its_own() -> None:
    point = {"L_nm": 80.0, "phi_S": 0.1, "alpha_deg": 20.0}
    design = design_of(sobol(10, seed=5), 7, point)
    lengths = np.array([design.parameters.L, design.parameters.w_S])
    assert lengths == pytest.approx([80e-9, 8e-9])
    assert np.degrees(design.alpha) == pytest.approx(20)
    assert design.run.seed == 12
    assert design.name == "box 8"


def test_wall_quantities_of_z_make_a_phase_of_its_own() -> None:
    table = {"nanostructure": {}, "material": {"z_phase": "DFT"}}
    point = {"l_dw_z_nm": 3.0, "sigma_dw_z_mJ_m2": 10.0, "Ms_z_kA_m": 300.0}
    assert apply_point(table, point)["material"]["z_phase"] == {
        "l_dw_nm": 3.0,
        "sigma_dw_mJ_m2": 10.0,
        "Ms_kA_m": 300.0,
    }
    assert table["material"]["z_phase"] == "DFT"


def test_list_gives_its_points() -> None:
    points = ({"L_nm": 30.0, "d_nm": 12.0}, {"L_nm": 60.0, "d_nm": 14.0})
    sampling = Sampling(name="list", method="list", base=BASE, points=points)
    assert sampling.draw() == list(points)
    assert design_of(sampling, 1, points[1]).parameters.d == pytest.approx(14e-9)


@pytest.mark.parametrize("key", list(COORDINATES))
def test_every_coordinate_reaches_the_design(key: str) -> None:
    what = COORDINATES[key]
    value = what.choices[-1] if what.choices else {"k_gb": 0.5}.get(key, 0.25)
    others = {"theta_deg": 20.0, "L_nm": 110.0, "d_nm": 30.0, "domain_nm": 96.0, "alpha_deg": 12.0}
    walls = {"wS_nm": 7.0, "wZ_nm": 5.0, "layer_thickness_nm": 3.0}
    value = {**others, **walls}.get(key, value)
    z = {"l_dw_z_nm": 3.0, "sigma_dw_z_mJ_m2": 10.0, "Ms_z_kA_m": 300.0}
    if key in {"A_z_pJ_m", "K_z_MJ_m3"}:
        z = {"A_z_pJ_m": 2.0, "K_z_MJ_m3": 1.5, "Ms_z_kA_m": 300.0}
    point = {**z, key: z[key] * 1.1} if key in z else {key: value}
    plain = design_of(sobol(1), 0, z if key in z else {})
    assert design_of(sobol(1), 0, point) != plain


def test_impossible_design_is_refused_with_its_key() -> None:
    with pytest.raises(InputError, match="wZ_nm") as caught:
        design_of(sobol(1), 0, {"d_nm": 10.0, "wZ_nm": 11.0})
    assert caught.value.key == "nanostructure.wZ_nm"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"method": "random"}, "grid, sobol, latin, list"),
        ({"count": None}, "none"),
        ({"count": 0}, "1 to"),
        ({"axes": ()}, "at least one axis"),
        ({"axes": (*BOX, BOX[0])}, "two axes"),
        ({"method": "grid"}, "as a range"),
        ({"method": "list"}, "at least one point"),
        ({"seed": -1}, "whole numbers"),
    ],
)
def test_sampling_that_makes_no_sense_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        replace(sobol(4), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        ({"key": "L"}, "Did you mean L_nm"),
        ({"key": "L_nm"}, "low and high"),
        ({"key": "L_nm", "low": 50, "high": 20}, "low below high"),
        ({"key": "L_nm", "low": -5, "high": 20}, "above 0"),
        ({"key": "alpha_deg", "low": 0, "high": 80, "scale": "log"}, "above 0"),
        ({"key": "z_phase", "values": ("DFT", "Cu")}, "Lit, DFT, Mod"),
        ({"key": "L_nm", "values": (30.0, 30.0)}, "different values"),
        ({"key": "L_nm", "values": (30.0,), "low": 1}, "either"),
        ({"key": "L_nm", "low": 1, "high": 2, "step": 5}, "step"),
        ({"key": "L_nm", "low": float("nan"), "high": 2}, "nan"),
    ],
)
def test_axis_that_makes_no_sense_is_refused(axis: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Axis(**axis)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "keys",
    [
        ("wS_nm", "phi_S"),
        ("wZ_nm", "phi_Z"),
        ("A_z_pJ_m", "K_z_MJ_m3"),
        ("l_dw_z_nm", "K_z_MJ_m3", "Ms_z_kA_m"),
    ],
)
def test_axes_that_contradict_or_are_incomplete_are_refused(keys: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=r"axis"):
        check_axes(Axis(key=key, values=(0.5,)) for key in keys)

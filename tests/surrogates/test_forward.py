"""The shipped surrogate: predictions for people, ranges, conditions and refusals."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smcogui.app.exports import example_design
from smcogui.app.surrogate_choice import SHIPPED_FOLDER, choose_surrogate
from smcogui.data.dataset_import import check_dataset
from smcogui.design.parameters import GrainBoundary
from smcogui.errors import InputError
from smcogui.surrogates.features import outputs_of, queries_of
from smcogui.surrogates.forward import READINGS, Surrogate, load_surrogate, readings_of
from smcogui.surrogates.queries import check_queries, make_query, read_queries, z_phase_of

BASE = {"L_nm": 90.0, "d_nm": 25.0, "wS_nm": 6.0, "wZ_nm": 4.0, "alpha_deg": 20.0}


@pytest.fixture(scope="module")
def shipped() -> Surrogate:
    return choose_surrogate()


def test_the_shipped_surrogate_knows_designs_that_it_was_not_trained_on(
    shipped: Surrogate, checkout: Path
) -> None:
    rows = check_dataset(checkout / "models" / "data" / "test_offgrid.parquet").rows
    X, truth = queries_of(rows), outputs_of(rows)[:, 0]

    found = shipped.predict(X)

    is_told = X[:, 4] < 90
    error = found.mean[is_told, 0] - truth[is_told]
    assert 1 - np.nanvar(error) / np.nanvar(truth[is_told]) > 0.7
    inside = (found.low[:, 0] <= truth) & (truth <= found.high[:, 0])
    assert inside.mean() > 0.7


def test_readings_have_intervals_and_a_badge(shipped: Surrogate) -> None:
    row = readings_of(shipped.predict(make_query(BASE, "DFT")))[0]

    assert list(row) == [f"{n}{end}" for n in READINGS for end in ("", "_low", "_high")] + ["trust"]
    assert row["mu0_Hc_T_low"] < row["mu0_Hc_T"] < row["mu0_Hc_T_high"]
    assert row["trust"] in {"interpolating", "sparse"}


@pytest.mark.parametrize(
    ("values", "z_phase", "badge", "word"),
    [
        ({}, "Lit", "extrapolating", "l_dw_z_nm"),
        ({"L_nm": 600.0}, "DFT", "refused", "L_nm is 600"),
    ],
)
def test_queries_beyond_the_data_are_told(
    shipped: Surrogate, values: dict[str, float], z_phase: str, badge: str, word: str
) -> None:
    X = make_query(BASE | values, z_phase)

    row = readings_of(shipped.predict(X))[0]

    assert row["trust"] == badge
    assert (row["mu0_Hc_T"] is None) == (badge == "refused")
    assert word in " ".join(shipped.outside(X[0]))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"L_nm": 90e-9, "d_nm": 25e-9, "wS_nm": 6e-9, "wZ_nm": 4e-9}, "looks like m, and nm"),
        ({"wS_nm": 91.0}, "wS_nm is 91; allowed is at most L_nm"),
        ({"L_nm": 0.0}, "L_nm is 0; allowed is above 0"),
        ({"L_nm": float("nan")}, "L_nm"),
        ({"alpha_deg": 95.0}, "alpha_deg"),
    ],
)
def test_impossible_queries_are_refused(values: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        make_query(BASE | values, "DFT")


def test_tables_of_queries_are_read_and_their_faults_named(tmp_path: Path) -> None:
    head = "L_nm;d_nm;wS_nm;wZ_nm;alpha_deg;z_phase;note\n"
    good, bad, short = (tmp_path / f"{name}.csv" for name in ("good", "bad", "short"))
    good.write_text(head + "90;25;6;4,5;0;DFT;a\n100;25;6;4;30;Mod;\n")
    bad.write_text(head + "90;25;6;4;0;DFT;\n90;25;six;4;0;DFT;\n")
    short.write_text("L_nm,d_nm,wS_nm,wZ_nm,alpha_deg\n90,25,6,4,0\n")

    X = read_queries(good)

    assert X[0, :5].tolist() == [90, 25, 6, 4.5, 0]
    assert [z_phase_of(x) for x in X] == ["DFT", "Mod"]
    for path, message in ((bad, "row 3, wS_nm is 'six'"), (short, "does not tell the Z phase")):
        with pytest.raises(InputError, match=message):
            read_queries(path)
    with pytest.raises(InputError, match="row 2"):
        check_queries(np.vstack([X[0], X[1] + [0, 0, 200, 0, 0, 0, 0, 0]]))


def test_designs_of_other_conditions_are_refused(shipped: Surrogate) -> None:
    base = example_design("base")
    assert shipped.predict_design(base)["trust"] != "refused"
    other = replace(base, grain_boundary=GrainBoundary(layer="none"))

    with pytest.raises(InputError, match="layer none instead of one_perpendicular_c"):
        shipped.predict_design(other)
    with pytest.raises(InputError, match="dimension 3d instead of 2d"):
        shipped.predict_design(replace(base, mesh=replace(base.mesh, dimension="3d")))


def test_a_model_of_other_units_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(SHIPPED_FOLDER, tmp_path / "model")
    card = json.loads((folder / "card.json").read_text())
    card["inputs"][0]["unit"] = "m"
    (folder / "card.json").write_text(json.dumps(card))

    with pytest.raises(InputError, match="L_nm in m, this program in nm"):
        load_surrogate(folder, "other")


def test_the_newest_surrogate_of_a_project_is_the_default(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED_FOLDER, tmp_path / "mine" / "model")

    assert choose_surrogate(None, tmp_path).name == "mine"
    assert choose_surrogate(None, tmp_path / "none").name == "shipped"
    assert choose_surrogate(str(tmp_path / "mine")).designs > 100
    with pytest.raises(InputError, match=r"no surrogate 'mime'.*mine"):
        choose_surrogate("mime", tmp_path)


def test_predicting_imports_no_torch() -> None:
    code = (
        "import sys; from smcogui.app.surrogate_choice import choose_surrogate as c; "
        "from smcogui.surrogates.queries import make_query as m; "
        f"c().predict(m({BASE}, 'DFT')); "
        "sys.exit(sorted({'torch', 'onnxruntime', 'sklearn', 'pandas'} & set(sys.modules)) != [])"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

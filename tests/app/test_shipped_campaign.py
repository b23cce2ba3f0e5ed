"""The simulations that are shipped: tables, curves, and the packed project with the same runs."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from smcogui.app.dataset_exports import read_facts
from smcogui.app.jobs import no_progress
from smcogui.app.project_campaigns import dataset_rows
from smcogui.app.session import Session
from smcogui.data.dataset import ADDED_LATER, COLUMNS, check_unmixed, dataset_row, schema
from smcogui.data.dataset_import import check_dataset
from smcogui.data.dataset_rules import DESIGN

SHIPPED = Path(__file__).resolve().parents[2] / "models" / "data"
SETS = ("train", "test_offgrid", "seed_scatter", "two_domains")
PROMISED = (
    *("run_id", "preset", "L_nm", "d_nm", "wS_nm", "wZ_nm", "alpha_deg", "z_phase"),
    *("A_z_pJ_m", "K_z_MJ_m3", "Ms_z_kA_m", "l_dw_z_nm", "sigma_dw_z_mJ_m2"),
    *("mu0_Hc_T", "mu0_Hc_sd_T", "mu0_Hp_jump_T", "mu0_Hp_slope_T", "Phi_p", "Phi_p_sd"),
    *("Mr_over_Ms", "BHmax_kJ_m3", "squareness", "cell_nm", "domain_nm", "cycles"),
    *("field_resolution_T", "seed", "solver", "exchange_rule", "attempts", "quality"),
)
"""Columns that readers of the files are promised, docs/formats.md."""


@pytest.fixture(scope="module")
def tables() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every set; checksums, columns, types, ranges and curves are checked."""
    return {name: check_dataset(SHIPPED / f"{name}.parquet").rows for name in SETS}


def test_tables_have_the_columns_that_are_promised() -> None:
    assert tuple(COLUMNS)[: len(PROMISED)] == PROMISED
    # What was released before there were some columns is read all the same.
    known = json.loads((SHIPPED / "schema.json").read_text(encoding="utf-8"))["properties"]
    columns = [key for key in COLUMNS if key in known or key not in ADDED_LATER]
    for name in SETS:
        assert parquet.read_schema(SHIPPED / f"{name}.parquet").names == columns
    names = parquet.read_schema(SHIPPED / "curves.parquet").names
    assert names[:4] == ["run_id", "cycle", "mu0_H_T", "M_over_Ms"]
    now = schema()["properties"]
    assert known == {key: now[key] for key in columns}


def test_runs_are_distinct_and_sets_disjoint(tables: dict[str, list[dict[str, Any]]]) -> None:
    everything = [row for rows in tables.values() for row in rows]
    ids = [row["run_id"] for row in everything]
    assert len(set(ids)) == len(ids)
    check_unmixed(everything)
    designs = {
        name: {tuple(row[k] for k in DESIGN) for row in rows} for name, rows in tables.items()
    }
    for name in ("train", "test_offgrid", "seed_scatter"):
        assert len(designs[name]) == len(tables[name])
    assert not designs["train"] & (designs["test_offgrid"] | designs["seed_scatter"])
    assert not designs["test_offgrid"] & designs["seed_scatter"]
    assert not designs["two_domains"] & (designs["train"] | designs["test_offgrid"])


def test_sets_are_what_they_are_for(tables: dict[str, list[dict[str, Any]]]) -> None:
    assert len(tables["test_offgrid"]) >= 40
    assert len(tables["seed_scatter"]) >= 6
    assert {row["cycles"] for row in tables["seed_scatter"]} == {8}
    assert {row["domain_nm"] for row in tables["two_domains"]} == {128, 192}
    shifts = {each["key"]: each for each in read_facts(SHIPPED)["domain_shift"]}
    assert shifts["mu0_Hc_T"]["pairs"] == 10
    for row in (row for rows in tables.values() for row in rows):
        assert (row["preset"], row["cell_nm"], row["theta_deg"]) == ("physical", 0.5, 30)
        assert row["l_dw_z_nm"] >= 2.199  # π times √(A/K) of 0.7 nm
    sheet = (SHIPPED / "DATASHEET.md").read_text(encoding="utf-8")
    assert read_facts(SHIPPED)["content_sha256"] in sheet


def test_curves_belong_to_the_rows(tables: dict[str, list[dict[str, Any]]]) -> None:
    curves = parquet.read_table(SHIPPED / "curves.parquet", columns=["run_id", "cycle"])
    cycles = set(zip(*(column.to_pylist() for column in curves.columns), strict=True))
    rows = (row for rows in tables.values() for row in rows)
    assert cycles == {(row["run_id"], k) for row in rows for k in range(row["cycles"])}


def test_packed_project_gives_the_same_rows(
    tables: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    project = Session.import_project(SHIPPED / "campaign.smco", tmp_path / "project", no_progress)
    campaigns = Session(project).campaigns
    for name in ("test_offgrid", "seed_scatter", "two_domains"):
        found = [dataset_row(row) for row in dataset_rows(campaigns.statuses(name))]
        untold = [key for key in ADDED_LATER if not tables[name][0][key]]
        found = [row | {key: tables[name][0][key] for key in untold} for row in found]
        assert {row["run_id"]: row for row in found} == {row["run_id"]: row for row in tables[name]}
    done = {row.record.run_id for row in dataset_rows(campaigns.statuses("train"))}
    assert done >= {row["run_id"] for row in tables["train"]}
    runs = set().union(*({row["run_id"] for row in rows} for rows in tables.values()))
    assert {path.name for path in (project / "runs").iterdir()} == runs | done


def test_packed_project_names_no_place_of_the_machine_it_comes_from() -> None:
    with zipfile.ZipFile(SHIPPED / "campaign.smco") as archive:
        names = archive.namelist()
        results = [n for n in names if n.endswith("/result.json")]
        places = {n: json.loads(archive.read(n))["run_dir"] for n in results}
    assert {f"{place}/result.json" for place in places.values()} == set(results)
    assert {Path(n).parts[0] for n in names} == {
        *("project.json", "smco.json", "runs", "packs", "campaigns"),
    }
    assert not [n for n in names if n.endswith((".log", "lock", "datasets.jsonl"))]
